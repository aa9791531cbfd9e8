package forum

import (
	"context"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

const (
	maxBookmarks     = 2000 // of one person
	bookmarksPerPage = 50
	furthest         = 5 * 365 * 24 * time.Hour // for a reminder
)

// Bookmark is something that somebody wants to find again: a post, a page of the wiki or an
// article. A thread is its first post.
type Bookmark struct {
	Item    int64
	Note    string
	Due     time.Time // when to be reminded; zero: not
	Created time.Time // zero: it is not kept

	Kind        item.Kind
	As          Kind   // what a post is
	Thread      int64  // of a post
	Title, Slug string // of the thread, page or article
	Board       Board  // slug and title, of a post
	Author      account.User
	Score       int  // of a post
	Answers     int  // of the thread
	Solved      bool // an answer in the thread is accepted
}

// Keep makes or changes by's bookmark of something that by may read. Its faults are on "note" and "due".
func (f *Forum) Keep(ctx context.Context, by account.User, b Bookmark) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to keep bookmarks.")
	}
	now := f.now()
	b.Note = item.Line(b.Note)
	var noteErr, dueErr error
	if utf8.RuneCountInString(b.Note) > maxNote {
		noteErr = fault.Bad("note", "The note may have %d characters at most.", maxNote)
	}
	if !b.Due.IsZero() && (b.Due.Before(now) || b.Due.After(now.Add(furthest))) {
		dueErr = fault.Bad("due", "Choose a time that is still to come, within five years.")
	}
	if err := check(noteErr, dueErr); err != nil {
		return err
	}
	p, err := f.Kept(ctx, by, b.Item)
	if err != nil {
		return err
	}
	due := int64(0)
	if !b.Due.IsZero() {
		due = b.Due.UnixMilli()
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM bookmark WHERE account = ? AND item <> ?", by.ID, p.Item)
		if err != nil {
			return err
		}
		if n >= maxBookmarks {
			return fault.Limit("You have %d bookmarks, and that is as many as fit. Take some away first.", maxBookmarks)
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO bookmark (account, item, note, due, created) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (account, item) DO UPDATE SET note = excluded.note, due = excluded.due`, by.ID, p.Item, b.Note, due, now.UnixMilli())
		return err
	})
}

// Unkeep takes by's bookmark of an item away, if there is one.
func (f *Forum) Unkeep(ctx context.Context, by account.User, id int64) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to keep bookmarks.")
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM bookmark WHERE account = ? AND item = ?", by.ID, id)
		return err
	})
}

const (
	bookmarkColumns = `i.id, coalesce(b.note, ''), coalesce(b.due, 0), coalesce(b.created, 0), i.kind, coalesce(p.kind, ''), coalesce(p.thread, 0), root.title, root.slug,
	CASE sp.kind WHEN 'board' THEN sp.slug ELSE '' END, CASE sp.kind WHEN 'board' THEN sp.title ELSE '' END, a.id, a.name, a.display,
	coalesce(p.score, 0), coalesce(t.answers, 0), t.accepted IS NOT NULL`
	bookmarkJoins = `JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author
	LEFT JOIN post p ON p.item = i.id LEFT JOIN thread t ON t.item = p.thread`

	// bookmarkShown is who may see what is kept; its parameters are those of account.Admits.
	bookmarkShown = `i.kind IN ('thread', 'post', 'page', 'article') AND i.status = 'live' AND root.status = 'live' AND ` + account.Admits
)

func scanBookmark(r db.Row) (b Bookmark, err error) {
	var due, created int64
	err = r.Scan(&b.Item, &b.Note, &due, &created, &b.Kind, &b.As, &b.Thread, &b.Title, &b.Slug, &b.Board.Slug, &b.Board.Title, &b.Author.ID, &b.Author.Name, &b.Author.Display,
		&b.Score, &b.Answers, &b.Solved)
	if created != 0 {
		b.Created = time.UnixMilli(created).UTC()
	}
	if due != 0 {
		b.Due = time.UnixMilli(due).UTC()
	}
	return b, err
}

// Bookmarks returns a page of by's bookmarks of what by may still read, the newest
// first, and the cursor of the next page.
func (f *Forum) Bookmarks(ctx context.Context, by account.User, from string) ([]Bookmark, string, error) {
	if !by.Signed() {
		return nil, "", fault.SignIn("Sign in to keep bookmarks.")
	}
	after, err := readCursor(from)
	if err != nil {
		return nil, "", err
	}
	if after == (cursor{}) {
		after = firstCursor(Newest)
	}
	all, err := db.All(ctx, f.db, scanBookmark, `SELECT `+bookmarkColumns+` FROM bookmark b JOIN item i ON i.id = b.item `+bookmarkJoins+`
		WHERE b.account = ? AND (b.created, b.item) < (?, ?) AND `+bookmarkShown+`
		ORDER BY b.created DESC, b.item DESC LIMIT ?`,
		by.ID, after.key, after.id, by.Clearance(), by.Joined(), bookmarksPerPage+1)
	if err != nil || len(all) <= bookmarksPerPage {
		return all, "", err
	}
	last := all[bookmarksPerPage-1]
	return all[:bookmarksPerPage], cursor{last.Created.UnixMilli(), last.Item}.String(), nil
}

// Kept returns what a bookmark of an item would be, with by's note where there is one; one
// that was never made has no time. The fault is Missing for what by may not read.
func (f *Forum) Kept(ctx context.Context, by account.User, id int64) (Bookmark, error) {
	b, err := db.One(ctx, f.db, scanBookmark, `SELECT `+bookmarkColumns+` FROM item i `+bookmarkJoins+`
		LEFT JOIN bookmark b ON b.item = i.id AND b.account = ?
		WHERE i.id = ? AND `+bookmarkShown, by.ID, id, by.Clearance(), by.Joined())
	if fault.Is(err, fault.Missing) {
		return b, fault.Gone("What you look for is not here, or it is not for everyone.")
	}
	return b, err
}

// Remind tells people what they wanted to be reminded of. It is called now and then, and
// does some of them at a time.
func (f *Forum) Remind(ctx context.Context) error {
	now := f.now().UnixMilli()
	due, err := db.All(ctx, f.db, scanMark, "SELECT account, item, note FROM bookmark WHERE due > 0 AND due <= ? ORDER BY due LIMIT 200", now)
	if err != nil || len(due) == 0 {
		return err
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		for _, m := range due {
			if err := f.remind(ctx, tx, m, now); err != nil {
				return err
			}
		}
		return nil
	})
}

type mark struct {
	account, post int64
	note          string
}

func scanMark(r db.Row) (m mark, err error) {
	err = r.Scan(&m.account, &m.post, &m.note)
	return m, err
}

// remind asks again whether it is due: the bookmark may have been changed meanwhile. What
// is out of the person's sight by now is left out by the page of notifications and by
// the mail.
func (f *Forum) remind(ctx context.Context, tx *db.Tx, m mark, now int64) error {
	n, err := tx.Exec(ctx, "UPDATE bookmark SET due = 0 WHERE account = ? AND item = ? AND due > 0 AND due <= ?", m.account, m.post, now)
	if err != nil || n == 0 {
		return err
	}
	event, err := f.items.Happened(ctx, tx, account.User{ID: m.account}, item.Reminded, m.post, 0, item.CLI)
	if err != nil {
		return err
	}
	if err := f.items.TellOne(ctx, tx, event, m.account, "reminder"); err != nil {
		return err
	}
	return f.items.Jobs.Add(ctx, tx, LetterJob, Letter{To: m.account, Kind: LetterReminder, Post: m.post, Said: m.note}, f.now())
}
