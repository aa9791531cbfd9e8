package markdown

import "unicode"

// cjk says whether a character belongs to Chinese, Japanese or Korean text in
// the sense of the CJK-friendly amendment to CommonMark: East Asian Width W, F
// or H but no emoji, or script Hangul.
// https://github.com/tats-u/markdown-cjk-friendly/blob/main/specification.md
func cjk(r rune) bool {
	if r < 0x1100 {
		return false
	}
	return unicode.Is(wide, r) || unicode.Is(unicode.Hangul, r)
}

// wide holds the blocks of East Asian Width W, F and H without the emoji, after
// EastAsianWidth-17.0.0.txt. Unassigned places inside a block are counted in.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x20a9, 0x20a9, 1}, // halfwidth won sign
		{0x2329, 0x232a, 1}, // angle brackets
		{0x2630, 0x2637, 1}, // trigrams
		{0x268a, 0x268f, 1}, // digrams
		{0x2e80, 0x303e, 1}, // radicals, description characters, punctuation
		{0x3041, 0x3247, 1}, // kana, bopomofo, compatibility jamo, kanbun, strokes, enclosed
		{0x3250, 0x4dbf, 1}, // enclosed and squared, extension A
		{0x4dc0, 0xa4cf, 1}, // hexagrams, unified ideographs, Yi
		{0xa960, 0xa97f, 1}, // jamo extended A
		{0xac00, 0xd7a3, 1}, // syllables
		{0xf900, 0xfaff, 1}, // compatibility ideographs
		{0xfe10, 0xfe19, 1}, // vertical forms
		{0xfe30, 0xfe6f, 1}, // compatibility and small forms
		{0xff01, 0xffee, 1}, // fullwidth and halfwidth forms
	},
	R32: []unicode.Range32{
		{0x16fe0, 0x18dff, 1}, // ideographic symbols, Tangut, Khitan
		{0x1aff0, 0x1b2ff, 1}, // kana supplements, Nushu
		{0x1d300, 0x1d376, 1}, // Tai Xuan Jing, counting rods
		{0x1f200, 0x1f200, 1}, // enclosed ideographic supplement, less its emoji
		{0x1f202, 0x1f202, 1},
		{0x1f210, 0x1f219, 1},
		{0x1f21b, 0x1f22e, 1},
		{0x1f230, 0x1f231, 1},
		{0x1f237, 0x1f237, 1},
		{0x1f23b, 0x1f248, 1},
		{0x1f260, 0x1f265, 1},
		{0x20000, 0x2fffd, 1},
		{0x30000, 0x3fffd, 1},
	},
}

// cjkPunct says whether a character is punctuation of Chinese, Japanese or
// Korean text: a sentence ends there, and so does a bare URL.
func cjkPunct(r rune) bool { return cjk(r) && punct(r) }

// quote says whether a character is one of those that Chinese and Japanese share
// with Latin text, where their width depends on the neighbour.
func quote(r rune) bool {
	switch r {
	case '“', '”', '‘', '’', '…', '—', '·':
		return true
	}
	return false
}

// punct says whether a character is punctuation in the sense of CommonMark
// 0.31.2: Unicode categories P and S.
func punct(r rune) bool { return unicode.IsPunct(r) || unicode.IsSymbol(r) }

// glued says whether a line break between two characters is no space: between
// Chinese or Japanese characters, but not beside Korean, which has spaces.
func glued(a, b rune) bool {
	if unicode.Is(unicode.Hangul, a) || unicode.Is(unicode.Hangul, b) {
		return false
	}
	return cjk(a) && (cjk(b) || quote(b)) || quote(a) && cjk(b)
}
