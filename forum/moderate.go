package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// moderatable fails where by may not keep order in the thread.
func (p place) moderatable(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to moderate.")
	case !p.board.Moderates(by):
		return fault.Forbid("Only the moderators of “%s” may do that.", p.board.Title)
	}
	return nil
}

// MayOrder fails where by does not keep order in a board.
func MayOrder(by account.User, b Board) error { return place{board: b}.moderatable(by) }

// MayModerate fails as the deeds of moderators would.
func (t *Thread) MayModerate(by account.User) error { return t.place().moderatable(by) }

// moderate runs what a moderator does with a thread, and writes it into the log. A
// deed without a verb has changed nothing.
func (f *Forum) moderate(ctx context.Context, by account.User, thread int64, do func(tx *db.Tx, p place) (deed, error)) error {
	return f.db.Write(ctx, func(tx *db.Tx) error { return f.order(ctx, tx, by, thread, do) })
}

func (f *Forum) order(ctx context.Context, tx *db.Tx, by account.User, thread int64, do func(tx *db.Tx, p place) (deed, error)) error {
	p, err := f.place(ctx, tx, by, thread)
	if err != nil {
		return err
	}
	if err := p.moderatable(by); err != nil {
		return err
	}
	d, err := do(tx, p)
	if err != nil {
		return err
	}
	_, err = f.note(ctx, tx, by, d)
	return err
}

// set changes one number of a thread and says what was done.
func (p place) set(ctx context.Context, tx *db.Tx, d deed, query string, value int64) (deed, error) {
	d.board, d.thread = p.board.ID, p.id
	_, err := tx.Exec(ctx, query, value, p.id)
	return d, err
}

// Lock stops a thread from growing, or lets it grow again.
func (f *Forum) Lock(ctx context.Context, by account.User, thread int64, locked bool, why string) error {
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return f.lock(ctx, tx, p, locked, why)
	})
}

func (f *Forum) lock(ctx context.Context, tx *db.Tx, p place, locked bool, why string) (deed, error) {
	if p.locked == locked {
		return deed{}, nil
	}
	const query = "UPDATE thread SET locked = ? WHERE item = ?"
	if !locked {
		return p.set(ctx, tx, deed{verb: VerbUnlock, why: why}, query, 0)
	}
	return p.set(ctx, tx, deed{verb: VerbLock, why: why}, query, f.now().UnixMilli())
}

// maxSlow is the longest pause between two posts, in minutes: a week.
const maxSlow = 7 * 24 * 60

// Slow has everybody wait some minutes between two posts in a thread; 0 ends that. Its
// fault is on "minutes".
func (f *Forum) Slow(ctx context.Context, by account.User, thread int64, minutes int, why string) error {
	if err := checkSlow(minutes); err != nil {
		return err
	}
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return p.setSlow(ctx, tx, minutes, why)
	})
}

func checkSlow(minutes int) error {
	if minutes < 0 || minutes > maxSlow {
		return fault.Bad("minutes", "Give the minutes between two posts of one person: from 1 to %d, or 0 to end it.", maxSlow)
	}
	return nil
}

func (p place) setSlow(ctx context.Context, tx *db.Tx, minutes int, why string) (deed, error) {
	if p.slow == minutes {
		return deed{}, nil
	}
	return p.set(ctx, tx, deed{verb: VerbSlow, why: why, was: int64(p.slow), became: int64(minutes)}, "UPDATE thread SET slow = ? WHERE item = ?", int64(minutes))
}

// unhurried fails where slow mode has by wait.
func (f *Forum) unhurried(ctx context.Context, tx *db.Tx, by account.User, p place, via item.Via) error {
	if p.slow == 0 || via == item.Import || p.board.Moderates(by) {
		return nil
	}
	since := f.now().UnixMilli() - int64(p.slow)*60_000
	last, err := db.Value[int64](ctx, tx, `
		SELECT coalesce(max(p.created), 0) FROM post p JOIN item i ON i.id = p.item WHERE p.thread = ? AND p.created > ? AND i.author = ?`,
		p.id, since, by.ID)
	if err != nil || last == 0 {
		return err
	}
	return fault.Limit("This thread is in slow mode: one post per person every %d min. You can send this in %d min.",
		p.slow, (last-since+59_999)/60_000)
}
