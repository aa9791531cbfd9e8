// Package importer holds what every importer answers with: how far it is, what it did, and
// what it could not take, so that one progress bar and one summary serve them all.
package importer

// MaxRefusals is how many refusals a Summary names; further ones are only counted.
const MaxRefusals = 100

// Progress is told how much of the whole is done, in units that the importer chooses
// (bytes, as a rule); total is 0 while it is unknown.
type Progress func(done, total int64)

// Report calls p unless it is nil, so that an importer need not ask whether anybody watches.
func (p Progress) Report(done, total int64) {
	if p != nil {
		p(done, total)
	}
}

// Refusal is one thing that could not be imported: where it stands in the source, and why
// it was left out, in a sentence for the person who runs the import.
type Refusal struct{ Where, Reason string }

// Summary says what an import did. The zero value is an import that has not begun.
// It is not safe for concurrent use.
type Summary struct {
	Read    int // entries seen in the source, refused ones included
	New     int // made by this run
	Known   int // here already, and unchanged
	Changed int // here already, and brought up to date
	Deleted int // no longer in the source, and therefore marked deleted here
	Refused int // left out, each with a reason

	Refusals []Refusal // the first MaxRefusals of the refused ones
}

// Refuse counts one refusal and names it while there is room.
func (s *Summary) Refuse(where, reason string) {
	s.Refused++
	if len(s.Refusals) < MaxRefusals {
		s.Refusals = append(s.Refusals, Refusal{Where: where, Reason: reason})
	}
}

// Unnamed is the number of refusals that Refusals has no room for.
func (s Summary) Unnamed() int { return s.Refused - len(s.Refusals) }
