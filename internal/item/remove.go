package item

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/search"
)

// Remove takes an item out of sight, with the reason; nothing is lost.
func (s *Store) Remove(ctx context.Context, tx *db.Tx, by account.User, id int64, why string, via Via) error {
	n, err := tx.Exec(ctx, "UPDATE item SET status = 'deleted' WHERE id = ? AND status <> 'deleted'", id)
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO removal (item, by, at, why) VALUES (?, ?, ?, ?)", id, by.ID, s.Now().UnixMilli(), Remark(why))
	if err != nil {
		return err
	}
	if err := search.Drop(ctx, tx, id); err != nil {
		return err
	}
	if err := countTags(ctx, tx, id, -1); err != nil {
		return err
	}
	if _, err = s.Happened(ctx, tx, by, Removed, id, 0, via); err != nil {
		return err
	}
	return s.Veil(ctx, tx, id)
}

// Restore brings a removed item back into sight. text is its newest revision,
// rendered again for the index; see Source.
func (s *Store) Restore(ctx context.Context, tx *db.Tx, by account.User, id int64, text Text, via Via) error {
	n, err := tx.Exec(ctx, "UPDATE item SET status = 'live' WHERE id = ? AND status = 'deleted'", id)
	if err != nil || n == 0 {
		return err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM removal WHERE item = ?", id); err != nil {
		return err
	}
	if err := search.Put(ctx, tx, id, text.words[0], text.words[1]); err != nil {
		return err
	}
	if err := countTags(ctx, tx, id, 1); err != nil {
		return err
	}
	if _, err = s.Happened(ctx, tx, by, Restored, id, 0, via); err != nil {
		return err
	}
	return s.Veil(ctx, tx, id)
}

// Removal says who took an item out of sight, and why.
type Removal struct {
	By  string
	At  time.Time
	Why string
}
