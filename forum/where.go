package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Where is the page of a thread that holds a post.
type Where struct {
	Thread int64
	Slug   string
	Cursor string // empty: the first page
	Post   int64
}

// before counts the posts of a thread that stand before one, and backwards walks
// from it to the post that ended the page before; one statement per order, which
// must be the one of pageOf.
var before = map[Order]string{
	ByScore: `SELECT count(*) FROM post WHERE thread = ? AND kind = 'answer' AND item <> ? AND (score > ? OR score = ? AND item < ?)`,
	Oldest:  `SELECT count(*) FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ? AND (created < ? OR created = ? AND item < ?)`,
}

var backwards = map[Order]string{
	ByScore: `SELECT score, item FROM post WHERE thread = ? AND kind = 'answer' AND item <> ? AND (score > ? OR score = ? AND item < ?)
		ORDER BY score, item DESC LIMIT ?`,
	Oldest: `SELECT created, item FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ? AND (created < ? OR created = ? AND item < ?)
		ORDER BY created DESC, item DESC LIMIT ?`,
}

// Where returns the page that a post stands on when its thread is read in the
// order that suits its kind.
func (f *Forum) Where(ctx context.Context, by account.User, post int64) (Where, error) {
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return Where{}, err
	}
	t, err := f.threadHead(ctx, by, p.Thread)
	if err != nil {
		return Where{}, err
	}
	w := Where{Thread: t.ID, Slug: t.Slug, Post: p.ID}
	if p.Kind == Comment {
		p, err = f.Find(ctx, by, p.Parent)
		if fault.Is(err, fault.Missing) { // it was deleted, which hides it but not what stands below
			return w, nil
		}
		if err != nil {
			return Where{}, err
		}
	}
	if p.First() || p.ID == t.Accepted {
		return w, nil
	}
	w.Cursor, err = f.pageStart(ctx, t, p)
	return w, err
}

// pageStart returns the cursor of the page that p stands on.
func (f *Forum) pageStart(ctx context.Context, t *Thread, p Post) (string, error) {
	order := View{}.withDefaults(t.Kind).Order
	key := order.key(&p)
	n, err := db.Value[int](ctx, f.db, before[order], t.ID, t.Accepted, key, key, p.ID)
	if err != nil || n < postsPerPage {
		return "", err
	}
	steps, err := db.All(ctx, f.db, func(r db.Row) (c cursor, err error) {
		err = r.Scan(&c.key, &c.id)
		return c, err
	}, backwards[order], t.ID, t.Accepted, key, key, p.ID, n%postsPerPage+1)
	if err != nil || len(steps) == 0 {
		return "", err
	}
	return steps[len(steps)-1].String(), nil
}
