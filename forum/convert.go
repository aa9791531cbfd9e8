package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// ToAnswer makes an answer of a comment. It stays the same post at the same address.
func (f *Forum) ToAnswer(ctx context.Context, by account.User, comment int64, via item.Via) error {
	return f.convert(ctx, by, comment, via, func(tx *db.Tx, p Post, t place) error {
		switch {
		case p.Kind != Comment:
			return fault.Bad("to", "This is not a comment.")
		case t.kind != Question:
			return fault.Bad("to", "Only a question has answers.")
		}
		if err := t.state.answerable(); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE post SET kind = 'answer', below = NULL WHERE item = ?", p.ID); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE item SET parent = ? WHERE id = ?", t.id, p.ID)
		return err
	})
}

// ToComment makes a comment of an answer, below the question (under 0) or another answer
// to it. What was said about it stands beside it from then on. Its fault is on "under".
func (f *Forum) ToComment(ctx context.Context, by account.User, answer, under int64, via item.Via) error {
	return f.convert(ctx, by, answer, via, func(tx *db.Tx, p Post, t place) error {
		if under == 0 {
			under = t.id
		}
		if err := p.fitsBelow(ctx, tx, under); err != nil {
			return err
		}
		for _, step := range []struct {
			query string
			args  []any
		}{
			{"UPDATE thread SET accepted = NULL, state = CASE state WHEN 'solved' THEN 'answered' ELSE state END WHERE item = ? AND accepted = ?", []any{t.id, p.ID}},
			{"UPDATE item SET parent = ? WHERE id = ? OR id IN (SELECT item FROM post WHERE below = ?)", []any{under, p.ID, p.ID}},
			{"UPDATE post SET below = ? WHERE below = ?", []any{under, p.ID}},
			{"UPDATE post SET kind = 'comment', below = ?, wiki = 0 WHERE item = ?", []any{under, p.ID}},
		} {
			if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		return nil
	})
}

// fitsBelow fails where an answer cannot be a comment below another post.
func (p *Post) fitsBelow(ctx context.Context, tx *db.Tx, under int64) error {
	switch {
	case p.Kind != Answer:
		return fault.Bad("to", "This is not an answer.")
	case len(p.Source) > maxComment:
		return fault.Bad("to", "It is too long for a comment: %d KB at most.", maxComment>>10)
	}
	n, err := db.Value[int](ctx, tx, `
		SELECT count(*) FROM post u JOIN item i ON i.id = u.item
		WHERE u.item = ? AND u.thread = ? AND u.item <> ? AND u.kind <> 'comment' AND i.status = 'live'`, under, p.Thread, p.ID)
	if err == nil && n == 0 {
		err = fault.Bad("under", "There is no such post in this thread to stand below.")
	}
	return err
}

// convert changes what a post is, with the counters of its thread, and tells its author.
func (f *Forum) convert(ctx context.Context, by account.User, post int64, via item.Via, change func(tx *db.Tx, p Post, t place) error) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, post)
		if err != nil {
			return err
		}
		if err := p.owned(by); err != nil {
			return err
		}
		t, err := f.place(ctx, tx, by, p.Thread)
		if err != nil {
			return err
		}
		if err := change(tx, p, t); err != nil {
			return err
		}
		if err := f.recount(ctx, tx, p); err != nil {
			return err
		}
		return f.converted(ctx, tx, by, p.ID, via)
	})
}

func (f *Forum) converted(ctx context.Context, tx *db.Tx, by account.User, post int64, via item.Via) error {
	event, err := f.items.Happened(ctx, tx, by, item.Turned, post, 0, via)
	if err != nil {
		return err
	}
	return f.items.Tell(ctx, tx, event, "converted")
}

// Conversion is a new question or answer that is made of what somebody has posted.
type Conversion struct {
	Post  int64  // what it is made of
	Title string // of a new question
	Tags  string // of a new question
	To    int64  // of a new answer: the question it answers
	Via   item.Via
}

