package forum

import "picus/internal/fault"

// State is where a thread is in its life.
type State string

// The states of a question, after Launchpad's. A discussion is open or closed.
const (
	Open      State = "open"      // waits for an answer
	NeedsInfo State = "needinfo"  // waits for its asker
	Answered  State = "answered"  // has an answer; the asker has not said whether it helped
	Solved    State = "solved"    // the asker has what they needed
	Expired   State = "expired"   // the asker was asked for more and did not come back
	Invalid   State = "invalid"   // is no question, with a word on what would make it one
	Duplicate State = "duplicate" // was asked before
	Closed    State = "closed"    // by the staff, or in the system that it came from
)

// move is what somebody does to a question, through whatever door.
type move string

const (
	says       move = "message"     // writes and does not say what it is, as a mail does
	answers    move = "answer"      // writes an answer
	comments   move = "comment"     // writes a comment
	asksBack   move = "needinfo"    // asks the asker for more
	accepts    move = "accept"      // takes an answer as the one that helped
	unaccepts  move = "unaccept"    // takes that back
	solves     move = "solved"      // has what they needed, whatever helped
	reopens    move = "reopen"      // still needs an answer
	dismisses  move = "invalid"     // finds that it is no question
	duplicates move = "duplicate"   // finds that it was asked before
	separates  move = "unduplicate" // finds that it was not
	runsOut    move = "expire"      // the clock: nobody came back
)

// part is who makes a move: the asker, one of the staff, both, or anybody else.
type part struct{ asker, staff bool }

// decides reports whether the question is by's to decide on.
func (by part) decides() bool { return by.asker || by.staff }

// waits reports whether a question in this state is not over yet.
func (s State) waits() bool { return s == Open || s == NeedsInfo || s == Answered || s == Expired }

// after is the life of a question in one table: the state that a move leads to, or why
// it cannot be made. A question that is a duplicate no more is open here; its caller
// knows what it was before.
func (s State) after(m move, by part) (State, error) {
	if err := s.refuses(m, by); err != nil {
		return s, err
	}
	switch m {
	case says: // Launchpad's rule
		switch {
		case by.asker && (s == NeedsInfo || s == Answered || s == Expired):
			return Open, nil
		case !by.asker && s.waits() && s != Expired:
			return Answered, nil
		}
	case answers:
		if s.waits() {
			return Answered, nil
		}
	case comments:
		if by.asker && (s == NeedsInfo || s == Expired) {
			return Open, nil
		}
	case accepts:
		if s.waits() {
			return Solved, nil
		}
	case unaccepts:
		if s == Solved {
			return Answered, nil
		}
	case runsOut:
		if s == NeedsInfo {
			return Expired, nil
		}
	default:
		return goals[m], nil
	}
	return s, nil
}

// goals are where the moves lead that lead to one place from wherever they are made.
var goals = map[move]State{asksBack: NeedsInfo, solves: Solved, reopens: Open, dismisses: Invalid, duplicates: Duplicate, separates: Open}

// refuses says why a move cannot be made from here by this person.
func (s State) refuses(m move, by part) error {
	switch m {
	case answers:
		return s.answerable()
	case asksBack:
		if by.asker {
			return fault.Forbid("You asked this yourself. Add to your question, or write a comment.")
		}
	case accepts, unaccepts:
		if !by.decides() {
			return fault.Forbid("Only who asked accepts an answer.")
		}
		return nil // whatever became of the question, an answer in it may have helped
	case solves:
		if !by.decides() {
			return fault.Forbid("Only who asked says that a question is solved.")
		}
	case reopens:
		return s.reopenable(by)
	case dismisses:
		if !by.staff {
			return fault.Forbid("Only the staff say that something is not a question.")
		}
	case duplicates, separates:
		if !by.decides() {
			return fault.Forbid("Only who asked and the staff say whether it was asked before.")
		}
	default:
		return nil
	}
	return s.movable(m)
}

func (s State) answerable() error {
	switch s {
	case Duplicate:
		return fault.Forbid("This was asked before. Please answer the question that it points to, or write a comment here.")
	case Invalid:
		return fault.Forbid("This is not a question as it stands, so it takes no answers. Write a comment that helps to make it one.")
	}
	return nil
}

func (s State) reopenable(by part) error {
	switch {
	case !by.decides():
		return fault.Forbid("Only who asked and the staff open a question again.")
	case s == Open:
		return fault.Clash("This question is open already.")
	case s == Closed:
		return fault.Forbid("This question was closed.")
	}
	return nil
}

// movable is what the moves have in common that put a question into another state.
func (s State) movable(m move) error {
	switch {
	case s == Closed:
		return fault.Forbid("This question was closed.")
	case m == asksBack && !s.waits(), m == solves && !s.waits() && s != Solved:
		return fault.Clash("This question does not wait for an answer.")
	case m == separates && s != Duplicate:
		return fault.Clash("This question is not marked as one that was asked before.")
	}
	return nil
}
