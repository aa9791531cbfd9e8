package markdown

import (
	"strconv"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// drawing writes the HTML of a parsed document. It stands in for goldmark's
// renderer, whose parts would each need replacing: links and images know their
// host, line breaks know Chinese, and the output has an end.
type drawing struct {
	source  []byte
	out     []byte
	limit   int // of out
	reading *reading
	inLink  bool
}

func (d *drawing) write(s string) {
	if len(d.out) > d.limit {
		panic(refusal{})
	}
	d.out = append(d.out, s...)
}

func (d *drawing) escaped(s string) {
	if len(d.out) > d.limit {
		panic(refusal{})
	}
	d.out = appendEscaped(d.out, s)
}

func (d *drawing) children(n ast.Node) {
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		d.node(c)
	}
}

// wrap draws a node's children between two tags.
func (d *drawing) wrap(open string, n ast.Node, end string) {
	d.write(open)
	d.children(n)
	d.write(end)
}

func (d *drawing) node(n ast.Node) {
	if n.Type() == ast.TypeInline {
		d.inline(n)
		return
	}
	switch n := n.(type) {
	case *ast.Paragraph:
		d.wrap("<p>", n, "</p>\n")
	case *ast.TextBlock:
		d.children(n)
		if n.NextSibling() != nil && n.FirstChild() != nil {
			d.write("\n")
		}
	case *ast.Heading:
		d.heading(n)
	case *ast.Blockquote:
		d.wrap("<blockquote>\n", n, "</blockquote>\n")
	case *ast.List:
		d.list(n)
	case *ast.ListItem:
		d.item(n)
	case *ast.ThematicBreak:
		d.write("<hr>\n")
	case *ast.CodeBlock:
		d.code("", n.Lines().Value(d.source))
	case *ast.FencedCodeBlock:
		d.code(unescape(n.Language(d.source)), n.Lines().Value(d.source))
	case *ast.HTMLBlock:
		d.write(d.reading.html[n])
	case *ast.LinkReferenceDefinition:
	default:
		d.extension(n)
	}
}

// extension draws the blocks that CommonMark does not have.
func (d *drawing) extension(n ast.Node) {
	switch n := n.(type) {
	case *extast.Table:
		d.table(n)
	case *extast.TableHeader:
		d.wrap("<thead>\n<tr>\n", n, "</tr>\n</thead>\n")
	case *extast.TableRow:
		d.wrap("<tr>\n", n, "</tr>\n")
	case *extast.TableCell:
		d.cell(n)
	case *extast.FootnoteList:
		d.wrap("<div class=\"footnotes\">\n<hr>\n<ol>\n", n, "</ol>\n</div>\n")
	case *extast.Footnote:
		d.wrap(`<li id="fn-`+d.reading.prefix+strconv.Itoa(n.Index)+"\">\n", n, "</li>\n")
	default:
		d.children(n)
	}
}

func (d *drawing) heading(n *ast.Heading) {
	level := strconv.Itoa(n.Level)
	id, _ := n.AttributeString("id")
	d.write("<h" + level + ` id="`)
	d.escaped(string(id.([]byte)))
	d.wrap(`">`, n, "</h"+level+">\n")
}

func (d *drawing) list(n *ast.List) {
	switch {
	case !n.IsOrdered():
		d.wrap("<ul>\n", n, "</ul>\n")
	case n.Start != 1:
		d.wrap(`<ol start="`+strconv.Itoa(n.Start)+"\">\n", n, "</ol>\n")
	default:
		d.wrap("<ol>\n", n, "</ol>\n")
	}
}

func (d *drawing) item(n *ast.ListItem) {
	first := n.FirstChild()
	if _, ok := first.(*ast.TextBlock); first == nil || ok {
		d.wrap("<li>", n, "</li>\n")
		return
	}
	d.wrap("<li>\n", n, "</li>\n")
}

// table draws a table. goldmark keeps header and rows as siblings.
func (d *drawing) table(n *extast.Table) {
	d.write("<table>\n")
	body := false
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		if _, ok := c.(*extast.TableRow); ok && !body {
			d.write("<tbody>\n")
			body = true
		}
		d.node(c)
	}
	if body {
		d.write("</tbody>\n")
	}
	d.write("</table>\n")
}

func (d *drawing) cell(n *extast.TableCell) {
	tag := "td"
	if _, ok := n.Parent().(*extast.TableHeader); ok {
		tag = "th"
	}
	d.write("<" + tag)
	if n.Alignment != extast.AlignNone {
		d.write(` align="` + n.Alignment.String() + `"`)
	}
	d.wrap(">", n, "</"+tag+">\n")
}
