package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Undo takes back what a line of the moderation log says was done, and writes a line
// of its own.
func (f *Forum) Undo(ctx context.Context, by account.User, action int64, why string) error {
	a, err := f.action(ctx, f.db, by, action)
	if err != nil {
		return err
	}
	if a.Verb == VerbDelete || a.Verb == VerbRestore {
		return f.undoRemoval(ctx, by, a, why)
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		a, err := f.action(ctx, tx, by, action)
		if err != nil {
			return err
		}
		if a.Verb == VerbBoardRest {
			return f.restBoard(ctx, tx, by, a.Board, a.Was, why, a.ID)
		}
		p, err := f.place(ctx, tx, by, a.Thread)
		if err != nil {
			return err
		}
		if err := p.moderatable(by); err != nil {
			return err
		}
		d, err := f.undo(ctx, tx, by, p, a, why)
		if err != nil {
			return err
		}
		if d.verb == "" {
			return fault.Clash("There is nothing to undo: it was changed again since.")
		}
		d.undoes = a.ID
		_, err = f.note(ctx, tx, by, d)
		return err
	})
}

func (f *Forum) undo(ctx context.Context, tx *db.Tx, by account.User, p place, a Action, why string) (deed, error) {
	switch a.Verb {
	case VerbLock, VerbUnlock:
		if p.locked != (a.Verb == VerbLock) {
			return deed{}, nil
		}
		return f.lock(ctx, tx, p, !p.locked, why)
	case VerbPin, VerbUnpin:
		return f.pin(ctx, tx, p, a.Was, why)
	case VerbClose:
		if p.state != Closed {
			return deed{}, nil
		}
		return f.openAgain(ctx, tx, by, p, why)
	case VerbSlow:
		if p.slow != a.Became {
			return deed{}, nil
		}
		return p.setSlow(ctx, tx, a.Was, why)
	case VerbMove:
		return f.undoMove(ctx, tx, by, p, a, why)
	case VerbMerge:
		return f.separate(ctx, tx, by, a, why)
	case VerbSplit:
		return f.rejoin(ctx, tx, by, p, a, why)
	case VerbRest:
		if p.rest.thread != a.Became {
			return deed{}, nil
		}
		return p.setRest(ctx, tx, a.Was, why)
	}
	return deed{}, fault.Forbid("This cannot be undone, or not by you.")
}

// undoRemoval brings a deleted post back, or takes one away again that was brought back.
func (f *Forum) undoRemoval(ctx context.Context, by account.User, a Action, why string) error {
	r := removal{why: why, via: item.Web, undoes: a.ID}
	if a.Verb == VerbDelete {
		return f.restore(ctx, by, a.Post, r)
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, a.Post)
		if err != nil {
			return err
		}
		if err := p.removable(by); err != nil {
			return err
		}
		return f.remove(ctx, tx, by, p, r)
	})
}
