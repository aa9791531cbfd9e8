package message_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"picus/mail/message"
)

// labelled is an answer with a label on each line of its text.
type labelled struct {
	name, kind string
	lines      []string
	label      []byte // wanted, to go, or 0: it may stay or go
}

const (
	wanted = 'w'
	toGo   = 'x'
)

// TestAnswersInChineseProgramsAreTrimmedAsReadersWould holds the trimmer against answers
// that were labelled by reading: at most two in a hundred keep something that is to go, at
// most one line in two hundred of what an author wrote goes, and none that stands between
// marked quotations.
func TestAnswersInChineseProgramsAreTrimmedAsReadersWould(t *testing.T) {
	archived, written := readAnswers(t), writtenAnswers(t)
	if len(archived) < 120 || len(archived)+len(written) < 150 {
		t.Errorf("there are %d answers of the archives and %d more; want 120, and 150 in all", len(archived), len(written))
	}
	var lines, lost int
	var residue []string
	count := map[string]int{}
	for _, a := range append(archived, written...) {
		count[a.kind]++
		text := strings.Join(a.lines, "\n")
		reply, elided := message.Trim(text)
		holdsAll(t, text, reply, elided)
		gone, kept := a.wrong(reply)
		for _, l := range a.label {
			if l == wanted {
				lines++
			}
		}
		if lost += len(gone); len(gone) > 0 {
			t.Logf("%s (%s) loses %q", a.name, a.kind, gone)
			if a.kind == "between" {
				t.Errorf("%s loses what stands between quotations: %q", a.name, gone)
			}
		}
		if len(kept) > 0 {
			residue = append(residue, fmt.Sprintf("%s keeps %.200q", a.name, kept))
		}
	}
	all := len(archived) + len(written)
	t.Logf("%d answers, %d of them of real archives, %v: %d keep something, %d of %d lines are lost\n%s", all, len(archived), count, len(residue), lost, lines, strings.Join(residue, "\n"))
	if len(residue)*50 > all {
		t.Errorf("%d of %d keep what is to go; want at most 2 in 100: %s", len(residue), all, strings.Join(residue, "\n"))
	}
	if lost*200 > lines {
		t.Errorf("%d of %d lines of their authors are lost; want at most 1 in 200", lost, lines)
	}
}

// wrong returns the lines that a reply should have and has not, and those it has and should not.
func (a labelled) wrong(reply string) (gone, kept []string) {
	var have []string
	for line := range strings.SplitSeq(reply, "\n") {
		have = append(have, strings.TrimSpace(line))
	}
	for i, line := range a.lines {
		line = strings.TrimSpace(line)
		if line == "" || a.label[i] == 0 {
			continue
		}
		at := slices.Index(have, line)
		switch {
		case a.label[i] == wanted && at < 0:
			gone = append(gone, line)
		case a.label[i] == wanted:
			have = slices.Delete(have, at, at+1)
		}
	}
	for i, line := range a.lines {
		if line = strings.TrimSpace(line); line != "" && a.label[i] == toGo && slices.Contains(have, line) {
			kept = append(kept, line)
		}
	}
	return gone, kept
}

// readAnswers are answers of real archives. Nothing of them is in the project but which
// lines their authors wrote.
func readAnswers(t *testing.T) (all []labelled) {
	t.Helper()
	texts := map[string][]string{}
	for _, archive := range []string{"zh-threads", "3500"} {
		n := 0
		each(t, "linux-erofs-"+archive+".mbox.gz", func(raw []byte) {
			n++
			texts[fmt.Sprint(archive, " ", n)] = strings.Split(message.Parse(raw).Text, "\n")
		})
	}
	for line := range strings.Lines(read(t, "testdata/cjk-read.txt")) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Fields(line)
		a := labelled{name: fields[0] + " " + fields[1], kind: fields[3]}
		a.lines = texts[a.name]
		a.label = make([]byte, len(a.lines))
		if fmt.Sprint(len(a.lines)) != fields[2] {
			t.Errorf("%s has %d lines; want %s", a.name, len(a.lines), fields[2])
			continue
		}
		if a.kind == "top" {
			for i := range a.label {
				a.label[i] = toGo
			}
		}
		for _, lines := range fields[4:] {
			a.mark(t, lines)
		}
		all = append(all, a)
	}
	return all
}

// mark labels some lines: "3", "3-5", or with a minus before it those that are to go.
func (a labelled) mark(t *testing.T, lines string) {
	t.Helper()
	what := byte(wanted)
	if rest, ok := strings.CutPrefix(lines, "-"); ok {
		what, lines = toGo, rest
	}
	var first, last int
	if n, _ := fmt.Sscanf(lines, "%d-%d", &first, &last); n == 1 {
		last = first
	}
	if first < 1 || last < first || last > len(a.lines) {
		t.Fatalf("%s: %q are no lines", a.name, lines)
	}
	for i := first - 1; i < last; i++ {
		a.label[i] = what
	}
}

// writtenAnswers are answers in forms that the archives do not have.
func writtenAnswers(t *testing.T) (all []labelled) {
	t.Helper()
	for block := range strings.SplitSeq(read(t, "testdata/cjk-written.txt"), "\n= ") {
		if strings.HasPrefix(block, "#") {
			continue
		}
		head, body, _ := strings.Cut(block, "\n")
		kind, name, _ := strings.Cut(head, ": ")
		a := labelled{name: name, kind: kind}
		for line := range strings.SplitSeq(strings.TrimRight(body, "\n"), "\n") {
			a.lines = append(a.lines, strings.TrimPrefix(line[1:], " "))
			a.label = append(a.label, map[byte]byte{'w': wanted, 'x': toGo}[line[0]])
		}
		all = append(all, a)
	}
	return all
}
