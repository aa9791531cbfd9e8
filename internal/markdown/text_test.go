package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"picus/internal/markdown"
)

func TestMailIsShownAsWhatItIs(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"paragraphs and line breaks", "a\nb\n\nc", "<p>a<br>\nb</p>\n<p>c</p>\n"},
		{"nothing is Markdown", "# a *b* __init__ [c](d) ~~e~~ @f [[g]]\n- h\n1. i\n===", "<p># a *b* __init__ [c](d) ~~e~~ @f [[g]]<br>\n- h<br>\n1. i<br>\n===</p>\n"},
		{"nothing is HTML", "<b>a</b> &amp; \"b\" 'c'", "<p>&lt;b&gt;a&lt;/b&gt; &amp;amp; &#34;b&#34; &#39;c&#39;</p>\n"},
		{"indentation stays", "a:\n  b", "<p>a:<br>\n\u00a0\u00a0b</p>\n"},
		{"carriage returns", "a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>\n"},
		{"a quote", "> a\n> b\n\nc", "<blockquote>\n<p>a<br>\nb</p>\n</blockquote>\n<p>c</p>\n"},
		{"quotes in quotes", ">> a\n> b\n> > c", "<blockquote>\n<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</blockquote>\n"},
		{"a quote of the third level", ">>> a\n>> b\n", "<blockquote>\n<blockquote>\n<blockquote>\n<p>a</p>\n</blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n"},
		{"an empty line in a quote", "> a\n>\n> b", "<blockquote>\n<p>a</p>\n<p>b</p>\n</blockquote>\n"},
		{"Python's prompts", ">>> x = 1\n>>> x\n1\n\nok", "<pre>&gt;&gt;&gt; x = 1\n&gt;&gt;&gt; x\n1\n</pre>\n<p>ok</p>\n"},
		{"a function at the prompt", "try\n\n>>> def f():\n...     pass\n>>> f()", "<p>try</p>\n<pre>&gt;&gt;&gt; def f():\n...     pass\n&gt;&gt;&gt; f()\n</pre>\n"},
		{"prompts in a quote", "> a\n> >>> x\n> 1", "<blockquote>\n<p>a</p>\n<pre>&gt;&gt;&gt; x\n1\n</pre>\n</blockquote>\n"},
		{"a level deeper is no prompt", "> a\n>> b\n>>> c", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n<blockquote>\n<p>c</p>\n</blockquote>\n</blockquote>\n</blockquote>\n"},
		{"a shell session", "$ ls  -l\ntotal 0\n\nok", "<pre>$ ls  -l\ntotal 0\n</pre>\n<p>ok</p>\n"},
		{"indented code", "a\n\n    if x:\n\n        y\n\nb", "<p>a</p>\n<pre>    if x:\n\n        y\n</pre>\n<p>b</p>\n"},
		{"a Chinese paragraph set in", "    你好，这是一段文字。", "<p>\u00a0\u00a0\u00a0\u00a0你好，这是一段文字。</p>\n"},
		{"a table", "name     size\na           1\nb          10", "<pre>name     size\na           1\nb          10\n</pre>\n"},
		{"a drawing", "+--+\n|  |\n+--+", "<pre>+--+\n|  |\n+--+\n</pre>\n"},
		{"a sentence with one gap", "Well...   who knows\nreally", "<p>Well...   who knows<br>\nreally</p>\n"},
		{"a patch with an empty line", "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\nThanks", "<pre>--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n+c\n</pre>\n<p>Thanks</p>\n"},
		{"a piece of a patch in a review", "> +\tif (a)\n> +\t\treturn b;\n\nWhy?", "<blockquote>\n<pre>+\tif (a)\n+\t\treturn b;\n</pre>\n</blockquote>\n<p>Why?</p>\n"},
		{"a vote is no patch", "+1 from me\n-1 from her", "<p>+1 from me<br>\n-1 from her</p>\n"},
		{"a list is no patch", "- a (b)\n- c;", "<p>- a (b)<br>\n- c;</p>\n"},
		{"a fence", "```python\ndef f(): pass\n```\na", "<pre><code><span class=\"k\">def</span> <span class=\"nf\">f</span>(): <span class=\"k\">pass</span>\n</code></pre>\n<p>a</p>\n"},
		{"a fence without an end", "```\na\n\nb", "<pre><code>a\n\nb\n</code></pre>\n"},
		{"code in backticks", "use `a < b` here", "<p>use <code>a &lt; b</code> here</p>\n"},
		{"old quotation marks", "the `word' and ``two''", "<p>the `word&#39; and ``two&#39;&#39;</p>\n"},
		{"an address", "see https://example.org/a.", "<p>see " + link("https://example.org/a") + ".</p>\n"},
		{"an address beside Chinese", "参见https://example.org/a。", "<p>参见" + link("https://example.org/a") + "。</p>\n"},
		{"an address in angle brackets", "<https://example.org/a,b.>", "<p>&lt;" + link("https://example.org/a,b.") + "&gt;</p>\n"},
		{"an address in code", "`https://example.org`", "<p><code>https://example.org</code></p>\n"},
		{"a mail address is text", "write to a@example.org", "<p>write to a@example.org</p>\n"},
		{"another scheme is text", "javascript:alert(1) ftp://a.b", "<p>javascript:alert(1) ftp://a.b</p>\n"},
		{"a signature", "a\n\n-- \nme", "<p>a</p>\n<div class=\"sig\">\n<p>--<br>\nme</p>\n</div>\n"},
		{"directional characters", "a\u202eb", "<p><bdi>a\u202eb</bdi></p>\n"},
		{"nothing", "\n \n", ""},
	} {
		got := markdown.Text(row.source).HTML
		if got != row.want {
			t.Errorf("%s: Text(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
		if clean := markdown.Clean(got); clean != got {
			t.Errorf("%s: Clean(Text(%q)) = %s; want %s", row.name, row.source, clean, got)
		}
	}
}

func TestTextOfAMailLeavesQuotesOut(t *testing.T) {
	doc := markdown.Text("On Monday Eve wrote:\n> a https://example.org/q\n\nb https://example.org/a\n\n    code\n")
	if want := "On Monday Eve wrote:\nb https://example.org/a\n    code\n"; doc.Text != want {
		t.Errorf("Text = %q; want %q", doc.Text, want)
	}
	if want := []markdown.Link{{"url", "https://example.org/q"}, {"url", "https://example.org/a"}}; !slices.Equal(doc.Links, want) {
		t.Errorf("Links = %v; want %v", doc.Links, want)
	}
	if got := markdown.Text("> only\n> a quote").Text; got != "only\na quote\n" {
		t.Errorf("Text = %q; a mail of quotes alone keeps them", got)
	}
}

// mailCases are patterns on which a careless reader of mail goes over the rest of
// the mail again and again.
var mailCases = map[string]string{
	"quotes":               strings.Repeat(">", big),
	"quotes with spaces":   strings.Repeat("> ", big/2),
	"prompts":              strings.Repeat(">>> a\n", big/6),
	"quotes up and down":   strings.Repeat(">a\n>>>b\n", big/8),
	"fences":               strings.Repeat("```\n", big/4),
	"fences of two kinds":  strings.Repeat("```\n~~~\n", big/8),
	"backticks":            strings.Repeat("`a ", big/3),
	"addresses":            strings.Repeat("http://a.b ", big/11),
	"one address":          "http://a.b/" + strings.Repeat("(", big),
	"schemes":              strings.Repeat("http://", big/7),
	"hunks":                strings.Repeat("@@ -1,9 +1,9 @@\n", big/16),
	"heads of patches":     strings.Repeat("--- a\n", big/6),
	"signatures":           strings.Repeat("-- \n", big/4),
	"signatures in quotes": strings.Repeat("-- \n> a\n", big/8),
	"indented lines":       strings.Repeat("    a\n\n", big/7),
	"sessions":             strings.Repeat("$ a\n\n", big/5),
	"gaps":                 strings.Repeat("a   b", big/5),
	"colons":               strings.Repeat(":", big),
	"dots":                 strings.Repeat(".", big),
	"angle brackets":       strings.Repeat("<http://", big/8),
	"comments to colour":   "```c\n" + strings.Repeat("/*", big/2),
}

func TestHostileMailEnds(t *testing.T) {
	for name, source := range mailCases {
		if took := cpu(func() { markdown.Text(source) }); took > runaway {
			t.Errorf("%s: Text() took %v for %d bytes", name, took, len(source))
		}
	}
}
