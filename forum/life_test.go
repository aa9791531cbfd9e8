package forum

import (
	"testing"

	"picus/internal/fault"
)

// The rule of Launchpad is in the first lines: who writes, and when, decides what it means.
func TestTheLifeOfAQuestion(t *testing.T) {
	asker, helper, staff := part{asker: true}, part{}, part{staff: true}
	const refused = State("refused")
	all := []State{Open, NeedsInfo, Answered, Solved, Expired, Invalid, Duplicate, Closed}
	for _, row := range []struct {
		rule string
		move move
		by   part
		want [8]State // from each of all; empty: it stays
	}{
		{"a message of the asker gives information, or opens again", says, asker, [8]State{"", Open, Open, "", Open, "", "", ""}},
		{"a message of somebody else answers", says, helper, [8]State{Answered, Answered, Answered, "", "", "", "", ""}},
		{"a message of the staff answers as well", says, staff, [8]State{Answered, Answered, Answered, "", "", "", "", ""}},
		{"an answer answers what waits", answers, helper, [8]State{Answered, Answered, Answered, "", Answered, refused, refused, ""}},
		{"the asker may answer", answers, asker, [8]State{Answered, Answered, Answered, "", Answered, refused, refused, ""}},
		{"a comment of the asker gives information", comments, asker, [8]State{"", Open, "", "", Open, "", "", ""}},
		{"a comment of somebody else changes nothing", comments, helper, [8]State{}},
		{"anybody else asks back", asksBack, helper, [8]State{NeedsInfo, NeedsInfo, NeedsInfo, refused, NeedsInfo, refused, refused, refused}},
		{"the staff ask back", asksBack, staff, [8]State{NeedsInfo, NeedsInfo, NeedsInfo, refused, NeedsInfo, refused, refused, refused}},
		{"nobody asks themselves", asksBack, asker, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"accepting solves", accepts, asker, [8]State{Solved, Solved, Solved, "", Solved, "", "", ""}},
		{"others do not accept", accepts, helper, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"what was accepted can be taken back", unaccepts, asker, [8]State{"", "", "", Answered, "", "", "", ""}},
		{"the asker says that it is solved", solves, asker, [8]State{Solved, Solved, Solved, "", Solved, refused, refused, refused}},
		{"others do not", solves, helper, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"the asker opens it again", reopens, asker, [8]State{refused, Open, Open, Open, Open, Open, Open, refused}},
		{"the staff open it again", reopens, staff, [8]State{refused, Open, Open, Open, Open, Open, Open, refused}},
		{"others do not open it", reopens, helper, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"the staff say that it is no question", dismisses, staff, [8]State{Invalid, Invalid, Invalid, Invalid, Invalid, "", Invalid, refused}},
		{"others do not say so", dismisses, asker, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"the asker finds that it was asked before", duplicates, asker, [8]State{Duplicate, Duplicate, Duplicate, Duplicate, Duplicate, Duplicate, "", refused}},
		{"the staff find so too", duplicates, staff, [8]State{Duplicate, Duplicate, Duplicate, Duplicate, Duplicate, Duplicate, "", refused}},
		{"others do not find so", duplicates, helper, [8]State{refused, refused, refused, refused, refused, refused, refused, refused}},
		{"only a duplicate is separated", separates, asker, [8]State{refused, refused, refused, refused, refused, refused, Open, refused}},
		{"only what waits for the asker runs out", runsOut, part{}, [8]State{"", Expired, "", "", "", "", "", ""}},
	} {
		for i, from := range all {
			want := row.want[i]
			if want == "" {
				want = from
			}
			got, err := from.after(row.move, row.by)
			if err != nil && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Conflict) {
				t.Errorf("%s: from %s: %v", row.rule, from, err)
			}
			if err != nil {
				got = refused
			}
			if got != want {
				t.Errorf("%s: from %s to %s; want %s", row.rule, from, got, want)
			}
		}
	}
}
