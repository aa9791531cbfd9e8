package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// Post is one contribution in a thread as a reader sees it.
type Post struct {
	ID, Thread int64
	Parent     int64
	Kind       Kind
	Title      string // of a thread's first post
	Author     account.User
	Via        item.Via
	Status     item.Status
	Created    time.Time
	Edited     time.Time // zero: never
	Revision   int64     // the newest
	Edits      int       // how many revisions came after the first
	Format     item.Format
	Source     string // only where it was asked for
	HTML       string // empty where the reader may not see the text
	Score      int
	Down       int // votes against it; why is in Objections
	MyVote     int
	Wiki       bool         // it is everybody's to improve: see MakeWiki
	Active     time.Time    // when it was written, edited or last commented on; a page knows it in that order alone
	MadeOf     int64        // the post that it was made of; 0: none
	Became     int64        // what was made of it; 0: nothing
	Suggested  int          // edits that wait for an answer
	Kept       bool         // the reader has bookmarked it; asked for on a thread's page only
	Guessed    bool         // by mail, and put into its thread because of its subject alone: see MayLeave
	MessageID  string       // of the mail it came by; empty: ours, see mail.MessageID
	Removal    item.Removal // of a deleted post
	Comments   []*Post
	InQuestion bool // its thread is a question; for a post that was found, or on a thread's page

	locked  bool
	board   *Board // its rights
	trusted bool   // the reader may improve what is everybody's
	replies int
}

// First reports whether p is the post its thread began with.
func (p *Post) First() bool { return p.ID == p.Thread }

// Gone reports whether p was taken out of sight.
func (p *Post) Gone() bool { return p.Status == item.Deleted }

// postColumns needs item i, post p, account a, revision r, and the viewer's vote v.
const postColumns = `i.id, p.thread, coalesce(i.parent, 0), p.kind, i.title, a.id, a.name, a.display, a.status, i.via, i.status,
	i.created, i.edited, r.id, r.seq - 1, r.format, r.html, p.score, p.down, coalesce(v.value, 0), p.wiki, p.active,
	coalesce((SELECT c.source FROM conversion c WHERE c.item = p.item), 0), coalesce((SELECT c.item FROM conversion c WHERE c.source = p.item), 0),
	(SELECT count(*) FROM suggestion s WHERE s.item = p.item AND s.state = 'open'), ` + guessed

// scannedPost is a row of postColumns as it is read. A query has one for all its rows: a
// list of thirty places for each of them would be dearer than the post.
type scannedPost struct {
	Post
	created, edited, active, wiki int64
}

func (s *scannedPost) places(more ...any) []any {
	return append([]any{&s.ID, &s.Thread, &s.Parent, &s.Kind, &s.Title, &s.Author.ID, &s.Author.Name, &s.Author.Display, &s.Author.Status,
		&s.Via, &s.Status, &s.created, &s.edited, &s.Revision, &s.Edits, &s.Format, &s.HTML, &s.Score, &s.Down, &s.MyVote,
		&s.wiki, &s.active, &s.MadeOf, &s.Became, &s.Suggested, &s.Guessed}, more...)
}

// post is the post of the row that was read last.
func (s *scannedPost) post() Post {
	p := s.Post
	p.Created, p.Active, p.Wiki = time.UnixMilli(s.created).UTC(), time.UnixMilli(s.active).UTC(), s.wiki != 0
	if s.edited != 0 {
		p.Edited = time.UnixMilli(s.edited).UTC()
	}
	return p
}

// Find returns one post with its source, if by may see it.
func (f *Forum) Find(ctx context.Context, by account.User, id int64) (Post, error) {
	return f.find(ctx, f.db, by, id)
}

func (f *Forum) find(ctx context.Context, r db.Reader, by account.User, id int64) (Post, error) {
	var readable place
	p, err := db.One(ctx, r, func(r db.Row) (Post, error) {
		var w scannedPost
		var locked, archived, veiled int64
		var rest rest
		var thread Kind
		err := r.Scan(w.places(&w.Source, &w.MessageID, &thread, &locked, &w.replies, &rest.last, &rest.thread, &rest.board, &readable.board.MayRead, &readable.board.MayModerate, &archived, &readable.status, &readable.author, &veiled)...)
		p := w.post()
		readable.veiled, p.InQuestion = veiled != 0, thread == Question
		p.locked, p.board = locked != 0 || archived != 0 || rest.over(f.now()), &readable.board
		return p, err
	}, `SELECT `+postColumns+`, r.source, `+messageID+`, t.kind, t.locked, t.posts - 1, `+restColumns+`, sp.may_read, sp.may_moderate, sp.archived, root.status, root.author, t.veiled
		FROM post p JOIN item i ON i.id = p.item JOIN account a ON a.id = i.author JOIN revision r ON r.id = i.head_rev
		JOIN thread t ON t.item = p.thread JOIN item root ON root.id = p.thread JOIN space sp ON sp.id = t.board
		LEFT JOIN vote v ON v.item = i.id AND v.account = ?
		WHERE p.item = ?`, by.ID, id)
	if fault.Is(err, fault.Missing) {
		return p, fault.Gone("There is no such post, or it is not for everyone.")
	}
	if err != nil {
		return p, err
	}
	if readable.readable(by) != nil || p.hidden(by) {
		return Post{}, fault.Gone("There is no such post, or it is not for everyone.")
	}
	if p.Wiki {
		p.trusted, err = trusted(ctx, r, by)
	}
	return p, err
}

// keptBy reports whether by keeps order where the post stands.
func (p *Post) keptBy(by account.User) bool { return p.board.Moderates(by) }

// messageID is the Message-ID of the mail that brought item i, empty for none.
const messageID = `coalesce((SELECT m.message_id FROM message m WHERE m.item = i.id AND m.fate = 'posted' ORDER BY m.id LIMIT 1), '')`

// hidden reports whether the text of p is kept from by.
func (p *Post) hidden(by account.User) bool {
	return p.Status != item.Live && !p.board.Moderates(by) && (p.Author.ID != by.ID || !by.Signed())
}

// Revisions returns the newest revisions of a post, if by may see it.
func (f *Forum) Revisions(ctx context.Context, by account.User, post int64) (Post, []item.Revision, error) {
	p, err := f.Find(ctx, by, post)
	if err != nil {
		return p, nil, err
	}
	all, err := f.items.Revisions(ctx, post, 0, 100)
	return p, all, err
}

// ByMessageID returns the post that came by the mail with this Message-ID.
func (f *Forum) ByMessageID(ctx context.Context, by account.User, mid string) (Post, error) {
	id, err := db.Value[int64](ctx, f.db, "SELECT item FROM message WHERE message_id = ? AND item IS NOT NULL ORDER BY id LIMIT 1", mid)
	if err != nil {
		return Post{}, err
	}
	return f.Find(ctx, by, id)
}
