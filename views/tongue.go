package views

import (
	"strings"

	"picus/forum"
)

// tongueOf is the language of a text that somebody wrote, told from its HTML: a page in
// Chinese sets and speaks a text in English as English. "und" says that it is not known.
func tongueOf(html string) string {
	var text strings.Builder
	inside := false
	for _, r := range html[:min(len(html), 16000)] {
		switch {
		case r == '<':
			inside = true
			text.WriteByte(' ')
		case r == '>':
			inside = false
		case !inside:
			text.WriteRune(r)
		}
	}
	if found := forum.Tongue(text.String()); found != "" {
		return found
	}
	return "und"
}
