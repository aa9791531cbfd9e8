package markdown

import (
	"strings"

	"golang.org/x/net/html"
)

// Lead returns what stands before the first heading of rendered text, or all of it, and
// whether there is more. A heading with nothing before it belongs to the lead.
func Lead(rendered string) (lead string, more bool) {
	z := html.NewTokenizer(strings.NewReader(rendered))
	depth, at, something := 0, 0, false
	for {
		kind := z.Next()
		size := len(z.Raw())
		switch kind {
		case html.ErrorToken: // the end
			return rendered, false
		case html.TextToken:
			something = something || strings.TrimSpace(string(z.Text())) != ""
		case html.StartTagToken:
			name, _ := z.TagName()
			tag := string(name)
			if depth == 0 && something && len(tag) == 2 && tag[0] == 'h' && tag[1] >= '1' && tag[1] <= '6' {
				return rendered[:at], true
			}
			if elements[tag] != void {
				depth++
			}
		case html.EndTagToken:
			depth--
		}
		at += size
	}
}
