package markdown_test

import (
	"slices"
	"strings"
	"testing"

	"picus/internal/markdown"
)

// inline renders one paragraph and returns what is in it.
func inline(source string) string {
	html := strings.TrimSuffix(markdown.Render(source, markdown.Options{}).HTML, "\n")
	return strings.TrimSuffix(strings.TrimPrefix(html, "<p>"), "</p>")
}

// link is how a bare address of another site is shown.
func link(address string) string {
	return `<a href="` + address + `" rel="ugc nofollow noopener">` + address + `</a>`
}

func TestEmphasisWorksBesideChineseJapaneseAndKorean(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"a colon inside", "**注意：**请看", "<strong>注意：</strong>请看"},
		{"brackets inside", "**啄木鸟（Python）**社区", "<strong>啄木鸟（Python）</strong>社区"},
		{"a Latin bracket inside", "**啄木鸟(Python)**社区", "<strong>啄木鸟(Python)</strong>社区"},
		{"a full stop inside", "**太好了。**他说", "<strong>太好了。</strong>他说"},
		{"code inside", "我可以强调**这个`code`**吗", "我可以强调<strong>这个<code>code</code></strong>吗"},
		{"brackets around the whole", "看**（这里）**吧", "看<strong>（这里）</strong>吧"},
		{"book title marks", "读**《流畅的Python》**这本书", "读<strong>《流畅的Python》</strong>这本书"},
		{"corner brackets", "これは**「重要」**です", "これは<strong>「重要」</strong>です"},
		{"Japanese full stop", "**強調です。**次の文", "<strong>強調です。</strong>次の文"},
		{"a Korean particle", "**이 용어(This term)**를 보라", "<strong>이 용어(This term)</strong>를 보라"},
		{"one star", "*注意：*请看", "<em>注意：</em>请看"},
		{"three stars", "***注意：***请看", "<em><strong>注意：</strong></em>请看"},
		{"a link inside", "**[文档](/wiki/A)**在这里", `<strong><a href="/wiki/A">文档</a></strong>在这里`},
		{"deletion", "价格~~100元。~~现在50元", "价格<del>100元。</del>现在50元"},
		{"quotation marks inside", "他说**“你好”**然后走了", "他说<strong>“你好”</strong>然后走了"},
		{"a variation selector before", "葛󠄀**（注）**字", "葛󠄀<strong>（注）</strong>字"},
		{"two in one line", "**甲：**一，**乙：**二", "<strong>甲：</strong>一，<strong>乙：</strong>二"},
		{"underscores still need a boundary", "尽量_避免_使用", "尽量_避免_使用"},
		{"one tilde is a tone mark", "好的~谢谢~", "好的~谢谢~"},
		{"one tilde is a range", "3~5天，7~8天", "3~5天，7~8天"},
		{"stars in a product", "2**3**4 和 a * b", "2<strong>3</strong>4 和 a * b"},
		{"Latin text as before", "**Note:**see", "**Note:**see"},
	} {
		if got := inline(row.source); got != row.want {
			t.Errorf("%s: Render(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
	}
}

func TestAddressesAreLinkedBesideChinese(t *testing.T) {
	a := link("https://example.org/a")
	for _, row := range []struct{ name, source, want string }{
		{"a full stop behind", "参见https://example.org/a。", "参见" + a + "。"},
		{"in brackets", "（https://example.org/a）", "（" + a + "）"},
		{"a comma behind", "https://example.org/a，然后", a + "，然后"},
		{"a letter behind", "请看https://example.org/a就知道", "请看" + a + "就知道"},
		{"quotation marks", "“https://example.org/a”很好", "“" + a + "”很好"},
		{"a list mark", "见https://example.org/a、https://example.org/a；", "见" + a + "、" + a + "；"},
		{"the host alone", "访问https://example.org查看", "访问" + link("https://example.org") + "查看"},
		{"a slash behind the host", "访问https://example.org/查看", "访问" + link("https://example.org/") + "查看"},
		{"www", "去www.example.org看", `去<a href="http://www.example.org" rel="ugc nofollow noopener">www.example.org</a>看`},
		{"a Chinese path", "https://zh.wikipedia.org/wiki/啄木鸟", `<a href="https://zh.wikipedia.org/wiki/%E5%95%84%E6%9C%A8%E9%B8%9F" rel="ugc nofollow noopener">https://zh.wikipedia.org/wiki/啄木鸟</a>`},
		{"bold around", "**https://example.org/a**很好", "<strong>" + a + "</strong>很好"},
		{"a Latin full stop", "see https://example.org/a.", "see " + a + "."},
		{"brackets of its own", "https://example.org/a_(b)", link("https://example.org/a_(b)")},
		{"brackets around", "(https://example.org/a)", "(" + a + ")"},
		{"an entity behind", "https://example.org/a&lt;", a + "&lt;"},
		{"a port", "http://localhost:8080/x", link("http://localhost:8080/x")},
		{"in capitals", "HTTPS://EXAMPLE.ORG/a", `<a href="https://EXAMPLE.ORG/a" rel="ugc nofollow noopener">HTTPS://EXAMPLE.ORG/a</a>`},
		{"a word before", "xhttps://example.org/a", "xhttps://example.org/a"},
		{"no host", "https:// is a scheme", "https:// is a scheme"},
		{"in code", "`https://example.org/a`", "<code>https://example.org/a</code>"},
		{"as the text of a link", "[https://example.org/a](https://example.org/a)", a},
		{"a mail address", "写信给li_wei@example.org。", `写信给<a href="mailto:li_wei@example.org">li_wei@example.org</a>。`},
	} {
		if got := inline(row.source); got != row.want {
			t.Errorf("%s: Render(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
	}
}

func TestLineBreaksBetweenChineseLinesAreNoSpace(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"Chinese", "第一行\n第二行", "第一行第二行"},
		{"punctuation", "第一行，\n第二行", "第一行，第二行"},
		{"quotation marks", "他说\n“你好”", "他说“你好”"},
		{"emphasis at the break", "第一行**强调**\n“第二行”", "第一行<strong>强调</strong>“第二行”"},
		{"emphasis over the break", "**第一行\n第二行**", "<strong>第一行第二行</strong>"},
		{"Japanese", "これは\nテスト", "これはテスト"},
		{"Korean has spaces", "첫째 줄\n둘째 줄", "첫째 줄\n둘째 줄"},
		{"Latin", "one\ntwo", "one\ntwo"},
		{"Chinese and Latin", "使用\nPython", "使用\nPython"},
		{"a hard break stays", "第一行  \n第二行", "第一行<br>\n第二行"},
	} {
		if got := inline(row.source); got != row.want {
			t.Errorf("%s: Render(%q) = %q; want %q", row.name, row.source, got, row.want)
		}
	}
}

func TestWikiLinks(t *testing.T) {
	exists := func(title string) bool { return title != "Nowhere" }
	for _, row := range []struct{ name, source, want string }{
		{"a title", "[[Home Page]]", `<a href="/wiki/Home_Page">Home Page</a>`},
		{"a text", "[[Home Page|home]]", `<a href="/wiki/Home_Page">home</a>`},
		{"a section", "[[Home#First Steps]]", `<a href="/wiki/Home#h-first-steps">Home#First Steps</a>`},
		{"Chinese", "[[啄木鸟]]社区", `<a href="/wiki/%E5%95%84%E6%9C%A8%E9%B8%9F">啄木鸟</a>社区`},
		{"a small letter", "[[python]]", `<a href="/wiki/Python">python</a>`},
		{"a subpage", "[[Python/Tutorial]]", `<a href="/wiki/Python/Tutorial">Python/Tutorial</a>`},
		{"a page that is missing", "[[nowhere]]", `<a class="missing" href="/wiki/Nowhere">nowhere</a>`},
		{"in a link", "[see [[Home]]](/x)", `<a href="/x">see Home</a>`},
		{"in code", "`[[Home]]`", "<code>[[Home]]</code>"},
		{"nothing in it", "[[ ]]", "[[ ]]"},
		{"markup in it", "[[<script>]]", "[[&lt;script&gt;]]"},
		{"a link in brackets", "[[a]](/b)", `<a href="/b">[a]</a>`},
	} {
		doc := markdown.Render(row.source, markdown.Options{Exists: exists})
		if want := "<p>" + row.want + "</p>\n"; doc.HTML != want {
			t.Errorf("%s: Render(%q) = %s; want %s", row.name, row.source, doc.HTML, want)
		}
	}
}

func TestMentions(t *testing.T) {
	for _, row := range []struct {
		name, source string
		want         []string
	}{
		{"a name", "thanks @bob!", []string{"bob"}},
		{"a Chinese name", "谢谢@张三 的回答", []string{"张三"}},
		{"a hyphen and digits", "@zoom-quiet42.", []string{"zoom-quiet42"}},
		{"twice", "@bob @bob @eve", []string{"bob", "eve"}},
		{"a mail address", "bob@example.org", nil},
		{"in code", "`@bob` and\n\n```\n@bob\n```", nil},
		{"a decorator", "use @app.route or @cache(10)", nil},
		{"another server", "@bob@example.social", nil},
		{"in an address", "https://example.org/@bob", nil},
		{"too long", "@" + strings.Repeat("a", 50), nil},
	} {
		var got []string
		for _, l := range markdown.Render(row.source, markdown.Options{}).Links {
			if l.Kind == "mention" {
				got = append(got, l.Target)
			}
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("%s: Render(%q) mentions %q; want %q", row.name, row.source, got, row.want)
		}
	}
	if got, want := inline("@张三"), `<a class="mention" href="/u/%E5%BC%A0%E4%B8%89">@张三</a>`; got != want {
		t.Errorf("Render(@张三) = %s; want %s", got, want)
	}
}

func TestImagesFromElsewhereAreLinks(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"our own", "![a](/a/1.png)", `<img src="/a/1.png" alt="a" loading="lazy">`},
		{"elsewhere", "![a](https://example.org/i.png)", `<a class="ext-image" href="https://example.org/i.png" rel="ugc nofollow noopener">a (example.org)</a>`},
		{"no scheme", "![a](//example.org/i.png)", `<a class="ext-image" href="https://example.org/i.png" rel="ugc nofollow noopener">a (example.org)</a>`},
		{"a backslash", `![a](/\example.org/i.png)`, `<img src="/%5Cexample.org/i.png" alt="a" loading="lazy">`},
		{"no description", "![](https://example.org/i.png)", `<a class="ext-image" href="https://example.org/i.png" rel="ugc nofollow noopener">example.org</a>`},
		{"in a link", "[![a](https://example.org/i.png)](/x)", `<a href="/x"><span class="ext-image">a (example.org)</span></a>`},
		{"raw HTML", `<img src="https://example.org/i.png" alt="a" onerror="x()">`, `<a class="ext-image" href="https://example.org/i.png" rel="ugc nofollow noopener">a (example.org)</a>`},
		{"data", "![a](data:image/png;base64,AAAA)", "a"},
	} {
		if got := inline(row.source); got != row.want {
			t.Errorf("%s: Render(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
	}
}

func TestHeadingsHaveAnchors(t *testing.T) {
	doc := markdown.Render("# 安装 Python\n\n## Use\n\n## Use\n\n### *So* `x`\n\n[above](#安装-python) [not here](#other)", markdown.Options{})
	want := []markdown.Heading{
		{Level: 1, Text: "安装 Python", Anchor: "h-安装-python"},
		{Level: 2, Text: "Use", Anchor: "h-use"},
		{Level: 2, Text: "Use", Anchor: "h-use-2"},
		{Level: 3, Text: "So x", Anchor: "h-so-x"},
	}
	if !slices.Equal(doc.Headings, want) {
		t.Errorf("Headings = %+v; want %+v", doc.Headings, want)
	}
	for _, part := range []string{`<h1 id="h-安装-python">`, `<h2 id="h-use-2">`, `<a href="#h-%E5%AE%89%E8%A3%85-python">above`, `<a href="#h-other">`} {
		if !strings.Contains(doc.HTML, part) {
			t.Errorf("Render() = %s; want %s in it", doc.HTML, part)
		}
	}
}

func TestAnchorsOfTwoPostsDiffer(t *testing.T) {
	render := func(s string) string { return markdown.Render(s, markdown.Options{Unique: true}).HTML }
	a, b := render("# Use\n\na[^1]\n\n[^1]: b"), render("# Use\n\nb[^1]\n\n[^1]: b")
	for _, id := range []string{`id="h-use"`, `id="fn-1"`, `id="fnref-1"`} {
		if strings.Contains(a, id) {
			t.Errorf("Render() = %s; %s is not unique", a, id)
		}
	}
	id, _, _ := strings.Cut(a[strings.Index(a, `id="`):], ">")
	if strings.Contains(b, id) {
		t.Errorf("two posts share the anchor %s", id)
	}
}

func TestTextAndLinksOfADocument(t *testing.T) {
	doc := markdown.Render("# Title\n\nOne\ntwo **three** &amp; [four](/x) ![five](/a/1.png)\n\n- 第一\n  第二\n\n| a | b |\n|---|---|\n| c | d |\n\n```python\nx = 1\n```\n\n<div>raw</div>\n\n[[home]] https://example.org @bob <b>six</b>", markdown.Options{})
	want := "Title\nOne two three & four five\n第一第二\na b\nc d\nx = 1\nraw\nhome https://example.org @bob six\n"
	if doc.Text != want {
		t.Errorf("Text = %q; want %q", doc.Text, want)
	}
	links := []markdown.Link{{"url", "/x"}, {"url", "/a/1.png"}, {"wiki", "Home"}, {"url", "https://example.org"}, {"mention", "bob"}}
	if !slices.Equal(doc.Links, links) {
		t.Errorf("Links = %v; want %v", doc.Links, links)
	}
}

func TestCodeIsColouredByClasses(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"python", "```python\n@cache\ndef f(x): # why\n    return r'a' + 10\n```", `<pre><code class="language-python"><span class="nd">@cache</span>
<span class="k">def</span> <span class="nf">f</span>(x): <span class="c"># why</span>
    <span class="k">return</span> <span class="s">r&#39;a&#39;</span> + <span class="m">10</span>
</code></pre>
`},
		{"a string over lines", "```py\nx = \"\"\"a\n# b\"\"\"\n```", `<pre><code class="language-py">x = <span class="s">&#34;&#34;&#34;a
# b&#34;&#34;&#34;</span>
</code></pre>
`},
		{"c", "```c\n#include <x.h>\nint f; /* a\nb */\n```", `<pre><code class="language-c"><span class="nd">#include</span> &lt;x.h&gt;
<span class="nb">int</span> f; <span class="c">/* a
b */</span>
</code></pre>
`},
		{"a patch", "```diff\n@@ -1 +1 @@\n-a\n+b\n c\n```", `<pre><code class="language-diff"><span class="gh">@@ -1 +1 @@
</span><span class="gd">-a
</span><span class="gi">+b
</span> c
</code></pre>
`},
		{"a session", "```pycon\n>>> 1\n1\n```", `<pre><code class="language-pycon"><span class="gp">&gt;&gt;&gt; </span><span class="m">1</span>
<span class="c">1
</span></code></pre>
`},
		{"a lifetime", "```rust\nfn f<'a>(x: &'a str) {}\n```", `<pre><code class="language-rust"><span class="k">fn</span> <span class="nf">f</span>&lt;&#39;a&gt;(x: &amp;&#39;a <span class="nb">str</span>) {}
</code></pre>
`},
		{"an unknown language", "```brainfuck\n+[<]\n```", `<pre><code class="language-brainfuck">+[&lt;]
</code></pre>
`},
		{"a hostile language", "```a\"onclick=x\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>\n"},
		{"code that hides its order", "```\na\u202eb\n```", "<pre><code>a[U+202E]b\n</code></pre>\n"},
	} {
		if got := markdown.Render(row.source, markdown.Options{}).HTML; got != row.want {
			t.Errorf("%s: Render(%q) = %s; want %s", row.name, row.source, got, row.want)
		}
	}
}

func TestDirectionalCharactersStayWhereTheyAre(t *testing.T) {
	for _, row := range []struct{ name, source, want string }{
		{"in text", "a \u202eb *c*", "<bdi>a \u202eb </bdi><em>c</em>"},
		{"as an entity", "a &#x202e;b", "<bdi>a \u202eb</bdi>"},
		{"in code", "`a\u2066b`", "<code>a[U+2066]b</code>"},
		{"in a title", "[a](/b \"c\u202ed\")", `<a title="cd" href="/b">a</a>`},
	} {
		if got := inline(row.source); got != row.want {
			t.Errorf("%s: Render(%q) = %q; want %q", row.name, row.source, got, row.want)
		}
	}
}

func TestEveryCodeClassHasARule(t *testing.T) {
	css := markdown.CSS()
	for _, class := range []string{"k", "nb", "nf", "nd", "s", "m", "c", "gh", "gi", "gd", "gp"} {
		if !strings.Contains(css, "pre ."+class+" {") {
			t.Errorf("CSS() has no rule for %q", class)
		}
	}
}
