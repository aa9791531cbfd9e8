package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Unsend takes back what by has just written, before anybody is told of it, and makes
// its text a draft again, which it returns. That is possible for as long as the mail
// waits, and while nobody has written below it.
func (f *Forum) Unsend(ctx context.Context, by account.User, post int64) (item.Unsent, error) {
	var draft item.Unsent
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if err := f.MayUnsend(by, &p); err != nil {
			return err
		}
		if err := alone(ctx, tx, p); err != nil {
			return err
		}
		if draft, err = f.unsent(ctx, tx, by, p); err != nil {
			return err
		}
		if err := f.remove(ctx, tx, by, p, removal{via: item.Web}); err != nil {
			return err
		}
		if err := vanish(ctx, tx, p); err != nil {
			return err
		}
		draft, err = f.items.TakeBack(ctx, tx, by, draft)
		return err
	})
	return draft, err
}

// MayUnsend fails as Unsend would, unless somebody has written below the post.
func (f *Forum) MayUnsend(by account.User, p *Post) error {
	switch {
	case !by.Signed() || by.ID != p.Author.ID || p.Via != item.Web || p.Kind == Voting:
		return errUnsendOthers
	case p.Gone() || p.locked:
		return errFixed
	case f.now().Sub(p.Created) >= f.items.Grace:
		return errUnsendSent
	case p.First() && p.replies > 0:
		return errBelow
	}
	return nil
}

var errBelow = fault.Forbid("Somebody has written below this already. You can still edit it.")

// alone fails where something stands below a post.
func alone(ctx context.Context, tx *db.Tx, p Post) error {
	n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM (SELECT 1 FROM item WHERE parent = ? AND status <> 'deleted' LIMIT 1) few", p.ID)
	if err == nil && n > 0 {
		return errBelow
	}
	return err
}

// vanish has nothing stand where a post was, which nobody was told of: no stone with its
// author's name. A thread is out of sight already, and what is above a stone keeps its own.
func vanish(ctx context.Context, tx *db.Tx, p Post) error {
	if p.First() {
		return nil
	}
	_, err := tx.Exec(ctx, `
		DELETE FROM post WHERE item = ? AND NOT EXISTS (SELECT 1 FROM post b WHERE b.below = ?)
			AND NOT EXISTS (SELECT 1 FROM conversion c WHERE c.item = ? OR c.source = ?)`, p.ID, p.ID, p.ID, p.ID)
	return err
}

// unsent is a post as the draft that it was.
func (f *Forum) unsent(ctx context.Context, tx *db.Tx, by account.User, p Post) (item.Unsent, error) {
	t, err := f.place(ctx, tx, by, p.Thread)
	if err != nil {
		return item.Unsent{}, err
	}
	u := item.Unsent{Place: "/b/" + t.board.Slug + "/new", Kind: string(p.Kind), Title: t.title, Body: p.Source, Tags: t.tags}
	if !p.First() {
		u.Place, u.Kind, u.Tags = item.ReplyPlace(max(p.Parent, p.Thread), p.Kind == Comment), "", ""
		return u, nil
	}
	if t.about == 0 {
		return u, nil
	}
	o, err := f.items.Subject(ctx, by, t.about)
	if u.Place = o.Place(); o.Kind == item.Article {
		u.Kind, u.Tags = "", ""
	}
	return u, err
}
