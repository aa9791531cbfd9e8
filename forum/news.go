package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// News is a post that has just been written, for pages that are open.
type News struct {
	Seq          int64 // of its event; what is newer has a higher one
	Thread, Post int64
	Board        Board // its slug, and who may read it
	Kind         Kind  // of the thread
	Author       int64
}

// For reports whether by is to hear of it: who may read it and has not written it.
func (n News) For(by account.User) bool {
	return n.Board.Readable(by) == nil && (!by.Signed() || n.Author != by.ID)
}

// Newest is the number of the last event, from which News goes on.
func (f *Forum) Newest(ctx context.Context) (int64, error) {
	return db.Value[int64](ctx, f.db, "SELECT coalesce(max(seq), 0) FROM event")
}

// News returns what was written after an event, and lately, the oldest first, in all boards: whoever
// passes it on asks News.For about each reader.
func (f *Forum) News(ctx context.Context, after int64, limit int) ([]News, error) {
	return db.All(ctx, f.db, func(r db.Row) (n News, err error) {
		return n, r.Scan(&n.Seq, &n.Thread, &n.Post, &n.Kind, &n.Author, &n.Board.Slug, &n.Board.MayRead, &n.Board.MayModerate)
	}, `
		SELECT e.seq, i.root, i.id, t.kind, e.actor, sp.slug, sp.may_read, sp.may_moderate
		FROM event e JOIN item i ON i.id = e.item JOIN item root ON root.id = i.root JOIN thread t ON t.item = i.root JOIN space sp ON sp.id = t.board
		WHERE e.seq > ? AND e.seq > (SELECT max(seq) FROM event) - 2000 AND e.verb = '`+item.Created+`' AND i.status = 'live' AND root.status = 'live' AND t.state <> 'deleted'
		ORDER BY e.seq LIMIT ?`, after, limit)
}
