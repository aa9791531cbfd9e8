package bench

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
)

// writer writes texts in one language. The same source of chance gives the same texts.
type writer struct {
	*language
	r    *rand.Rand
	zipf *rand.Zipf
	b    strings.Builder
}

func newWriter(l *language, r *rand.Rand) *writer {
	return &writer{language: l, r: r, zipf: rand.NewZipf(r, 1.08, 3, uint64(len(l.words)-1))}
}

func (w *writer) word() string { return w.words[w.zipf.Uint64()] }

// title is a line of four to ten words.
func (w *writer) title() string {
	words := make([]string, 4+w.r.IntN(7))
	for i := range words {
		words[i] = w.word()
	}
	return strings.Join(words, w.space)
}

// length is how many words a text has: most are short, some are very long
// (log-normal, as the lengths of posts are).
func (w *writer) length(median float64) int {
	return min(int(median*math.Exp(0.8*w.r.NormFloat64()))+3, 4000)
}

// body is the Markdown of a post: paragraphs, and in some a quote, a list, a
// link, a name or code.
func (w *writer) body() string {
	w.b.Reset()
	for left := w.length(75); left > 0; {
		n := min(left, 20+w.r.IntN(60))
		left -= n
		if w.b.Len() > 0 {
			w.b.WriteString("\n\n")
		}
		w.block(n)
	}
	if w.r.IntN(100) < 12 {
		w.code()
	}
	return w.b.String()
}

// comment is one short paragraph.
func (w *writer) comment() string {
	w.b.Reset()
	w.sentences(w.length(22))
	return w.b.String()
}

// block is one paragraph, list or quote of n words.
func (w *writer) block(n int) {
	switch w.r.IntN(12) {
	case 0:
		for i := range 2 + w.r.IntN(4) {
			if i > 0 {
				w.b.WriteString("\n")
			}
			w.b.WriteString("- ")
			w.sentences(n / 4)
		}
	case 1:
		w.b.WriteString("> ")
		w.sentences(n)
	default:
		w.sentences(n)
	}
}

// sentences are n words with the punctuation of the language.
func (w *writer) sentences(n int) {
	until, first := 6+w.r.IntN(12), true
	for i := range max(n, 3) {
		if !first {
			w.b.WriteString(w.space)
		}
		first = false
		w.marked(w.word())
		until--
		if until == 0 && i < n-1 {
			w.b.WriteString(pick(w.r, w.stop))
			until, first = 6+w.r.IntN(12), true
		} else if i < n-1 && w.r.IntN(9) == 0 {
			w.b.WriteString(w.pause)
			first = true
		}
	}
	w.b.WriteString(strings.TrimSpace(w.stop[0]))
}

// marked writes a word, one in a while with the markup that people use.
func (w *writer) marked(word string) {
	switch n := w.r.IntN(1000); {
	case n < 8:
		w.b.WriteString("`" + word + "()`")
	case n < 14:
		w.b.WriteString("**" + word + "**")
	case n < 16:
		fmt.Fprintf(&w.b, "[%s](https://www.example.org/doc/%d)", word, w.r.IntN(5000))
	case n < 17:
		w.b.WriteString("@" + handle(w.r.IntN(1000)))
	default:
		w.b.WriteString(word)
	}
}

// code is a fence of some lines in a language that the highlighter knows.
func (w *writer) code() {
	w.b.WriteString("\n\n```" + pick(w.r, []string{"go", "python", "sh", "sql", ""}) + "\n")
	for i := range 3 + w.r.IntN(18) {
		fmt.Fprintf(&w.b, "%svalue_%d = call(%q, %d) # %d\n", strings.Repeat("    ", i%3), w.r.IntN(100), w.word(), w.r.IntN(1000), i)
	}
	w.b.WriteString("```")
}

// handle is the name of the nth member. It has only letters that look like no
// other, because two names that look alike cannot both be taken.
func handle(n int) string {
	const letters = "abdefghkpt"
	name := []byte("reader-")
	for range 5 {
		name = append(name, letters[n%len(letters)])
		n /= len(letters)
	}
	return string(name)
}
