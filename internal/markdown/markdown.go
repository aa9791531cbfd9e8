// Package markdown turns what people write into the HTML that the site shows:
// Markdown in the browser, plain text by mail, foreign HTML from feeds and
// imports. Everything it returns went through one sanitiser and may be written
// into a page as it is. Input that would cost too much is shown as plain text,
// so that a post can neither stop the site nor get lost.
package markdown

import (
	"hash/fnv"
	"strconv"
)

// Options says how one document is rendered.
type Options struct {
	Unique bool                    // anchors carry a short hash of the source, because several documents share a page
	Exists func(title string) bool // whether a wiki page exists; nil means that all do
}

// Link is something a document points at.
type Link struct {
	Kind   string // "wiki", "url" or "mention"
	Target string // a normalised title, an absolute or rooted URL, a member's name
}

// Heading is one heading of a document, for a table of contents.
type Heading struct {
	Level  int
	Text   string
	Anchor string // the id of the heading, without #
}

// Doc is a rendered document.
type Doc struct {
	HTML     string // safe to be written into a page
	Text     string // plain text, one block a line, for search and excerpts
	Links    []Link // in order of appearance, each once
	Headings []Heading
	Plain    bool // the source was too costly and is shown as plain text with a notice
}

// Render returns the HTML of a Markdown source: CommonMark with GitHub's
// extensions, footnotes, mentions, wiki links and highlighted code.
func Render(src string, o Options) Doc {
	src = tidy(src)
	if len(src) > maxSource {
		return plain(src)
	}
	if len(src) > largeSource {
		slots <- struct{}{}
		defer func() { <-slots }()
	}
	doc, ok := render(src, o)
	if !ok {
		return plain(src)
	}
	return doc
}

// hash is short enough for an anchor; two posts on one page that share it would
// have to share a heading as well before anybody noticed.
func hash(src string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(src)) // a hash never fails
	return strconv.FormatUint(uint64(h.Sum32()), 36)
}

// plain is what a document becomes when it would cost too much to render.
func plain(src string) Doc {
	shown := cutRunes(src, maxPlain)
	if code := escape(shown); len(code) > maxOutput {
		shown = cutRunes(shown, maxOutput/len("&#34;"))
	}
	end := "\n"
	if len(shown) < len(src) {
		end = "\n…\n"
	}
	html := `<p class="notice">This text is too long or too deeply nested to be formatted, so it is shown as it was written.</p>` +
		"\n<pre>\n" + escape(visibleBidi(shown)) + end + "</pre>\n"
	return Doc{HTML: Clean(html), Text: src, Plain: true}
}
