package markdown

import (
	"strings"

	"golang.org/x/net/html"
)

// Plain returns the text of HTML that Render or Clean has made, its blocks
// separated by a space, for excerpts. It reads limit bytes of text at most.
func Plain(source string, limit int) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	for b.Len() < limit {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			b.WriteString(strings.Join(strings.Fields(html.UnescapeString(string(z.Raw()))), " "))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.TrimSpace(b.String())
}
