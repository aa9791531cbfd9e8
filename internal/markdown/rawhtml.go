package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// htmlSource is the source of a block of HTML.
func htmlSource(n *ast.HTMLBlock, source []byte) string {
	s := string(n.Lines().Value(source))
	if n.HasClosure() {
		s += string(n.ClosureLine.Value(source))
	}
	return s
}

// harmless leaves the tags that a document may have and shows others as they were
// typed: who writes List<String> or asks about <script> wants to see it, and a tag
// without an end must not swallow the rest of the document. Comments go. The text
// is what a reader sees of it.
func harmless(s string) (code, text string) {
	var b, seen strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	read, content := 0, asItIs
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			b.WriteString(escape(s[read:])) // a tag that is not closed
			seen.WriteString(s[read:])
			return b.String(), seen.String()
		}
		raw := string(z.Raw())
		read += len(raw)
		switch kind {
		case html.TextToken:
			shown := content(raw)
			b.WriteString(shown)
			seen.WriteString(html.UnescapeString(shown))
			content = asItIs
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			tag, shown := harmlessTag(string(name), raw, kind == html.EndTagToken)
			b.WriteString(tag)
			seen.WriteString(shown)
			content = contentOf(string(name), kind)
		default: // a comment, or what x/net/html takes for one
			if !strings.HasPrefix(raw, "<!--") {
				b.WriteString(escape(raw))
				seen.WriteString(raw)
			}
		}
	}
}

// harmlessInline does the same with the one tag or comment that HTML within a
// paragraph is (CommonMark 6.6).
func harmlessInline(s string) (code, text string) {
	if strings.HasPrefix(s, "<!--") {
		return "", ""
	}
	name := strings.TrimPrefix(s[1:], "/")
	for i := range len(name) {
		if !alnum(name[i]) && name[i] != '-' {
			name = strings.ToLower(name[:i])
			break
		}
	}
	return harmlessTag(name, s, s[1] == '/')
}

// harmlessTag returns a tag as it may stand in a document, and what is seen of it.
func harmlessTag(name, raw string, end bool) (code, text string) {
	_, known := elements[canonical(name)]
	switch {
	case name == "iframe" && end:
		return "", ""
	case name == "iframe":
		return raw + "</iframe>", ""
	case known && name != "xmp", name == "video", name == "audio", name == "embed", name == "picture", name == "source":
		return raw, ""
	}
	return escape(raw), raw
}

// contentOf says what becomes of the text behind a tag. In some elements HTML
// knows no tags, so that the text is what their author typed.
func contentOf(name string, kind html.TokenType) func(string) string {
	switch {
	case kind == html.EndTagToken:
		return asItIs
	case name == "iframe":
		return func(string) string { return "" }
	case dropped[name], name == "textarea", name == "xmp", name == "plaintext":
		return escape
	}
	return asItIs
}

func asItIs(s string) string { return s }
