package markdown_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"picus/internal/markdown"
)

func TestTitle(t *testing.T) {
	for _, row := range []struct{ name, title, want string }{
		{"underscores are spaces", "Home_Page", "Home Page"},
		{"runs of spaces are one", "  Home \t\u00a0 Page\u3000_ ", "Home Page"},
		{"the first Latin letter is a capital", "python 3", "Python 3"},
		{"and only the first", "pyPI", "PyPI"},
		{"with an accent too", "éclair", "Éclair"},
		{"other letters are left", "γάμμα", "γάμμα"},
		{"Chinese stays", "啄木鸟 社区", "啄木鸟 社区"},
		{"composed", "Cafe\u0301", "Café"},
		{"Hangul composed", "\u1112\u1161\u11ab", "한"},
		{"nothing invisible", "a\u200bd\u202emin\ufeff\u2066x\U000e0001", "Adminx"},
		{"no heap of marks", "a" + strings.Repeat("\u0323", 9), "\u1ea0" + strings.Repeat("\u0323", 3)},
		{"invalid bytes", "a\xffb", "A\ufffdb"},
		{"empty", " _ ", ""},
	} {
		if got := markdown.Title(row.title); got != row.want {
			t.Errorf("%s: Title(%q) = %q; want %q", row.name, row.title, got, row.want)
		}
		if got := markdown.Title(markdown.Title(row.title)); got != row.want {
			t.Errorf("%s: Title(Title(%q)) = %q; want %q", row.name, row.title, got, row.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for _, row := range []struct{ name, title, want string }{
		{"lower case and hyphens", "Hello, World!", "hello-world"},
		{"Chinese stays", "请教：asyncio 里的超时", "请教-asyncio-里的超时"},
		{"fullwidth letters", "Ｐｙｔｈｏｎ３", "python3"},
		{"apostrophes", "Don't ’panic’", "dont-panic"},
		{"nothing invisible", "a\u200bb\u202ec", "abc"},
		{"accents stay", "Café Ångström", "café-ångström"},
		{"Devanagari keeps its marks", "हिन्दी", "हिन्दी"},
		{"only signs", "?!…", ""},
		{"no hyphen at the ends", "--a--b--", "a-b"},
	} {
		if got := markdown.Slug(row.title); got != row.want {
			t.Errorf("%s: Slug(%q) = %q; want %q", row.name, row.title, got, row.want)
		}
	}
	for _, long := range []string{strings.Repeat("啄", 200), strings.Repeat("a ", 200), strings.Repeat("ab\u0323\u0323\u0323\u0323\u0323", 99)} {
		if got := markdown.Slug(long); utf8.RuneCountInString(got) > 80 || strings.HasSuffix(got, "-") {
			t.Errorf("Slug(%q) = %q, %d characters; want at most 80", long, got, utf8.RuneCountInString(got))
		}
	}
}

func TestExcerpt(t *testing.T) {
	for _, row := range []struct {
		name, text string
		runes      int
		want       string
	}{
		{"short enough", "One two.", 20, "One two."},
		{"between words", "The quick brown fox jumps over", 18, "The quick brown…"},
		{"a sentence in the last third", "It works. Really it does. And more follows", 27, "It works. Really it does."},
		{"no sentence so early", "Yes. The quick brown fox jumps over the dog", 30, "Yes. The quick brown fox…"},
		{"Chinese anywhere", "我在使用的时候遇到一个问题", 8, "我在使用的时候…"},
		{"a Chinese sentence", "太好了。我在使用的时候遇到一个问题。谢谢大家的帮助", 20, "太好了。我在使用的时候遇到一个问题。"},
		{"not within a Latin word in Chinese", "我在使用asyncio的时候", 8, "我在使用…"},
		{"no comma before the ellipsis", "我在使用的，然后呢", 7, "我在使用的…"},
		{"lines joined", "One\ntwo\n\nthree", 40, "One two three"},
		{"Chinese lines joined", "第一行\n第二行", 40, "第一行第二行"},
		{"Korean lines keep their space", "첫째\n둘째", 40, "첫째 둘째"},
		{"not between a letter and its mark", "abe\u0301cdefgh", 4, "ab…"},
		{"nothing asked", "a", 0, ""},
	} {
		got := markdown.Excerpt(row.text, row.runes)
		if got != row.want {
			t.Errorf("%s: Excerpt(%q, %d) = %q; want %q", row.name, row.text, row.runes, got, row.want)
		}
		if utf8.RuneCountInString(got) > row.runes {
			t.Errorf("%s: Excerpt(%q, %d) has %d characters", row.name, row.text, row.runes, utf8.RuneCountInString(got))
		}
	}
}

func TestPlain(t *testing.T) {
	for _, row := range []struct {
		name, html string
		limit      int
		want       string
	}{
		{"blocks are apart", "<p>One</p><ul><li>two</li><li>three</li></ul>", 99, "One two three"},
		{"words are whole", "<p>中<b>文</b>字 un<em>believ</em>able</p>", 99, "中文字 unbelievable"},
		{"line breaks are spaces", "<p>a<br>\nb</p>", 99, "a b"},
		{"entities are read", "<p>a &amp; &#34;b&#34;</p>", 99, `a & "b"`},
		{"it stops", "<p>one</p><p>two</p><p>three</p>", 7, "one two"},
	} {
		if got := markdown.Plain(row.html, row.limit); got != row.want {
			t.Errorf("%s: Plain(%q) = %q; want %q", row.name, row.html, got, row.want)
		}
	}
}
