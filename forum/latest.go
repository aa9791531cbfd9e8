package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Entry is a post in a list of posts: a feed, a person's page, a search result.
type Entry struct {
	Post
	Board       Board  // slug and title
	ThreadTitle string // of the thread it stands in
	ThreadSlug  string
}

// Latest returns the newest posts, the first ones of threads included, of one
// board or, with an empty slug, of all that by may read.
func (f *Forum) Latest(ctx context.Context, by account.User, board string, limit int) ([]Entry, error) {
	if board == "" {
		return f.said(ctx, by, `
			WHERE i.kind IN ('thread', 'post') AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
			ORDER BY i.created DESC, i.id DESC LIMIT ?`, by.Clearance(), by.Joined(), limit)
	}
	b, err := f.Board(ctx, by, board)
	if err != nil {
		return nil, err
	}
	return f.said(ctx, by, `
		WHERE i.space = ? AND i.status = 'live' AND root.status = 'live' ORDER BY i.created DESC, i.id DESC LIMIT ?`, b.ID, limit)
}

// WrittenBy returns the newest threads, answers and replies of somebody that by may read.
func (f *Forum) WrittenBy(ctx context.Context, by account.User, author int64, limit int) ([]Entry, error) {
	return f.said(ctx, by, `
		WHERE i.author = ? AND p.kind <> 'comment' AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
		ORDER BY i.created DESC, i.id DESC LIMIT ?`, author, by.Clearance(), by.Joined(), limit)
}

// InThread returns the newest posts of a thread.
func (f *Forum) InThread(ctx context.Context, by account.User, thread int64, limit int) ([]Entry, error) {
	p, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return nil, err
	}
	return f.said(ctx, by, `
		WHERE p.thread = ? AND i.status = 'live' ORDER BY p.created DESC, p.item DESC LIMIT ?`, p.id, limit)
}

// Found returns the posts with these ids that by may read, in the order of ids;
// it is the forum's part of a search result.
func (f *Forum) Found(ctx context.Context, by account.User, ids []int64) ([]Entry, error) {
	var found []Entry
	for _, id := range ids {
		one, err := f.said(ctx, by, "WHERE i.id = ? AND i.status = 'live' AND root.status = 'live' AND "+account.Admits, id, by.Clearance(), by.Joined())
		if err != nil {
			return nil, err
		}
		found = append(found, one...)
	}
	return found, nil
}

// said runs the query that all lists of posts share; where is constant SQL.
func (f *Forum) said(ctx context.Context, by account.User, where string, args ...any) ([]Entry, error) {
	var w scannedPost
	var s Entry
	var keepers account.Audience
	places := w.places(&w.MessageID, &s.ThreadTitle, &s.ThreadSlug, &s.Board.Slug, &s.Board.Title, &keepers)
	all, err := db.All(ctx, f.db, func(r db.Row) (Entry, error) {
		err := r.Scan(places...)
		s.Post = w.post()
		s.board = &Board{MayModerate: keepers}
		return s, err
	}, `SELECT `+postColumns+`, `+messageID+`, root.title, root.slug, sp.slug, sp.title, sp.may_moderate
		FROM item i JOIN post p ON p.item = i.id JOIN item root ON root.id = p.thread JOIN space sp ON sp.id = i.space
		JOIN account a ON a.id = i.author JOIN revision r ON r.id = i.head_rev
		LEFT JOIN vote v ON v.item = i.id AND v.account = ? `+where, append([]any{by.ID}, args...)...)
	if fault.Is(err, fault.Missing) {
		return nil, nil
	}
	return all, err
}

// Changed is when a post last became something else.
func (p *Post) Changed() time.Time {
	if p.Edited.IsZero() {
		return p.Created
	}
	return p.Edited
}
