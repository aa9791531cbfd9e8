package mail

import (
	"context"
	"fmt"

	"picus/internal/db"
)

// end is what became of a mail.
type end struct {
	fate          Fate
	rule, reason  string
	item, account int64
	bare          bool                                       // its text is not kept
	also          func(ctx context.Context, tx *db.Tx) error // in the same transaction
}

// traceOnly is 1 where of the mail only the trace is kept.
func (e end) traceOnly() int64 {
	if e.bare || e.fate == Known {
		return 1
	}
	return 0
}

// conclude writes what became of a mail that is no post, and ends its job.
func (g *Gateway) conclude(ctx context.Context, d *delivery, e end) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if e.also != nil {
			if err := e.also(ctx, tx); err != nil {
				return err
			}
		}
		return g.finish(ctx, tx, d, e)
	})
}

// finish is the part of conclude that a post has as well. Of a mail that had come
// before only the trace is kept.
func (g *Gateway) finish(ctx context.Context, tx *db.Tx, d *delivery, e end) error {
	_, err := tx.Exec(ctx, `
		UPDATE message SET fate = ?, proof = ?, rule = ?, reason = ?, item = ?, account = ?, space = ?,
			raw = CASE WHEN ? = 1 THEN ? ELSE raw END
		WHERE id = ?`,
		e.fate, d.proved(), e.rule, e.reason, null(e.item), null(e.account), null(d.route.board.ID), e.traceOnly(), []byte{}, d.id)
	if err == nil && d.m != nil {
		_, err = tx.Exec(ctx, "UPDATE message SET message_id = ?, digest = ? WHERE id = ?", d.m.MessageID, contentDigest(d.m), d.id)
	}
	if err != nil {
		return fmt.Errorf("note the fate of a mail: %w", err)
	}
	return d.job.Finish(ctx, tx)
}

// proved says in one word why the sender of a mail was believed.
func (d *delivery) proved() string {
	if d.proof.by == "" && d.confirmed {
		return "confirmed"
	}
	return d.proof.by
}
