package item

import (
	"context"

	"picus/internal/db"
)

// Tell has an event be known to the author of its item, with a word on why, unless it
// was the author who did it. It is for news that are one person's own.
func (s *Store) Tell(ctx context.Context, tx *db.Tx, event int64, reason string) error {
	author, err := db.Value[int64](ctx, tx, `
		SELECT CASE WHEN i.author = e.actor THEN 0 ELSE i.author END FROM event e JOIN item i ON i.id = e.item WHERE e.seq = ?`, event)
	if err != nil || author == 0 {
		return err
	}
	return s.TellOne(ctx, tx, event, author, reason)
}

// TellOne has an event be known to one person.
func (s *Store) TellOne(ctx context.Context, tx *db.Tx, event, account int64, reason string) error {
	n, err := tx.Exec(ctx, `
		INSERT INTO notification (account, event, reasons, at)
		SELECT a.id, e.seq, CAST(? AS TEXT), e.at FROM event e JOIN account a ON a.id = ? AND a.status = 'active' WHERE e.seq = ?
		ON CONFLICT DO NOTHING`, reason, account, event)
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET unread = unread + 1 WHERE id = ?", account); err != nil {
		return err
	}
	return s.push(ctx, tx, Told{Seq: event, Account: account})
}

// PushJob is the kind of the job that shows the notices of an event in browsers; its
// payload is a Told.
const PushJob = "push"

// Told is an event that there are notices of.
type Told struct {
	Seq     int64 `json:"seq"`
	Account int64 `json:"account,omitempty"` // only this person's; 0: everybody's
}

// push adds the job, where there is any browser to show something in.
func (s *Store) push(ctx context.Context, tx *db.Tx, told Told) error {
	any, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM push_browser WHERE account > 0)")
	if err != nil || !any {
		return err
	}
	return s.Jobs.Add(ctx, tx, PushJob, told, s.Now())
}
