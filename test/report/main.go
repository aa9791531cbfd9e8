// Command report reads what `go test -json` writes and prints what a person wants
// to see of it: every package's closing line, the whole output of a test that
// failed, the reason of one that was skipped, and the counts as the last line.
//
// Its exit code is 1 when a test failed, or none ran; and in CI (CI=true) when
// one was skipped, because there nobody would notice.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// event is one line of `go test -json`; see `go doc test2json` and `go help buildjson`.
type event struct {
	Action  string
	Package string
	Test    string
	Elapsed float64
	Output  string
}

// report is what has been read so far.
type report struct {
	out                     io.Writer
	passed, failed, skipped int
	said                    map[string][]string // the output of each test under way
	skips                   []string
	packages                []event // how each package ended
}

func main() {
	began := time.Now()
	r := report{out: os.Stdout, said: map[string][]string{}}
	if err := r.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
	r.summary(time.Since(began))
	if r.failed > 0 || r.passed == 0 || r.skipped > 0 && os.Getenv("CI") == "true" {
		os.Exit(1)
	}
}

// read takes in events until the tests are over. A line that is no event is
// something the go command itself had to say, and is passed on.
func (r *report) read(in io.Reader) error {
	lines := bufio.NewReader(in)
	for {
		line, err := lines.ReadString('\n')
		var e event
		if json.Unmarshal([]byte(line), &e) == nil {
			r.take(e)
		} else {
			fmt.Fprint(r.out, line)
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// take books one event.
func (r *report) take(e event) {
	test := e.Package + " " + e.Test
	switch e.Action {
	case "build-output":
		fmt.Fprint(r.out, e.Output)
	case "output":
		r.output(test, e)
	case "pass", "fail", "skip":
		r.end(test, e)
		delete(r.said, test)
	}
}

// output keeps what a test says until it is known how the test ends. What belongs
// to no test is shown at once: the closing lines, a data race, a panic's trace.
func (r *report) output(test string, e event) {
	switch {
	case e.Test != "":
		r.said[test] = append(r.said[test], e.Output)
	case !strings.Contains(e.Output, "[no test files]"):
		fmt.Fprint(r.out, e.Output)
	}
}

// end counts a test, or a package when the event names no test.
func (r *report) end(test string, e event) {
	if e.Test == "" {
		r.packages = append(r.packages, e)
		if e.Action == "fail" {
			r.unfinished(e.Package)
		}
		return
	}
	switch e.Action {
	case "pass":
		r.passed++
	case "fail":
		r.failed++
		fmt.Fprint(r.out, strings.Join(r.said[test], ""))
	case "skip":
		r.skipped++
		r.skips = append(r.skips, strings.Join(r.said[test], ""))
	}
}

// unfinished shows the tests that were cut off, by a panic or a time limit: they
// never end, and the reason is often in what they said.
func (r *report) unfinished(pkg string) {
	for test, said := range r.said {
		if strings.HasPrefix(test, pkg+" ") {
			r.failed++
			fmt.Fprint(r.out, strings.Join(said, ""))
			delete(r.said, test)
		}
	}
}

// summary prints the slowest packages, the skipped tests and the counts.
func (r *report) summary(took time.Duration) {
	slices.SortFunc(r.packages, func(a, b event) int { return int(1000 * (b.Elapsed - a.Elapsed)) })
	fmt.Fprintf(r.out, "\n%d packages in %.0f s; the slowest:\n", len(r.packages), took.Seconds())
	for _, p := range r.packages[:min(5, len(r.packages))] {
		fmt.Fprintf(r.out, "%8.1f s  %s\n", p.Elapsed, p.Package)
	}
	for _, p := range r.packages {
		if p.Action == "fail" {
			fmt.Fprintf(r.out, "FAILED: %s\n", p.Package)
			r.failed = max(r.failed, 1) // a package that does not build has no failed test
		}
	}
	if r.skipped > 0 {
		fmt.Fprintf(r.out, "\nSKIPPED, which CI does not accept:\n%s", strings.Join(r.skips, ""))
	}
	fmt.Fprintf(r.out, "\n%d passed, %d failed, %d skipped\n", r.passed, r.failed, r.skipped)
}
