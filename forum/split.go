package forum

import (
	"context"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// Split is a thread that a moderator makes of a post and what stands below it.
type Split struct {
	Post  int64
	After bool // with everything that was written after it, too
	Kind  Kind // Question or Discussion; empty: as the old one
	Title string
	Why   string
	Guess bool    // it was put there because of its subject alone: see MayLeave
	Below []int64 // more of what answers it, as the ids of mails tell
}

// Split makes a thread of its own of a post, in the same board. The post keeps its
// address and its author; a line in the old thread leads to the new one, and Undo puts
// them together again. Its faults are on "title" and "kind".
func (f *Forum) Split(ctx context.Context, by account.User, s Split) (Ref, error) {
	q, err := f.Find(ctx, by, s.Post)
	if err != nil {
		return Ref{}, err
	}
	if err := s.allows(by, &q); err != nil {
		return Ref{}, err
	}
	title, titleErr := cleanTitle(s.Title)
	if err := check(titleErr, s.checkKind()); err != nil {
		return Ref{}, err
	}
	text := item.Render(title, q.Format, q.Source, true, f.items.PageExists(ctx))
	var ref Ref
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		cut, err := f.cut(ctx, tx, by, s)
		if err != nil {
			return err
		}
		change := item.Change{Item: q.ID, Base: q.Revision, Author: by, Slug: markdown.Slug(title), Via: item.Web, At: f.now(),
			Tags: strings.Fields(cut.from.tags), Text: text}
		if _, err := f.items.Update(ctx, tx, change); err != nil {
			return err
		}
		ref = Ref{Thread: q.ID, Post: q.ID, Slug: change.Slug}
		cut.lang = tongue(title + "\n" + q.Source)
		return f.split(ctx, tx, by, cut)
	})
	return ref, err
}

func (s Split) checkKind() error {
	switch s.Kind {
	case "", Question, Discussion:
		return nil
	}
	return fault.Bad("kind", "Choose what it is: a question, a discussion, or something else that is offered here.")
}

// MaySplit fails where by cannot make a thread of the post.
func (p *Post) MaySplit(by account.User) error {
	switch {
	case !by.Signed():
		return fault.SignIn("Sign in to moderate.")
	case !p.keptBy(by):
		return fault.Forbid("Only the moderators of “%s” may do that.", p.board.Title)
	case p.First():
		return fault.Bad("title", "This is a thread of its own already.")
	case p.Gone():
		return fault.Clash("This post was deleted. Restore it first.")
	}
	return nil
}

// cut is a thread that is about to be split.
type cut struct {
	from   place
	post   Post
	kind   Kind // of the new thread
	lang   string
	action int64 // the line of the log; moved_post holds what goes
}

// cut writes into the log that a thread is split, and notes what goes and how all was
// before. It asks for the post again, because it may have been moved or removed since.
func (f *Forum) cut(ctx context.Context, tx *db.Tx, by account.User, s Split) (c cut, err error) {
	if c.post, err = f.find(ctx, tx, by, s.Post); err != nil {
		return c, err
	}
	if err := s.allows(by, &c.post); err != nil {
		return c, err
	}
	if c.from, err = f.place(ctx, tx, by, c.post.Thread); err != nil {
		return c, err
	}
	if c.from.status != item.Live {
		return c, fault.Clash("A deleted thread cannot be split.")
	}
	if c.kind = s.Kind; c.kind == "" {
		c.kind = c.from.kind.first()
	}
	c.action, err = f.note(ctx, tx, by, deed{verb: VerbSplit, board: c.from.board.ID, thread: c.post.ID, other: c.from.id, why: s.Why})
	if err != nil {
		return c, err
	}
	if err := c.from.remember(ctx, tx, c.action); err != nil {
		return c, err
	}
	if err := c.choose(ctx, tx, s.After); err != nil {
		return c, err
	}
	return c, c.add(ctx, tx, s.Below)
}

