package mail

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// keptAttributes are those that mean something in a mail program; the others are for
// the style sheet of the site.
var keptAttributes = []string{"href", "title", "id", "start", "value", "reversed", "colspan", "rowspan", "align", "dir", "lang", "datetime", "open"}

// lightHTML turns the HTML that the site shows, which internal/markdown made, into
// HTML for a mail: addresses are absolute, and nothing is fetched when it is opened.
// An image is a link to it, so that nobody learns who reads when.
func lightHTML(base, page string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(page))
	linked := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			b.WriteString(lightTag(base, t, linked))
			linked = linked || t.DataAtom == atom.A
		case html.EndTagToken:
			t := z.Token()
			if t.DataAtom != atom.Span {
				b.WriteString(t.String())
			}
			linked = linked && t.DataAtom != atom.A
		case html.TextToken:
			b.Write(z.Raw())
		}
	}
}

// lightTag returns a start tag; linked says that it stands in a link.
func lightTag(base string, t html.Token, linked bool) string {
	switch t.DataAtom {
	case atom.Span:
		return ""
	case atom.Input:
		return checkbox(t)
	case atom.Img:
		return imageLink(base, t, linked)
	}
	t.Attr = slices.DeleteFunc(t.Attr, func(a html.Attribute) bool { return !slices.Contains(keptAttributes, a.Key) })
	for i, a := range t.Attr {
		if a.Key == "href" {
			t.Attr[i].Val = absolute(base, a.Val)
		}
	}
	return t.String()
}

func checkbox(t html.Token) string {
	if slices.ContainsFunc(t.Attr, func(a html.Attribute) bool { return a.Key == "checked" }) {
		return "☑"
	}
	return "☐"
}

func imageLink(base string, t html.Token, linked bool) string {
	var src, alt string
	for _, a := range t.Attr {
		switch a.Key {
		case "src":
			src = a.Val
		case "alt":
			alt = a.Val
		}
	}
	text := html.EscapeString("[" + alt + "]")
	if alt == "" {
		text = html.EscapeString("[" + absolute(base, src) + "]")
	}
	if linked || src == "" {
		return text
	}
	return `<a href="` + html.EscapeString(absolute(base, src)) + `">` + text + "</a>"
}

// absolute returns an address of the site as one that leads there from a mail. A
// fragment stays within the mail.
func absolute(base, href string) string {
	if strings.HasPrefix(href, "/") && !strings.HasPrefix(href, "//") {
		return base + href
	}
	return href
}
