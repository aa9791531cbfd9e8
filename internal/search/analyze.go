// Package search is the one full-text index over everything that is authored
// here. It cuts text into tokens itself, the same way for what is stored and
// for what is asked, because neither engine can cut Chinese.
package search

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// longestWord bounds a token: a base64 line is not worth a place in the index.
const longestWord = 64

// token is a run of one script: a word, or characters that are not separated
// by spaces.
type token struct {
	text  string
	dense bool // Chinese, Japanese: to be cut into pairs
}

// tokens cuts text into lower-case words and runs of dense script.
func tokens(text string) []token {
	if !norm.NFKC.IsNormalString(text) {
		text = norm.NFKC.String(text) // full-width letters and digits become plain
	}
	var all []token
	start, kind := 0, classOther
	flush := func(end int) {
		if (kind == classWord || kind == classDense) && end > start {
			all = append(all, token{strings.ToLower(text[start:end]), kind == classDense})
		}
	}
	for i, r := range text {
		k := classOf(r)
		if k == classTail && kind == classWord {
			k = classWord // C++, C#
		}
		if k != kind {
			flush(i)
			start, kind = i, k
		}
	}
	flush(len(text))
	return all
}

type class int

const (
	classOther class = iota
	classWord
	classDense
	classTail
)

func classOf(r rune) class {
	switch {
	case r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9':
		return classWord
	case r == '+' || r == '#':
		return classTail
	case r < 0x80:
		return classOther
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana):
		return classDense
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return classWord
	}
	return classOther
}

// Words returns the tokens of text as they are stored, separated by spaces. A
// dense run is stored as its overlapping pairs and its last character alone, so
// that every character begins a token and a prefix search finds it.
func Words(text string) string {
	var b strings.Builder
	b.Grow(len(text) + len(text)/2)
	for _, t := range tokens(text) {
		if !t.dense {
			writeWord(&b, t.text)
			continue
		}
		eachPair(t.text, func(pair string) { writeWord(&b, pair) })
	}
	return b.String()
}

func writeWord(b *strings.Builder, w string) {
	if len(w) > longestWord {
		return
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	b.WriteString(w)
}

// eachPair calls f for each two neighbouring characters and for the last one.
func eachPair(run string, f func(string)) {
	prev := -1
	for i, r := range run {
		if prev >= 0 {
			f(run[prev : i+len(string(r))])
		}
		prev = i
	}
	f(run[prev:])
}
