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

// traceOnly reports whether of the mail only the trace is kept.
func (e end) traceOnly() bool { return e.bare || e.fate == Known }

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
	var digest any // of a mail that could not be read the old one stays
	if d.m != nil {
		digest = contentDigest(d.m)
	}
	_, err := tx.Exec(ctx, `
		UPDATE message SET fate = ?, proof = ?, rule = ?, reason = ?, item = ?, account = ?, space = ?, digest = coalesce(?, digest)
		WHERE id = ?`,
		e.fate, d.proved(), e.rule, e.reason, null(e.item), null(e.account), null(d.route.board.ID), digest, d.id)
	if err == nil && d.m != nil && d.m.MessageID != d.mid { // it stands in an index
		_, err = tx.Exec(ctx, "UPDATE message SET message_id = ? WHERE id = ?", d.m.MessageID, d.id)
	}
	if err == nil && e.traceOnly() {
		_, err = tx.Exec(ctx, "UPDATE message SET raw = ? WHERE id = ?", []byte{}, d.id)
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
