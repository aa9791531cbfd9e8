package markdown

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may stand on one letter of a title. No
// living orthography needs more; a heap of them runs over the lines around it.
const maxMarks = 4

// tidy makes a source valid UTF-8 with plain line ends and without control
// characters, which no page may hold.
func tidy(s string) string {
	clean := utf8.ValidString(s)
	for i := 0; i < len(s) && clean; i++ {
		c := s[i]
		clean = c >= ' ' && c != 0x7f || c == '\n' || c == '\t'
	}
	if clean {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n")
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\f', r == '\v':
			return '\n'
		case r == 0:
			return utf8.RuneError
		case r < ' ' && r != '\n' && r != '\t', r == 0x7f:
			return -1
		}
		return r
	}, s)
}

// bidiControl says whether a character can reorder the text around it.
func bidiControl(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// bidi says whether a text holds such a character.
func bidi(s string) bool {
	return strings.Contains(s, "\u2066"[:2]) && strings.ContainsFunc(s, bidiControl) ||
		strings.Contains(s, "\u202a"[:2]) && strings.ContainsFunc(s, bidiControl)
}

// visibleBidi writes out the characters with which code can look different from
// what it does (CVE-2021-42574).
func visibleBidi(s string) string {
	if !bidi(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if bidiControl(r) {
			fmt.Fprintf(&b, "[U+%04X]", r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// invisible says whether a character has no place in a title or an address: what
// cannot be seen makes two names look like one.
func invisible(r rune) bool {
	switch {
	case r == 0xad, r == 0x34f, r == 0x61c, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0:
		return true // soft hyphen, joiners and fillers that draw nothing
	case r >= 0x180b && r <= 0x180f, r >= 0x200b && r <= 0x200f, r >= 0x2028 && r <= 0x202e, r >= 0x2060 && r <= 0x206f:
		return true // zero-width and directional characters
	case r >= 0xfe00 && r <= 0xfe0f, r == 0xfeff, r >= 0xfff9 && r <= 0xfffb, r >= 0xe0000 && r <= 0xe0fff:
		return true // variation selectors, byte order mark, annotations, tags
	}
	return unicode.IsControl(r) || unicode.Is(unicode.Cs, r) || unicode.Is(unicode.Co, r)
}

// cutRunes returns the first bytes of a text, whole characters only.
func cutRunes(s string, bytes int) string {
	if len(s) <= bytes {
		return s
	}
	for bytes > 0 && !utf8.RuneStart(s[bytes]) {
		bytes--
	}
	return s[:bytes]
}
