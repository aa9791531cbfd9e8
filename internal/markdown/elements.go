package markdown

// role says how an element stands to its neighbours, as far as the balancing of
// tags needs to know (HTML standard, 13.2.6 Tree construction).
type role int

const (
	phrase  role = iota // part of a line of text
	block               // ends an open paragraph
	void                // has no content and no end tag
	part                // belongs into a certain parent: li, td, summary …
	section             // part of a table
)

// elements are those that a document may have.
var elements = map[string]role{
	"a": phrase, "abbr": phrase, "b": phrase, "bdi": phrase, "cite": phrase, "code": phrase, "del": phrase, "dfn": phrase,
	"em": phrase, "i": phrase, "ins": phrase, "kbd": phrase, "mark": phrase, "q": phrase, "ruby": phrase, "s": phrase,
	"samp": phrase, "small": phrase, "span": phrase, "strong": phrase, "sub": phrase, "sup": phrase, "time": phrase,
	"u": phrase, "var": phrase,

	"blockquote": block, "details": block, "div": block, "dl": block, "figcaption": block, "figure": block,
	"h1": block, "h2": block, "h3": block, "h4": block, "h5": block, "h6": block,
	"ol": block, "p": block, "pre": block, "table": block, "ul": block,

	"br": void, "hr": void, "img": void, "input": void, "wbr": void, "col": void,

	"li": part, "dt": part, "dd": part, "rt": part, "rp": part, "summary": part,
	"caption": section, "colgroup": section, "thead": section, "tbody": section, "tfoot": section,
	"tr": section, "td": section, "th": section,
}

// aliases are elements that are shown as another one. The landmarks of a page
// belong to the site, not to a post.
var aliases = map[string]string{
	"acronym": "abbr", "address": "div", "article": "div", "aside": "div", "center": "div", "dir": "ul", "footer": "div",
	"header": "div", "hgroup": "div", "listing": "pre", "main": "div", "menu": "ul", "nav": "div", "section": "div",
	"strike": "s", "tt": "code", "xmp": "pre",
}

// parents are the elements in which a part may stand.
var parents = map[string][]string{
	"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "rt": {"ruby"}, "rp": {"ruby"}, "summary": {"details"},
	"caption": {"table"}, "colgroup": {"table"}, "col": {"colgroup", "table"}, "thead": {"table"}, "tbody": {"table"}, "tfoot": {"table"},
	"tr": {"tbody", "thead", "tfoot", "table"}, "td": {"tr"}, "th": {"tr"},
}

// orphans are what a part without its parent is shown as; others lose their tags.
var orphans = map[string]string{"li": "div", "dt": "div", "dd": "div", "summary": "div"}

// dropped are elements of which the content goes too: x/net/html returns it as
// one piece of text, and nobody was meant to read it.
var dropped = map[string]bool{
	"iframe": true, "noembed": true, "noframes": true, "noscript": true, "script": true, "style": true, "title": true,
}
