package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// NeedInfo asks whoever asked for more, with a comment on the question that says what
// is missing. The question waits for them then, and expires when they do not come back.
func (f *Forum) NeedInfo(ctx context.Context, by account.User, n NewPost) (Ref, error) {
	n.Kind, n.Parent, n.asksBack = Comment, 0, true
	return f.Reply(ctx, by, n)
}

// Solve has a question be solved without saying which answer did it.
func (f *Forum) Solve(ctx context.Context, by account.User, question int64, via item.Via) error {
	return f.move(ctx, by, question, solves, via, nil)
}

// Reopen says that a question still needs an answer. What was accepted is not any more,
// and a duplicate stands for itself again.
func (f *Forum) Reopen(ctx context.Context, by account.User, question int64, via item.Via) error {
	return f.move(ctx, by, question, reopens, via, func(tx *db.Tx, p place) error {
		if _, err := tx.Exec(ctx, "UPDATE thread SET accepted = NULL WHERE item = ?", p.id); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE question SET original = NULL, why = '' WHERE item = ?", p.id)
		return err
	})
}

// NotAQuestion says that something is no question, and what would make it one. Its
// fault is on "why".
func (f *Forum) NotAQuestion(ctx context.Context, by account.User, question int64, why string, via item.Via) error {
	why = item.Line(why)
	if why == "" {
		return fault.Bad("why", "Say what is missing, so that it can be mended.")
	}
	if len([]rune(why)) > maxWhy {
		return fault.Bad("why", "The reason may have %d characters at most.", maxWhy)
	}
	return f.move(ctx, by, question, dismisses, via, func(tx *db.Tx, p place) error {
		_, err := tx.Exec(ctx, "UPDATE question SET why = ? WHERE item = ?", why, p.id)
		return err
	})
}

// maxWhy is how long the reason of a moderator may be, in characters.
const maxWhy = 500

// Duplicate has a question point to the one that asks the same; its answers stay where
// they are. Its fault is on "original".
func (f *Forum) Duplicate(ctx context.Context, by account.User, question, original int64, via item.Via) error {
	return f.move(ctx, by, question, duplicates, via, func(tx *db.Tx, p place) error {
		o, err := f.originalFor(ctx, tx, by, p, original)
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE question SET original = ? WHERE item = ? OR original = ?", o.id, p.id, p.id)
		return err
	})
}

// originalFor returns the question that a duplicate shall point to. What points on
// itself is followed, so that nobody is sent round in a circle. Whoever may read the
// duplicate has to be able to read it too.
func (f *Forum) originalFor(ctx context.Context, tx *db.Tx, by account.User, p place, id int64) (place, error) {
	o, err := f.place(ctx, tx, by, id)
	if fault.Is(err, fault.Missing) {
		return o, fault.Bad("original", "There is no such question. Its number stands in its address, after /t/.")
	}
	if err != nil {
		return o, err
	}
	if o.state == Duplicate {
		next, err := db.Value[int64](ctx, tx, "SELECT coalesce(max(original), 0) FROM question WHERE item = ?", o.id)
		if err != nil {
			return o, err
		}
		if o, err = f.place(ctx, tx, by, next); err != nil {
			return o, err
		}
	}
	switch {
	case o.id == p.id:
		return o, fault.Bad("original", "A question is not its own duplicate.")
	case o.kind != Question || o.status != item.Live:
		return o, fault.Bad("original", "There is no such question. Its number stands in its address, after /t/.")
	case o.board.MayRead != p.board.MayRead && o.board.MayRead > min(p.board.MayRead, account.Members):
		return o, fault.Bad("original", "Not everybody who reads this may read that one.")
	}
	return o, nil
}

// NotADuplicate takes Duplicate back: the question is what it was before.
func (f *Forum) NotADuplicate(ctx context.Context, by account.User, question int64, via item.Via) error {
	return f.move(ctx, by, question, separates, via, func(tx *db.Tx, p place) error {
		was, err := db.Value[State](ctx, tx, `
			SELECT CASE WHEN q.was NOT IN ('', 'deleted', 'duplicate') THEN q.was
				WHEN t.accepted IS NOT NULL THEN 'solved' WHEN t.answers > 0 THEN 'answered' ELSE 'open' END
			FROM question q JOIN thread t ON t.item = q.item WHERE q.item = ?`, p.id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE question SET original = NULL WHERE item = ?", p.id); err != nil {
			return err
		}
		return f.enter(ctx, tx, p.id, was, f.now().UnixMilli())
	})
}

// move makes a move in the life of a question, with what goes with it, and tells its
// author what somebody else has done to it.
func (f *Forum) move(ctx context.Context, by account.User, question int64, m move, via item.Via, also func(tx *db.Tx, p place) error) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.place(ctx, tx, by, question)
		if err != nil {
			return err
		}
		if err := p.mayTurn(by, m); err != nil {
			return err
		}
		if err := f.turn(ctx, tx, p, m, p.partOf(by), f.now().UnixMilli()); err != nil {
			return err
		}
		if also != nil {
			if err := also(tx, p); err != nil {
				return err
			}
		}
		event, err := f.items.Happened(ctx, tx, by, item.Turned, p.id, 0, via)
		if err != nil {
			return err
		}
		return f.items.Tell(ctx, tx, event, string(m))
	})
}

// Expire gives up the questions whose askers were asked for more and did not come back
// in time. It is called now and then, and does a few of them at a time.
func (f *Forum) Expire(ctx context.Context) error {
	now := f.now().UnixMilli()
	due, err := db.Values[int64](ctx, f.db, "SELECT item FROM question WHERE due > 0 AND due <= ? ORDER BY due LIMIT 100", now)
	if err != nil || len(due) == 0 {
		return err
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		for _, id := range due {
			if err := f.expire(ctx, tx, id, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// expire asks again whether the question still waits: its asker may have been faster.
func (f *Forum) expire(ctx context.Context, tx *db.Tx, id, now int64) error {
	n, err := tx.Exec(ctx, "UPDATE question SET due = 0 WHERE item = ? AND due > 0 AND due <= ?", id, now)
	if err != nil || n == 0 {
		return err
	}
	p, err := f.place(ctx, tx, account.Operator(), id)
	if err != nil {
		return err
	}
	if p.state != NeedsInfo {
		return nil
	}
	if err := f.turn(ctx, tx, p, runsOut, part{}, now); err != nil {
		return err
	}
	event, err := f.items.Happened(ctx, tx, account.User{ID: p.author}, item.Turned, id, 0, item.CLI)
	if err != nil {
		return err
	}
	return f.items.TellOne(ctx, tx, event, p.author, string(runsOut))
}