// remember notes what a thread is before a line of the log changes that.
func (p place) remember(ctx context.Context, tx *db.Tx, action int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO thread_before (action, thread, state, pinned, accepted)
		SELECT CAST(? AS BIGINT), item, state, pinned, accepted FROM thread WHERE item = ?`, action, p.id)
	return err
}

// choose notes which posts go: the one that was picked, all that answers it and, after,
// what was written later. Comments below a post that stays stay with it, but for those
// that go on where a comment was picked.
func (c cut) choose(ctx context.Context, tx *db.Tx, after bool) error {
	later, below := 0, int64(0)
	if after {
		later = 1
	}
	if c.post.Kind == Comment {
		below = c.post.Parent
	}
	thread, at := c.from.id, c.post.Created.UnixMilli()
	_, err := tx.Exec(ctx, `
		WITH RECURSIVE chosen (item) AS (
			SELECT CAST(? AS BIGINT)
			UNION SELECT item FROM post WHERE thread = ? AND (created, item) > (?, ?) AND item <> thread AND (kind <> 'comment' OR below = ?) AND CAST(? AS BIGINT) = 1
			UNION SELECT p.item FROM chosen JOIN item i ON i.parent = chosen.item JOIN post p ON p.item = i.id WHERE p.thread = ?
		)
		INSERT INTO moved_post (action, post, thread, below, parent, kind)
		SELECT CAST(? AS BIGINT), p.item, p.thread, p.below, i.parent, p.kind
		FROM chosen JOIN post p ON p.item = chosen.item JOIN item i ON i.id = p.item`,
		c.post.ID, thread, at, c.post.ID, below, later, thread, c.action)
	return err
}

// going are the posts of a cut in SQL.
const going = "(SELECT m.post FROM moved_post m WHERE m.action = ?)"

// split moves the posts of a cut into a thread that begins with the one picked.
func (f *Forum) split(ctx context.Context, tx *db.Tx, by account.User, c cut) error {
	if err := c.plant(ctx, tx); err != nil {
		return err
	}
	if err := c.carry(ctx, tx); err != nil {
		return err
	}
	for _, p := range []Post{{Thread: c.from.id}, {ID: c.post.ID, Thread: c.post.ID}} {
		if err := f.recount(ctx, tx, p); err != nil {
			return err
		}
	}
	if err := c.readers(ctx, tx); err != nil {
		return err
	}
	return f.converted(ctx, tx, by, c.post.ID, item.Web)
}

// plant makes the thread. The post may have been one before, which was merged.
func (c cut) plant(ctx context.Context, tx *db.Tx) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO thread (item, board, kind, tags, lang, created, score, last_at, last_by, last_post, last_via)
			SELECT p.item, CAST(? AS BIGINT), CAST(? AS TEXT), CAST(? AS TEXT), CAST(? AS TEXT), p.created, p.score, p.created, i.author, p.item, i.via
			FROM post p JOIN item i ON i.id = p.item WHERE p.item = ?
			ON CONFLICT (item) DO UPDATE SET board = excluded.board, kind = excluded.kind, tags = excluded.tags, lang = excluded.lang, score = excluded.score,
				state = 'open', merged = NULL, accepted = NULL, pinned = 0, locked = 0`,
			[]any{c.from.board.ID, string(c.kind), c.from.tags, c.lang, c.post.ID}},
		{`INSERT INTO split (thread, origin, action, at) VALUES (?, ?, ?, ?)
			ON CONFLICT (thread) DO UPDATE SET origin = excluded.origin, action = excluded.action, at = excluded.at`,
			[]any{c.post.ID, c.from.id, c.action, c.post.Created.UnixMilli()}},
		{"UPDATE thread SET merged = ? WHERE merged = ? AND item <> ? AND item IN " + going, []any{c.post.ID, c.from.id, c.post.ID, c.action}},
		{"UPDATE thread SET accepted = NULL, state = CASE state WHEN 'solved' THEN 'answered' ELSE state END WHERE item = ? AND accepted IN " + going,
			[]any{c.from.id, c.action}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// carry takes the posts over. What answered a post that stays speaks to the first post
// of the new thread.
func (c cut) carry(ctx context.Context, tx *db.Tx) error {
	further := Reply
	if c.kind == Question {
		further = Answer
	}
	for _, step := range []struct {
		query string
		args  []any
	}{
		{"UPDATE item SET parent = ? WHERE id IN " + going + " AND parent NOT IN " + going, []any{c.post.ID, c.action, c.action}},
		{"UPDATE item SET root = ? WHERE id IN " + going, []any{c.post.ID, c.action}},
		{`UPDATE item SET kind = 'thread', parent = NULL, about = (SELECT o.about FROM item o WHERE o.id = ?),
			lang = CASE lang WHEN '' THEN CAST(? AS TEXT) ELSE lang END WHERE id = ?`, []any{c.from.id, c.lang, c.post.ID}},
		{`UPDATE post SET thread = ?, kind = CASE kind WHEN 'comment' THEN 'comment' ELSE CAST(? AS TEXT) END,
			below = CASE WHEN below IS NULL OR below IN ` + going + " THEN below ELSE ? END WHERE item IN " + going,
			[]any{c.post.ID, string(further), c.action, c.post.ID, c.action}},
		{"UPDATE post SET kind = ?, below = NULL WHERE item = ?", []any{string(c.kind.first()), c.post.ID}},
		{takeLinks, []any{c.post.ID, c.post.ID}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}

// readers has those who watched the old thread watch the new one as well, and who has
// read it have read that.
func (c cut) readers(ctx context.Context, tx *db.Tx) error {
	for _, step := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO subscription (target, target_id, account, level, channel, created)
			SELECT target, CAST(? AS BIGINT), account, level, channel, created FROM subscription WHERE target = 'thread' AND target_id = ?
			ON CONFLICT DO NOTHING`, []any{c.post.ID, c.from.id}},
		{`INSERT INTO reading (account, thread, seen, posts, at)
			SELECT rd.account, CAST(? AS BIGINT), rd.seen, (SELECT count(*) FROM post p WHERE p.thread = ? AND p.created <= rd.seen), rd.at
			FROM reading rd WHERE rd.thread = ? AND rd.seen >= ?
			ON CONFLICT (account, thread) DO UPDATE SET seen = excluded.seen, posts = excluded.posts, at = excluded.at`,
			[]any{c.post.ID, c.post.ID, c.from.id, c.post.Created.UnixMilli()}},
		{`UPDATE reading SET posts = (SELECT count(*) FROM post p WHERE p.thread = reading.thread AND p.created <= reading.seen) WHERE thread = ?`,
			[]any{c.from.id}},
	} {
		if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return nil
}
