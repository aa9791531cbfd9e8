package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// place is a thread as the rules see it.
type place struct {
	id       int64
	board    Board
	author   int64
	kind     Kind
	state    State
	title    string
	slug     string
	tags     string
	status   item.Status
	accepted int64
	locked   bool
	archived bool
	slow     int // minutes between two posts of one person
	rest     rest
	merged   int64
	about    int64 // the page or article that it is about; 0: none
	veiled   bool  // that is not there for its readers: see item.Store.Veil
}

const placeColumns = `t.item, i.author, t.kind, t.state, i.title, i.slug, t.tags, i.status, coalesce(t.accepted, 0), t.locked, coalesce(t.merged, 0),
	t.slow, ` + restColumns + `, sp.id, sp.slug, sp.title, coalesce(sp.list, ''), sp.may_read, sp.may_post, sp.may_moderate, sp.archived, t.veiled, coalesce(i.about, 0)`

func scanPlace(r db.Row) (p place, err error) {
	var locked, archived, veiled int64
	p.board.Kind = "board"
	err = r.Scan(&p.id, &p.author, &p.kind, &p.state, &p.title, &p.slug, &p.tags, &p.status, &p.accepted, &locked, &p.merged,
		&p.slow, &p.rest.last, &p.rest.thread, &p.rest.board, &p.board.ID, &p.board.Slug, &p.board.Title, &p.board.List, &p.board.MayRead, &p.board.MayPost, &p.board.MayModerate, &archived, &veiled, &p.about)
	p.veiled = veiled != 0
	p.locked, p.board.Archived = locked != 0, archived != 0
	return p, err
}

// place returns the thread that a thread's or post's id stands for, if by may
// know of it. A merged thread leads to the one that took it over.
func (f *Forum) place(ctx context.Context, r db.Reader, by account.User, thread int64) (place, error) {
	p, err := db.One(ctx, r, scanPlace, "SELECT "+placeColumns+`
		FROM thread t JOIN item i ON i.id = t.item JOIN space sp ON sp.id = t.board WHERE t.item = ?`, thread)
	if err != nil {
		return p, threadMissing(err)
	}
	if p.merged != 0 {
		return f.place(ctx, r, by, p.merged)
	}
	p.archived = p.rest.over(f.now())
	return p, p.readable(by)
}

func threadMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return fault.Gone("There is no such thread, or it is not for everyone.")
	}
	return err
}

// readable is the one rule about who may see a thread. What it is about has to be there
// too: without that nobody sees it, whatever their role.
func (p place) readable(by account.User) error {
	if p.board.Readable(by) != nil || p.veiled {
		return fault.Gone("There is no such thread, or it is not for everyone.")
	}
	if p.status != item.Live && !p.board.Moderates(by) && (by.ID != p.author || !by.Signed()) {
		return fault.Gone("There is no such thread, or it is not for everyone.")
	}
	return nil
}

// writable is the one rule about who may add to a thread.
func (p place) writable(by account.User, via item.Via) error {
	if via == item.Import {
		return nil
	}
	if err := p.board.Postable(by); err != nil {
		return err
	}
	if p.status == item.Deleted {
		return fault.Forbid("This thread was deleted; nothing can be added to it.")
	}
	if p.board.Moderates(by) {
		return nil
	}
	switch {
	case p.locked:
		return fault.Forbid("This thread is locked: it can be read, but nothing more is added. Start a new one if you have something to say.")
	case p.archived:
		return fault.Forbid("Nobody has written here for %d days, so that this thread is an archive now: it can be read, but nothing more is added. Start a new one if you have something to say.", p.rest.days())
	case p.state == Closed && (by.ID != p.author || !by.Signed()):
		return fault.Forbid("This thread is closed: only its author and the moderators still add to it.")
	}
	return nil
}

// Replyable returns the board and the thread that a reply of by to a thread would
// stand in, or the fault that Reply would give. A door asks it before it takes a
// message in.
func (f *Forum) Replyable(ctx context.Context, by account.User, thread int64) (Board, int64, error) {
	p, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return Board{}, 0, err
	}
	return p.board, p.id, p.writable(by, item.Mail)
}
