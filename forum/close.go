package forum

import (
	"context"
	"slices"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// CloseReason is why a thread is closed, in one word; the pages say it in a sentence.
type CloseReason string

// The reasons. A settled thread has nothing wrong with it.
const (
	OffTopic CloseReason = "offtopic"
	Unclear  CloseReason = "unclear"
	Broad    CloseReason = "broad"
	Rules    CloseReason = "rules"
	Settled  CloseReason = "settled"
)

// CloseReasons are those that a moderator chooses from.
var CloseReasons = []CloseReason{OffTopic, Unclear, Broad, Rules, Settled}

// Closing is why a thread is closed, and what its author can do about it.
type Closing struct {
	Reason CloseReason
	Note   string // to the author: what would open it again
	By     account.User
	At     time.Time
	Asked  time.Time // when its author asked to open it again; zero: not yet
}

// Close ends a thread: only its author and the moderators still add to it. Its faults
// are on "reason" and "note".
func (f *Forum) Close(ctx context.Context, by account.User, thread int64, c Closing) error {
	c = cleanClosing(c)
	if err := c.check(); err != nil {
		return err
	}
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		if err := p.closable(); err != nil {
			return deed{}, err
		}
		return f.shut(ctx, tx, by, p, c)
	})
}

func (p place) closable() error {
	if p.state == Closed || p.status == item.Deleted {
		return fault.Clash("This thread is closed or deleted already.")
	}
	return nil
}

func cleanClosing(c Closing) Closing {
	c.Note = item.Line(c.Note)
	return c
}

// maxClosing is how much a moderator can say to an author, in characters.
const maxClosing = 500

func (c Closing) check() error {
	var reason, note error
	if !slices.Contains(CloseReasons, c.Reason) {
		reason = fault.Bad("reason", "Choose why it is closed.")
	}
	switch {
	case c.Note == "" && c.Reason != Settled:
		note = fault.Bad("note", "Tell the author what to change, so that the thread can be opened again.")
	case len([]rune(c.Note)) > maxClosing:
		note = fault.Bad("note", "Use %d characters at most.", maxClosing)
	}
	return check(reason, note)
}

func (f *Forum) shut(ctx context.Context, tx *db.Tx, by account.User, p place, c Closing) (deed, error) {
	d := deed{verb: VerbClose, board: p.board.ID, thread: p.id, why: string(c.Reason)}
	if c.Note != "" {
		d.why += ": " + c.Note
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO closing (thread, by, at, reason, note, was) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (thread) DO UPDATE SET by = excluded.by, at = excluded.at, reason = excluded.reason, note = excluded.note, was = excluded.was, asked = 0`,
		p.id, by.ID, f.now().UnixMilli(), string(c.Reason), c.Note, string(p.state))
	if err != nil {
		return d, err
	}
	if err := f.enter(ctx, tx, p.id, Closed, f.now().UnixMilli()); err != nil {
		return d, err
	}
	return d, f.tellAuthor(ctx, tx, by, p, "closed")
}

// tellAuthor notifies who began a thread of what a moderator did with it.
func (f *Forum) tellAuthor(ctx context.Context, tx *db.Tx, by account.User, p place, what string) error {
	event, err := f.items.Happened(ctx, tx, by, item.Turned, p.id, 0, item.Web)
	if err != nil {
		return err
	}
	return f.items.Tell(ctx, tx, event, what)
}

// OpenAgain lets a closed thread go on where it was.
func (f *Forum) OpenAgain(ctx context.Context, by account.User, thread int64, why string) error {
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return f.openAgain(ctx, tx, by, p, why)
	})
}

func (f *Forum) openAgain(ctx context.Context, tx *db.Tx, by account.User, p place, why string) (deed, error) {
	if p.state != Closed {
		return deed{}, nil
	}
	d := deed{verb: VerbReopen, board: p.board.ID, thread: p.id, why: why}
	was, err := db.Value[State](ctx, tx, "SELECT coalesce((SELECT was FROM closing WHERE thread = ?), 'open')", p.id)
	if err != nil {
		return d, err
	}
	if _, err := tx.Exec(ctx, "DELETE FROM closing WHERE thread = ?", p.id); err != nil {
		return d, err
	}
	if err := f.enter(ctx, tx, p.id, was, f.now().UnixMilli()); err != nil {
		return d, err
	}
	if err := f.settle(ctx, tx, p.id); err != nil {
		return d, err
	}
	return d, f.tellAuthor(ctx, tx, by, p, "reopened")
}

// AskReopen has the moderators look at a closed thread again, whose author has changed it.
func (f *Forum) AskReopen(ctx context.Context, by account.User, thread int64) error {
	p, err := f.Find(ctx, by, thread)
	if err != nil {
		return err
	}
	if !by.Signed() || by.ID != p.Author.ID {
		return fault.Forbid("Only its author asks to open a thread again.")
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE closing SET asked = ? WHERE thread = ? AND at < ?", f.now().UnixMilli(), p.ID, p.Edited.UnixMilli())
		if err == nil && n == 0 {
			return fault.Forbid("Change your post as the note says, then ask again.")
		}
		return err
	})
}

// Closing returns why a thread that by has got from Thread is closed. One that was
// closed somewhere else and imported says nothing.
func (f *Forum) Closing(ctx context.Context, t *Thread) (Closing, error) {
	c, err := db.One(ctx, f.db, func(r db.Row) (c Closing, err error) {
		var at, asked int64
		err = r.Scan(&c.Reason, &c.Note, &c.By.ID, &c.By.Name, &c.By.Display, &at, &asked)
		c.At = time.UnixMilli(at).UTC()
		if asked != 0 {
			c.Asked = time.UnixMilli(asked).UTC()
		}
		return c, err
	}, "SELECT c.reason, c.note, a.id, a.name, a.display, c.at, c.asked FROM closing c JOIN account a ON a.id = c.by WHERE c.thread = ?", t.ID)
	if fault.Is(err, fault.Missing) {
		return Closing{}, nil
	}
	return c, err
}

// Asked returns the closed threads whose authors wait for them to be opened again, the
// longest wait first, as far as by moderates.
func (f *Forum) Asked(ctx context.Context, by account.User) ([]Row, error) {
	rows, err := db.All(ctx, f.db, rowScan(), "SELECT "+Filter{}.rowColumns(by)+" FROM closing c CROSS JOIN thread t CROSS JOIN item i"+Filter{}.rowJoins(by)+`
		WHERE c.asked > 0 AND t.item = c.thread AND i.id = t.item AND t.state = 'closed'
		AND (sp.may_moderate <= ? OR EXISTS (SELECT 1 FROM membership m WHERE m.account = ? AND m.group_id = sp.may_moderate))
		ORDER BY c.asked LIMIT 100`, append(readArgs(by), by.Clearance(), by.Joined())...)
	return rows, err
}