// ToQuestion makes a question of an answer, a comment or a reply. It is a new thread by
// the same author in the same board; the post stays, with what was said about it, and
// each points at the other. Its faults are on "title" and "tags".
func (f *Forum) ToQuestion(ctx context.Context, by account.User, c Conversion) (Ref, error) {
	p, t, err := f.convertible(ctx, by, c.Post)
	if err != nil {
		return Ref{}, err
	}
	if p.First() {
		return Ref{}, errOwnThread
	}
	title, titleErr := cleanTitle(c.Title)
	tags, tagErr := item.ReadTags(c.Tags)
	if err := check(titleErr, tagErr); err != nil {
		return Ref{}, err
	}
	made := item.New{
		Kind: item.Thread, Space: t.board.ID, Author: p.Author, Slug: markdown.Slug(title), Status: item.Live, Via: c.Via, At: f.now(), About: t.about, Tags: tags,
		Text: item.Render(title, p.Format, p.Source, true, f.items.PageExists(ctx)),
	}
	return f.make(ctx, by, p, c.Via, func(tx *db.Tx) (Ref, error) {
		return f.start(ctx, tx, made, NewThread{Kind: Question})
	})
}

// ToAnswerOf makes an answer to another question of a question. The question stays, with
// what was said in it, and points to the other one as a duplicate does. Its fault is on
// "to".
func (f *Forum) ToAnswerOf(ctx context.Context, by account.User, c Conversion) (Ref, error) {
	p, t, err := f.convertible(ctx, by, c.Post)
	if err != nil {
		return Ref{}, err
	}
	if p.Kind != Question {
		return Ref{}, fault.Bad("to", "This is not a question.")
	}
	if err := t.mayTurn(by, duplicates); err != nil {
		return Ref{}, err
	}
	made := item.New{Kind: item.Post, Author: p.Author, Status: item.Live, Via: c.Via, At: f.now(),
		Text: item.Render("", p.Format, p.Source, true, f.items.PageExists(ctx))}
	return f.make(ctx, by, p, c.Via, func(tx *db.Tx) (Ref, error) {
		o, err := f.originalFor(ctx, tx, by, t, c.To)
		if err != nil {
			return Ref{}, asked(err)
		}
		ref, err := f.reply(ctx, tx, made, NewPost{Thread: o.id, Kind: Answer, Via: c.Via})
		if err != nil {
			return ref, err
		}
		if err := f.turn(ctx, tx, t, duplicates, t.partOf(by), made.At.UnixMilli()); err != nil {
			return ref, err
		}
		_, err = tx.Exec(ctx, "UPDATE question SET original = ? WHERE item = ?", o.id, t.id)
		return ref, err
	})
}

// asked moves the fault of an original to the field that it was typed in here.
func asked(err error) error {
	for _, e := range fault.All(err) {
		if e.Field == "original" {
			e.Field = "to"
		}
	}
	return err
}

// convertible returns a post that by may make something of, and its thread.
func (f *Forum) convertible(ctx context.Context, by account.User, post int64) (Post, place, error) {
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return p, place{}, err
	}
	if err := p.owned(by); err != nil {
		return p, place{}, err
	}
	if p.Became != 0 {
		return p, place{}, fault.Clash("Something was made of this post already.")
	}
	t, err := f.place(ctx, f.db, by, p.Thread)
	if err != nil {
		return p, t, err
	}
	return p, t, t.writable(by, item.Web)
}

// make writes what is made of a post and has the two point at each other.
func (f *Forum) make(ctx context.Context, by account.User, p Post, via item.Via, write func(tx *db.Tx) (Ref, error)) (ref Ref, err error) {
	if err := f.limited(by, via); err != nil {
		return Ref{}, err
	}
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		if ref, err = write(tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "INSERT INTO conversion (item, source, by, at) VALUES (?, ?, ?, ?) ON CONFLICT (source) DO NOTHING",
			ref.Post, p.ID, by.ID, f.now().UnixMilli())
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Clash("Something was made of this post already.")
		}
		return f.converted(ctx, tx, by, p.ID, via)
	})
	return ref, err
}

// MayConvert fails where nothing of a post's kind or text is by's to make something else of.
func (p *Post) MayConvert(by account.User) error {
	if p.First() && p.Kind != Question {
		return errOwnThread
	}
	return p.owned(by)
}
