package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Options say what to measure.
type Options struct {
	Dir      string // where generated data is kept from run to run
	Posts    int
	Messages int // of the mailbox that is imported
	Seed     uint64
	Goals    []int // empty: all
	Log      io.Writer
}

// rounds is how often a thing is measured; the median counts. The machine has
// other things to do, and the spread of the rounds shows it.
const rounds = 5

// bench is one run.
type bench struct {
	Options
	*Report
	site    *Site
	program *program
	data    string // the data folder of this run: a copy of the site
	draw    *rand.Rand
}

// Run measures the goals on a generated community.
func Run(ctx context.Context, o Options) (report *Report, err error) {
	b := &bench{Options: o, Report: &Report{}, draw: rand.New(rand.NewPCG(o.Seed, 'b'))}
	if err := b.prepare(ctx); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.data)) }()
	for _, step := range []struct {
		goals []int
		what  string
		run   func(context.Context) error
	}{
		{nil, "the machine", b.machine},
		{[]int{11}, "the binary", b.binary},
		{[]int{9}, "cold starts", b.starts},
		{[]int{1}, "kept pages", b.cached},
		{[]int{2, 3}, "pages", b.pages},
		{[]int{4}, "search", b.searches},
		{[]int{10}, "memory", b.memory},
		{[]int{5}, "replies", b.replies},
		{[]int{6}, "mail that comes in", b.mailIn},
		{[]int{7}, "a post to many subscribers", b.mailOut},
		{[]int{8}, "the import of a mailbox", b.imports},
		{[]int{12}, "hostile Markdown", b.hostilities},
	} {
		if !b.wanted(step.goals) {
			continue
		}
		b.say("measuring %s", step.what)
		if err := step.run(ctx); err != nil {
			return nil, fmt.Errorf("measure %s: %w", step.what, err)
		}
	}
	return b.Report, nil
}

func (b *bench) wanted(goals []int) bool {
	return len(b.Goals) == 0 || len(goals) == 0 || slices.ContainsFunc(goals, func(g int) bool { return slices.Contains(b.Goals, g) })
}

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.Log, format+"\n", args...) }

// prepare makes or finds the community, builds the program, and lays out a data folder.
func (b *bench) prepare(ctx context.Context) (err error) {
	begun, said := time.Now(), time.Now()
	b.site, err = OpenSite(ctx, b.Dir, b.Seed, b.Posts, func(done int) {
		if time.Since(said) > 5*time.Second {
			said = time.Now()
			b.say("generating: %d of %d posts after %s", done, b.Posts, time.Since(begun).Round(time.Second))
		}
	})
	if err != nil {
		return err
	}
	if b.site.Fresh {
		b.note("the community was generated in %s", time.Since(begun).Round(time.Second))
	}
	if b.data, err = os.MkdirTemp(b.Dir, "run-"); err != nil {
		return err
	}
	b.say("copying the database of %d posts", b.Posts)
	if err := copyFile(b.site.Path, filepath.Join(b.data, "picus.db")); err != nil {
		return err
	}
	b.program, err = buildProgram(ctx, b.data)
	b.Site = fmt.Sprintf("%d posts in %d threads by %d members; seed %d", b.Posts, len(b.site.threads), b.site.people, b.Seed)
	return err
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	_, err = io.Copy(out, in)
	return err
}

// binary is goal 11.
func (b *bench) binary(context.Context) error {
	info, err := os.Stat(b.program.binary)
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 11, What: "binary, stripped", Unit: "MB", Floor: 45, How: "go build -ldflags '-s -w', as make release does"}, float64(info.Size())/1e6)
	return nil
}

// starts is goal 9. The database has just been copied, so that its pages are in
// the memory of the machine; what a cold disk adds says nothing about Picus.
func (b *bench) starts(ctx context.Context) error {
	var home, thread []float64
	for range rounds {
		took, err := b.program.firstPages(ctx, b.data, "/", b.longThread(b.draw))
		if err != nil {
			return err
		}
		home, thread = append(home, took[0].Seconds()*1000), append(thread, took[1].Seconds()*1000)
	}
	how := "from exec to the first 200, a new process each round, page cache warm"
	b.add(Figure{Goal: 9, What: "first page after a start", Unit: "ms", Floor: 250, How: how}, home...)
	b.add(Figure{Goal: 9, What: "then a thread", Unit: "ms", Floor: 250, How: how}, thread...)
	return nil
}
