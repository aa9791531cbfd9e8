package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// operator returns by with the rights that the door gives: an importer works for the
// operator of the site, whoever wrote what it brings.
func operator(by account.User, via item.Via) account.User {
	if via == item.Import {
		by.Role, by.Status = account.Administrator, account.Active
	}
	return by
}

// Record is what an importer knows of a post besides its text.
type Record struct {
	Post   int64
	Author account.User
	Score  int       // of the votes that were cast there
	Edited time.Time // zero: never
}

// Record has a post say what its source says of it. Votes that were cast here count on
// top of the source's score. It is called inside the importer's transaction.
func (f *Forum) Record(ctx context.Context, tx *db.Tx, r Record) error {
	if err := f.items.Record(ctx, tx, r.Post, r.Author, r.Edited); err != nil {
		return err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE post SET score = ? + up - down WHERE item = ?", []any{r.Score, r.Post}},
		{"UPDATE thread SET score = (SELECT score FROM post WHERE post.item = thread.item) WHERE item = ?", []any{r.Post}},
		{"UPDATE thread SET last_by = ? WHERE item = (SELECT thread FROM post WHERE post.item = ?) AND last_post = ?",
			[]any{r.Author.ID, r.Post, r.Post}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return retag(ctx, tx, r.Post)
}

// Settle has a question say what its source says of it: which answer was accepted (0:
// none), and whether it was closed. It is called inside the importer's transaction.
func (f *Forum) Settle(ctx context.Context, tx *db.Tx, question, accepted int64, closed bool) error {
	_, err := tx.Exec(ctx, `
		UPDATE thread SET accepted = (SELECT p.item FROM post p JOIN item i ON i.id = p.item
			WHERE p.item = ? AND p.thread = thread.item AND p.kind = 'answer' AND i.status = 'live')
		WHERE item = ?`, accepted, question)
	if err != nil {
		return err
	}
	shut := 0
	if closed {
		shut = 1
	}
	_, err = tx.Exec(ctx, `
		UPDATE thread SET state = CASE
			WHEN state = 'deleted' THEN 'deleted'
			WHEN ? = 1 THEN 'closed'
			WHEN state IN ('needinfo', 'expired', 'invalid', 'duplicate') THEN state
			WHEN accepted IS NOT NULL THEN 'solved'
			WHEN answers > 0 THEN 'answered'
			ELSE 'open' END
		WHERE item = ?`, shut, question)
	return err
}

// Withdraw takes an imported post out of sight because its source no longer holds it,
// and reports whether it did: where somebody here has replied since, it is left alone.
func (f *Forum) Withdraw(ctx context.Context, by account.User, post int64, why string) (gone bool, err error) {
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		gone = false
		thread, err := db.Value[int64](ctx, tx, "SELECT thread FROM post WHERE item = ?", post)
		if err != nil {
			return err
		}
		answered, err := db.Value[int](ctx, tx, repliesHere, post, post)
		if err != nil || answered > 0 {
			return err
		}
		if err := f.items.Remove(ctx, tx, by, post, why, item.Import); err != nil {
			return err
		}
		gone = true
		return f.recount(ctx, tx, Post{ID: post, Thread: thread})
	})
	return gone, err
}

// repliesHere counts what was written here below an imported post. A comment has nothing
// below it: there a later comment under the same post may be the reply.
const repliesHere = `
	WITH RECURSIVE below (id) AS (
		SELECT i.id FROM item i WHERE i.parent = ?
		UNION ALL
		SELECT i.id FROM below b JOIN item i ON i.parent = b.id
	), said (id) AS (
		SELECT id FROM below
		UNION ALL
		SELECT later.id FROM item mine JOIN post c ON c.item = mine.id AND c.kind = 'comment'
			JOIN item later ON later.parent = mine.parent AND later.created > mine.created
			JOIN post lc ON lc.item = later.id AND lc.kind = 'comment'
		WHERE mine.id = ?
	)
	SELECT count(*) FROM said s JOIN item i ON i.id = s.id WHERE i.via <> 'import' AND i.status = 'live'`
