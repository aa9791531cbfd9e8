package markdown

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxTitle is how long a title may be, in bytes; MediaWiki has the same limit.
const maxTitle = 255

// anchor is a link that we made ourselves: to a wiki page or to a member.
type anchor struct {
	ast.BaseInline
	href, class, label string
	link               Link // what it points at, if that is to be listed
}

var kindAnchor = ast.NewNodeKind("Anchor")

// Kind tells the renderer what this is.
func (*anchor) Kind() ast.NodeKind { return kindAnchor }

// Dump prints the node for somebody who debugs the parser.
func (a *anchor) Dump(source []byte, level int) {
	ast.DumpHelper(a, source, level, map[string]string{"href": a.href}, nil)
}

// wikilinks parses [[Title]], [[Title|text]] and [[Title#section]].
type wikilinks struct{}

// Trigger returns the character that begins a wiki link.
func (wikilinks) Trigger() []byte { return []byte{'['} }

// Parse reads one wiki link. Where it is none, the brackets are left to Markdown.
func (wikilinks) Parse(_ ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	inner, ok := wikiInner(line)
	if !ok {
		return nil
	}
	target, label, named := strings.Cut(inner, "|")
	target = strings.TrimSuffix(target, `\`) // in a table the bar is written \|
	page, section, _ := strings.Cut(target, "#")
	title := Title(page)
	if title == "" && section == "" || len(title) > maxTitle {
		return nil
	}
	block.Advance(len(inner) + 4)
	if label = strings.TrimSpace(label); !named || label == "" {
		label = strings.TrimSpace(target)
	}
	readingOf(pc).spend(500)
	if title == "" {
		return &anchor{label: label, href: "#" + section}
	}
	return &anchor{label: label, href: wikiPath(title, section), link: Link{Kind: "wiki", Target: title}}
}

// wikiInner returns what stands between the brackets of a wiki link.
func wikiInner(line []byte) (string, bool) {
	if !bytes.HasPrefix(line, []byte("[[")) {
		return "", false
	}
	end := bytes.IndexAny(line[2:min(len(line), 2+2*maxTitle)], "[]<>{}\n")
	if end < 1 {
		return "", false
	}
	inner, after := line[2:2+end], line[2+end:]
	if !bytes.HasPrefix(after, []byte("]]")) || bytes.HasPrefix(after, []byte("]](")) {
		return "", false
	}
	return string(inner), true
}

// wikiPath is the address of a page, with spaces as underscores. A browser shows
// the percent-encoded Chinese as Chinese.
func wikiPath(title, section string) string {
	u := url.URL{Path: "/wiki/" + strings.ReplaceAll(title, " ", "_")}
	path := u.EscapedPath()
	if s := Slug(section); s != "" {
		path += "#h-" + url.PathEscape(s)
	}
	return path
}
