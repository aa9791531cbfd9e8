package item

import (
	"slices"
	"unicode"
)

// maxLooks bounds how many elements are compared on the way; a text that repeats
// itself has many ways.
const maxLooks = 10_000_000

// match says that n elements from a on are the same as those from b on.
type match struct{ a, b, n int }

// matching returns what two sequences have in common, in order. It takes at most
// edits steps to find the longest such; where they are too different for that, what
// lies between their common head and tail counts as replaced.
func matching(a, b []string, edits int) []match {
	head := 0
	for head < len(a) && head < len(b) && a[head] == b[head] {
		head++
	}
	tail := 0
	for tail < len(a)-head && tail < len(b)-head && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	var all []match
	if head > 0 {
		all = append(all, match{0, 0, head})
	}
	for _, m := range shortest(a[head:len(a)-tail], b[head:len(b)-tail], edits) {
		all = append(all, match{m.a + head, m.b + head, m.n})
	}
	if tail > 0 {
		all = append(all, match{len(a) - tail, len(b) - tail, tail})
	}
	return all
}

// shortest is the greedy algorithm of E. Myers, "An O(ND) Difference Algorithm and
// Its Variations" (1986). reach holds how far into a the edits so far lead on each
// diagonal k, where k is the place in a minus the place in b.
func shortest(a, b []string, edits int) []match {
	if len(a) == 0 || len(b) == 0 {
		return nil
	}
	x, y := numbers(a, b)
	limit := min(edits, len(a)+len(b))
	zero := limit + 1
	reach := make([]int, 2*limit+3)
	var trace [][]int // the reach that step d started from, diagonals -d-1 to d+1
	for d, looked := 0, 0; d <= limit && looked < maxLooks; d++ {
		trace = append(trace, slices.Clone(reach[zero-d-1:zero+d+2]))
		for k := -d; k <= d; k += 2 {
			at := reach[zero+from(trace[d], k, d)]
			if from(trace[d], k, d) < k {
				at++
			}
			for at < len(x) && at-k < len(y) && x[at] == y[at-k] {
				at++
				looked++
			}
			if reach[zero+k] = at; at >= len(x) && at-k >= len(y) {
				return walkBack(trace, len(x), len(y))
			}
		}
	}
	return nil
}

// from returns the diagonal that step d comes from on its way to diagonal k: from
// k+1 an element of b was put in, from k-1 one of a was taken out.
func from(reach []int, k, d int) int {
	if k == -d || k != d && reach[k-1+d+1] < reach[k+1+d+1] {
		return k + 1
	}
	return k - 1
}

// walkBack reads the matches off the way from the end to the start.
func walkBack(trace [][]int, x, y int) []match {
	var all []match
	for d := len(trace) - 1; d >= 0; d-- {
		before := from(trace[d], x-y, d)
		px := trace[d][before+d+1]
		py := px - before
		if n := min(x-px, y-py); n > 0 && d > 0 {
			all = append(all, match{x - n, y - n, n})
		} else if d == 0 && x > 0 {
			all = append(all, match{0, 0, x})
		}
		x, y = px, py
	}
	slices.Reverse(all)
	return all
}

// numbers gives equal elements equal numbers, which compare faster than text.
func numbers(a, b []string) (x, y []int32) {
	known := make(map[string]int32, len(a))
	number := func(all []string) []int32 {
		n := make([]int32, len(all))
		for i, s := range all {
			id, ok := known[s]
			if !ok {
				id = int32(len(known))
				known[s] = id
			}
			n[i] = id
		}
		return n
	}
	return number(a), number(b)
}

// splitWords cuts a line where a reader sees words: runs of letters and digits, runs
// of spaces, every Chinese, Japanese or Korean character, every other sign.
func splitWords(s string) []string {
	var words []string
	start, before := 0, 0
	for i, r := range s {
		class := classOf(r)
		if i > 0 && (class != before || class == sign) && class != accent {
			words = append(words, s[start:i])
			start = i
		}
		if class != accent {
			before = class
		}
	}
	if start < len(s) {
		words = append(words, s[start:])
	}
	return words
}

// What a character does to the word it stands in.
const (
	letter = iota + 1 // goes on
	space             // goes on among its like
	sign              // stands alone
	accent            // belongs to what is before it
)

func classOf(r rune) int {
	switch {
	case unicode.IsMark(r):
		return accent
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul):
		return sign
	case unicode.IsLetter(r), unicode.IsDigit(r), r == '_':
		return letter
	case unicode.IsSpace(r):
		return space
	}
	return sign
}
