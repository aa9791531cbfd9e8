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
	case by.ID != p.author && !p.board.Moderates(by):
		return fault.Forbid("Only who asked accepts an answer.")
	}
	return nil
}

func (f *Forum) accept(ctx context.Context, tx *db.Tx, by account.User, p place, post int64, via item.Via) error {
	if post == 0 {
		_, err := tx.Exec(ctx, `
			UPDATE thread SET accepted = NULL, state = CASE WHEN state = 'closed' THEN 'closed' WHEN answers > 0 THEN 'answered' ELSE 'open' END WHERE item = ?`, p.id)
		return err
	}
	n, err := tx.Exec(ctx, `
		UPDATE thread SET accepted = ?, state = CASE WHEN state = 'closed' THEN 'closed' ELSE 'solved' END WHERE item = ?
		AND EXISTS (SELECT 1 FROM post p JOIN item i ON i.id = p.item WHERE p.item = ? AND p.thread = ? AND p.kind = 'answer' AND i.status = 'live')`,
		post, p.id, post, p.id)
	if err != nil {
		return err
	}
	if n == 0 {
		return fault.Bad("post", "That is not an answer to this question.")
	}
	_, err = f.items.Happened(ctx, tx, by, item.Accepted, post, 0, via)
	return err
}
