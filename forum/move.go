package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Move takes a thread to another board: its posts are read, listed, searched and mailed
// there from then on. Who moves it has to be allowed to write there. Its fault is on
// "board".
func (f *Forum) Move(ctx context.Context, by account.User, thread int64, board, why string) error {
	to, err := f.destination(ctx, by, board)
	if err != nil {
		return err
	}
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return f.moveTo(ctx, tx, by, p, to, why)
	})
}

func (f *Forum) destination(ctx context.Context, by account.User, board string) (Board, error) {
	to, err := f.Board(ctx, by, board)
	if fault.Is(err, fault.Missing) {
		return to, fault.Bad("board", "Choose a board.")
	}
	return to, err
}

// moveTo asks for the rights at the destination, and counts both boards anew.
func (f *Forum) moveTo(ctx context.Context, tx *db.Tx, by account.User, p place, to Board, why string) (deed, error) {
	if p.board.ID == to.ID {
		return deed{}, fault.Bad("board", "The thread is there already.")
	}
	if err := to.Postable(by); err != nil {
		return deed{}, err
	}
	if p.kind == Announcement && !to.Moderates(by) {
		return deed{}, fault.Bad("board", "Only the moderators of “%s” announce something there.", to.Title)
	}
	if err := f.fits(ctx, by, p, to); err != nil {
		return deed{}, err
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE thread SET board = ?, pinned = 0 WHERE item = ?", []any{to.ID, p.id}},
		{"UPDATE thread SET board = ? WHERE merged = ?", []any{to.ID, p.id}},
		{"UPDATE item SET space = ? WHERE id IN (SELECT item FROM post WHERE thread = ?)", []any{to.ID, p.id}},
		{"DELETE FROM moved_thread WHERE thread = ? AND board = ?", []any{p.id, to.ID}},
		{"INSERT INTO moved_thread (thread, board, at) VALUES (?, ?, ?)", []any{p.id, p.board.ID, f.now().UnixMilli()}},
		{`UPDATE space SET
			threads = (SELECT count(*) FROM thread t WHERE t.board = space.id AND t.state <> 'deleted'),
			last_at = coalesce((SELECT max(t.last_at) FROM thread t WHERE t.board = space.id AND t.state <> 'deleted'), 0)
			WHERE id IN (?, ?)`, []any{p.board.ID, to.ID}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return deed{}, err
		}
	}
	return deed{verb: VerbMove, board: to.ID, thread: p.id, other: p.board.ID, why: why}, nil
}

// undoMove takes a thread back to where it came from.
func (f *Forum) undoMove(ctx context.Context, tx *db.Tx, by account.User, p place, a Action, why string) (deed, error) {
	if p.board.ID != a.Board.ID {
		return deed{}, nil
	}
	to, err := db.One(ctx, tx, func(r db.Row) (b Board, err error) {
		b.Kind = "board"
		var archived int64
		err = r.Scan(&b.ID, &b.Slug, &b.Title, &b.MayRead, &b.MayPost, &b.MayModerate, &archived)
		b.Archived = archived != 0
		return b, err
	}, "SELECT id, slug, title, may_read, may_post, may_moderate, archived FROM space WHERE id = ?", a.Other)
	if err != nil {
		return deed{}, err
	}
	return f.moveTo(ctx, tx, by, p, to, why)
}

// CameFrom returns the boards that a thread has stood in before and that by may know of,
// the last one first.
func (f *Forum) CameFrom(ctx context.Context, by account.User, t *Thread) ([]Board, error) {
	if !t.Moved {
		return nil, nil
	}
	return db.All(ctx, f.db, func(r db.Row) (b Board, err error) {
		err = r.Scan(&b.Slug, &b.Title)
		return b, err
	}, `SELECT sp.slug, sp.title FROM moved_thread mt JOIN space sp ON sp.id = mt.board
		WHERE mt.thread = ? AND `+account.Admits+` ORDER BY mt.at DESC LIMIT 10`, t.ID, by.Clearance(), by.Joined())
}
