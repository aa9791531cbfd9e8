package forum

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// NewThread is a thread that somebody wants to start.
type NewThread struct {
	Board  string // slug; of a thread about something empty: see BoardAbout
	Kind   Kind   // Question, Discussion, Announcement or Voting
	Title  string
	Body   string
	Tags   string // as typed
	Lang   string
	Format item.Format // empty: Markdown
	Via    item.Via
	At     time.Time // of an import or a mail; zero: now
	Poll   NewPoll   // of the kind Voting
	About  int64     // the page or article it talks about; 0: none
	Once   item.Once
	Files  []string       // ids of uploads that are named below the text
	Sent   item.SentDraft // the draft that it was
	With   With

	only    bool         // nothing else may be said about About: see Comment
	subject item.Subject // About
}

// Start begins a thread. Its faults are on "board", "kind", "title", "body" and
// "tags"; several come as a fault.List.
func (f *Forum) Start(ctx context.Context, by account.User, n NewThread) (Ref, error) {
	board, err := f.boardFor(ctx, by, &n)
	if err != nil {
		return Ref{}, err
	}
	options, pollErr := f.checkPoll(n)
	made, err := f.prepareThread(ctx, by, n, board)
	if err := check(err, pollErr); err != nil {
		return Ref{}, err
	}
	if err := f.limited(by, n.Via); err != nil {
		return Ref{}, err
	}
	var ref Ref
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		if ref, err = f.start(ctx, tx, made, n); err != nil {
			return err
		}
		return f.startPoll(ctx, tx, ref.Thread, n, options)
	})
	return ref, err
}

// boardFor returns the board that by may start the thread in. An importer works
// for the operator, so it is not asked.
func (f *Forum) boardFor(ctx context.Context, by account.User, n *NewThread) (board Board, err error) {
	if n.About != 0 {
		n.subject, board, err = f.subjectOf(ctx, by, *n)
		return board, err
	}
	board, err = f.items.Space(ctx, "board", n.Board)
	if fault.Is(err, fault.Missing) || err == nil && n.Via != item.Import && board.Readable(by) != nil {
		return board, fault.Bad("board", "Choose a board.")
	}
	if err != nil || n.Via == item.Import {
		return board, err
	}
	return board, board.Postable(by)
}

// prepareThread checks what was sent and renders it, outside the transaction.
func (f *Forum) prepareThread(ctx context.Context, by account.User, n NewThread, board Board) (item.New, error) {
	title, titleErr := cleanTitle(n.Title)
	body, bodyErr := cleanBody(n.Body, n.Format, n.Kind)
	tags, tagErr := item.ReadTags(n.Tags)
	if bodyErr == nil && n.Kind == Question && n.Via != item.Import {
		bodyErr = f.checkFilled(ctx, board.ID, body)
	}
	if err := check(checkKind(by, n, board), titleErr, bodyErr, tagErr); err != nil {
		return item.New{}, err
	}
	if n.Lang == "" {
		n.Lang = tongue(title + "\n" + body)
	}
	return item.New{
		Kind: item.Thread, Space: board.ID, Author: by, Lang: n.Lang, Slug: markdown.Slug(title), Status: item.Live, Via: n.Via,
		At: f.when(n.Via, n.At), About: n.About, Once: n.Once, Files: n.Files, Sent: n.Sent, Tags: tags, Text: item.Render(title, format(n.Format), body, true, f.items.PageExists(ctx)),
	}, nil
}

func checkKind(by account.User, n NewThread, b Board) error {
	switch n.Kind {
	case Question, Discussion, Voting:
		return nil
	case Announcement:
		if n.Via == item.Import || b.Moderates(by) {
			return nil
		}
		return fault.Bad("kind", "Only the moderators of “%s” announce something there.", b.Title)
	}
	return fault.Bad("kind", "Choose what it is: a question, a discussion, or something else that is offered here.")
}

func format(f item.Format) item.Format {
	if f == "" {
		return item.Markdown
	}
	return f
}

func (f *Forum) start(ctx context.Context, tx *db.Tx, made item.New, n NewThread) (Ref, error) {
	saved, err := f.items.Create(ctx, tx, made)
	if err != nil {
		return Ref{}, err
	}
	ref := Ref{Thread: saved.Item, Post: saved.Item, Board: made.Space, Slug: made.Slug, Event: saved.Event, Revision: saved.Revision}
	at := made.At.UnixMilli()
	_, err = tx.Exec(ctx, `
		INSERT INTO thread (item, board, kind, tags, lang, created, last_at, last_by, last_post, last_via)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		ref.Thread, made.Space, n.Kind, strings.Join(saved.Tags, " "), made.Lang, at, at, made.Author.ID, ref.Thread, made.Via)
	if err != nil {
		return ref, err
	}
	if err := (postRow{id: ref.Thread, thread: ref.Thread, kind: n.Kind.first(), at: at}).insert(ctx, tx); err != nil {
		return ref, err
	}
	if err := retag(ctx, tx, ref.Thread); err != nil {
		return ref, err
	}
	if err := touch(ctx, tx, made.Space, 1, at); err != nil {
		return ref, err
	}
	if err := f.join(ctx, tx, made.Author, ref.Thread, made.Via); err != nil {
		return ref, err
	}
	if err := f.settleSubject(ctx, tx, n, made, ref.Thread); err != nil {
		return ref, err
	}
	return ref, n.With.run(ctx, tx, ref)
}

// postRow is a post as its table holds it.
type postRow struct {
	id, thread int64
	below      int64 // the post that a comment stands below; 0: no comment
	kind       Kind
	at         int64
}

func (p postRow) insert(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, "INSERT INTO post (item, thread, below, kind, created, active) VALUES (?, ?, nullif(?, 0), ?, ?, ?)",
		p.id, p.thread, p.below, p.kind, p.at, p.at)
	return err
}

// join has an author hear of what follows, unless it is history.
func (f *Forum) join(ctx context.Context, tx *db.Tx, by account.User, thread int64, via item.Via) error {
	if via == item.Import {
		return nil
	}
	return f.items.Join(ctx, tx, by.ID, thread)
}
