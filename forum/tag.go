package forum

import (
	"context"

	"picus/internal/db"
)

// retag notes beside a thread's tags what their lists are ordered by. It is
// called after one of the three has changed: the tags, the score, the last activity.
func retag(ctx context.Context, tx *db.Tx, thread int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO thread_tag (tag, thread, created, last_at, score)
		SELECT it.tag, t.item, t.created, t.last_at, t.score FROM item_tag it JOIN thread t ON t.item = it.item WHERE it.item = ?
		ON CONFLICT (tag, thread) DO UPDATE SET last_at = excluded.last_at, score = excluded.score`, thread)
	return err
}

// untag is called before a thread's tags change; retag follows.
func untag(ctx context.Context, tx *db.Tx, thread int64) error {
	_, err := tx.Exec(ctx, "DELETE FROM thread_tag WHERE thread = ? AND tag IN (SELECT tag FROM item_tag WHERE item = ?)", thread, thread)
	return err
}
