package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// NewPost is what somebody adds to a thread.
type NewPost struct {
	Thread int64
	Parent int64 // the post it speaks to; 0: the first one
	Kind   Kind  // Answer, Reply or Comment; empty: what fits, see fit
	Body   string
	Lang   string
	Format item.Format // empty: Markdown
	Via    item.Via
	At     time.Time // of an import or a mail; zero: now
	Once   item.Once
	Files  []string       // ids of uploads that are named below the text
	Sent   item.SentDraft // the draft that it was
	With   With

	asksBack bool // see NeedInfo
}

// Reply adds a post to a thread: an answer or a comment to a question, a reply
// to a discussion. Its fault is on "body".
func (f *Forum) Reply(ctx context.Context, by account.User, n NewPost) (Ref, error) {
	if err := f.mayReply(ctx, by, n); err != nil {
		return Ref{}, err
	}
	body, err := cleanBody(n.Body, n.Format, n.Kind)
	if err != nil {
		return Ref{}, err
	}
	if err := f.limited(by, n.Via); err != nil {
		return Ref{}, err
	}
	made := item.New{
		Kind: item.Post, Author: by, Lang: n.Lang, Status: item.Live, Via: n.Via, At: f.when(n.Via, n.At), Once: n.Once, Files: n.Files, Sent: n.Sent,
		Text: item.Render("", format(n.Format), body, true, f.items.PageExists(ctx)),
	}
	var ref Ref
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		ref, err = f.reply(ctx, tx, made, n)
		return err
	})
	return ref, err
}

// mayReply refuses before the work of rendering begins. An importer is refused nothing
// that reply would not find out as well.
func (f *Forum) mayReply(ctx context.Context, by account.User, n NewPost) error {
	if n.Via == item.Import {
		return nil
	}
	p, err := f.placeFor(ctx, f.db, by, n)
	if err != nil {
		return err
	}
	if err := p.writable(by, n.Via); err != nil || !n.asksBack {
		return err
	}
	return p.mayTurn(by, asksBack)
}

// placeFor returns the thread to write in. An importer works for the operator
// and sees every thread.
func (f *Forum) placeFor(ctx context.Context, r db.Reader, by account.User, n NewPost) (place, error) {
	return f.place(ctx, r, operator(by, n.Via), n.Thread)
}

// reply writes the post. It asks for the thread again, because it may have been
// locked or merged since.
func (f *Forum) reply(ctx context.Context, tx *db.Tx, made item.New, n NewPost) (Ref, error) {
	p, err := f.placeFor(ctx, tx, made.Author, n)
	if err != nil {
		return Ref{}, err
	}
	if err := p.writable(made.Author, made.Via); err != nil {
		return Ref{}, err
	}
	if err := f.unhurried(ctx, tx, made.Author, p, made.Via); err != nil {
		return Ref{}, err
	}
	kind, parent, err := p.fit(ctx, tx, made.Author, n)
	if err != nil {
		return Ref{}, err
	}
	made.Space, made.Parent, made.Root = p.board.ID, parent, p.id
	saved, err := f.items.Create(ctx, tx, made)
	if err != nil {
		return Ref{}, err
	}
	ref := Ref{Thread: p.id, Post: saved.Item, Board: p.board.ID, Slug: p.slug, Event: saved.Event, Revision: saved.Revision}
	row := postRow{id: ref.Post, thread: p.id, kind: kind, at: made.At.UnixMilli()}
	if kind == Comment {
		row.below = parent
	}
	if err := row.insert(ctx, tx); err != nil {
		return ref, err
	}
	if kind == Comment {
		if err := stir(ctx, tx, parent, row.at); err != nil {
			return ref, err
		}
	}
	if err := f.grow(ctx, tx, p, ref, made, kind); err != nil {
		return ref, err
	}
	if err := f.speak(ctx, tx, p, kind, made, n); err != nil {
		return ref, err
	}
	if err := f.join(ctx, tx, made.Author, p.id, made.Via); err != nil {
		return ref, err
	}
	return ref, n.With.run(ctx, tx, ref)
}

