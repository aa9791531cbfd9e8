package item

import "strings"

// A comparison is bounded, because anybody can save two texts that have nothing in
// common (SECURITY.md, X-11). Beyond the bounds it is coarser, never wrong.
const (
	maxEdits   = 500   // lines that differ, searched for the shortest way
	maxWords   = 150   // words of a line that differ, in the same way
	maxMarked  = 4_000 // bytes of a line whose words are looked at
	maxPairs   = 2_000 // such lines
	maxShown   = 4_000 // lines in the result
	nearby     = 3     // lines shown around a change
	likeEnough = 3     // a line is the other's new form when 1 in so many of its words stayed
)

// DiffLine is one line of a comparison: Op is '+', '-', or ' ' for a line that
// stayed. An '@' stands for lines that are not shown, Skipped of them.
type DiffLine struct {
	Op       byte
	Old, New int // line numbers from 1; 0 where the line is not on that side
	Spans    []DiffSpan
	Skipped  int
}

// DiffSpan is a piece of a line; Changed marks the words that differ.
type DiffSpan struct {
	Text    string
	Changed bool
}

// Diff compares two texts line by line, and a line with its new form word by word.
// Equal texts give nothing.
func Diff(old, new string) []DiffLine {
	if old == new {
		return nil
	}
	c := comparison{old: splitLines(old), new: splitLines(new), pairs: maxPairs}
	i, j := 0, 0
	for _, m := range append(matching(c.old, c.new, maxEdits), match{len(c.old), len(c.new), 0}) {
		c.changed(i, m.a, j, m.b)
		c.same(m)
		i, j = m.a+m.n, m.b+m.n
	}
	if c.beyond > 0 {
		c.lines = append(c.lines, DiffLine{Op: '@', Skipped: c.beyond})
	}
	return c.lines
}

func splitLines(s string) []string {
	s = strings.TrimSuffix(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	if s == "" {
		return nil
	}
	return strings.Split(s, "\n")
}

// comparison is a Diff that is being written.
type comparison struct {
	old, new []string
	lines    []DiffLine
	pairs    int // lines whose words may still be looked at
	beyond   int // lines that no longer fit
}

// add appends lines as long as there is room.
func (c *comparison) add(lines ...DiffLine) {
	room := min(maxShown-len(c.lines), len(lines))
	c.lines = append(c.lines, lines[:room]...)
	c.beyond += len(lines) - room
}

// same writes the lines that stayed, without those far from every change.
func (c *comparison) same(m match) {
	head, tail := nearby, nearby
	if m.a == 0 && m.b == 0 {
		head = 0
	}
	if m.a+m.n == len(c.old) && m.b+m.n == len(c.new) {
		tail = 0
	}
	gap := m.n - head - tail
	for n := range m.n {
		if gap > 1 && n >= head && n < m.n-tail {
			if n == head {
				c.add(DiffLine{Op: '@', Skipped: gap})
			}
			continue
		}
		c.add(DiffLine{Op: ' ', Old: m.a + n + 1, New: m.b + n + 1, Spans: []DiffSpan{{Text: c.old[m.a+n]}}})
	}
}

// changed writes what was taken out and what was put in at one place. The lines that
// came are held against those that went, one by one, for as many as there are.
func (c *comparison) changed(i, toOld, j, toNew int) {
	room := maxShown - len(c.lines)
	c.beyond += max(0, toOld-i-room) + max(0, toNew-j-room)
	toOld, toNew = min(toOld, i+room), min(toNew, j+room)
	var out, in []DiffLine
	for n := i; n < toOld; n++ {
		out = append(out, DiffLine{Op: '-', Old: n + 1, Spans: []DiffSpan{{Text: c.old[n]}}})
	}
	for n := j; n < toNew; n++ {
		in = append(in, DiffLine{Op: '+', New: n + 1, Spans: []DiffSpan{{Text: c.new[n]}}})
	}
	both := min(len(out), len(in), c.pairs)
	c.pairs -= both
	for n := range both {
		if was, is, ok := words(c.old[i+n], c.new[j+n]); ok {
			out[n].Spans, in[n].Spans = was, is
		}
	}
	c.add(out...)
	c.add(in...)
}

// words marks what differs between a line and its new form; false means that the
// two have too little in common to be one line.
func words(old, new string) (was, is []DiffSpan, ok bool) {
	if max(len(old), len(new)) > maxMarked {
		return nil, nil, false
	}
	a, b := splitWords(old), splitWords(new)
	same := matching(a, b, maxWords)
	kept, i, j := 0, 0, 0
	for _, m := range append(same, match{len(a), len(b), 0}) {
		was, is = mark(was, a[i:m.a], true), mark(is, b[j:m.b], true)
		was, is = mark(was, a[m.a:m.a+m.n], false), mark(is, b[m.b:m.b+m.n], false)
		i, j, kept = m.a+m.n, m.b+m.n, kept+m.n
	}
	return was, is, kept*likeEnough >= max(len(a), len(b))
}

// mark appends words as one span.
func mark(spans []DiffSpan, words []string, changed bool) []DiffSpan {
	if len(words) == 0 {
		return spans
	}
	return append(spans, DiffSpan{strings.Join(words, ""), changed})
}
