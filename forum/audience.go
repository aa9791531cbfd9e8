package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
)

// Audience is how many people get what by writes in a board by mail, or in a
// thread of it where thread is not 0. It counts up to most of each and no further.
func (f *Forum) Audience(ctx context.Context, by account.User, board, thread int64, most int) (int, error) {
	n, err := db.Value[int](ctx, f.db, `
		SELECT (SELECT count(*) FROM (
			SELECT 1 FROM subscription s JOIN account a ON a.id = s.account
			WHERE s.target = 'board' AND s.target_id = ? AND s.level = 'watch' AND s.channel = 'mail'
			AND s.account <> ? AND a.email IS NOT NULL AND a.status IN ('active', 'shadow')
			AND NOT EXISTS (SELECT 1 FROM subscription m WHERE m.target = 'thread' AND m.target_id = ? AND m.account = s.account AND (m.level = 'mute' OR m.level = 'watch' AND m.channel = 'mail'))
			LIMIT ?) b)
		+ (SELECT count(*) FROM (
			SELECT 1 FROM subscription s JOIN account a ON a.id = s.account
			WHERE s.target = 'thread' AND s.target_id = ? AND s.level = 'watch' AND s.channel = 'mail'
			AND s.account <> ? AND a.email IS NOT NULL AND a.status IN ('active', 'shadow') LIMIT ?) t)`,
		board, by.ID, thread, most, thread, by.ID, most)
	return min(n, most), err
}
