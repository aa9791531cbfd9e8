package item_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"picus/internal/item"
)

// drawDiff writes a comparison as text: the changed words stand in brackets.
func drawDiff(lines []item.DiffLine) string {
	var b strings.Builder
	for _, l := range lines {
		if l.Op == '@' {
			fmt.Fprintf(&b, "@%d\n", l.Skipped)
			continue
		}
		fmt.Fprintf(&b, "%c", l.Op)
		for _, s := range l.Spans {
			if s.Changed {
				fmt.Fprintf(&b, "[%s]", s.Text)
			} else {
				b.WriteString(s.Text)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestDiff(t *testing.T) {
	tests := []struct{ rule, old, new, want string }{
		{"equal texts give nothing", "a\nb\n", "a\nb\n", ""},
		{"words are marked", "Since 3.11 prefer wait_for.", "Since 3.11 prefer timeout.", "-Since 3.11 prefer [wait_for].\n+Since 3.11 prefer [timeout].\n"},
		{"Chinese has no spaces and still has words", "任务还在运行。", "任务还在跑。", "-任务还在[运行]。\n+任务还在[跑]。\n"},
		{"a line in the middle", "a\nb\nc", "a\nx\nb\nc", " a\n+x\n b\n c\n"},
		{"from nothing", "", "a", "+a\n"},
		{"to nothing", "a\nb", "", "-a\n-b\n"},
		{"lines with nothing in common are not marked", "alpha beta gamma", "1 2 3 4 5 6 7 8 9", "-alpha beta gamma\n+1 2 3 4 5 6 7 8 9\n"},
		{"far lines are left out", "1\n2\n3\n4\n5\n6\n7\n8\n9\nold", "1\n2\n3\n4\n5\n6\n7\n8\n9\nnew", "@6\n 7\n 8\n 9\n-old\n+new\n"},
		{"line ends of Windows are no change", "a\r\nb\r\n", "a\nc\n", " a\n-b\n+c\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if got := drawDiff(item.Diff(tt.old, tt.new)); got != tt.want {
				t.Errorf("Diff() =\n%swant\n%s", got, tt.want)
			}
		})
	}
}

// TestDiffRebuilds takes random texts apart and puts them together again: whatever
// the comparison left out or marked, both sides are whole.
func TestDiffRebuilds(t *testing.T) {
	dice := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var lines []string
		for range dice.IntN(5) {
			lines = append(lines, strings.Repeat("词", dice.IntN(3)+1)+" "+string(rune('a'+dice.IntN(3))))
		}
		return strings.Join(lines, "\n")
	}
	for range 3000 {
		old, new := text(), text()
		var was, is []string
		for _, l := range item.Diff(old, new) {
			line := ""
			for _, s := range l.Spans {
				line += s.Text
			}
			if l.Op != '+' {
				was = append(was, line)
			}
			if l.Op != '-' {
				is = append(is, line)
			}
		}
		if old != new && (strings.Join(was, "\n") != old || strings.Join(is, "\n") != new) {
			t.Fatalf("Diff(%q, %q) rebuilds %q and %q", old, new, was, is)
		}
	}
}

// unbounded is far beyond what a comparison may take, even under the race detector on a busy
// machine: it takes about a second, and without its bounds some of these would take hours.
const unbounded = 2 * time.Minute

// TestDiffIsBounded is SECURITY.md, X-11: two megabytes with nothing in common.
func TestDiffIsBounded(t *testing.T) {
	tests := []struct{ rule, old, new string }{
		{"short lines", strings.Repeat("a\nb\n", 1<<18), strings.Repeat("c\na\n", 1<<18)},
		{"one line", strings.Repeat("a b ", 1<<18), strings.Repeat("b c ", 1<<18)},
		{"many words in some lines", strings.Repeat(strings.Repeat("ab ", 300)+"\n", 1000), strings.Repeat(strings.Repeat("ba ", 300)+"\n", 1000)},
		{"Chinese", strings.Repeat("啄木鸟在树上\n", 1<<15), strings.Repeat("树上的啄木鸟\n", 1<<15)},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			start := time.Now()
			lines := item.Diff(tt.old, tt.new)
			if took := time.Since(start); took > unbounded {
				t.Errorf("Diff() took %v; want about a second", took)
			}
			if len(lines) > 4001 {
				t.Errorf("Diff() has %d lines; want 4001 at most", len(lines))
			}
		})
	}
}
