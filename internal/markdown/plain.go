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
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken {
			b.Write(z.Text())
			continue
		}
		name, _ := z.TagName()
		if role, ok := elements[string(name)]; !ok || role != phrase {
			b.WriteByte(' ') // a word may have a part in bold, but not in another block
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
