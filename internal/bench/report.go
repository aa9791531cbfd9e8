package bench

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// Figure is one thing that was measured, beside its floor in docs/performance.md.
type Figure struct {
	Goal   int       `json:"goal"`
	What   string    `json:"what"`
	Got    float64   `json:"got"` // the median of the rounds
	Unit   string    `json:"unit"`
	Floor  float64   `json:"floor"`
	Least  bool      `json:"least"`            // the floor is what must be reached, not what must not be passed
	Rounds []float64 `json:"rounds,omitempty"` // what each round measured
	How    string    `json:"how"`
}

// OK reports whether the floor is kept.
func (f Figure) OK() bool {
	if f.Least {
		return f.Got >= f.Floor
	}
	return f.Got <= f.Floor
}

// Report gathers figures, and what else is worth knowing about a run.
type Report struct {
	Site    string   `json:"site"`
	Figures []Figure `json:"figures"`
	Notes   []string `json:"notes"`
}

// add notes a figure; more than one value are rounds, of which the median counts.
func (r *Report) add(f Figure, rounds ...float64) {
	if len(rounds) > 0 {
		f.Got = median(rounds)
	}
	if len(rounds) > 1 {
		f.Rounds = rounds
	}
	r.Figures = append(r.Figures, f)
}

func (r *Report) note(format string, args ...any) {
	r.Notes = append(r.Notes, fmt.Sprintf(format, args...))
}

// Missed counts the figures whose floor is not kept.
func (r *Report) Missed() int {
	n := 0
	for _, f := range r.Figures {
		if !f.OK() {
			n++
		}
	}
	return n
}

// Write prints the figures as a table.
func (r *Report) Write(out io.Writer) error {
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintf(t, "\n%s\n\ngoal\twhat\tmeasured\tspread\tfloor\t\n", r.Site)
	figures := slices.Clone(r.Figures)
	slices.SortStableFunc(figures, func(a, b Figure) int { return a.Goal - b.Goal })
	for _, f := range figures {
		verdict, sign := "ok", "<="
		if !f.OK() {
			verdict = "MISSED"
		}
		if f.Least {
			sign = ">="
		}
		fmt.Fprintf(t, "%d\t%s\t%s %s\t%s\t%s %s\t%s\n", f.Goal, f.What, number(f.Got), f.Unit, f.spread(), sign, number(f.Floor), verdict)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out)
	for _, n := range r.Notes {
		fmt.Fprintln(out, "- "+n)
	}
	_, err := fmt.Fprintf(out, "\n%d of %d floors kept\n", len(r.Figures)-r.Missed(), len(r.Figures))
	return err
}

// spread is the lowest and the highest round.
func (f Figure) spread() string {
	if len(f.Rounds) == 0 {
		return ""
	}
	return number(slices.Min(f.Rounds)) + "–" + number(slices.Max(f.Rounds))
}

// number writes three digits that say something.
func number(v float64) string {
	if v >= 100 {
		return strconv.FormatFloat(v, 'f', 0, 64)
	}
	s := strconv.FormatFloat(v, 'g', 3, 64)
	if strings.Contains(s, "e") {
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	return s
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return (sorted[n/2-1] + sorted[n/2]) / 2
}

// percentile returns the value that the given share of all do not pass.
func percentile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*share))]
}
