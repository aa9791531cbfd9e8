package markdown

import (
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
)

// maxLinks is how many links of a document are listed.
const maxLinks = 500

// surveyor reads a parsed document once, before it is drawn: it gives headings
// their anchors, lists links, and collects the plain text.
type surveyor struct {
	source   []byte
	reading  *reading
	text     strings.Builder
	links    []Link
	seen     map[Link]bool
	headings []Heading
	anchors  map[string]int // how often a slug was wanted
	within   []*ast.Link    // links within the document, to be resolved last
	sections []*anchor      // the same as wiki links
	raw      bool           // the source holds HTML
}

func survey(root ast.Node, source []byte, r *reading) *surveyor {
	s := &surveyor{source: source, reading: r, seen: map[Link]bool{}, anchors: map[string]int{}}
	s.node(root, 0)
	for _, l := range s.within {
		l.Destination = []byte("#" + s.fragment(destinationText(l.Destination[1:])))
	}
	for _, a := range s.sections {
		a.href = "#" + percent(s.fragment(a.href[1:]))
	}
	return s
}

// fragment is the anchor that the author of a link within the document meant.
func (s *surveyor) fragment(name string) string {
	if slug := Slug(name); s.anchors[slug] > 0 {
		return "h-" + s.reading.prefix + slug
	}
	return prefixedID(name)
}

// destinationText is a link destination as a person reads it.
func destinationText(destination []byte) string {
	text, err := url.PathUnescape(unescape(destination))
	if err != nil {
		return unescape(destination)
	}
	return text
}

// node surveys a node and all below it.
func (s *surveyor) node(n ast.Node, depth int) {
	if depth > maxNesting {
		panic(refusal{})
	}
	s.reading.spend(price(n))
	start := s.text.Len()
	switch n := n.(type) {
	case *ast.Text:
		s.words(n)
	case *ast.CodeSpan:
		s.text.Write(codeSpan(n, s.source))
		return
	case *ast.CodeBlock, *ast.FencedCodeBlock:
		s.lines(n)
		return
	case *ast.HTMLBlock:
		s.raw = true
		s.lines(n)
		return
	case *ast.RawHTML:
		s.raw = true
		_, text := harmlessInline(string(n.Segments.Value(s.source)))
		s.text.WriteString(text)
		return
	case *anchor:
		s.anchor(n)
	case *ast.AutoLink:
		s.text.Write(n.Label(s.source))
		s.add(Link{Kind: "url", Target: string(n.URL(s.source))})
	case *ast.Link:
		s.target(n.Destination)
		if len(n.Destination) > 1 && n.Destination[0] == '#' {
			s.within = append(s.within, n)
		}
	case *ast.Image:
		s.target(n.Destination)
	case *extast.FootnoteLink, *extast.FootnoteBacklink:
		return
	}
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		s.node(c, depth+1)
	}
	s.leave(n, start)
}

// price is what it costs to survey, draw and sanitise a node.
func price(n ast.Node) int {
	switch n.Kind() {
	case ast.KindText, ast.KindTextBlock:
		return 300
	case ast.KindHeading:
		return 8000
	case ast.KindHTMLBlock:
		return 9000 + 40*htmlSize(n)
	case kindAnchor, ast.KindLink, ast.KindImage, ast.KindAutoLink, extast.KindFootnoteLink:
		return 5000
	}
	return 1500
}

func htmlSize(n ast.Node) int {
	size := 0
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		size += line.Len()
	}
	return size
}

// leave ends a block with a new line, and gives a heading its anchor.
func (s *surveyor) leave(n ast.Node, start int) {
	switch n := n.(type) {
	case *ast.Heading:
		s.heading(n, strings.TrimSpace(s.text.String()[start:]))
		s.newline(start)
	case *ast.Paragraph, *ast.TextBlock, *extast.TableRow, *extast.TableHeader:
		s.newline(start)
	case *extast.TableCell:
		if n.NextSibling() != nil {
			s.text.WriteByte(' ')
		}
	}
}

func (s *surveyor) newline(start int) {
	if s.text.Len() > start {
		s.text.WriteByte('\n')
	}
}

