package item

import (
	"context"
	"time"

	"picus/internal/db"
)

// Listed is something that has a page of its own, as a map of the site names it.
type Listed struct {
	ID      int64
	Kind    Kind
	Title   string
	Slug    string
	Author  string // the handle
	Changed time.Time
}

// Newest is the highest id that an item has; 0 where there is none.
func (s *Store) Newest(ctx context.Context) (int64, error) {
	return db.Value[int64](ctx, s.DB, "SELECT coalesce(max(id), 0) FROM item")
}

// Public returns what has a page that everybody may read, among the items from one
// id up to, and without, another.
func (s *Store) Public(ctx context.Context, from, to int64) ([]Listed, error) {
	return db.All(ctx, s.DB, func(r db.Row) (l Listed, err error) {
		var created, edited, last int64
		err = r.Scan(&l.ID, &l.Kind, &l.Title, &l.Slug, &l.Author, &created, &edited, &last)
		l.Changed = time.UnixMilli(max(created, edited, last)).UTC()
		return l, err
	}, `
		SELECT i.id, i.kind, i.title, i.slug, a.name, i.created, i.edited, coalesce(t.last_at, 0)
		FROM item i JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author LEFT JOIN thread t ON t.item = i.id
		WHERE i.id >= ? AND i.id < ? AND i.kind <> 'post' AND i.status = 'live' AND sp.may_read = 0 AND t.merged IS NULL
		ORDER BY i.id`, from, to)
}
