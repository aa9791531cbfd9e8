package markdown_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"picus/internal/markdown"
)

// different lists the examples that we do not follow, by file and number, with
// the reason. An example that is not listed must pass, a listed one must not.
var different = []struct {
	file   string
	reason string
	number []int
}{
	{"gfm-strikethrough.txt", "one tilde is a tone mark and a range in Chinese", []int{3}},
	{"footnote.txt", "the references to a footnote are counted behind its number", []int{5}},
	{"commonmark-0.31.2.json", "[[ ]] is a wiki link", []int{548, 559, 590}},
	{"commonmark-0.31.2.json", "HTML that a document may not have is shown as it was typed",
		[]int{150, 156, 157, 158, 163, 170, 171, 172, 173, 176, 178, 180, 181, 182, 201, 491, 524, 536, 613, 614, 615, 617, 623, 627, 628, 629}},
	{"commonmark-0.31.2.json", "bare addresses are links (GFM 6.9)", []int{602, 608, 611, 612}},
}

type example struct {
	Markdown string
	HTML     string
	Example  int
}

func TestSpecificationExamples(t *testing.T) {
	files := map[string][]example{"commonmark-0.31.2.json": readJSON(t, "testdata/spec/commonmark-0.31.2.json")}
	for _, name := range []string{"gfm-table.txt", "gfm-strikethrough.txt", "gfm-tasklist.txt", "gfm-linkify.txt", "footnote.txt"} {
		files[name] = readText(t, "testdata/spec/"+name)
	}
	for name, examples := range files {
		if len(examples) == 0 {
			t.Errorf("%s holds no examples", name)
		}
		for _, e := range examples {
			got := markdown.Render(e.Markdown, markdown.Options{})
			same := comparable(got.HTML) == comparable(markdown.Clean(e.HTML))
			reason := reasonFor(name, e.Example)
			switch {
			case !same && reason == "":
				t.Errorf("%s %d: Render(%q) =\n%s\nwant\n%s", name, e.Example, e.Markdown, comparable(got.HTML), comparable(markdown.Clean(e.HTML)))
			case same && reason != "":
				t.Errorf("%s %d passes; it is listed as different because %s", name, e.Example, reason)
			}
		}
	}
}

func reasonFor(file string, number int) string {
	for _, d := range different {
		if d.file == file && slices.Contains(d.number, number) {
			return d.reason
		}
	}
	return ""
}

func readJSON(t *testing.T, path string) []example {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	if err := json.Unmarshal(b, &examples); err != nil {
		t.Fatal(err)
	}
	return examples
}

var separator = regexp.MustCompile(`(?m)^//= [= ]*=//\n`)

// readText reads goldmark's format: a number, the source, the HTML, a separator.
// The n-th case of a file has number n here, since goldmark repeats some.
func readText(t *testing.T, path string) []example {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var examples []example
	for _, part := range separator.Split(string(b), -1) {
		pieces := strings.Split(part, "//- - - - - - - - -//\n")
		if len(pieces) != 3 {
			continue
		}
		source := pieces[1]
		if strings.Contains(pieces[0], "OPTIONS:") {
			continue // about goldmark's own switches
		}
		examples = append(examples, example{Markdown: source, HTML: pieces[2], Example: len(examples) + 1})
	}
	return examples
}

// comparable is HTML without what we add to every document on purpose: anchors
// of headings, colours of code, and spaces between tags that no reader sees.
func comparable(s string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	pre := 0
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Data == "span" && (token.Type == html.EndTagToken || len(token.Attr) > 0 && token.Attr[0].Key == "class") {
			continue
		}
		switch {
		case token.Data == "pre" && token.Type == html.StartTagToken:
			pre++
		case token.Data == "pre" && token.Type == html.EndTagToken:
			pre--
		}
		if token.Type == html.TextToken && pre == 0 {
			token.Data = strings.Join(strings.Fields(" "+token.Data+" "), " ")
		}
		token.Attr = slices.DeleteFunc(token.Attr, func(a html.Attribute) bool {
			return a.Key == "id" && len(token.Data) == 2 && token.Data[0] == 'h'
		})
		slices.SortFunc(token.Attr, func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) })
		b.WriteString(token.String())
		if token.Type != html.TextToken {
			b.WriteByte('\n')
		}
	}
	return strings.TrimSpace(b.String())
}
