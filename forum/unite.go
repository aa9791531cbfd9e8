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
		if err := p.remember(ctx, tx, action); err != nil {
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
		{"UPDATE thread SET state = b.state FROM thread_before b WHERE b.action = ? AND b.thread = thread.item", []any{a.ID}},
		{"UPDATE thread SET merged = ? WHERE merged = ? AND item IN " + going, []any{a.Thread, into.id, a.ID}},
		{`UPDATE post SET thread = ?, kind = m.kind, below = m.below FROM moved_post m WHERE m.action = ? AND m.post = post.item AND post.thread = ?`, []any{a.Thread, a.ID, into.id}},
		{`UPDATE item SET root = ?, parent = m.parent FROM moved_post m, post p WHERE m.action = ? AND m.post = item.id AND p.item = item.id AND p.thread = ?`, []any{a.Thread, a.ID, a.Thread}},
		{"UPDATE post SET thread = ? WHERE thread = ? AND below IN (SELECT item FROM post WHERE thread = ?)", []any{a.Thread, into.id, a.Thread}},
		{"UPDATE item SET root = ? WHERE id IN (SELECT p.item FROM post p WHERE p.thread = ?)", []any{a.Thread, a.Thread}},
		{takeLinks, []any{a.Thread, a.Thread}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return d, err
		}
	}
	if err := giveBackMeToo(ctx, tx, a.Thread, into.id); err != nil {
		return d, err
	}
	for _, thread := range []int64{a.Thread, into.id} {
		if err := f.recount(ctx, tx, Post{ID: thread, Thread: thread}); err != nil {
			return d, err
		}
	}
	return d, f.pinAgain(ctx, tx, by, a)
}

// pinAgain puts a thread back above the list of its board where it was pinned before, if
// there is room.
func (f *Forum) pinAgain(ctx context.Context, tx *db.Tx, by account.User, a Action) error {
	at, err := db.Value[int](ctx, tx, "SELECT coalesce(max(pinned), 0) FROM thread_before WHERE action = ? AND thread = ?", a.ID, a.Thread)
	if err != nil || at == 0 {
		return err
	}
	p, err := f.place(ctx, tx, by, a.Thread)
	if err != nil {
		return err
	}
	if _, err = f.pin(ctx, tx, p, at, ""); fault.Is(err, fault.Invalid) {
		return nil
	}
	return err
}

// rejoin puts back what was split off, with all that was written there since.
func (f *Forum) rejoin(ctx context.Context, tx *db.Tx, by account.User, p place, a Action, why string) (deed, error) {
	o, err := f.place(ctx, tx, by, a.Other)
	if err != nil {
		return deed{}, err
	}
	if p.id != a.Thread || o.id == p.id || o.board.ID != p.board.ID || p.state == deleted || o.state == deleted {
		return deed{}, nil
	}
	if err := f.Merge(ctx, tx, p.id, o.id); err != nil {
		return deed{}, err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`UPDATE post SET kind = m.kind, below = m.below FROM moved_post m WHERE m.action = ? AND m.post = post.item AND post.thread = ?`, []any{a.ID, o.id}},
		{`UPDATE item SET parent = m.parent FROM moved_post m, post p WHERE m.action = ? AND m.post = item.id AND p.item = item.id AND p.thread = ?`, []any{a.ID, o.id}},
		// What was written below a comment that was a first post meanwhile stands beside it.
		{`UPDATE post SET below = up.below FROM post up WHERE up.item = post.below AND post.thread = ? AND up.below IS NOT NULL`, []any{o.id}},
		{`UPDATE item SET parent = p.below FROM post p WHERE p.item = item.id AND p.thread = ? AND p.kind = 'comment' AND item.parent <> p.below`, []any{o.id}},
		{"DELETE FROM split WHERE thread = ?", []any{p.id}},
		{`UPDATE thread SET accepted = b.accepted, state = CASE WHEN thread.state IN ('open', 'answered') THEN 'solved' ELSE thread.state END
			FROM thread_before b, post p, item i
			WHERE b.action = ? AND b.thread = thread.item AND thread.item = ? AND thread.accepted IS NULL
			AND p.item = b.accepted AND p.thread = thread.item AND p.kind = 'answer' AND i.id = p.item AND i.status = 'live'`, []any{a.ID, o.id}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return deed{}, err
		}
	}
	return deed{verb: VerbUnsplit, board: o.board.ID, thread: p.id, other: o.id, why: why}, f.recount(ctx, tx, Post{ID: o.id, Thread: o.id})
}
