package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
)

// Said is a post on its author's page: what it is and where it stands.
type Said struct {
	ID, Thread int64
	Kind       Kind
	Title      string // of the thread
	Slug       string
	Board      Board // slug and title
	Created    time.Time
	Score      int
	Accepted   bool
}

// SaidBy returns a page of what somebody has posted that by may read, the newest
// first, and the cursor of the next page.
func (f *Forum) SaidBy(ctx context.Context, by account.User, author int64, from string) ([]Said, string, error) {
	after, err := readCursor(from)
	if err != nil {
		return nil, "", err
	}
	if after == (cursor{}) {
		after = firstCursor(Newest)
	}
	all, err := db.All(ctx, f.db, scanSaid, `
		SELECT i.id, p.thread, p.kind, root.title, root.slug, sp.slug, sp.title, i.created, p.score, coalesce(t.accepted, 0)
		FROM item i JOIN post p ON p.item = i.id JOIN thread t ON t.item = p.thread
		JOIN item root ON root.id = p.thread JOIN space sp ON sp.id = t.board
		WHERE i.author = ? AND (i.created, i.id) < (?, ?)
		AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
		ORDER BY i.created DESC, i.id DESC LIMIT ?`,
		author, after.key, after.id, by.Clearance(), by.Joined(), threadsPerPage+1)
	if err != nil || len(all) <= threadsPerPage {
		return all, "", err
	}
	last := all[threadsPerPage-1]
	return all[:threadsPerPage], cursor{last.Created.UnixMilli(), last.ID}.String(), nil
}

func scanSaid(r db.Row) (s Said, err error) {
	var created, accepted int64
	err = r.Scan(&s.ID, &s.Thread, &s.Kind, &s.Title, &s.Slug, &s.Board.Slug, &s.Board.Title, &created, &s.Score, &accepted)
	s.Created, s.Accepted = time.UnixMilli(created).UTC(), accepted == s.ID
	return s, err
}
