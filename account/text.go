package account

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"picus/internal/fault"
)

const (
	maxDisplay = 60
	maxAgent   = 200
	maxMarks   = 4 // combining marks on one letter; more is a picture, not writing
)

// tidyDisplay makes a name for show out of what somebody typed: one line without
// invisible characters, direction marks or towers of accents. It may come out empty.
func tidyDisplay(s string) string {
	var b strings.Builder
	marks := maxMarks // a mark needs a letter before it
	for _, r := range norm.NFC.String(strings.ToValidUTF8(s, "")) {
		switch {
		case unicode.IsSpace(r):
			r, marks = ' ', maxMarks
		case invisible(r):
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		b.WriteRune(r)
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// checkDisplay returns the fault of a tidy display name, if it has one.
func checkDisplay(display string) error {
	if n := utf8.RuneCountInString(display); n < 1 || n > maxDisplay {
		return fault.Bad("display", "A display name has 1 to %d characters.", maxDisplay)
	}
	return nil
}

// invisible reports whether r shows nothing, or changes how its neighbours show.
// Some letters do too, such as the Hangul filler (Unicode, PropList.txt).
func invisible(r rune) bool {
	const brailleBlank = '\u2800'
	return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || r == brailleBlank
}

// fold makes equal what differs only in case or in compatibility forms.
func fold(s string) string { return cases.Fold().String(norm.NFKC.String(s)) }

// cut returns the first n characters of s.
func cut(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
