package forum

import (
	"context"
	"errors"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Threads about pages and articles stand in boards of their own, so that all that boards
// have is there for them: rights, moderators, a list, digests. The boards come into being
// with the first thread in them, and are the administrator's to change like any other.
const (
	talkBoard    = "wiki-talk"
	commentBoard = "blog-comments"
)

// BoardAbout returns the board where a thread about a subject stands. It has no number
// while nobody has begun one.
func (f *Forum) BoardAbout(ctx context.Context, o item.Subject) (Board, error) {
	want := boardAbout(o)
	found, err := f.items.Space(ctx, "board", want.Slug)
	if fault.Is(err, fault.Missing) {
		return want, nil
	}
	return found, err
}

func boardAbout(o item.Subject) Board {
	b := Board{Kind: "board", Slug: commentBoard, Title: "Comments", MayRead: o.Space.MayRead, MayPost: account.Members, MayModerate: o.Space.MayModerate,
		Description: "What is said about the articles of members."}
	if o.Kind == item.Page {
		b.Slug, b.Title, b.Description = talkBoard, "Wiki talk", "What is said about the pages of the wiki."
	}
	b.MayPost = max(b.MayPost, b.MayRead)
	return b
}

// subjectOf returns what a new thread is about, and the board it stands in.
func (f *Forum) subjectOf(ctx context.Context, by account.User, n NewThread) (item.Subject, Board, error) {
	o, err := f.items.Subject(ctx, operator(by, n.Via), n.About)
	if err != nil {
		return o, Board{}, err
	}
	board, err := f.BoardAbout(ctx, o)
	if err != nil {
		return o, board, err
	}
	if err := board.Postable(operator(by, n.Via)); err != nil {
		return o, board, err
	}
	if board.ID == 0 {
		if board, err = f.items.EnsureSpace(ctx, board); err != nil {
			return o, board, err
		}
	}
	if !o.Fits(board) {
		return o, board, fault.Forbid("“%s” can be read by people who cannot read what this would be about. Ask an administrator.", board.Title)
	}
	return o, board, nil
}

// errTalked says that somebody else has begun the one thread about an article.
var errTalked = errors.New("there is a thread about it already")

// settleSubject does what a new thread about something needs: it is in sight as far as
// that is, and who wrote an article hears of what is said about it.
func (f *Forum) settleSubject(ctx context.Context, tx *db.Tx, n NewThread, made item.New, thread int64) error {
	if made.About == 0 {
		return nil
	}
	if n.only {
		others, err := db.Value[int](ctx, tx, "SELECT count(*) FROM item i JOIN thread t ON t.item = i.id WHERE i.about = ? AND t.item <> ? AND t.state <> 'deleted'", made.About, thread)
		if err != nil {
			return err
		}
		if others > 0 {
			return errTalked
		}
	}
	if n.subject.Kind == item.Article && made.Via != item.Import {
		if err := f.items.Join(ctx, tx, n.subject.Author.ID, thread); err != nil {
			return err
		}
	}
	return f.items.Veil(ctx, tx, made.About)
}

// Comment says something about an article: in the one thread about it, which the first
// comment begins. The title of n does not count. Faults are those of Start and Reply.
func (f *Forum) Comment(ctx context.Context, by account.User, n NewThread) (Ref, error) {
	for range 2 {
		thread, err := f.ThreadAbout(ctx, by, n.About)
		if err != nil {
			return Ref{}, err
		}
		if thread != 0 {
			return f.Reply(ctx, by, NewPost{Thread: thread, Body: n.Body, Lang: n.Lang, Format: n.Format, Via: n.Via, At: n.At, Once: n.Once, Files: n.Files, Sent: n.Sent, With: n.With})
		}
		o, err := f.items.Subject(ctx, by, n.About)
		if err != nil {
			return Ref{}, err
		}
		n.Title, n.Kind, n.Tags, n.only = o.Title, Discussion, "", true
		ref, err := f.Start(ctx, by, n)
		if !errors.Is(err, errTalked) {
			return ref, err
		}
	}
	return Ref{}, fault.Clash("Somebody else commented at the same moment. Please send it again.")
}

// ThreadAbout returns the first thread about something that by may read; 0: there is none.
func (f *Forum) ThreadAbout(ctx context.Context, by account.User, subject int64) (int64, error) {
	id, err := db.Value[int64](ctx, f.db, `
		SELECT i.id FROM item i CROSS JOIN thread t JOIN space sp ON sp.id = t.board
		WHERE i.about = ? AND t.item = i.id AND t.state <> 'deleted' AND `+account.Admits+` ORDER BY i.id LIMIT 1`, subject, by.Clearance(), by.Joined())
	if fault.Is(err, fault.Missing) {
		return 0, nil
	}
	return id, err
}

// About returns a page of the threads about something, the last activity first, and the
// cursor of the next one.
func (f *Forum) About(ctx context.Context, by account.User, subject int64, from string) ([]Row, string, error) {
	after, err := readCursor(from)
	if err != nil {
		return nil, "", err
	}
	if after == (cursor{}) {
		after = firstCursor(Newest)
	}
	rows, err := db.All(ctx, f.db, rowScan(), aboutQuery(by), append(readArgs(by), subject, after.key, after.id, by.Clearance(), by.Joined(), threadsPerPage+1)...)
	f.marks.onto(by, rows)
	f.age(rows)
	if err != nil || len(rows) <= threadsPerPage {
		return rows, "", err
	}
	rows = rows[:threadsPerPage]
	last := rows[len(rows)-1]
	return rows, cursor{last.LastAt.UnixMilli(), last.ID}.String(), nil
}

func aboutQuery(by account.User) string {
	return "SELECT " + Filter{}.rowColumns(by) + " FROM item i CROSS JOIN thread t" + Filter{}.rowJoins(by) + `
		WHERE i.about = ? AND t.item = i.id AND t.state <> 'deleted' AND (t.last_at, t.item) < (?, ?) AND ` + account.Admits + `
		ORDER BY t.last_at DESC, t.item DESC LIMIT ?`
}

// subject adds to a thread what it is about.
func (f *Forum) subject(ctx context.Context, by account.User, t *Thread) error {
	if t.about == 0 {
		return nil
	}
	o, err := f.items.Subject(ctx, by, t.about)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	t.About = &o
	return err
}

// fits fails where a thread about something cannot stand in a board.
func (f *Forum) fits(ctx context.Context, by account.User, p place, to Board) error {
	if p.about == 0 {
		return nil
	}
	o, err := f.items.Subject(ctx, by, p.about)
	if err != nil {
		return err
	}
	if !o.Fits(to) {
		return fault.Bad("board", "People read “%s” who cannot read what this thread is about.", to.Title)
	}
	return nil
}
