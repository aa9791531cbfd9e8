package markdown

import (
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// engine is goldmark's parser with our own parsers among its own. The numbers are
// its priorities; the smallest is asked first.
var engine = parser.NewParser(
	parser.WithBlockParsers(
		util.Prioritized(parser.NewSetextHeadingParser(), 100),
		util.Prioritized(parser.NewThematicBreakParser(), 200),
		util.Prioritized(container{parser.NewListParser()}, 300),
		util.Prioritized(container{parser.NewListItemParser()}, 400),
		util.Prioritized(parser.NewCodeBlockParser(), 500),
		util.Prioritized(parser.NewATXHeadingParser(), 600),
		util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
		util.Prioritized(container{parser.NewBlockquoteParser()}, 800),
		util.Prioritized(parser.NewHTMLBlockParser(), 900),
		util.Prioritized(notes{container{extension.NewFootnoteBlockParser()}}, 999),
		util.Prioritized(parser.NewParagraphParser(), 1000),
	),
	parser.WithInlineParsers(
		util.Prioritized(extension.NewTaskCheckBoxParser(), 0),
		util.Prioritized(parser.NewCodeSpanParser(), 100),
		util.Prioritized(noteRefs{extension.NewFootnoteParser()}, 101),
		util.Prioritized(wikilinks{}, 150),
		util.Prioritized(links{parser.NewLinkParser()}, 200),
		util.Prioritized(parser.NewAutoLinkParser(), 300),
		util.Prioritized(parser.NewRawHTMLParser(), 400),
		util.Prioritized(emphasis{}, 500),
		util.Prioritized(mentions{}, 600),
		util.Prioritized(bareLinks{}, 700),
	),
	parser.WithParagraphTransformers(
		util.Prioritized(definitions{parser.LinkReferenceParagraphTransformer}, 100),
		util.Prioritized(tables{extension.NewTableParagraphTransformer()}, 200),
	),
	parser.WithASTTransformers(
		util.Prioritized(extension.NewTableASTTransformer(), 0),
		util.Prioritized(extension.NewFootnoteASTTransformer(), 999),
	),
)

// render parses and draws one document. It fails when the document is too costly,
// and also when goldmark stumbles over it: a mail import goes on either way.
func render(src string, o Options) (doc Doc, ok bool) {
	defer func() {
		if recover() != nil {
			doc, ok = Doc{}, false
		}
	}()
	r := newReading(src, o)
	source := []byte(src)
	pc := parser.NewContext()
	pc.Set(readingKey, r)
	root := engine.Parse(text.NewReader(source), parser.WithContext(pc))
	s := survey(root, source, r)
	d := drawing{source: source, reading: r, limit: min(growth*len(src)+4096, maxOutput)}
	d.node(root)
	html := string(d.out)
	if s.raw || bidi(html) {
		html = balance(html)
	}
	return Doc{HTML: policy.Sanitize(html), Text: s.text.String(), Links: s.links, Headings: s.headings}, true
}
