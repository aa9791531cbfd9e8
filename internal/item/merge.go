package item

import (
	"slices"
	"strings"
)

// Side is whose text stands where two people changed the same place.
type Side string

// The sides of a conflict.
const (
	Mine   Side = "mine"
	Theirs Side = "theirs"
	Both   Side = "both" // mine, and theirs below it
)

// Merged is what comes of two texts that were made of the same one.
type Merged struct {
	pieces    []piece
	Conflicts []Conflict
}

// Conflict is a place that both have changed, each in another way.
type Conflict struct{ Was, Mine, Theirs string }

// piece is lines that are settled, or those of both sides of a conflict.
type piece struct {
	lines    []string // settled, or mine
	theirs   []string
	conflict int // its number from 1; 0: none
}

// maxConflicts bounds how many choices are asked of somebody: a form has so many fields.
// Where more places clash, the texts clash as a whole.
const maxConflicts = 32

// Merge joins two texts that were made of base: what only one of them changed is
// taken. Lines that both changed are looked at word by word before they count as a
// conflict.
func Merge(base, mine, theirs string) Merged {
	var m Merged
	o, a, b := splitLines(base), splitLines(mine), splitLines(theirs)
	walk3(o, a, b, maxEdits, func(o, a, b []string) {
		lines, ok := settle(o, a, b)
		if !ok {
			lines, ok = settleWords(o, a, b)
		}
		if ok {
			m.pieces = append(m.pieces, piece{lines: lines})
			return
		}
		m.clash(o, a, b)
	})
	if len(m.Conflicts) > maxConflicts {
		m = Merged{}
		m.clash(o, a, b)
	}
	return m
}

func (m *Merged) clash(o, a, b []string) {
	m.Conflicts = append(m.Conflicts, Conflict{join(o), join(a), join(b)})
	m.pieces = append(m.pieces, piece{a, b, len(m.Conflicts)})
}

func join(lines []string) string { return strings.Join(lines, "\n") }

// Text is the whole, with a side for each conflict; where none is named it is mine.
func (m Merged) Text(take []Side) string {
	var all []string
	for _, p := range m.pieces {
		if p.conflict == 0 {
			all = append(all, p.lines...)
			continue
		}
		side := Mine
		if p.conflict <= len(take) {
			side = take[p.conflict-1]
		}
		if side != Theirs {
			all = append(all, p.lines...)
		}
		if side != Mine {
			all = append(all, p.theirs...)
		}
	}
	return join(all)
}

// walk3 cuts three sequences where all of them agree, and calls do for what lies
// between two such places and for the places themselves, in order. It is diff3
// (S. Khanna, K. Kunal, B. Pierce, "A Formal Investigation of Diff3", 2007).
func walk3(o, a, b []string, edits int, do func(o, a, b []string)) {
	inA, inB := partners(o, a, edits), partners(o, b, edits)
	fromO, fromA, fromB := 0, 0, 0
	for i := range o {
		if inA[i] < 0 || inB[i] < 0 {
			continue
		}
		if i > fromO || inA[i] > fromA || inB[i] > fromB {
			do(o[fromO:i], a[fromA:inA[i]], b[fromB:inB[i]])
		}
		do(o[i:i+1], o[i:i+1], o[i:i+1])
		fromO, fromA, fromB = i+1, inA[i]+1, inB[i]+1
	}
	if fromO < len(o) || fromA < len(a) || fromB < len(b) {
		do(o[fromO:], a[fromA:], b[fromB:])
	}
}

// partners says for each element of a where its like stands in b; -1: nowhere.
func partners(a, b []string, edits int) []int {
	all := make([]int, len(a))
	for i := range all {
		all[i] = -1
	}
	for _, m := range matching(a, b, edits) {
		for i := range m.n {
			all[m.a+i] = m.b + i
		}
	}
	return all
}

// settle takes what changed where only one side has, or both have in the same way.
func settle(o, a, b []string) ([]string, bool) {
	switch {
	case slices.Equal(a, b), slices.Equal(o, b):
		return a, true
	case slices.Equal(o, a):
		return b, true
	}
	return nil, false
}

// settleWords settles lines by their words, as far as it can.
func settleWords(o, a, b []string) ([]string, bool) {
	if len(o) == 0 {
		return nil, false // both put something in at one place
	}
	texts := [3]string{join(o), join(a), join(b)}
	if max(len(texts[0]), len(texts[1]), len(texts[2])) > maxMarked {
		return nil, false
	}
	var all strings.Builder
	clean := true
	walk3(splitWords(texts[0]), splitWords(texts[1]), splitWords(texts[2]), maxWords, func(o, a, b []string) {
		words, ok := settle(o, a, b)
		clean = clean && ok
		all.WriteString(strings.Join(words, ""))
	})
	return strings.Split(all.String(), "\n"), clean
}
