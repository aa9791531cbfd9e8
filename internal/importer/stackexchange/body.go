package stackexchange

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/marker"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/strikethrough"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"

	"picus/internal/fault"
)

// newBodies returns the converter of posts' HTML into Markdown that can be edited here and
// reads the same. It may be used by several goroutines.
func newBodies() *converter.Converter {
	c := converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(),
		commonmark.NewCommonmarkPlugin(commonmark.WithListEndComment(false)),
		strikethrough.NewStrikethroughPlugin(),
		table.NewTablePlugin(),
	))
	c.Register.PreRenderer(func(_ converter.Context, doc *html.Node) { prepare(doc) }, converter.PriorityEarly)
	c.Register.RendererFor("a", converter.TagTypeInline, autolink, converter.PriorityEarly)
	c.Register.UnEscaper(blockInBlock, converter.PriorityStandard)
	return c
}

// prepare makes links of bare addresses, in which a backslash before an underscore would
// be shown, and drops markup from code, where its asterisks would.
func prepare(n *html.Node) {
	for child := n.FirstChild; child != nil; {
		next := child.NextSibling
		switch {
		case child.Type == html.TextNode:
			child.Data = reference.ReplaceAllString(child.Data, "&amp;$1;")
			linkAddresses(n, child)
		case child.Type == html.ElementNode && child.Data == "code":
			flatten(child)
		case child.Type != html.ElementNode || child.Data != "a":
			prepare(child)
		}
		child = next
	}
}

// address leaves out what as a rule ends the sentence around it, as the renderer does.
var address = regexp.MustCompile(`https?://[^\s<>"\\]*[^\s<>"\\.,;:!?'()\[\]*_~$]`)

func linkAddresses(parent, text *html.Node) {
	for {
		at := address.FindStringIndex(text.Data)
		if at == nil {
			return
		}
		link := &html.Node{Type: html.ElementNode, Data: "a", Attr: []html.Attribute{{Key: "href", Val: text.Data[at[0]:at[1]]}}}
		link.AppendChild(&html.Node{Type: html.TextNode, Data: text.Data[at[0]:at[1]]})
		rest := &html.Node{Type: html.TextNode, Data: text.Data[at[1]:]}
		text.Data = text.Data[:at[0]]
		parent.InsertBefore(link, text.NextSibling)
		parent.InsertBefore(rest, link.NextSibling)
		text = rest
	}
}

func flatten(code *html.Node) {
	text := textOf(code)
	for code.FirstChild != nil {
		code.RemoveChild(code.FirstChild)
	}
	code.AppendChild(&html.Node{Type: html.TextNode, Data: text})
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

var plainAddress = regexp.MustCompile(`^https?://[^\s<>\\]+$`)

// autolink writes a link that shows its own address as <address>.
func autolink(_ converter.Context, w converter.Writer, n *html.Node) converter.RenderStatus {
	only := n.FirstChild
	if only == nil || only.NextSibling != nil || only.Type != html.TextNode || !plainAddress.MatchString(only.Data) {
		return converter.RenderTryNext
	}
	for _, a := range n.Attr {
		if a.Key == "href" && a.Val == only.Data {
			w.WriteString("<" + only.Data + ">")
			return converter.RenderSuccess
		}
	}
	return converter.RenderTryNext
}

// reference is what Markdown would read as a character although the author wrote about it.
var reference = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});`)

var (
	blockMark  = regexp.MustCompile(`^([-+*]|#{1,6})(\s|$)|^>`)
	numberMark = regexp.MustCompile(`^[.)](\s|$)`)
	inContent  = regexp.MustCompile(`^(?:[ \t>]|[-+*][ \t]|\d+[.)][ \t])+$`)
	inNumber   = regexp.MustCompile(`^(?:[ \t>]|[-+*][ \t]|\d+[.)][ \t])+\d{1,9}$`)
)

// blockInBlock has what looks like the beginning of a list, heading or quotation escaped at
// the beginning of a quotation or list item; the library sees it at the line's own only.
func blockInBlock(chars []byte, at int) int {
	if !bytes.ContainsRune([]byte("-+*#>.)"), rune(chars[at])) {
		return -1
	}
	start := bytes.LastIndexByte(chars[:at], '\n') + 1
	line := bytes.ReplaceAll(chars[start:at], marker.BytesMarkerEscaping, nil)
	rest := bytes.ReplaceAll(chars[at:min(len(chars), at+12)], marker.BytesMarkerEscaping, nil)
	if blockMark.Match(rest) && inContent.Match(line) || numberMark.Match(rest) && inNumber.Match(line) {
		return 1
	}
	return -1
}

// markdownOf returns the Markdown of a post's HTML.
func markdownOf(c *converter.Converter, body string) (string, error) {
	source, err := c.ConvertString(body)
	return strings.TrimSpace(source), err
}

// sourceOf returns the Markdown of a post or a comment. The texts of comments are Markdown
// already, of a small kind: see commentSource.
func (r *run) sourceOf(p post) (string, error) {
	if p.kind == "" {
		return commentSource(p.attrs["Text"]), nil
	}
	source, err := markdownOf(r.bodies, p.attrs["Body"])
	if err != nil {
		return "", fault.Bad("Body", "The text cannot be turned into Markdown: %v.", err)
	}
	return source, nil
}
