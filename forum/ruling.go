package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Ruling is all that a moderator decides about a thread in one go, for a program that
// sends it so. What is nil stays as it is.
type Ruling struct {
	Board  *string // its slug
	Closed *bool
	Reason CloseReason // why it is closed
	Note   string      // to its author, where it is closed
	Pinned *int        // the place; 0: not pinned
	Locked *bool
	Slow   *int   // minutes
	Rest   *int   // days
	Why    string // for the log

	to Board
}

// Empty reports whether nothing is decided.
func (r Ruling) Empty() bool {
	return r.Board == nil && r.Closed == nil && r.Pinned == nil && r.Locked == nil && r.Slow == nil && r.Rest == nil
}

// Rule carries a ruling out, all of it or nothing. Its faults are those of Close,
// Pin, Slow, Rest and Move, all at once, and one on "closed".
func (f *Forum) Rule(ctx context.Context, by account.User, thread int64, r Ruling) error {
	if err := r.settle(ctx, f, by); err != nil {
		return err
	}
	return f.db.Write(ctx, func(tx *db.Tx) error { return f.rule(ctx, tx, by, thread, r) })
}

// settle names what can be seen to be wrong before anything is done, and finds the board.
func (r *Ruling) settle(ctx context.Context, f *Forum, by account.User) error {
	var wrong []error
	if r.Closed != nil && *r.Closed {
		wrong = append(wrong, r.closing().check())
	}
	if r.Pinned != nil {
		wrong = append(wrong, checkPin(*r.Pinned))
	}
	if r.Slow != nil {
		wrong = append(wrong, checkSlow(*r.Slow))
	}
	if r.Rest != nil {
		wrong = append(wrong, checkRest(*r.Rest))
	}
	if r.Board != nil {
		to, err := f.destination(ctx, by, *r.Board)
		r.to, wrong = to, append(wrong, err)
	}
	return check(wrong...)
}

func (r *Ruling) closing() Closing { return cleanClosing(Closing{Reason: r.Reason, Note: r.Note}) }

// rule does one thing after the other, and goes on after what cannot be accepted, so
// that all of that is named; nothing of it stays then. The thread is moved when the
// rest is done, by who may moderate it where it stands, and pinned where it goes to.
func (f *Forum) rule(ctx context.Context, tx *db.Tx, by account.User, thread int64, r Ruling) error {
	var wrong []error
	for _, do := range f.steps(ctx, by, r) {
		err := f.order(ctx, tx, by, thread, do)
		if err != nil && !fault.Is(err, fault.Invalid) {
			return err
		}
		wrong = append(wrong, err)
	}
	return check(wrong...)
}

func (f *Forum) steps(ctx context.Context, by account.User, r Ruling) (all []func(tx *db.Tx, p place) (deed, error)) {
	add := func(decided bool, do func(tx *db.Tx, p place) (deed, error)) {
		if decided {
			all = append(all, do)
		}
	}
	add(r.Closed != nil, func(tx *db.Tx, p place) (deed, error) {
		switch {
		case !*r.Closed:
			return f.openAgain(ctx, tx, by, p, r.Why)
		case p.closable() != nil:
			return deed{}, fault.Bad("closed", "This thread is closed or deleted already.")
		}
		return f.shut(ctx, tx, by, p, r.closing())
	})
	add(r.Locked != nil, func(tx *db.Tx, p place) (deed, error) { return f.lock(ctx, tx, p, *r.Locked, r.Why) })
	add(r.Slow != nil, func(tx *db.Tx, p place) (deed, error) { return p.setSlow(ctx, tx, *r.Slow, r.Why) })
	add(r.Rest != nil, func(tx *db.Tx, p place) (deed, error) { return p.setRest(ctx, tx, *r.Rest, r.Why) })
	add(r.Board != nil, func(tx *db.Tx, p place) (deed, error) {
		if p.board.ID == r.to.ID {
			return deed{}, nil
		}
		return f.moveTo(ctx, tx, by, p, r.to, r.Why)
	})
	add(r.Pinned != nil, func(tx *db.Tx, p place) (deed, error) { return f.pin(ctx, tx, p, *r.Pinned, r.Why) })
	return all
}
