package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Unite puts the posts of one thread into another of the same board. The old addresses
// lead there, and Undo takes the two apart again. Its fault is on "into".
func (f *Forum) Unite(ctx context.Context, by account.User, from, into int64, why string) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.place(ctx, tx, by, from)
		if err != nil {
			return err
		}
		o, err := f.place(ctx, tx, by, into)
		if fault.Is(err, fault.Missing) {
			return fault.Bad("into", "There is no such thread. Its number stands in its address, after /t/.")
		}
		if err != nil {
			return err
		}
		if err := p.moderatable(by); err != nil {
			return err
		}
		switch {
		case o.id == p.id:
			return fault.Bad("into", "That is this thread itself.")
		case o.board.ID != p.board.ID:
			return fault.Bad("into", "Both have to stand in one board. Move one of them first.")
		case p.state == deleted || o.state == deleted:
			return fault.Bad("into", "A deleted thread cannot be merged.")
		}
		action, err := f.note(ctx, tx, by, deed{verb: VerbMerge, board: p.board.ID, thread: p.id, other: o.id, why: why})
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO moved_post (action, post, thread, below, parent, kind)
			SELECT CAST(? AS BIGINT), p.item, p.thread, p.below, i.parent, p.kind FROM post p JOIN item i ON i.id = p.item WHERE p.thread = ?`, action, p.id)
		if err != nil {
			return err
		}
		return f.Merge(ctx, tx, p.id, o.id)
	})
}

// separate takes apart what Unite put together. What was written below the posts since
// goes with them; everything else stays.
func (f *Forum) separate(ctx context.Context, tx *db.Tx, by account.User, a Action, why string) (deed, error) {
	d := deed{verb: VerbUnmerge, board: a.Board.ID, thread: a.Thread, other: a.Other, why: why}
	into, err := f.place(ctx, tx, by, a.Thread) // leads to the one that took it over
	if err != nil || into.id == a.Thread {
		return deed{}, err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE thread SET merged = NULL, state = CASE WHEN accepted IS NOT NULL THEN 'solved' ELSE 'open' END, board = ? WHERE item = ?", []any{into.board.ID, a.Thread}},
		{"UPDATE thread SET merged = ? WHERE merged = ? AND item IN (SELECT m.post FROM moved_post m WHERE m.action = ?)", []any{a.Thread, into.id, a.ID}},
		{`UPDATE post SET thread = ?, kind = m.kind FROM moved_post m WHERE m.action = ? AND m.post = post.item AND post.thread = ?`, []any{a.Thread, a.ID, into.id}},
		{`UPDATE item SET root = ?, parent = m.parent FROM moved_post m WHERE m.action = ? AND m.post = item.id`, []any{a.Thread, a.ID}},
		{"UPDATE post SET thread = ? WHERE thread = ? AND below IN (SELECT m.post FROM moved_post m WHERE m.action = ?)", []any{a.Thread, into.id, a.ID}},
		{"UPDATE item SET root = ? WHERE id IN (SELECT p.item FROM post p WHERE p.thread = ?)", []any{a.Thread, a.Thread}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return d, err
		}
	}
	for _, thread := range []int64{a.Thread, into.id} {
		if err := f.recount(ctx, tx, Post{ID: thread, Thread: thread}); err != nil {
			return d, err
		}
	}
	return d, nil
}
