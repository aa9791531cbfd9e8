package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
)

// What a page of somebody's own list is chosen from.
const (
	mostSources = 100  // boards, tags and people that they follow
	perSource   = 100  // the newest threads of each
	mostThreads = 1000 // threads that they take part in, the newest
)

// mine lists what concerns by: threads of the boards and under the tags that they
// watch, those that people began whom they follow, and those they take part in, without what they have muted. It merges as many
// lists as there are subscriptions, and reads of each no more than it may need.
func (f *Forum) mine(ctx context.Context, by account.User, q Filter, after cursor) ([]Row, string, error) {
	rows, err := db.All(ctx, f.db, rowScan(), q.mineQuery(by), q.mineArgs(by, after)...)
	f.marks.onto(by, rows)
	f.age(rows)
	if err != nil || len(rows) <= q.Limit {
		return rows, "", err
	}
	rows = rows[:q.Limit]
	last := rows[len(rows)-1]
	return rows, cursor{last.LastAt.UnixMilli(), last.ID}.String(), nil
}

func (q Filter) mineQuery(by account.User) string {
	return `WITH source AS (
			SELECT target, target_id FROM subscription
			WHERE account = ? AND level IN ('watch', 'follow') AND target IN ('board', 'tag', 'user') ORDER BY target, target_id LIMIT ?),
		picked AS (
			SELECT t.item FROM source CROSS JOIN thread t
			WHERE source.target = 'board' AND t.board = source.target_id AND t.state <> 'deleted' AND (t.last_at, t.item) < (?, ?) AND t.last_at >= coalesce((
				SELECT e.last_at FROM thread e WHERE e.board = source.target_id AND e.state <> 'deleted' AND (e.last_at, e.item) < (?, ?)
				ORDER BY e.last_at DESC, e.item DESC LIMIT 1 OFFSET ?), 0)
			UNION
			SELECT tt.thread FROM source CROSS JOIN thread_tag tt
			WHERE source.target = 'tag' AND tt.tag = source.target_id AND (tt.last_at, tt.thread) < (?, ?) AND tt.last_at >= coalesce((
				SELECT e.last_at FROM thread_tag e WHERE e.tag = source.target_id AND (e.last_at, e.thread) < (?, ?)
				ORDER BY e.last_at DESC, e.thread DESC LIMIT 1 OFFSET ?), 0)
			UNION
			SELECT i.id FROM source CROSS JOIN item i
			WHERE source.target = 'user' AND i.kind = 'thread' AND i.author = source.target_id AND i.created >= coalesce((
				SELECT e.created FROM item e WHERE e.kind = 'thread' AND e.author = source.target_id ORDER BY e.created DESC LIMIT 1 OFFSET ?), 0)
			UNION
			SELECT target_id FROM (SELECT target_id FROM subscription
				WHERE account = ? AND target = 'thread' AND level IN ('watch', 'follow') ORDER BY target_id DESC LIMIT ?) own),
		shown AS (
			SELECT t.item FROM picked CROSS JOIN thread t JOIN space sp ON sp.id = t.board
			WHERE t.item = picked.item AND t.state <> 'deleted' AND (t.last_at, t.item) < (?, ?) AND ` + account.Admits + `
			AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.target = 'thread' AND s.target_id = t.item AND s.account = ? AND s.level = 'mute')
			ORDER BY t.last_at DESC, t.item DESC LIMIT ?)
		SELECT ` + q.rowColumns(by) + `
		FROM shown CROSS JOIN thread t CROSS JOIN item i ` + q.rowJoins(by) + `
		WHERE t.item = shown.item AND i.id = t.item ORDER BY t.last_at DESC, t.item DESC`
}

func (q Filter) mineArgs(by account.User, after cursor) []any {
	return append([]any{by.ID, mostSources, after.key, after.id, after.key, after.id, perSource - 1, after.key, after.id, after.key, after.id, perSource - 1,
		perSource - 1, by.ID, mostThreads, after.key, after.id, by.Clearance(), by.Joined(), by.ID, q.Limit + 1}, readArgs(by)...)
}
