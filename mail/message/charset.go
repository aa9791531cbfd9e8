package message

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// label is what a charset name means: an encoding of x/text, or one of the names
// that promise nothing.
type label struct {
	enc encoding.Encoding
	// vague names (ASCII, unknown-8bit) say nothing about bytes above 0x7f.
	vague bool
	// single-byte encodings decode anything, so that a wrong label does not show.
	single bool
	utf8   bool
	utf7   bool
	// escapes are encodings whose bytes are all ASCII (ISO-2022-JP, HZ).
	escapes bool
}

// special are the charset names that the WHATWG index lacks or reads otherwise than
// mail needs: gb2312 and gbk are decoded as GB18030, which holds both, because mail
// labelled gb2312 does hold its four-byte characters.
var special = map[string]label{
	"gb2312": {enc: simplifiedchinese.GB18030}, "gbk": {enc: simplifiedchinese.GB18030},
	"x-gbk": {enc: simplifiedchinese.GB18030}, "cp936": {enc: simplifiedchinese.GB18030},
	"ms936": {enc: simplifiedchinese.GB18030}, "windows-936": {enc: simplifiedchinese.GB18030},
	"gb18030": {enc: simplifiedchinese.GB18030}, "gb18030-2022": {enc: simplifiedchinese.GB18030},
	"gb_2312-80": {enc: simplifiedchinese.GB18030}, "euc-cn": {enc: simplifiedchinese.GB18030},
	"gb2312-80": {enc: simplifiedchinese.GB18030}, "x-euc-cn": {enc: simplifiedchinese.GB18030},
	"chinese": {enc: simplifiedchinese.GB18030}, "hz-gb-2312": {enc: simplifiedchinese.HZGB2312, escapes: true},
	"x-big5": {enc: traditionalchinese.Big5}, "cp950": {enc: traditionalchinese.Big5}, "big5-eten": {enc: traditionalchinese.Big5},
	"cp932": {enc: japanese.ShiftJIS}, "ms932": {enc: japanese.ShiftJIS}, "eucjp": {enc: japanese.EUCJP},
	"iso-2022-jp": {enc: japanese.ISO2022JP, escapes: true}, "csiso2022jp": {enc: japanese.ISO2022JP, escapes: true},
	"iso-2022-jp-ms": {enc: japanese.ISO2022JP, escapes: true}, "iso-2022-jp-1": {enc: japanese.ISO2022JP, escapes: true},
	"cp50220": {enc: japanese.ISO2022JP, escapes: true}, "cp50221": {enc: japanese.ISO2022JP, escapes: true},
	"cp949": {enc: korean.EUCKR}, "ms949": {enc: korean.EUCKR}, "uhc": {enc: korean.EUCKR}, "ks_c_5601-1987": {enc: korean.EUCKR},
	"utf-8": {utf8: true}, "utf8": {utf8: true}, "utf8mb4": {utf8: true}, "utf-8-mac": {utf8: true},
	"unicode-1-1-utf-8": {utf8: true}, "unicode-2-0-utf-8": {utf8: true}, "cp65001": {utf8: true},
	"utf-7": {utf7: true, escapes: true}, "utf7": {utf7: true, escapes: true},
	"unicode-1-1-utf-7": {utf7: true, escapes: true}, "unicode-2-0-utf-7": {utf7: true, escapes: true},
	"us-ascii": {vague: true}, "ascii": {vague: true}, "ansi_x3.4-1968": {vague: true}, "646": {vague: true},
	"unknown-8bit": {vague: true}, "x-unknown": {vague: true}, "unknown": {vague: true},
	"binary": {vague: true}, "default": {vague: true}, "": {vague: true},
	"ansi": {enc: charmap.Windows1252, single: true}, "cp1252": {enc: charmap.Windows1252, single: true},
}

// lookup reads a charset name as mail spells it: in any case, with quotes, with
// RFC 2231's language behind a star.
func lookup(name string) (label, bool) {
	name = strings.ToLower(strings.Trim(name, " \t\r\n\"';"))
	name, _, _ = strings.Cut(name, "*")
	name = strings.TrimPrefix(name, "charset=")
	if l, ok := special[name]; ok {
		return l, true
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return label{vague: true}, false
	}
	canonical, err := htmlindex.Name(enc)
	if err != nil || canonical == "replacement" {
		return label{vague: true}, false
	}
	return label{enc: enc, single: singleByte(canonical)}, true
}

func singleByte(canonical string) bool {
	for _, prefix := range []string{"windows-", "iso-8859-", "koi8-", "macintosh", "x-mac", "ibm"} {
		if strings.HasPrefix(canonical, prefix) {
			return true
		}
	}
	return false
}

// toUTF8 decodes raw by its charset name. Where the name is missing, unknown or
// plainly wrong the charset is guessed, with hint (a charset named elsewhere in
// the message) tried first; guessed tells that this was so.
func toUTF8(raw []byte, name, hint string) (text string, guessed bool) {
	l, _ := lookup(name)
	valid := utf8.Valid(raw)
	if valid && !l.escapes && (l.utf8 || l.enc == nil || isASCII(raw)) {
		// Text without a byte above 0x7f reads the same in every encoding but those
		// that escape; only real UTF-8 under a vague name is a guess.
		return string(raw), !l.utf8 && !isASCII(raw)
	}
	switch {
	case l.utf7:
		return fromUTF7(raw), false
	case valid && l.single:
		// Latin text with accents is practically never valid UTF-8 by chance.
		return string(raw), true
	case l.enc == nil:
		return guess(raw, hint), true
	}
	text = decodeWith(l.enc, raw)
	if !strings.ContainsRune(text, utf8.RuneError) {
		return text, false
	}
	return repair(raw, text, hint)
}

// repair decides what to do with text that its label did not quite fit: another
// encoding if one fits without a loss, else the label's reading with its gaps.
func repair(raw []byte, text, hint string) (string, bool) {
	if utf8.Valid(raw) {
		return string(raw), true
	}
	if enc := detect(raw, hint); enc != nil {
		if other := decodeWith(enc, raw); losses(other) < losses(text) {
			return other, true
		}
	}
	return text, false
}

func decodeWith(enc encoding.Encoding, raw []byte) string {
	out, err := enc.NewDecoder().Bytes(raw)
	if err != nil {
		return strings.ToValidUTF8(string(raw), "\ufffd")
	}
	return string(out)
}

func losses(s string) int { return strings.Count(s, "\ufffd") }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
