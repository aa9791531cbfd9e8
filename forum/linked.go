package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// What a thread's page names of what links to it, and what the page about that does.
const (
	fewLinks   = 5
	mostLinks  = 100
	amongLinks = 500 // both look no further
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
// and that by may read, one for each thread, page or article. It looks among the newest
// links, so that a page does not cost the more the more often it is named.
func (f *Forum) linksTo(ctx context.Context, by account.User, thread int64, limit int) ([]item.Backlink, error) {
	return db.All(ctx, f.db, func(r db.Row) (b item.Backlink, err error) {
		err = r.Scan(&b.ID, &b.Root, &b.Kind, &b.Title, &b.Slug, &b.By, &b.Via, &b.Question)
		return b, err
	}, `
		WITH newest AS (
			SELECT l.src FROM item x CROSS JOIN link l WHERE x.root = ? AND x.linked = 1 AND l.dst = x.id ORDER BY l.src DESC LIMIT ?),
		pointing AS (
			SELECT max(i.id) AS id
			FROM newest CROSS JOIN item i CROSS JOIN item root JOIN space sp ON sp.id = i.space
			WHERE i.id = newest.src AND i.root <> ? AND i.status = 'live' AND root.id = i.root AND root.status = 'live' AND `+account.Admits+`
			GROUP BY i.root ORDER BY 1 DESC LIMIT ?)
		SELECT i.id, i.root, i.kind, root.title, root.slug, a.name, i.via, EXISTS (SELECT 1 FROM thread t WHERE t.item = i.root AND t.kind = 'question')
		FROM pointing CROSS JOIN item i JOIN item root ON root.id = i.root JOIN account a ON a.id = i.author
		WHERE i.id = pointing.id ORDER BY i.id DESC`, thread, amongLinks, thread, by.Clearance(), by.Joined(), limit)
}

// takeLinks marks a thread that something may link to since posts were moved into it; its
// two parameters are the thread.
const takeLinks = `
	UPDATE item SET linked = 1
	WHERE id = ? AND linked = 0 AND EXISTS (SELECT 1 FROM item x WHERE x.root = ? AND x.linked = 1)`
