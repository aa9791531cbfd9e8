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

// Bookmark is a post that somebody wants to find again; a thread is its first post.
type Bookmark struct {
	Post    int64
	Note    string
	Due     time.Time // when to be reminded; zero: not
	Created time.Time

	Kind        Kind
	Thread      int64
	Title, Slug string // of the thread
	Board       Board  // slug and title
	Author      account.User
}

// Keep makes or changes by's bookmark of a post. Its faults are on "note" and "due".
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
	p, err := f.Find(ctx, by, b.Post)
	if err != nil {
		return err
	}
	due := int64(0)
	if !b.Due.IsZero() {
		due = b.Due.UnixMilli()
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM bookmark WHERE account = ? AND item <> ?", by.ID, p.ID)
		if err != nil {
			return err
		}
		if n >= maxBookmarks {
			return fault.Limit("You have %d bookmarks, and that is as many as fit. Take some away first.", maxBookmarks)
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO bookmark (account, item, note, due, created) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (account, item) DO UPDATE SET note = excluded.note, due = excluded.due`, by.ID, p.ID, b.Note, due, now.UnixMilli())
		return err
	})
}

// Unkeep takes by's bookmark of a post away, if there is one.
func (f *Forum) Unkeep(ctx context.Context, by account.User, post int64) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to keep bookmarks.")
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM bookmark WHERE account = ? AND item = ?", by.ID, post)
		return err
	})
}

const bookmarkColumns = `b.item, b.note, b.due, b.created, p.kind, p.thread, root.title, root.slug, sp.slug, sp.title, a.id, a.name, a.display
	FROM bookmark b JOIN item i ON i.id = b.item JOIN post p ON p.item = b.item JOIN item root ON root.id = p.thread
	JOIN space sp ON sp.id = i.space JOIN account a ON a.id = i.author`

func scanBookmark(r db.Row) (b Bookmark, err error) {
	var due, created int64
	err = r.Scan(&b.Post, &b.Note, &due, &created, &b.Kind, &b.Thread, &b.Title, &b.Slug, &b.Board.Slug, &b.Board.Title, &b.Author.ID, &b.Author.Name, &b.Author.Display)
	b.Created = time.UnixMilli(created).UTC()
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
	all, err := db.All(ctx, f.db, scanBookmark, `SELECT `+bookmarkColumns+`
		WHERE b.account = ? AND (b.created, b.item) < (?, ?) AND i.status = 'live' AND root.status = 'live' AND `+account.Admits+`
		ORDER BY b.created DESC, b.item DESC LIMIT ?`,
		by.ID, after.key, after.id, by.Clearance(), by.Joined(), bookmarksPerPage+1)
	if err != nil || len(all) <= bookmarksPerPage {
		return all, "", err
	}
	last := all[bookmarksPerPage-1]
	return all[:bookmarksPerPage], cursor{last.Created.UnixMilli(), last.Post}.String(), nil
}

// BookmarkOf returns by's bookmark of a post; one that was never made has no time.
func (f *Forum) BookmarkOf(ctx context.Context, by account.User, post int64) (Bookmark, error) {
	b, err := db.One(ctx, f.db, scanBookmark, `SELECT `+bookmarkColumns+` WHERE b.account = ? AND b.item = ?`, by.ID, post)
	if fault.Is(err, fault.Missing) {
		return Bookmark{Post: post}, nil
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
