package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Vote sets by's vote on a post: 1 up, -1 down, 0 none; it returns the new score.
func (f *Forum) Vote(ctx context.Context, by account.User, post int64, value int) (int, error) {
	if value < -1 || value > 1 {
		return 0, fault.Bad("value", "A vote is 1, 0 or -1.")
	}
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return 0, err
	}
	if err := p.votable(by); err != nil {
		return 0, err
	}
	var score int
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		score, err = f.vote(ctx, tx, by.ID, p, value)
		return err
	})
	return score, err
}

// votable is the one rule about who may vote on a post.
func (p Post) votable(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to vote.")
	case by.Status == account.Waiting:
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	case by.ID == p.Author.ID:
		return fault.Forbid("Nobody votes on their own post.")
	case p.Status != item.Live:
		return fault.Forbid("This post was deleted.")
	}
	return nil
}

func (f *Forum) vote(ctx context.Context, tx *db.Tx, by int64, p Post, value int) (int, error) {
	was, err := db.Value[int](ctx, tx, "SELECT coalesce(max(value), 0) FROM vote WHERE account = ? AND item = ?", by, p.ID)
	if err != nil {
		return 0, err
	}
	if was == value {
		return db.Value[int](ctx, tx, "SELECT score FROM post WHERE item = ?", p.ID)
	}
	if value == 0 {
		_, err = tx.Exec(ctx, "DELETE FROM vote WHERE account = ? AND item = ?", by, p.ID)
	} else {
		_, err = tx.Exec(ctx, `INSERT INTO vote (account, item, value, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (account, item) DO UPDATE SET value = excluded.value, at = excluded.at`, by, p.ID, value, f.now().UnixMilli())
	}
	if err != nil {
		return 0, err
	}
	return f.score(ctx, tx, p, count(value, 1)-count(was, 1), count(value, -1)-count(was, -1))
}

// score adds to the counters, and to the thread's where its first post is meant.
func (f *Forum) score(ctx context.Context, tx *db.Tx, p Post, up, down int) (int, error) {
	score, err := db.Value[int](ctx, tx, `
		UPDATE post SET score = score + ?, up = up + ?, down = down + ? WHERE item = ? RETURNING score`, up-down, up, down, p.ID)
	if err != nil || !p.First() {
		return score, err
	}
	if _, err = tx.Exec(ctx, "UPDATE thread SET score = ? WHERE item = ?", score, p.Thread); err != nil {
		return score, err
	}
	return score, retag(ctx, tx, p.Thread)
}

func count(value, of int) int {
	if value == of {
		return 1
	}
	return 0
}