// words adds a piece of text and, for a line break, the space that it stands for.
func (s *surveyor) words(n *ast.Text) {
	s.text.WriteString(unescape(n.Value(s.source)))
	switch {
	case n.HardLineBreak():
		s.text.WriteByte('\n')
	case n.SoftLineBreak() && !gluedBreak(n, s.source):
		s.text.WriteByte(' ')
	}
}

// lines adds code as it is. Of a block of HTML only the text counts.
func (s *surveyor) lines(n ast.Node) {
	code := string(n.Lines().Value(s.source))
	if block, ok := n.(*ast.HTMLBlock); ok {
		s.reading.html[n], code = harmless(htmlSource(block, s.source))
	}
	s.text.WriteString(code)
	if code != "" && !strings.HasSuffix(code, "\n") {
		s.text.WriteByte('\n')
	}
}

// anchor lists what one of our own links points at, and marks a wiki page that
// is still to be written.
func (s *surveyor) anchor(n *anchor) {
	s.text.WriteString(n.label)
	s.add(n.link)
	if strings.HasPrefix(n.href, "#") {
		s.sections = append(s.sections, n)
	}
	exists := s.reading.options.Exists
	if n.link.Kind == "wiki" && exists != nil && !exists(n.link.Target) {
		n.class = "missing"
	}
}

func (s *surveyor) heading(n *ast.Heading, text string) {
	slug := Slug(text)
	if slug == "" {
		slug = "section"
	}
	s.anchors[slug]++
	if times := s.anchors[slug]; times > 1 {
		slug += "-" + strconv.Itoa(times)
	}
	id := "h-" + s.reading.prefix + slug
	n.SetAttributeString("id", []byte(id))
	s.headings = append(s.headings, Heading{Level: n.Level, Text: text, Anchor: id})
}

// target lists where a link or an image points.
func (s *surveyor) target(destination []byte) {
	s.add(Link{Kind: "url", Target: destinationURL(destination)})
}

func (s *surveyor) add(l Link) {
	if l.Kind == "url" {
		href, _, ok := safeURL(l.Target)
		if !ok || !strings.Contains(href, "://") && !strings.HasPrefix(href, "/") {
			return
		}
		l.Target = href
	}
	if l.Target == "" || s.seen[l] || len(s.links) >= maxLinks {
		return
	}
	s.seen[l] = true
	s.links = append(s.links, l)
}

// gluedBreak says whether the line break after a text is no space, because
// Chinese or Japanese stands on both sides of it.
func gluedBreak(n *ast.Text, source []byte) bool {
	before := lastRune(n, source)
	if before < 0x2000 {
		return false
	}
	after, ok := firstRune(nextInline(n), source)
	return ok && glued(before, after)
}

// lastRune is the last character of a text or, where emphasis ends the line and
// the text is empty, of what stands before it.
func lastRune(n ast.Node, source []byte) rune {
	for n != nil {
		switch t := n.(type) {
		case *ast.Text:
			if value := t.Value(source); len(value) > 0 {
				r, _ := utf8.DecodeLastRune(value)
				return r
			}
			n = n.PreviousSibling()
			continue
		case *anchor:
			r, _ := utf8.DecodeLastRuneInString(t.label)
			return r
		}
		n = n.LastChild()
	}
	return 0
}

// nextInline is what follows a node in its block, out of emphasis too.
func nextInline(n ast.Node) ast.Node {
	for n != nil && n.Type() == ast.TypeInline {
		if next := n.NextSibling(); next != nil {
			return next
		}
		n = n.Parent()
	}
	return nil
}

func firstRune(n ast.Node, source []byte) (rune, bool) {
	for n != nil {
		switch t := n.(type) {
		case *ast.Text:
			if value := t.Value(source); len(value) > 0 {
				r, _ := utf8.DecodeRune(value)
				return r, true
			}
			n = nextInline(n)
			continue
		case *anchor:
			r, _ := utf8.DecodeRuneInString(t.label)
			return r, true
		}
		n = n.FirstChild()
	}
	return 0, false
}

// codeSpan is the text of inline code; a line break in it is a space.
func codeSpan(n *ast.CodeSpan, source []byte) []byte {
	var code []byte
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		code = append(code, c.(*ast.Text).Segment.Value(source)...)
	}
	for i, c := range code {
		if c == '\n' {
			code[i] = ' '
		}
	}
	return code
}
