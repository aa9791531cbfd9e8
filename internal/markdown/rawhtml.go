package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"golang.org/x/net/html"
)

// html draws HTML that stands in Markdown. The sanitiser comes after it.
func (d *drawing) html(s string) { d.write(harmless(s)) }

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
// without an end must not swallow the rest of the document. Comments go.
func harmless(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	read, content := 0, asItIs
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			b.WriteString(escape(s[read:])) // a tag that is not closed
			return b.String()
		}
		raw := string(z.Raw())
		read += len(raw)
		switch kind {
		case html.TextToken:
			b.WriteString(content(raw))
			content = asItIs
		case html.StartTagToken, html.SelfClosingTagToken, html.EndTagToken:
			name, _ := z.TagName()
			b.WriteString(harmlessTag(string(name), raw, kind))
			content = contentOf(string(name), kind)
		}
	}
}

func harmlessTag(name, raw string, kind html.TokenType) string {
	_, known := elements[canonical(name)]
	switch {
	case name == "iframe" && kind == html.EndTagToken:
		return ""
	case name == "iframe":
		return raw + "</iframe>"
	case known && name != "xmp", name == "video", name == "audio", name == "embed", name == "picture", name == "source":
		return raw
	}
	return escape(raw)
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

// htmlText is the text of HTML, without its markup.
func htmlText(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String()
		case html.TextToken:
			b.Write(z.Text())
		}
	}
}
