package message

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// guess decodes bytes whose charset nobody told. UTF-8 with a few broken places
// stays UTF-8; then the legacy encodings of the list's languages are tried; what is
// left is windows-1252, which decodes anything.
func guess(raw []byte, hint string) string {
	if utf8.Valid(raw) {
		return string(raw)
	}
	if mostlyUTF8(raw) {
		return strings.ToValidUTF8(string(raw), "\ufffd")
	}
	if enc := detect(raw, hint); enc != nil {
		return decodeWith(enc, raw)
	}
	return decodeWith(charmap.Windows1252, raw)
}

// mostlyUTF8 reports whether nearly all of the non-ASCII text is well-formed UTF-8,
// as in a mail that something on the way cut in the middle of a character.
func mostlyUTF8(raw []byte) bool {
	good, bad := 0, 0
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		if r == utf8.RuneError && n == 1 {
			bad++
		} else if n > 1 {
			good++
		}
		raw = raw[n:]
	}
	return good > 10*bad
}

// detect returns the encoding that fits raw best, or nil. The hint wins where it
// fits without a loss.
func detect(raw []byte, hint string) encoding.Encoding {
	if len(raw) > 64<<10 {
		raw = raw[:64<<10]
	}
	if l, ok := lookup(hint); ok && l.enc != nil && !l.single && losses(decodeWith(l.enc, raw)) == 0 {
		return l.enc
	}
	if enc := detectEastAsian(raw); enc != nil {
		return enc
	}
	return detectCyrillic(raw)
}

// pairs counts how the bytes above 0x7f of a text fall into two-byte characters.
type pairs struct {
	all, broken          int
	level1, kana, hangul int
}

// detectEastAsian tells GB18030, EUC-KR, EUC-JP, Shift_JIS and Big5 apart by where
// their common characters lie.
func detectEastAsian(raw []byte) encoding.Encoding {
	euc := eucPairs(raw)
	switch {
	case euc.all < 2:
	case euc.broken == 0 && euc.kana*3 > euc.all:
		return japanese.EUCJP
	case euc.broken == 0 && euc.all >= 6 && euc.hangul*20 >= euc.all*19:
		return korean.EUCKR
	case euc.broken*50 <= euc.all && euc.level1*2 > euc.all:
		return simplifiedchinese.GB18030
	}
	if enc := fits(raw, japanese.ShiftJIS, func(r rune) bool { return r >= 0x3040 && r <= 0x30ff }, 4); enc != nil {
		return enc
	}
	return fits(raw, traditionalchinese.Big5, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }, 2)
}

// eucPairs reads raw as two-byte characters with both bytes above 0xa0, the common
// form of GB2312, EUC-KR and EUC-JP. Level 1 holds the frequent Chinese characters.
func eucPairs(raw []byte) pairs {
	var p pairs
	for i := 0; i < len(raw); i++ {
		lead := raw[i]
		if lead < 0x80 {
			continue
		}
		p.all++
		if lead < 0xa1 || i+1 == len(raw) || raw[i+1] < 0xa1 {
			p.broken++
			continue
		}
		i++
		switch {
		case lead == 0xa4 || lead == 0xa5:
			p.kana++
		case lead >= 0xb0 && lead <= 0xd7:
			p.level1++
		}
		if lead >= 0xb0 && lead <= 0xc8 {
			p.hangul++
		}
	}
	return p
}

// fits returns enc if raw decodes without a loss and one in share of the characters
// outside ASCII is common in the language of enc.
func fits(raw []byte, enc encoding.Encoding, common func(rune) bool, share int) encoding.Encoding {
	text := decodeWith(enc, raw)
	if losses(text) > 0 {
		return nil
	}
	all, found := 0, 0
	for _, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		if common(r) {
			found++
		}
	}
	if all < 2 || found*share < all {
		return nil
	}
	return enc
}

// detectCyrillic tells KOI8-R and windows-1251 apart: words in small letters lie at
// 0xc0 in the one and at 0xe0 in the other. Western text has its accents alone
// between ASCII letters, so that at least half must stand in runs.
func detectCyrillic(raw []byte) encoding.Encoding {
	high, runs, koi, windows := 0, 0, 0, 0
	for i, c := range raw {
		if c < 0xc0 {
			continue
		}
		high++
		if i > 0 && raw[i-1] >= 0xc0 {
			runs++
		}
		if c < 0xe0 {
			koi++
		} else {
			windows++
		}
	}
	switch {
	case high < 6 || runs*2 < high:
		return nil
	case koi > windows:
		return charmap.KOI8R
	}
	return charmap.Windows1251
}
