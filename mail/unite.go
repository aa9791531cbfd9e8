package mail

import (
	"cmp"
	"context"
	"slices"

	"picus/internal/db"
)

// uniting is a thread that a mail shows to be one with others.
type uniting struct{ id, created, board, about int64 }

// merge makes one thread of several: the younger go into the oldest that they may stand
// in. One that is locked or deleted stays as it is, and threads about different things
// stay apart.
func (g *Gateway) merge(ctx context.Context, tx *db.Tx, threads []int64) error {
	if len(threads) < 2 {
		return nil
	}
	var open []uniting
	for _, id := range threads {
		found, err := db.All(ctx, tx, func(r db.Row) (u uniting, err error) {
			err = r.Scan(&u.id, &u.created, &u.board, &u.about)
			return u, err
		}, `
			SELECT t.item, t.created, t.board, coalesce(i.about, 0) FROM thread t JOIN item i ON i.id = t.item
			WHERE t.item = ? AND t.locked = 0 AND t.merged IS NULL AND i.status = 'live'`, id)
		if err != nil {
			return err
		}
		open = append(open, found...)
	}
	slices.SortFunc(open, func(a, b uniting) int { return cmp.Or(cmp.Compare(a.created, b.created), cmp.Compare(a.id, b.id)) })
	var kept []uniting
	for _, younger := range open {
		into, err := older(ctx, tx, kept, younger)
		switch {
		case err != nil:
			return err
		case into == 0:
			kept = append(kept, younger)
			continue
		}
		if err := g.forum.Merge(ctx, tx, younger.id, into); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE mail_node SET thread = ? WHERE thread = ?", into, younger.id); err != nil {
			return err
		}
	}
	return nil
}

// older returns the first thread that a younger one may be merged into; 0: none. One of
// them may have been moved, or both stand apart because somebody has split them.
func older(ctx context.Context, tx *db.Tx, kept []uniting, younger uniting) (int64, error) {
	for _, o := range kept {
		if o.board != younger.board || o.about != younger.about {
			continue
		}
		apart, err := standApart(ctx, tx, o.id, younger.id)
		if err != nil || !apart {
			return o.id, err
		}
	}
	return 0, nil
}

// standApart reports whether somebody has split one of two threads off the other. The
// mails in them go on to name each other, and that says nothing any more. What was split
// is known by its first post, wherever that stands today.
func standApart(ctx context.Context, tx *db.Tx, one, other int64) (bool, error) {
	return db.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM post p JOIN split s ON s.thread = p.item JOIN post o ON o.item = s.origin WHERE p.thread = ? AND o.thread = ?)
			OR EXISTS (SELECT 1 FROM post p JOIN split s ON s.thread = p.item JOIN post o ON o.item = s.origin WHERE p.thread = ? AND o.thread = ?)`,
		one, other, other, one)
}
