package markdown

import (
	"strconv"
	"strings"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/util"
)

// rel is what every link to another site carries: search engines shall not count
// it, and the other page shall not reach this one.
const rel = ` rel="ugc nofollow noopener"`

func (d *drawing) inline(n ast.Node) {
	switch n := n.(type) {
	case *ast.Text:
		d.text(n)
	case *ast.String:
		d.escaped(string(n.Value))
	case *ast.CodeSpan:
		d.write("<code>")
		d.escaped(visibleBidi(string(codeSpan(n, d.source))))
		d.write("</code>")
	case *ast.Emphasis:
		tag := [...]string{"em", "em", "strong"}[n.Level]
		d.wrap("<"+tag+">", n, "</"+tag+">")
	case *ast.Link:
		d.link(destinationURL(n.Destination), n.Title, n)
	case *ast.AutoLink:
		d.autoLink(n)
	case *anchor:
		d.anchor(n)
	case *ast.Image:
		d.image(n)
	case *ast.RawHTML:
		code, _ := harmlessInline(string(n.Segments.Value(d.source)))
		d.write(code)
	case *extast.Strikethrough:
		d.wrap("<del>", n, "</del>")
	case *extast.TaskCheckBox:
		d.checkBox(n)
	case *extast.FootnoteLink:
		d.noteLink(n)
	case *extast.FootnoteBacklink:
		d.write(` <a class="footnote-backref" href="#fnref-` + d.reading.prefix + noteNumber(n.Index, n.RefIndex) + `">↩︎</a>`)
	default:
		d.children(n)
	}
}

func (d *drawing) text(n *ast.Text) {
	d.escaped(unescape(n.Value(d.source)))
	switch {
	case n.HardLineBreak():
		d.write("<br>\n")
	case n.SoftLineBreak() && !gluedBreak(n, d.source):
		d.write("\n")
	}
}

// destinationURL resolves the escapes in a link destination and percent-encodes it.
func destinationURL(destination []byte) string {
	return string(util.URLEscape(destination, true))
}

// escapeURL percent-encodes what may not stand in an address.
func escapeURL(s string) string { return string(util.URLEscape([]byte(s), false)) }

// link draws a link, or its text alone where it leads nowhere we go.
func (d *drawing) link(to string, title []byte, n ast.Node) {
	href, external, ok := safeURL(to)
	if !ok || d.inLink {
		d.children(n)
		return
	}
	d.open(href, external, "", unescape(title))
	d.inLink = true
	d.wrap("", n, "</a>")
	d.inLink = false
}

// open writes the start of a link, its attributes in the order of the balancer.
func (d *drawing) open(href string, external bool, class, title string) {
	d.write("<a")
	d.attribute("class", class)
	d.attribute("title", withoutBidi(title))
	d.write(` href="`)
	d.escaped(href)
	d.write(`"`)
	if external {
		d.write(rel)
	}
	d.write(">")
}

// attribute writes an attribute that has a value.
func (d *drawing) attribute(name, value string) {
	if value == "" {
		return
	}
	d.write(" " + name + `="`)
	d.escaped(value)
	d.write(`"`)
}

// labelled draws a link around a text.
func (d *drawing) labelled(to, class, label string) {
	href, external, ok := safeURL(to)
	if !ok || d.inLink {
		d.escaped(label)
		return
	}
	d.open(href, external, class, "")
	d.escaped(label)
	d.write("</a>")
}

func (d *drawing) anchor(n *anchor) { d.labelled(n.href, n.class, n.label) }

func (d *drawing) autoLink(n *ast.AutoLink) {
	to := escapeURL(string(n.URL(d.source)))
	if n.AutoLinkType == ast.AutoLinkEmail && !strings.HasPrefix(strings.ToLower(to), "mailto:") {
		to = "mailto:" + to
	}
	d.labelled(to, "", string(n.Label(d.source)))
}

// image draws an image of our own. One from elsewhere would tell a third party
// who reads this page, so it becomes a link that says where it leads.
func (d *drawing) image(n *ast.Image) {
	alt := d.plainText(n)
	src, external, ok := safeURL(destinationURL(n.Destination))
	switch {
	case !ok || strings.HasPrefix(src, "mailto:"):
		d.escaped(alt)
	case external && d.inLink:
		d.write(`<span class="ext-image">`)
		d.escaped(imageLabel(alt, src))
		d.write("</span>")
	case external:
		d.labelled(src, "ext-image", imageLabel(alt, src))
	default:
		if w, h, ok := imageSize(src); ok {
			d.ownImage(src, withoutBidi(alt), withoutBidi(unescape(n.Title)), w, h)
			return
		}
		d.write("<img")
		d.attribute("title", withoutBidi(unescape(n.Title)))
		d.attribute("src", src)
		d.write(` alt="`)
		d.escaped(withoutBidi(alt))
		d.write(`" loading="lazy">`)
	}
}

// imageLabel says what an image from elsewhere shows and where it is.
func imageLabel(alt, src string) string {
	if alt = strings.TrimSpace(alt); alt == "" {
		return hostOf(src)
	}
	return alt + " (" + hostOf(src) + ")"
}

// plainText is the text of an image's description, without its markup.
func (d *drawing) plainText(n ast.Node) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.WriteString(unescape(c.Value(d.source)))
			if c.SoftLineBreak() || c.HardLineBreak() {
				b.WriteByte('\n')
			}
		case *anchor:
			b.WriteString(c.label)
		case *ast.AutoLink:
			b.Write(c.Label(d.source))
		default:
			b.WriteString(d.plainText(c))
		}
	}
	return b.String()
}

func (d *drawing) checkBox(n *extast.TaskCheckBox) {
	if n.IsChecked {
		d.write(`<input checked="" disabled="" type="checkbox" aria-label="☑"> `)
		return
	}
	d.write(`<input disabled="" type="checkbox" aria-label="☐"> `)
}

func (d *drawing) noteLink(n *extast.FootnoteLink) {
	number := strconv.Itoa(n.Index)
	d.write(`<sup id="fnref-` + d.reading.prefix + noteNumber(n.Index, n.RefIndex) + `">`)
	d.labelled("#fn-"+d.reading.prefix+number, "footnote-ref", number)
	d.write("</sup>")
}

// noteNumber tells the references to one footnote apart.
func noteNumber(index, reference int) string {
	number := strconv.Itoa(index)
	if reference > 0 {
		number += "-" + strconv.Itoa(reference+1)
	}
	return number
}
