package item

import (
	"context"

	"picus/account"
	"picus/internal/db"
)

// Happened writes an event and, where somebody may want to know, the job that
// tells them. What an importer brings in is history, no news.
func (s *Store) Happened(ctx context.Context, tx *db.Tx, by account.User, verb string, item, revision int64, via Via) (int64, error) {
	now := s.Now()
	seq, err := tx.Insert(ctx, "INSERT INTO event (at, actor, verb, item, revision) VALUES (?, ?, ?, ?, ?) RETURNING seq",
		now.UnixMilli(), by.ID, verb, item, revision)
	if err != nil || via == Import || verb != Created {
		return seq, err
	}
	return seq, s.Jobs.Add(ctx, tx, EventJob, Event{Seq: seq}, now.Add(s.grace(via)))
}
