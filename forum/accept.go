package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Accept marks the answer that solved a question; post 0 takes the mark away.
// The asker decides; the staff may.
func (f *Forum) Accept(ctx context.Context, by account.User, thread, post int64, via item.Via) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.place(ctx, tx, by, thread)
		if err != nil {
			return err
		}
		if err := p.acceptable(by); err != nil {
			return err
		}
		return f.accept(ctx, tx, by, p, post, via)
	})
}

func (p place) acceptable(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to accept an answer.")
	case p.kind != Question:
		return fault.Bad("post", "Only a question has an accepted answer.")
	case p.status == item.Deleted:
		return fault.Forbid("This thread was deleted; nothing can be added to it.")
	}
	_, err := p.state.after(accepts, p.partOf(by))
	return err
}

func (f *Forum) accept(ctx context.Context, tx *db.Tx, by account.User, p place, post int64, via item.Via) error {
	at := f.now().UnixMilli()
	if post == 0 {
		if _, err := tx.Exec(ctx, "UPDATE thread SET accepted = NULL WHERE item = ?", p.id); err != nil {
			return err
		}
		if err := f.turn(ctx, tx, p, unaccepts, p.partOf(by), at); err != nil {
			return err
		}
		return f.settle(ctx, tx, p.id)
	}
	n, err := tx.Exec(ctx, `
		UPDATE thread SET accepted = ? WHERE item = ?
		AND EXISTS (SELECT 1 FROM post p JOIN item i ON i.id = p.item WHERE p.item = ? AND p.thread = ? AND p.kind = 'answer' AND i.status = 'live')`,
		post, p.id, post, p.id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Bad("post", "That is not an answer to this question.")
	}
	if err := f.turn(ctx, tx, p, accepts, p.partOf(by), at); err != nil {
		return err
	}
	event, err := f.items.Happened(ctx, tx, by, item.Accepted, post, 0, via)
	if err != nil || via == item.Import {
		return err
	}
	return f.items.Tell(ctx, tx, event, "accepted")
}
