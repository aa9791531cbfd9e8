package item

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/markdown"
	"picus/internal/search"
)

// excerptRunes is how much of a text a search result shows.
const excerptRunes = 240

// Hit is a search result.
type Hit struct {
	ID      int64
	Kind    Kind
	Title   string // of the thread, page or article
	Slug    string
	ByID    int64
	By      string // handle
	Display string
	Place   string // title of the board; empty for pages and articles
	Via     Via
	At      time.Time
	Excerpt string
}

// Find returns the newest items that hold every word of q and that by may read,
// below the id before (0: from the newest), and where the next page begins; 0: this
// is the last. Its fault is on "q".
func (s *Store) Find(ctx context.Context, by account.User, q string, before int64, limit int) ([]Hit, int64, error) {
	ids, err := search.Find(ctx, s.DB, q, search.Readers{Condition: account.Admits, Args: []any{by.Clearance(), by.Joined()}}, before, limit)
	if err != nil {
		return nil, 0, err
	}
	var hits []Hit
	for _, id := range ids {
		h, err := s.hit(ctx, by, id)
		if fault.Is(err, fault.Missing) {
			continue // its thread was deleted
		}
		if err != nil {
			return nil, 0, err
		}
		hits = append(hits, h)
	}
	if len(ids) < limit {
		return hits, 0, nil
	}
	return hits, ids[len(ids)-1], nil
}

func (s *Store) hit(ctx context.Context, by account.User, id int64) (Hit, error) {
	return db.One(ctx, s.DB, func(r db.Row) (h Hit, err error) {
		var at int64
		var html string
		err = r.Scan(&h.ID, &h.Kind, &h.Title, &h.Slug, &h.ByID, &h.By, &h.Display, &h.Place, &h.Via, &at, &html)
		h.At, h.Excerpt = time.UnixMilli(at).UTC(), markdown.Excerpt(markdown.Plain(html, 8*excerptRunes), excerptRunes)
		return h, err
	}, `
		SELECT i.id, i.kind, root.title, root.slug, a.id, a.name, a.display, CASE sp.kind WHEN 'board' THEN sp.title ELSE '' END, i.via, i.created, r.html
		FROM item i JOIN item root ON root.id = i.root JOIN account a ON a.id = i.author
		JOIN revision r ON r.id = i.head_rev JOIN space sp ON sp.id = i.space
		WHERE i.id = ? AND i.status = 'live' AND root.status = 'live' AND `+account.Admits, id, by.Clearance(), by.Joined())
}
