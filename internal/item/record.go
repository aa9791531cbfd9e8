package item

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
)

// Record has an item say what its source says of it: who wrote it, and when it was last
// edited (zero: never). It is for importers. What was edited here since stays edited.
func (s *Store) Record(ctx context.Context, tx *db.Tx, id int64, author account.User, edited time.Time) error {
	was, err := db.Value[int64](ctx, tx, "SELECT author FROM item WHERE id = ?", id)
	if err != nil {
		return err
	}
	at := int64(0)
	if !edited.IsZero() {
		at = edited.UnixMilli()
	}
	_, err = tx.Exec(ctx, `
		UPDATE item SET author = ?, edited = CASE WHEN 'import' = (SELECT r.via FROM revision r WHERE r.id = item.head_rev) THEN ? ELSE edited END
		WHERE id = ?`, author.ID, at, id)
	if err != nil || was == author.ID {
		return err
	}
	// Somebody who had their name taken off a post does not want it in the history either.
	_, err = tx.Exec(ctx, "UPDATE revision SET author = ? WHERE item = ? AND author = ? AND via = 'import'", author.ID, id, was)
	return err
}
