package media

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	maxStem = 60 // characters
	maxEnd  = 8

	unknownEnd = "?" // of a name whose end is none that we would list
)

// cleanName makes of a name what is safe in a header, in an address and in Markdown:
// letters, digits, and a few signs between them. The end says what the file is; it is
// in lower case and empty where there is none (SECURITY.md, U-4).
func cleanName(name string) (stem, end string) {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	stem = name
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 {
		stem, end = name[:dot], plainEnd(name[dot+1:])
	}
	stem = tidyStem(stem)
	if stem == "" {
		stem = "file"
	}
	return stem, end
}

// plainEnd is the end of a name in lower case, or unknownEnd.
func plainEnd(end string) string {
	end = strings.ToLower(strings.TrimSpace(end))
	for _, r := range end {
		if !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9') {
			return unknownEnd
		}
	}
	if len(end) > maxEnd {
		return unknownEnd
	}
	return end
}

func tidyStem(stem string) string {
	var b strings.Builder
	n, gap := 0, false
	for _, r := range stem {
		switch {
		case unicode.In(r, unicode.Cf) || unicode.IsMark(r) && n == 0:
		case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '_', r == '.' && n > 0:
			if gap && n > 0 {
				b.WriteByte('-')
				n++
			}
			b.WriteRune(r)
			n, gap = n+1, false
		default:
			gap = true
		}
		if n >= maxStem {
			break
		}
	}
	return strings.TrimRight(b.String(), ".-")
}
