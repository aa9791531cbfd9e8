package markdown

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxSlug is how many characters a slug may have.
const maxSlug = 80

// Title returns the normal form of a wiki title, in which two spellings of one
// page are equal: composed (NFC), with single spaces for runs of spaces and
// underscores, without invisible characters, and with a capital at the start
// where that is a Latin letter, as in MediaWiki.
//
// It counts marks on decomposed letters, so that those within a letter count too.
func Title(s string) string {
	var b strings.Builder
	space, marks := false, 0
	for _, r := range norm.NFD.String(tidy(s)) {
		switch {
		case r == '_', unicode.IsSpace(r):
			space, marks = b.Len() > 0, 0
			continue
		case invisible(r):
			continue
		case unicode.Is(unicode.Mn, r):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		if b.Len() == 0 && unicode.Is(unicode.Latin, r) {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String())
}

// Slug returns the part of an address that stands for a title: letters and digits
// of any script in lower case, with hyphens between the words. It has at most 80
// characters and may be empty.
func Slug(s string) string {
	var b strings.Builder
	hyphen, marks, runes := false, 0, 0
	for _, r := range norm.NFKC.String(tidy(s)) {
		mark := unicode.IsMark(r) && b.Len() > 0 && !hyphen
		switch {
		case invisible(r), r == '\'', r == '’':
			continue
		case mark:
			if marks++; marks > maxMarks {
				continue
			}
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			hyphen = b.Len() > 0
			continue
		default:
			marks = 0
		}
		if runes++; hyphen {
			runes++
		}
		if runes > maxSlug {
			break
		}
		if hyphen {
			b.WriteByte('-')
			hyphen = false
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return norm.NFC.String(b.String())
}
