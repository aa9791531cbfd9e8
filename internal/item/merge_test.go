package item_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"picus/internal/item"
)

func TestMerge(t *testing.T) {
	tests := []struct {
		rule, base, mine, theirs, want string
		conflicts                      []item.Conflict
	}{
		{"what one side changed is taken", "a\nb\nc", "a\nb\nc", "a\nx\nc", "a\nx\nc", nil},
		{"changes at two places are both taken", "a\nb\nc\nd\ne", "A\nb\nc\nd\ne", "a\nb\nc\nd\nE", "A\nb\nc\nd\nE", nil},
		{"the same change is made once", "a\nb", "a\nx", "a\nx", "a\nx", nil},
		{"two words of a line", "Use wait_for since 3.11.", "Use timeout since 3.11.", "Use wait_for since 3.12.", "Use timeout since 3.12.", nil},
		{"two words of a Chinese line", "任务还在运行,请等待。", "任务还在跑,请等待。", "任务还在运行,请稍候。", "任务还在跑,请稍候。", nil},
		{"a paragraph that goes and one that comes", "a\n\nb\n\nc", "a\n\nc", "a\n\nb\n\nc\n\nd", "a\n\nc\n\nd", nil},
		{"the same word", "a\nVersion 3.11\nz", "a\nVersion 3.12\nz", "a\nVersion 3.13\nz", "a\nVersion 3.12\nz",
			[]item.Conflict{{"Version 3.11", "Version 3.12", "Version 3.13"}}},
		{"changed here and taken out there", "a\nb\nc", "a\nbetter\nc", "a\nc", "a\nbetter\nc", []item.Conflict{{"b", "better", ""}}},
		{"two paragraphs at one place", "a\nz", "a\nm\nz", "a\nn\nz", "a\nm\nz", []item.Conflict{{"", "m", "n"}}},
		{"line ends of Windows are no change", "a\r\nb\r\nc", "a\nb\nC", "A\r\nb\r\nc", "A\nb\nC", nil},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			got := item.Merge(tt.base, tt.mine, tt.theirs)
			if text := got.Text(nil); text != tt.want || !slices.Equal(got.Conflicts, tt.conflicts) {
				t.Errorf("Merge() = %q with %q; want %q with %q", text, got.Conflicts, tt.want, tt.conflicts)
			}
		})
	}
}

func TestAConflictIsSettledByChoice(t *testing.T) {
	m := item.Merge("a\nb\nc\nd\ne", "a\nB1\nc\nD1\ne", "a\nB2\nc\nD2\ne\nf")
	for want, take := range map[string][]item.Side{
		"a\nB1\nc\nD2\ne\nf":         {item.Mine, item.Theirs},
		"a\nB1\nB2\nc\nD1\ne\nf":     {item.Both, item.Mine},
		"a\nB2\nc\nD1\nD2\ne\nf":     {item.Theirs, item.Both},
		"a\nB1\nc\nD1\ne\nf":         nil,
		"a\nB1\nB2\nc\nD1\nD2\ne\nf": {item.Both, item.Both},
	} {
		if got := m.Text(take); got != want {
			t.Errorf("Text(%v) = %q; want %q", take, got, want)
		}
	}
}

// TestASideOfAConflictStandsAsItWas holds that blank lines stay, which end paragraphs.
func TestASideOfAConflictStandsAsItWas(t *testing.T) {
	for _, tt := range [][3]string{
		{"a\n\nz", "a\n\nm\n\nz", "a\n\nn\n\nz"},
		{"a\nb\nz", "a\n\nz", "a\nc\nz"},
		{"a\nb\nz", "a\nc\nz", "a\n\nz"},
	} {
		m := item.Merge(tt[0], tt[1], tt[2])
		if got := m.Text(nil); len(m.Conflicts) != 1 || got != tt[1] {
			t.Errorf("Merge(%q) with mine = %q, %d conflicts; want %q and one", tt, got, len(m.Conflicts), tt[1])
		}
		if got := m.Text([]item.Side{item.Theirs}); got != tt[2] {
			t.Errorf("Merge(%q) with theirs = %q; want %q", tt, got, tt[2])
		}
	}
}

// TestNobodyIsAskedTooOften has two texts clash at more places than a form has fields.
func TestNobodyIsAskedTooOften(t *testing.T) {
	text := func(name string) string {
		var all []string
		for i := range 70 {
			all = append(all, fmt.Sprintf("%s %d", name, i), "", fmt.Sprint("kept ", i))
		}
		return strings.Join(all, "\n")
	}
	m := item.Merge(text("base"), text("mine"), text("theirs"))
	if len(m.Conflicts) != 1 || m.Text(nil) != text("mine") || m.Text([]item.Side{item.Theirs}) != text("theirs") {
		t.Errorf("there are %d conflicts; want one between the texts as a whole", len(m.Conflicts))
	}
}

// TestMergeLosesNothing merges random changes: every line that one of the two put in
// is in the whole when both sides of each conflict are taken, and what both left alone
// stays.
func TestMergeLosesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		var base []string
		for i := range r.IntN(12) {
			base = append(base, fmt.Sprint("line", i))
		}
		change := func(name string) (text string, put []string) {
			var all []string
			for i, line := range base {
				switch r.IntN(6) {
				case 0: // it goes
				case 1:
					put = append(put, fmt.Sprint(name, "changed", i))
					all = append(all, put[len(put)-1])
				case 2:
					put = append(put, fmt.Sprint(name, "new", i))
					all = append(all, line, put[len(put)-1])
				default:
					all = append(all, line)
				}
			}
			return strings.Join(all, "\n"), put
		}
		mine, putA := change("mine")
		theirs, putB := change("theirs")
		m := item.Merge(strings.Join(base, "\n"), mine, theirs)
		whole := strings.Split(m.Text(slices.Repeat([]item.Side{item.Both}, len(m.Conflicts))), "\n")
		for _, line := range append(putA, putB...) {
			if !slices.Contains(whole, line) {
				t.Fatalf("Merge(%q, %q, %q) = %q: %s is lost", base, mine, theirs, whole, line)
			}
		}
		for _, line := range base {
			if strings.Contains(mine+"\n", line+"\n") && strings.Contains(theirs+"\n", line+"\n") && !slices.Contains(whole, line) {
				t.Fatalf("Merge(%q, %q, %q) = %q: %s is lost", base, mine, theirs, whole, line)
			}
		}
	}
}

func BenchmarkMergeOfTextsWithNothingInCommon(b *testing.B) {
	text := func(name string) string {
		var all strings.Builder
		for i := range 3000 {
			fmt.Fprintf(&all, "%s %d\n", name, i)
		}
		return all.String()
	}
	base, mine, theirs := text("base"), text("mine"), text("theirs")
	for b.Loop() {
		item.Merge(base, mine, theirs)
	}
}
