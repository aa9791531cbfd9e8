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

// before counts the posts of a thread that stand before one; one statement per order, which
// must be the one of pageOf.
var before = map[Order]string{
	ByScore: `SELECT count(*) FROM post WHERE thread = ? AND kind = 'answer' AND item <> ? AND (score > ? OR score = ? AND item < ?)`,
	Oldest:  `SELECT count(*) FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ? AND (created < ? OR created = ? AND item < ?)`,
}

// backFrom selects the posts that stand before one, the nearest first: pageOf the other way.
func (t *Thread) backFrom(o Order, from cursor, limit int) (string, []any) {
	const posts = " FROM post WHERE thread = ? AND kind <> 'comment' AND item <> thread AND item <> ? "
	switch o {
	case ByScore:
		return `SELECT score, item FROM post WHERE thread = ? AND kind = 'answer' AND item <> ?
			AND score >= ? AND (score > ? OR item < ?) ORDER BY score, item DESC LIMIT ?`,
			[]any{t.ID, t.Accepted, from.key, from.key, from.id, limit}
	case ByActivity:
		return "SELECT active, item" + posts + "AND (active, item) > (?, ?) ORDER BY active, item LIMIT ?",
			[]any{t.ID, t.Accepted, from.key, from.id, limit}
	case Newest:
		return "SELECT created, item" + posts + "AND (created, item) > (?, ?) ORDER BY created, item LIMIT ?",
			[]any{t.ID, t.Accepted, from.key, from.id, limit}
	default:
		return "SELECT created, item" + posts + "AND (created, item) < (?, ?) ORDER BY created DESC, item DESC LIMIT ?",
			[]any{t.ID, t.Accepted, from.key, from.id, limit}
	}
}

// back goes so many posts back from one and returns where it ends; the zero cursor where the
// thread begins before.
func (f *Forum) back(ctx context.Context, t *Thread, o Order, from cursor, steps int) (cursor, error) {
	query, args := t.backFrom(o, from, steps)
	all, err := db.All(ctx, f.db, func(r db.Row) (c cursor, err error) {
		err = r.Scan(&c.key, &c.id)
		return c, err
	}, query, args...)
	if err != nil || len(all) < steps {
		return cursor{}, err
	}
	return all[steps-1], nil
}

// PageBefore returns the cursor of the page that stands before the page of v; it is empty
// where that is the first one.
func (f *Forum) PageBefore(ctx context.Context, by account.User, thread int64, v View) (string, error) {
	from, err := readCursor(v.Cursor)
	if err != nil || from == (cursor{}) {
		return "", err
	}
	t, err := f.threadHead(ctx, by, thread)
	if err != nil {
		return "", err
	}
	v = v.withDefaults(t.Kind)
	start, err := f.back(ctx, t, v.Order, from, v.Limit)
	if err != nil || start == (cursor{}) {
		return "", err
	}
	return start.String(), nil
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
	start, err := f.back(ctx, t, order, cursor{key, p.ID}, n%postsPerPage+1)
	if err != nil || start == (cursor{}) {
		return "", err
	}
	return start.String(), nil
}
