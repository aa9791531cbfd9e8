package message

import (
	"strings"

	"github.com/JohannesKaufmann/html-to-markdown/v2/converter"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/base"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/commonmark"
	"github.com/JohannesKaufmann/html-to-markdown/v2/plugin/table"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxHTML is the largest HTML text that is turned into Markdown. Of a larger one,
// or one nested too deeply, the bare text is read.
const maxHTML = 1 << 20

// maxMarks is how many markers of quotations are looked at; a mail has a few.
const maxMarks = 200

// markdown turns HTML into Markdown: all of it, what the author wrote, and what the
// markers of mail clients show to be quotation or signature.
func markdown(source string) (whole, kept, cut string) {
	if len(source) > maxHTML {
		whole = stripTags(source)
		return whole, whole, ""
	}
	doc, err := html.Parse(strings.NewReader(source))
	if err == nil {
		dropInvisible(doc)
	}
	if err != nil || tooMuch(doc) {
		whole = stripTags(source)
		return whole, whole, ""
	}
	whole = convert(doc)
	quoted := cutQuotes(doc)
	if quoted.FirstChild == nil {
		return whole, whole, ""
	}
	return whole, convert(doc), convert(quoted)
}

// maxCost bounds the work of the converter, which takes some 15 µs for a node and
// writes all lines of a quotation or list anew at each of its levels.
const maxCost = 30_000

// tooMuch reports whether a document is too large for the converter. It goes down
// once, counting every node and line as often as it is quoted.
func tooMuch(doc *html.Node) bool {
	cost := 0
	var visit func(n *html.Node, depth int)
	visit = func(n *html.Node, depth int) {
		if n.DataAtom == atom.Blockquote || n.DataAtom == atom.Li {
			depth++
		}
		cost += 1 + depth*(1+strings.Count(n.Data, "\n"))
		for c := n.FirstChild; c != nil && cost <= maxCost; c = c.NextSibling {
			visit(c, depth)
		}
	}
	visit(doc, 0)
	return cost > maxCost
}

// convert is bounded by html.Parse, which refuses deep nesting.
func convert(doc *html.Node) string {
	out, err := converter.NewConverter(converter.WithPlugins(
		base.NewBasePlugin(), commonmark.NewCommonmarkPlugin(), table.NewTablePlugin(),
	)).ConvertNode(doc)
	if err != nil {
		return strings.TrimSpace(nodeText(doc))
	}
	return strings.Trim(strings.ReplaceAll(string(out), "\u00a0", " "), "\n")
}

// dropInvisible removes what a reader of the mail never saw.
func dropInvisible(doc *html.Node) {
	var gone []*html.Node
	for n := range doc.Descendants() {
		switch {
		case n.Type == html.CommentNode:
			gone = append(gone, n)
		case n.Type != html.ElementNode:
		case n.DataAtom == atom.Script || n.DataAtom == atom.Style || n.DataAtom == atom.Title || n.DataAtom == atom.Template:
			gone = append(gone, n)
		case n.DataAtom == atom.Img && tracker(n):
			gone = append(gone, n)
		}
	}
	for _, n := range gone {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// tracker reports whether an image is too small to be seen.
func tracker(n *html.Node) bool {
	w, h := attr(n, "width"), attr(n, "height")
	return (w == "0" || w == "1") && (h == "0" || h == "1")
}

// cutQuotes moves the quotations and signatures that mail clients mark out of doc
// into a document of their own, in order.
func cutQuotes(doc *html.Node) *html.Node {
	quoted := &html.Node{Type: html.DocumentNode}
	var marks []*html.Node
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && len(marks) < maxMarks && marker(n) != keep {
			marks = append(marks, n)
		}
	}
	for _, n := range marks {
		if !below(n, doc) {
			continue
		}
		switch marker(n) {
		case self:
			if !interleaved(n) {
				move(n, quoted)
			}
		case rest:
			moveRest(n, quoted)
		case untilQuote:
			if q := nextElement(n); q != nil && (q.DataAtom == atom.Blockquote || marker(q) != keep) && !textAfter(q) {
				move(n, quoted)
				move(q, quoted)
			}
		}
	}
	return quoted
}

// cutKind says how much a client's marker takes with it.
type cutKind int

const (
	keep       cutKind = iota
	self               // the element is the quotation
	rest               // everything from here on is
	untilQuote         // an attribution that belongs to the blockquote behind it
)

// markers are the classes and ids by which clients mark quotations, after the
// extractors of Discourse (MAIL.md 2.1). A name that ends in * is a prefix.
var markers = []struct {
	name string
	kind cutKind
}{
	{"gmail_quote", self}, {"gmail_extra", self}, {"gmail_signature", self}, {"gmail_quote_container", self},
	{"yahoo_quoted", self}, {"yahoo-quoted*", self}, {"protonmail_quote", self}, {"protonmail_signature_block", self},
	{"tutanota_quote", self}, {"front-signature", self}, {"front-blockquote", self}, {"zmail_extra", self},
	{"cm_quote", self}, {"cm_signature", self}, {"mailbox_signature", self}, {"qfd*", self},
	{"divrplyfwdmsg", rest}, {"appendonsend", rest}, {"x_divrplyfwdmsg", rest}, {"olk_src_body_section", self},
	{"signature", self}, {"x_signature", self}, {"applemailsignature", self}, {"moz-signature", self},
	{"moz-cite-prefix", untilQuote}, {"moz-forward-container", self}, {"moz-email-headers-table", rest},
	{"ntes_quote", self}, {"isreplycontent", self}, {"spnEditorSign", self}, {"replybody", keep},
}

// marker tells whether an element is one of a client's markers.
func marker(n *html.Node) cutKind {
	if name := attr(n, "name"); strings.EqualFold(name, "messageReplySection") {
		return self
	}
	if attr(n, "data-marker") != "" && attr(n, "data-marker") != "__QUOTED_TEXT__" {
		return self
	}
	if n.DataAtom == atom.Div && outlookBorder(attr(n, "style")) {
		return rest
	}
	for name := range strings.FieldsSeq(attr(n, "class") + " " + attr(n, "id")) {
		for _, m := range markers {
			stem, isPrefix := strings.CutSuffix(m.name, "*")
			if strings.EqualFold(name, m.name) || (isPrefix && len(name) >= len(stem) && strings.EqualFold(name[:len(stem)], stem)) {
				return m.kind
			}
		}
	}
	return keep
}

// outlookBorder recognises the rule that Outlook and Windows Mail draw above the
// header of the mail they quote.
func outlookBorder(style string) bool {
	style = strings.ToLower(strings.ReplaceAll(style, " ", ""))
	return strings.Contains(style, "border:none;border-top:solid#e1e1e1") ||
		strings.Contains(style, "border:none;border-top:solid#b5c4df") ||
		strings.Contains(style, "border-top-color:rgb(229,229,229)")
}

// interleaved reports whether somebody wrote between the quotations inside n: text
// that stands behind a blockquote and in none.
func interleaved(n *html.Node) bool {
	behind := false
	for d := range n.Descendants() {
		if d.DataAtom == atom.Blockquote {
			behind = true
		}
		if behind && d.Type == html.TextNode && strings.TrimSpace(d.Data) != "" && !inQuote(d, n) {
			return true
		}
	}
	return textAfter(n) && behind
}

func inQuote(n, top *html.Node) bool {
	for p := n.Parent; p != nil && p != top; p = p.Parent {
		if p.DataAtom == atom.Blockquote || marker(p) != keep {
			return true
		}
	}
	return false
}

// textAfter reports whether unquoted text follows n in the document.
func textAfter(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		for s := n.NextSibling; s != nil; s = s.NextSibling {
			if s.DataAtom == atom.Blockquote || (s.Type == html.ElementNode && marker(s) != keep) {
				continue
			}
			if strings.TrimSpace(nodeText(s)) != "" {
				return true
			}
		}
	}
	return false
}

// moveRest moves n and everything behind it in the document.
func moveRest(n, to *html.Node) {
	for up := n; up != nil && up.Parent != nil; {
		parent := up.Parent
		for s := up.NextSibling; s != nil; {
			next := s.NextSibling
			if up == n || parent.DataAtom != atom.Html {
				move(s, to)
			}
			s = next
		}
		if parent.DataAtom == atom.Body || parent.DataAtom == atom.Html {
			break
		}
		up = parent
	}
	// The marker itself comes before what it introduces.
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
		to.InsertBefore(n, to.FirstChild)
	}
}

func move(n, to *html.Node) {
	if n.Parent != nil {
		n.Parent.RemoveChild(n)
	}
	to.AppendChild(n)
}

func below(n, top *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == top {
			return true
		}
	}
	return false
}

func nextElement(n *html.Node) *html.Node {
	for s := n.NextSibling; s != nil; s = s.NextSibling {
		if s.Type == html.ElementNode && s.DataAtom != atom.Br {
			return s
		}
		if s.Type == html.TextNode && strings.TrimSpace(s.Data) != "" {
			return nil
		}
	}
	return nil
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func nodeText(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

// stripTags reads the bare text of HTML that is too large or too deep to convert.
func stripTags(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	hidden := 0
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return strings.TrimSpace(b.String())
		case html.TextToken:
			if hidden == 0 {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case (a == atom.Script || a == atom.Style) && kind == html.StartTagToken:
				hidden++
			case (a == atom.Script || a == atom.Style) && kind == html.EndTagToken:
				hidden = max(0, hidden-1)
			case a == atom.Br || a == atom.P || a == atom.Div || a == atom.Tr || a == atom.Li:
				b.WriteByte('\n')
			}
		}
	}
}
