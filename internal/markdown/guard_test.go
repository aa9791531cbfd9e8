package markdown_test

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"picus/internal/markdown"
)

// big is the size for which the render budget is promised.
const big = 64 << 10

func fill(s string) string { return strings.Repeat(s, big/len(s)) }

// counted repeats a pattern in which %d is a number.
func counted(pattern string) string {
	var b strings.Builder
	for i := 0; b.Len() < big; i++ {
		fmt.Fprintf(&b, pattern, i)
	}
	return b.String()[:big]
}

// staircase is a list that goes one level deeper on every line.
func staircase(marker string) string {
	var b strings.Builder
	for i := 0; b.Len() < big; i++ {
		b.WriteString(strings.Repeat(" ", i*len(marker)) + marker + "x\n")
	}
	return b.String()[:big]
}

// ticks is code spans that never close, each a backtick longer than the last.
func ticks() string {
	var b strings.Builder
	for i := 1; b.Len() < big; i++ {
		b.WriteString("a" + strings.Repeat("`", i))
	}
	return b.String()[:big]
}

func half(a, b string) string { return fill(a)[:big/2] + fill(b)[:big/2] }

// hostile holds what has stopped Markdown renderers, ours or others', and
// variations of it.
var hostile = map[string]string{
	"nested bullets and a blank line":        fill("- ")[:big-12] + "x\n\n\n\n\n\n",
	"nested numbers and a blank line":        fill("1. ")[:big-12] + "x\n\n\n\n\n\n",
	"deep list and many blank lines":         strings.Repeat("- ", 100) + "x" + fill("\n")[:big-300],
	"deep quote of empty lines":              fill(strings.Repeat(">", 40) + "\n"),
	"deep quote and lists":                   fill("> - "),
	"deep quote on one line":                 fill("> "),
	"quotes and lazy lines":                  fill(strings.Repeat("> ", 30) + "a\nb\n"),
	"staircase of bullets":                   staircase("- "),
	"staircase of numbers":                   staircase("1. "),
	"empty items":                            fill("-\n"),
	"items and blank lines":                  fill("- a\n\n"),
	"wide table":                             "|" + fill("a|")[:big/3] + "\n|" + fill("-|")[:big/3] + "\n" + fill("|\n")[:big/3],
	"table of short rows":                    "|" + strings.Repeat("a|", 128) + "\n|" + strings.Repeat("-|", 128) + "\n" + fill("|\n")[:big-600],
	"table of empty cells":                   "|a|b|\n|-|-|\n" + fill("|||\n"),
	"table with escaped bars in code":        "|a|b|\n|-|-|\n" + fill("|`\\|`|\n"),
	"tables one after another":               fill("a|b\n-|-\n\n"),
	"rules that could be tables":             fill("a\n-|\n"),
	"open brackets":                          fill("["),
	"nested brackets":                        half("[", "]"),
	"nested images":                          half("![", "]"),
	"nested links":                           half("[", "](a)"),
	"nested images with targets":             half("![", "](a)"),
	"links without an end":                   fill("[a](b"),
	"links with a title without an end":      fill(`[a](b "`),
	"links in angle brackets":                fill("[a](<b"),
	"references without an end":              fill("[a]["),
	"brackets and parentheses":               fill("[a]("),
	"nested parentheses in a link":           "[a](" + half("(", ")"),
	"escaped brackets":                       fill(`\[\]`),
	"stars and letters":                      fill("*a"),
	"stars and underscores":                  half("*a ", " a_"),
	"strong and emphasis":                    fill("*a **a "),
	"stars of all lengths":                   fill("*a **a ***a "),
	"closers blocked by the rule of 3":       "a**b" + fill("c* "),
	"openers that do not match":              half("a **", " b* "),
	"mixed delimiters":                       fill("*_a_*~~b~~"),
	"long run of stars":                      fill("*"),
	"nested strong":                          half("**a ", " a**"),
	"tildes":                                 fill("~~a "),
	"emphasis in brackets":                   fill("[*a"),
	"delimiters in links":                    fill("*[a*](b)"),
	"growing backticks":                      ticks(),
	"single backticks":                       fill("` "),
	"double backticks":                       fill("a`b``c"),
	"footnotes backwards":                    counted("[^%d]: a\n") + "\n" + counted("[^%d] ")[:100],
	"footnotes and references":               counted("[^%d]: a\n")[:big/2] + "\n\n" + counted("[^%d]")[:big/2],
	"references to one footnote":             "[^1]: a\n\n" + fill("[^1]"),
	"footnotes within footnotes":             fill("[^1]: [^1]: "),
	"reference definitions":                  counted("[a%d]: b\n"),
	"one long definition used often":         "[a]: <" + fill("b")[:big/2] + ">\n\n" + fill("[a]")[:big/2],
	"definitions without a target":           fill("[a]:\n"),
	"definition with an open title":          fill("[a]: b \"\n"),
	"definitions with titles without an end": fill("[a]:b\n(\n"),
	"definitions and quotes":                 fill("[a]: b\n'\n"),
	"long label":                             "[" + fill("a") + "]",
	"open tags":                              fill("<a "),
	"open tags with attributes":              "<a" + fill(" b"),
	"open tags with quotes":                  fill(`<a b="`),
	"tags on lines":                          fill("<a\n"),
	"comments":                               fill("<!-- "),
	"comments without an end":                fill("<!--a-"),
	"instructions":                           fill("<?"),
	"declarations":                           fill("<!A "),
	"character data":                         fill("<![CDATA["),
	"formatting elements":                    fill("<b>"),
	"elements that nest":                     fill("<div>"),
	"tables of elements":                     fill("<table><tr><td>"),
	"elements with attributes":               counted("<b id=%d>"),
	"end tags":                               half("<i>", "</b>"),
	"details on lines":                       fill("<details>\n"),
	"paragraphs and formatting":              fill("<p><b><i>\n\n"),
	"angle brackets":                         fill("<"),
	"autolinks without an end":               fill("<a:"),
	"mail addresses without an end":          fill("<a@"),
	"bare addresses":                         fill("http://a.b "),
	"bare addresses with brackets":           "http://a.b/" + fill("("),
	"bare addresses that nest":               fill("http://"),
	"addresses and parentheses":              fill("http://a/))))))))))"),
	"dots after www":                         fill("www."),
	"mail-like text":                         fill("a@"),
	"mail-like words":                        fill("a_b@c.d "),
	"local part without an end":              fill("a.") + "@b.c",
	"mentions":                               fill("@a "),
	"wiki links":                             fill("[[a]]"),
	"wiki links without an end":              fill("[[a"),
	"wiki links of bars":                     fill("[[|"),
	"headings":                               fill("# a\n"),
	"empty headings":                         fill("#\n"),
	"headings under lines":                   fill("a\n-\n"),
	"headings numbered alike":                counted("# a-%d\n"),
	"rules":                                  fill("***\n"),
	"entities":                               fill("&amp;"),
	"entities without an end":                fill("&a"),
	"numeric entities":                       fill("&#0;"),
	"long entity":                            "&" + fill("a"),
	"backslashes":                            fill(`\`),
	"escapes at line ends":                   fill("a\\\n"),
	"hard breaks":                            fill("a  \n"),
	"spaces":                                 fill(" "),
	"tabs":                                   fill("\t"),
	"tabs and bullets":                       fill("\t-"),
	"blank lines":                            fill("\n"),
	"one long line":                          fill("a"),
	"one letter a line":                      fill("a\n"),
	"fences":                                 fill("```\n"),
	"fences with languages":                  fill("```py\na\n```\n"),
	"long fences":                            fill("`````````` "),
	"indented code":                          fill("    a\n"),
	"java to colour, of empty lines":         "```java\n" + fill("\n")[:big-20],
	"code of one character each":             "```js\n" + fill("1+")[:big-20],
	"strings without an end":                 "```python\n" + fill("'a\n")[:big-20],
	"comments to colour without an end":      "```c\n" + fill("/*a")[:big-20],
	"python to colour":                       "```python\n" + fill("def f(x): return 'a' + 1\n"),
	"many fences to colour":                  fill("```python\n" + strings.Repeat("x = 'a'\n", 800) + "```\n"),
	"null characters":                        fill("\x00"),
	"invalid UTF-8":                          fill("\xff"),
	"carriage returns":                       fill("\r"),
	"directional characters":                 fill("a\u202e"),
	"directional characters and tags":        fill("\u202e<b>"),
	"combining marks":                        fill("\u0301"),
	"Chinese delimiters":                     fill("**中（"),
	"variation selectors":                    fill("*\ufe00"),
	"task boxes":                             fill("- [ ] "),
	"task lists":                             fill("- [ ] a\n"),
}

// cpu is the processor time of a run, without what other programs use.
func cpu(f func()) time.Duration {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	start := threadTime()
	f()
	return threadTime() - start
}

func threadTime() time.Duration {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// runaway is far beyond what any source may take, even under the race detector on a
// busy machine: without the guards some of these take minutes. How quick they are is
// shown by make bench.
const runaway = 10 * time.Second

func TestHostileMarkdownEnds(t *testing.T) {
	for name, source := range hostile {
		source = source[:min(len(source), big)]
		var doc markdown.Doc
		if took := cpu(func() { doc = markdown.Render(source, markdown.Options{Unique: true}) }); took > runaway {
			t.Errorf("%s: Render() took %v", name, took)
		}
		if limit := 20*len(source) + 8192; len(doc.HTML) > limit {
			t.Errorf("%s: Render() gave %d bytes of HTML; want at most %d", name, len(doc.HTML), limit)
		}
		if doc.Plain && strings.TrimSpace(doc.Text) == "" {
			t.Errorf("%s: Render() lost the text", name)
		}
	}
}

func TestHostileMarkdownStaysWithinItsMemory(t *testing.T) {
	for name, source := range hostile {
		source = source[:min(len(source), big)]
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		markdown.Render(source, markdown.Options{Unique: true})
		runtime.ReadMemStats(&after)
		if used := (after.TotalAlloc - before.TotalAlloc) >> 20; used > 64 {
			t.Errorf("%s: Render() allocated %d MB in all; want at most 64", name, used)
		}
	}
}

func TestWhatIsTooCostlyIsShownAsItWasWritten(t *testing.T) {
	source := strings.Repeat("[", big/2) + "<b>&" + strings.Repeat("]", big/2)
	doc := markdown.Render(source, markdown.Options{})
	if !doc.Plain || !strings.Contains(doc.HTML, `<p class="notice">`) || !strings.Contains(doc.HTML, "[[&lt;b&gt;&amp;]]") {
		t.Errorf("Render() = %.200s…, Plain %v; want the source and a notice", doc.HTML, doc.Plain)
	}
	if doc.Text != source {
		t.Errorf("Text has %d bytes; want the source of %d", len(doc.Text), len(source))
	}
	for _, huge := range []string{strings.Repeat("a\n\n", 1<<20), strings.Repeat("\"", 1<<20+1), strings.Repeat("> a\n\na\n\n", 100_000)} {
		for name, doc := range map[string]markdown.Doc{"Render": markdown.Render(huge, markdown.Options{}), "Text": markdown.Text(huge)} {
			if !doc.Plain || len(doc.HTML) > 2<<20+1000 || doc.Text != huge {
				t.Errorf("%s() of %d bytes gave %d bytes, Plain %v", name, len(huge), len(doc.HTML), doc.Plain)
			}
		}
	}
}

// FuzzRender looks for sources that cost more than they should. Time on a busy
// machine says little, so it only catches what is far beyond the budget; what the
// parsers themselves count is bounded by construction.
func FuzzRender(f *testing.F) {
	for _, source := range hostile {
		f.Add(source[:min(len(source), 300)])
	}
	f.Fuzz(func(t *testing.T, piece string) {
		if piece == "" || len(piece) > 4096 {
			return
		}
		source := strings.Repeat(piece, max(1, 16384/len(piece)))
		doc := markdown.Render(source, markdown.Options{Unique: true})
		if took := cpu(func() { markdown.Render(source, markdown.Options{}) }); took > runaway {
			t.Errorf("Render(%q…) took %v", piece, took)
		}
		if fault := acts(doc.HTML); fault != "" {
			t.Errorf("Render(%q…) = %s", piece, fault)
		}
		if clean := markdown.Clean(doc.HTML); clean != doc.HTML {
			t.Errorf("Render(%q…) is not what Clean leaves", piece)
		}
	})
}
