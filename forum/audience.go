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
		SELECT count(*) FROM (
			SELECT account FROM (SELECT s.account FROM subscription s JOIN account a ON a.id = s.account
				WHERE s.target = 'board' AND s.target_id = ? AND s.level = 'watch' AND s.channel = 'mail'
				AND s.account <> ? AND a.email IS NOT NULL AND a.status IN ('active', 'shadow') LIMIT ?) b
			UNION
			SELECT account FROM (SELECT s.account FROM subscription s JOIN account a ON a.id = s.account
				WHERE s.target = 'thread' AND s.target_id = ? AND s.level = 'watch' AND s.channel = 'mail'
				AND s.account <> ? AND a.email IS NOT NULL AND a.status IN ('active', 'shadow') LIMIT ?) t
			EXCEPT
			SELECT account FROM subscription WHERE target = 'thread' AND target_id = ? AND level = 'mute'
		) people`, board, by.ID, most, thread, by.ID, most, thread)
	return min(n, most), err
}
