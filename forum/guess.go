package forum

import (
	"context"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// guessed tells whether item i came by a mail that named no other, so that the thread was
// found by its subject alone.
const guessed = `EXISTS (SELECT 1 FROM message gm WHERE gm.item = i.id AND gm.rule = 'subject' AND gm.fate = 'posted')`

// MayLeave fails where by cannot have a post stand by itself that was put into its thread
// by a guess. Its author knows best.
func (p *Post) MayLeave(by account.User) error {
	switch {
	case !p.Guessed || p.First():
		return errNoGuess
	case by.Signed() && by.Status == account.Active && by.ID == p.Author.ID && !p.Gone() && !p.locked:
		return nil
	}
	return p.MaySplit(by)
}

var errNoGuess = fault.Clash("This post was not put into its thread by a guess, or stands by itself already.")

// allows fails where by may not split this off.
func (s Split) allows(by account.User, p *Post) error {
	if s.Guess {
		return p.MayLeave(by)
	}
	return p.MaySplit(by)
}

// atOnce is how many posts one statement names.
const atOnce = 64

var namedPosts = "(?" + strings.Repeat(", ?", atOnce-1) + ")"

// add has more posts of the old thread go along.
func (c cut) add(ctx context.Context, tx *db.Tx, posts []int64) error {
	for some := range slices.Chunk(posts, atOnce) {
		args := []any{c.action, c.from.id, c.from.id}
		for i := range atOnce {
			args = append(args, some[min(i, len(some)-1)])
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO moved_post (action, post, thread, below, parent, kind)
			SELECT CAST(? AS BIGINT), p.item, p.thread, p.below, i.parent, p.kind FROM post p JOIN item i ON i.id = p.item
			WHERE p.thread = ? AND p.item <> ? AND p.item IN `+namedPosts+` ON CONFLICT DO NOTHING`, args...)
		if err != nil {
			return err
		}
	}
	return nil
}
