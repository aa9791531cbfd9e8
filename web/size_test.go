package web_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// mostGzipped is what a page may weigh on the wire (FORUM.md, thread page, mark 2).
const mostGzipped = 60 << 10

// TestAPageOfTwentyLongPostsIsLight weighs the pages of a thread with twenty posts of
// two kilobytes each, which is more than most people write, and of a full list.
func TestAPageOfTwentyLongPostsIsLight(t *testing.T) {
	s := newSite(t)
	var asked atomic.Int64 // nobody here writes too fast
	began := time.Now().Add(-24 * time.Hour)
	s.items.Now = func() time.Time { return began.Add(time.Duration(asked.Add(1)) * 3 * time.Second) }
	ada, lin := s.person("ada", account.Member), s.person("lin", account.Member)
	texts := s.prose(1900)
	ref, err := s.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Question, Title: "How do I find out why it stops after an hour?", Body: texts[0], Tags: "asyncio web", Via: item.Web})
	s.must(err)
	for i := range 20 {
		answered := s.reply(lin, forum.NewPost{Thread: ref.Thread, Body: texts[1+i]})
		s.reply(ada, forum.NewPost{Thread: ref.Thread, Parent: answered.Post, Kind: forum.Comment, Body: texts[30+i][:300]})
	}
	for i := range 60 {
		line, _, _ := strings.Cut(texts[i][7*i:], "\n")
		_, err := s.forum.Start(t.Context(), lin, forum.NewThread{Board: "python", Kind: forum.Question, Title: cutTitle("Why " + line), Body: "It stops.", Tags: "asyncio", Via: item.Web})
		s.must(err)
	}
	for _, b := range []*browser{s.visitor(), s.member(ada)} {
		for _, path := range []string{fill("/t/%d/%s", ref.Thread, ref.Slug), "/questions", "/b/python", "/"} {
			got := b.get(path)
			if got.StatusCode != 200 {
				t.Fatalf("GET %s = %d", path, got.StatusCode)
			}
			if n := gzipped(t, got.text); n > mostGzipped {
				t.Errorf("GET %s weighs %d bytes with gzip; want %d at most", path, n, mostGzipped)
			} else {
				t.Logf("GET %s weighs %d bytes with gzip, %d without", path, n, len(got.text))
			}
		}
	}
	packed := s.visitor().do("GET", fill("/t/%d/%s", ref.Thread, ref.Slug), nil, http.Header{"Accept-Encoding": {"gzip"}})
	if packed.Header.Get("Content-Encoding") != "gzip" || len(packed.text) > mostGzipped {
		t.Errorf("the page arrives as %q with %d bytes", packed.Header.Get("Content-Encoding"), len(packed.text))
	}
}

// prose is text that people have written and that says nothing twice, as a program packs
// it: the papers of the project and its code, in pieces.
func (s *site) prose(size int) (pieces []string) {
	s.Helper()
	papers, err := filepath.Glob("../docs/*.md")
	s.must(err)
	code, err := filepath.Glob("../forum/*.go")
	s.must(err)
	for _, file := range append(papers, code...) {
		text, err := os.ReadFile(file)
		s.must(err)
		for rest := string(text); len(rest) > size; {
			n := size
			for !utf8.RuneStart(rest[n]) {
				n++
			}
			pieces, rest = append(pieces, strings.ReplaceAll(rest[:n], "```", "")), rest[n:]
		}
	}
	if len(pieces) < 80 {
		s.Fatalf("there are %d pieces of prose; want 80", len(pieces))
	}
	return pieces
}

func cutTitle(line string) string {
	if r := []rune(line); len(r) > 80 {
		line = string(r[:80])
	}
	return strings.ToValidUTF8(line, "") + "?"
}

func gzipped(t *testing.T, text string) int {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Len()
}
