package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// What a thread's page names of what links to it, and what the page about that does.
const (
	fewLinks  = 5
	mostLinks = 100
)

// linkedFrom finds what links to a thread, where anything may: a page without links
// costs no query.
func (f *Forum) linkedFrom(ctx context.Context, by account.User, t *Thread) (err error) {
	if t.linked == 0 {
		return nil
	}
	t.Linked, err = f.linksTo(ctx, by, t.ID, fewLinks+1)
	if len(t.Linked) > fewLinks {
		t.Linked, t.MoreLinks = t.Linked[:fewLinks], true
	}
	return err
}

// Links returns a thread with what links to it, the newest first, a hundred at most.
func (f *Forum) Links(ctx context.Context, by account.User, thread int64) (*Thread, error) {
	t, err := f.threadHead(ctx, by, thread)
	if err != nil {
		return nil, err
	}
	t.Linked, err = f.linksTo(ctx, by, t.ID, mostLinks)
	return t, err
}

// linksTo returns the newest live items outside a thread that link to one of its posts
// and that by may read, one for each thread, page or article.
func (f *Forum) linksTo(ctx context.Context, by account.User, thread int64, limit int) ([]item.Backlink, error) {
	return db.All(ctx, f.db, func(r db.Row) (b item.Backlink, err error) {
		err = r.Scan(&b.ID, &b.Root, &b.Kind, &b.Title, &b.Slug, &b.By)
		return b, err
	}, `
		WITH pointing AS (
			SELECT max(i.id) AS id
			FROM post p CROSS JOIN item x CROSS JOIN link l CROSS JOIN item i JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space
			WHERE p.thread = ? AND x.id = p.item AND x.linked = 1 AND l.dst = x.id AND i.id = l.src AND i.root <> ?
			AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
			GROUP BY i.root)
		SELECT i.id, i.root, i.kind, root.title, root.slug, a.name
		FROM pointing CROSS JOIN item i JOIN item root ON root.id = i.root JOIN account a ON a.id = i.author
		WHERE i.id = pointing.id ORDER BY i.id DESC LIMIT ?`, thread, thread, by.Clearance(), by.Joined(), limit)
}

// takeLinks marks a thread that something may link to since posts were moved into it; its
// two parameters are the thread.
const takeLinks = `
	UPDATE item SET linked = 1
	WHERE id = ? AND linked = 0 AND EXISTS (SELECT 1 FROM post p JOIN item x ON x.id = p.item WHERE p.thread = ? AND x.linked = 1)`
