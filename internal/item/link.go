package item

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/markdown"
)

// maxLinks bounds what one text may point at; a thousand mentions are spam, not
// news (SECURITY.md X-11).
const (
	maxLinks    = 500
	maxMentions = 10
	maxTarget   = 2000 // bytes; PostgreSQL indexes no more than 2704
)

func putLinks(ctx context.Context, tx *db.Tx, src int64, links []markdown.Link) error {
	mentions := 0
	for _, l := range links[:min(len(links), maxLinks)] {
		if l.Kind == "mention" {
			mentions++
		}
		if l.Kind == "mention" && mentions > maxMentions || len(l.Target) > maxTarget {
			continue
		}
		_, err := tx.Exec(ctx, "INSERT INTO link (src, kind, dst_key) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", src, l.Kind, l.Target)
		if err != nil {
			return err
		}
	}
	return nil
}

// Backlink is an item that points at something.
type Backlink struct {
	ID, Root    int64
	Kind        Kind
	Title, Slug string
	By          string // handle of its author
}

// Backlinks returns the newest live items that link to a key ("wiki" and a
// page's title, "url" and an address) and that by may read.
func (s *Store) Backlinks(ctx context.Context, by account.User, kind, key string, limit int) ([]Backlink, error) {
	return db.All(ctx, s.DB, func(r db.Row) (b Backlink, err error) {
		err = r.Scan(&b.ID, &b.Root, &b.Kind, &b.Title, &b.Slug, &b.By)
		return b, err
	}, `
		SELECT i.id, i.root, i.kind, root.title, root.slug, a.name
		FROM link l JOIN item i ON i.id = l.src JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author
		WHERE l.kind = ? AND l.dst_key = ? AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
		ORDER BY l.src DESC LIMIT ?`, kind, key, by.Clearance(), by.Joined(), limit)
}