// grow counts the new post in its thread. History that comes in late does not
// make a thread look active today.
func (f *Forum) grow(ctx context.Context, tx *db.Tx, p place, ref Ref, made item.New, kind Kind) error {
	answers, helped := 0, 0
	if kind == Answer {
		answers = 1
		if made.Author.ID != p.author {
			helped = 1
		}
	}
	at := made.At.UnixMilli()
	_, err := tx.Exec(ctx, `
		UPDATE thread SET posts = posts + 1, answers = answers + ?, helped = helped + ?,
			last_by = CASE WHEN last_at <= ? THEN ? ELSE last_by END,
			last_post = CASE WHEN last_at <= ? THEN ? ELSE last_post END,
			last_via = CASE WHEN last_at <= ? THEN ? ELSE last_via END,
			last_at = CASE WHEN last_at <= ? THEN ? ELSE last_at END
		WHERE item = ?`,
		answers, helped, at, made.Author.ID, at, ref.Post, at, made.Via, at, at, p.id)
	if err != nil {
		return err
	}
	if p.tags != "" {
		if err := retag(ctx, tx, p.id); err != nil {
			return err
		}
	}
	return touch(ctx, tx, p.board.ID, 0, at)
}

// fit decides what a post is and under which one it stands.
//
// In a question, what the asker sends to the question itself is a comment, and
// so is what anybody sends to an answer; anybody else answers, as long as there is
// something to answer. That is Launchpad's rule for mail, and a form says plainly
// what it wants.
func (p place) fit(ctx context.Context, tx *db.Tx, by account.User, n NewPost) (Kind, int64, error) {
	parent, err := p.parent(ctx, tx, n.Parent)
	if err != nil {
		return "", 0, err
	}
	if p.kind != Question {
		if n.Kind == Comment {
			return Comment, parent.under(), nil
		}
		return Reply, parent.id, nil
	}
	switch {
	case n.Kind == Comment, n.Kind == "" && (parent.kind != Question || !p.answeredBy(by)):
		return Comment, parent.under(), nil
	default:
		return Answer, p.id, nil
	}
}

// answeredBy reports whether a message of by that does not say what it is answers.
func (p place) answeredBy(by account.User) bool {
	who := p.partOf(by)
	next, _ := p.state.after(says, who)
	return !who.asker && next == Answered
}

// speak has the life of a question go on by what was written. What an importer brings is
// history: it is refused nothing.
func (f *Forum) speak(ctx context.Context, tx *db.Tx, p place, kind Kind, made item.New, n NewPost) error {
	if p.kind != Question {
		return nil
	}
	who, m := p.partOf(made.Author), comments
	switch {
	case n.asksBack:
		m = asksBack
	case kind == Answer:
		m = answers
	case n.Kind == "" && who.asker:
		m = says
	}
	err := f.turn(ctx, tx, p, m, who, made.At.UnixMilli())
	if made.Via == item.Import && fault.KindOf(err) != fault.Internal {
		return nil
	}
	return err
}

type parentPost struct {
	id, above int64
	kind      Kind
}

// under returns the post that a comment to this one stands below: there is one
// level of comments.
func (q parentPost) under() int64 {
	if q.kind == Comment {
		return q.above
	}
	return q.id
}

func (p place) parent(ctx context.Context, tx *db.Tx, id int64) (parentPost, error) {
	if id == 0 || id == p.id {
		return parentPost{id: p.id, kind: p.kind.first()}, nil
	}
	q, err := db.One(ctx, tx, func(r db.Row) (q parentPost, err error) {
		err = r.Scan(&q.id, &q.above, &q.kind)
		return q, err
	}, "SELECT p.item, coalesce(i.parent, p.thread), p.kind FROM post p JOIN item i ON i.id = p.item WHERE p.item = ? AND p.thread = ?", id, p.id)
	if fault.Is(err, fault.Missing) {
		return q, fault.Gone("The post you reply to is not in this thread any more.")
	}
	return q, err
}
