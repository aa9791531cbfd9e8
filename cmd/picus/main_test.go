package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// asPicus has the test binary be picus, so that the command line is tried as a real
// process, with its own standard input, exit code and signals.
const asPicus = "PICUS_TEST_RUN_AS_PICUS"

func TestMain(m *testing.M) {
	if os.Getenv(asPicus) != "" {
		main()
	}
	os.Exit(m.Run())
}

// command is a picus that is about to be run in a folder of its own.
type command struct {
	*testing.T
	dir      string
	database string // its PostgreSQL; empty: SQLite in the folder
	env      []string
}

func newCommand(t *testing.T) *command {
	return &command{T: t, dir: t.TempDir()}
}

// on has the command keep everything in a PostgreSQL, if one is named.
func (c *command) on(database string) *command {
	c.database = database
	return c
}

// stored is where the command's database is.
func (c *command) stored() string {
	if c.database != "" {
		return c.database
	}
	return filepath.Join(c.dir, "data", "picus.db")
}

// process returns picus with its arguments, ready to start. Nothing of the tester's
// own settings reaches it.
func (c *command) process(ctx context.Context, args ...string) *exec.Cmd {
	p := exec.CommandContext(ctx, os.Args[0], args...)
	p.Dir = c.dir
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "PICUS_") {
			p.Env = append(p.Env, e)
		}
	}
	p.Env = append(append(p.Env, "PICUS_DATABASE="+c.database, asPicus+"=1"), c.env...)
	return p
}

// outcome is how a run of picus ended.
type outcome struct {
	out, err string
	code     int
}

// run runs picus to its end, which has to come.
func (c *command) run(stdin string, args ...string) outcome {
	c.Helper()
	ctx, done := context.WithTimeout(c.Context(), patience)
	defer done()
	p := c.process(ctx, args...)
	var out, errs bytes.Buffer
	p.Stdin, p.Stdout, p.Stderr = strings.NewReader(stdin), &out, &errs
	if err := p.Run(); p.ProcessState == nil {
		c.Fatal(err)
	}
	return outcome{out: out.String(), err: errs.String(), code: p.ProcessState.ExitCode()}
}

// ok runs picus, which has to succeed, and returns what it printed.
func (c *command) ok(stdin string, args ...string) string {
	c.Helper()
	got := c.run(stdin, args...)
	if got.code != 0 {
		c.Fatalf("picus %s = %d, %s%s; want 0", strings.Join(args, " "), got.code, got.out, got.err)
	}
	return got.out
}
