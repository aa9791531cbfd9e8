package forum

import (
	"context"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// newsDepth is how many events back news go.
const newsDepth = 2000

// News is a post that has just been written, for pages that are open.
type News struct {
	Seq          int64 // of its event; what is newer has a higher one
	Thread, Post int64
	Board        Board // its slug, and who may read it
	Author       int64

	// Of the thread, as it is by now.
	Kind                   Kind
	Tags                   []string
	Lang                   string
	Unanswered, Unaccepted bool // it stands in the list of that name
}

// For reports whether by is to hear of it: who may read it and has not written it.
func (n News) For(by account.User) bool {
	return n.Board.Readable(by) == nil && (!by.Signed() || n.Author != by.ID)
}

// Followed reports whether a page with the list is told of News. In the order of votes what
// is new stands at the end; in what waits for its asker there is nothing that was just
// written; and what concerns a reader is asked of nobody else.
func (q Filter) Followed() bool {
	return q.Sort != SortVotes && q.Sort != SortWaiting && q.Sort != SortMine
}

// NewestOf is the newest post that rows, the first of the list, know of: what has a higher
// number they do not hold.
func (q Filter) NewestOf(rows []Row) (newest int64) {
	for _, r := range rows {
		if q.threads() {
			newest = max(newest, r.ID)
		} else {
			newest = max(newest, r.LastPost)
		}
	}
	return newest
}

// threads reports whether the newest threads come first: a reply changes nothing there.
func (q Filter) threads() bool {
	return q.Sort == SortNewest || q.Sort == SortUnanswered || q.Sort == SortUnaccepted
}

// Named returns a list with its tags by the names that they are kept by, as News has them.
func (f *Forum) Named(ctx context.Context, q Filter) (Filter, error) {
	err := f.named(ctx, &q)
	return q, err
}

// Shows reports whether what is new belongs to a list.
func (q Filter) Shows(n News) bool {
	carried := func(tag string) bool { return slices.Contains(n.Tags, tag) }
	missing := func(tag string) bool { return !carried(tag) }
	return (q.Board == "" || q.Board == n.Board.Slug) && (q.Kind == "" || q.Kind == n.Kind) && (q.Lang == "" || q.Lang == n.Lang) &&
		!slices.ContainsFunc(q.Tags, missing) && !slices.ContainsFunc(q.Not, carried) &&
		(n.Post == n.Thread || !q.threads()) && (q.Sort != SortUnanswered || n.Unanswered) && (q.Sort != SortUnaccepted || n.Unaccepted)
}

// Newest is the number of the last event, from which News goes on.
func (f *Forum) Newest(ctx context.Context) (int64, error) {
	return db.Value[int64](ctx, f.db, "SELECT coalesce(max(seq), 0) FROM event")
}

// News returns what was written after an event, and lately, the oldest first, in all boards: whoever
// passes it on asks News.For about each reader.
func (f *Forum) News(ctx context.Context, after int64, limit int) ([]News, error) {
	return f.news(ctx, after, 0, limit)
}

// NewsSince returns what was written lately, has a higher number than a post and is no older.
// A page that names the newest post it shows tells nothing of those that it does not show, as
// the number of an event would. What came in late, such as a mail that had to wait or an
// archive, stands in lists where its date puts it, and is no news there.
func (f *Forum) NewsSince(ctx context.Context, post int64, limit int) ([]News, error) {
	return f.news(ctx, 0, post, limit)
}

// news looks at the newest events only, and says so in the one condition that SQLite goes by.
func (f *Forum) news(ctx context.Context, after, post int64, limit int) ([]News, error) {
	newest, err := f.Newest(ctx)
	if err != nil {
		return nil, err
	}
	after = max(after, newest-newsDepth)
	return db.All(ctx, f.db, func(r db.Row) (n News, err error) {
		var tags string
		err = r.Scan(&n.Seq, &n.Thread, &n.Post, &n.Author, &n.Board.Slug, &n.Board.MayRead, &n.Board.MayModerate,
			&n.Kind, &tags, &n.Lang, &n.Unanswered, &n.Unaccepted)
		n.Tags = strings.Fields(tags)
		return n, err
	}, `
		SELECT e.seq, i.root, i.id, e.actor, sp.slug, sp.may_read, sp.may_moderate,
			t.kind, t.tags, t.lang, `+stages[SortUnanswered]+`, `+stages[SortUnaccepted]+`
		FROM event e JOIN item i ON i.id = e.item JOIN item root ON root.id = i.root JOIN thread t ON t.item = i.root JOIN space sp ON sp.id = t.board
		WHERE e.seq > ? AND e.item > ? AND i.created >= coalesce((SELECT shown.created FROM item shown WHERE shown.id = ?), 0) AND e.verb = '`+item.Created+`' AND i.status = 'live' AND root.status = 'live' AND t.state <> 'deleted'
		ORDER BY e.seq LIMIT ?`, after, post, post, limit)
}
