package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// Remove takes a post out of sight, and with a first post its whole thread.
// Authors remove what they wrote while nobody has answered it; the staff remove
// anything and say why.
func (f *Forum) Remove(ctx context.Context, by account.User, post int64, why string, via item.Via) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if err := p.removable(by); err != nil {
			return err
		}
		return f.remove(ctx, tx, by, p, removal{why: why, via: via})
	})
}

// removal is a post that goes out of sight, or comes back.
type removal struct {
	why    string
	via    item.Via
	undoes int64 // the line of the log that is undone by it
	sweep  bool  // with everything else of its author: see Sweep
}

func (f *Forum) remove(ctx context.Context, tx *db.Tx, by account.User, p Post, r removal) error {
	if err := f.items.Remove(ctx, tx, by, p.ID, r.why, r.via); err != nil {
		return err
	}
	if err := f.noteRemoval(ctx, tx, by, p, VerbDelete, r); err != nil {
		return err
	}
	return f.recount(ctx, tx, p)
}

// noteRemoval writes into the log what somebody did with another's post.
func (f *Forum) noteRemoval(ctx context.Context, tx *db.Tx, by account.User, p Post, verb Verb, r removal) error {
	if by.ID == p.Author.ID || r.via == item.Import {
		return nil
	}
	board, err := db.Value[int64](ctx, tx, "SELECT board FROM thread WHERE item = ?", p.Thread)
	if err != nil {
		return err
	}
	line := deed{verb: verb, board: board, thread: p.Thread, post: p.ID, why: r.why, undoes: r.undoes}
	if r.sweep {
		line.other = p.Author.ID
	}
	_, err = f.note(ctx, tx, by, line)
	return err
}

func (p *Post) removable(by account.User) error {
	switch {
	case !by.Signed():
		return errRemoveSignIn
	case p.board.Moderates(by):
		return nil
	case by.ID != p.Author.ID:
		return errRemoveOthers
	case p.locked:
		return errFixed
	case p.First() && p.replies > 0:
		return errRemoveAnswered
	}
	return nil
}

// Restore brings a removed post back.
func (f *Forum) Restore(ctx context.Context, by account.User, post int64, via item.Via) error {
	return f.restore(ctx, by, post, removal{via: via})
}

func (f *Forum) restore(ctx context.Context, by account.User, post int64, r removal) error {
	via := r.via
	p, err := f.Find(ctx, operator(by, via), post)
	if err != nil {
		return err
	}
	if err := p.restorable(operator(by, via)); err != nil {
		return err
	}
	text := item.Render(p.Title, p.Format, p.Source, true, f.items.PageExists(ctx))
	return f.db.Write(ctx, func(tx *db.Tx) error {
		if err := f.items.Restore(ctx, tx, by, p.ID, text, via); err != nil {
			return err
		}
		if err := f.noteRemoval(ctx, tx, by, p, VerbRestore, r); err != nil {
			return err
		}
		return f.recount(ctx, tx, p)
	})
}

func (p *Post) restorable(by account.User) error {
	if !p.board.Moderates(by) {
		return errRestore
	}
	return nil
}

// recount makes a thread's counters say what is in sight, and its board's. It is
// rare, so it counts; posting adds.
func (f *Forum) recount(ctx context.Context, tx *db.Tx, p Post) error {
	for _, query := range []string{`
		UPDATE thread SET state = 'answered' WHERE state = 'solved' AND item = ? AND EXISTS (
			SELECT 1 FROM item i WHERE i.id = thread.accepted AND i.status <> 'live')`, `
		UPDATE thread SET
			posts = (SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.thread = thread.item AND (i.status = 'live' OR i.id = thread.item)),
			answers = (SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.thread = thread.item AND p.kind = 'answer' AND i.status = 'live'),
			helped = (SELECT count(*) FROM post p JOIN item i ON i.id = p.item WHERE p.thread = thread.item AND p.kind = 'answer' AND i.status = 'live'
				AND i.author <> (SELECT q.author FROM item q WHERE q.id = thread.item)),
			accepted = (SELECT i.id FROM item i WHERE i.id = thread.accepted AND i.status = 'live')
		WHERE item = ?`, `
		UPDATE thread SET (last_at, last_by, last_post, last_via) = (
			SELECT i.created, i.author, i.id, i.via FROM post p JOIN item i ON i.id = p.item
			WHERE p.thread = thread.item AND (i.status = 'live' OR i.id = thread.item)
			ORDER BY p.created DESC, p.item DESC LIMIT 1)
		WHERE item = ?`,
	} {
		if _, err := tx.Exec(ctx, query, p.Thread); err != nil {
			return err
		}
	}
	if err := f.settle(ctx, tx, p.Thread); err != nil {
		return err
	}
	if err := retag(ctx, tx, p.Thread); err != nil || !p.First() {
		return err
	}
	_, err := tx.Exec(ctx, `
		UPDATE space SET threads = (SELECT count(*) FROM thread t WHERE t.board = space.id AND t.state <> 'deleted')
		WHERE id = (SELECT board FROM thread WHERE item = ?)`, p.Thread)
	return err
}
