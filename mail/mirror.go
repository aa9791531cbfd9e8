package mail

import (
	"context"
	"log/slog"
	"net/mail"
	"strings"
	"sync"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// Mirror is a list elsewhere whose mails a board shows. It knows the board's address as
// one of its subscribers.
type Mirror struct {
	Board   item.Space
	ListID  string // what stands in the List-Id of its mails
	Address string // where what is written here is sent; empty: nothing is
	Paused  bool
	LastIn  time.Time // when a mail of the list was last posted; zero: none was
	LastOut time.Time // when one was last handed over for it
	Error   string    // what last went wrong on the way there
	ErrorAt time.Time
}

// Shut reports whether a mirror sends nothing although it should, since not everybody
// may read the board by now.
func (m Mirror) Shut() bool { return m.Address != "" && m.Board.MayRead != account.Everyone }

// sendsTo returns the address that posts of the board go to as well; empty: none.
func (m Mirror) sendsTo() string {
	if m.Paused || m.Shut() {
		return ""
	}
	return m.Address
}

// sends reports whether a mail says that it comes from the mirrored list. A list of
// another Picus that mirrors the board in turn names itself in From alone.
func (m Mirror) sends(head *message.Message) bool {
	switch {
	case m.ListID == "":
		return false
	case head.ListID != "":
		return strings.EqualFold(m.ListID, head.ListID)
	}
	return m.Address != "" && strings.EqualFold(sender(head).Address, m.Address)
}

// runs reports whether an address is on the servers of the mirrored list, whose robots
// write to its subscribers.
func (m Mirror) runs(address string) bool {
	_, domain := cutAddress(address)
	return m.ListID != "" && aligned(domain, m.ListID)
}

var (
	errMirror     = fault.Forbid("Only an administrator mirrors a list.")
	errNoMirror   = fault.Gone("This board mirrors no list.")
	errOtherBoard = fault.Clash("Another board shows this list already.")
)

// SetMirror has a board show the mails of a list elsewhere, to which its address has been
// subscribed, and send what is written here to m.Address, where that is set. Its faults
// are on "list" and "address".
func (g *Gateway) SetMirror(ctx context.Context, by account.User, board item.Space, m Mirror) error {
	if !by.Admin() {
		return errMirror
	}
	m.ListID = strings.ToLower(strings.Trim(strings.TrimSpace(m.ListID), "<>"))
	m.Address = strings.TrimSpace(m.Address)
	if err := g.checkMirror(board, m); err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		taken, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM mail_mirror WHERE list_id = ? AND space <> ?)", m.ListID, board.ID)
		if err == nil && taken {
			err = errOtherBoard
		}
		if err != nil {
			return err
		}
		tx.AfterCommit(g.mirrors.forget)
		_, err = tx.Exec(ctx, `
			INSERT INTO mail_mirror (space, list_id, address, paused) VALUES (?, ?, ?, ?)
			ON CONFLICT (space) DO UPDATE SET list_id = excluded.list_id, address = excluded.address, paused = excluded.paused, error = ''`,
			board.ID, m.ListID, m.Address, flag(m.Paused))
		return err
	})
}

func (g *Gateway) checkMirror(board item.Space, m Mirror) error {
	if board.List == "" {
		return fault.Bad("list", "This board has no mailing list of its own, so there is no address that could be subscribed elsewhere.")
	}
	if !strings.Contains(m.ListID, ".") || strings.ContainsAny(m.ListID, "@ <>") {
		return fault.Bad("list", "The id of a list reads like python-list.python.org; it stands in the List-Id of its mails.")
	}
	if m.Address == "" {
		return nil
	}
	a, err := mail.ParseAddress(m.Address)
	_, ours := g.localPart(m.Address)
	_, domain := cutAddress(m.Address)
	switch {
	case err != nil || a.Address != m.Address || !ascii(m.Address):
		return fault.Bad("address", "The address of the other list reads like python-list@python.org.")
	case ours && (g.conf.Mailbox != "" || strings.EqualFold(domain, g.domain())):
		return fault.Bad("address", "This is an address of this site; what is written here would come back.")
	case board.MayRead != account.Everyone:
		return fault.Bad("address", "Not everybody may read this board, and what goes to the other list is out of our hands. Mirror it read only, or open the board first.")
	}
	return nil
}

// EndMirror has a board show the list no more. What was posted stays.
func (g *Gateway) EndMirror(ctx context.Context, by account.User, board item.Space) error {
	if !by.Admin() {
		return errMirror
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(g.mirrors.forget)
		_, err := tx.Exec(ctx, "DELETE FROM mail_mirror WHERE space = ?", board.ID)
		return err
	})
}

// PauseMirror stops a mirror in both directions, or lets it go on.
func (g *Gateway) PauseMirror(ctx context.Context, by account.User, board item.Space, paused bool) error {
	if !by.Admin() {
		return errMirror
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		tx.AfterCommit(g.mirrors.forget)
		n, err := tx.Exec(ctx, "UPDATE mail_mirror SET paused = ?, error = '' WHERE space = ?", flag(paused), board.ID)
		if err == nil && n == 0 {
			err = errNoMirror
		}
		return err
	})
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

// Mirrors returns all mirrors with how they do, by their boards.
func (g *Gateway) Mirrors(ctx context.Context, by account.User) ([]Mirror, error) {
	if !by.Admin() {
		return nil, errMirror
	}
	return allMirrors(ctx, g.db)
}

// MirrorOf returns the mirror of a board; the fault is Missing where it has none.
func (g *Gateway) MirrorOf(ctx context.Context, by account.User, board item.Space) (Mirror, error) {
	if !by.Admin() {
		return Mirror{}, errMirror
	}
	m, err := mirrorOf(ctx, g.db, board.ID)
	if fault.Is(err, fault.Missing) {
		err = errNoMirror
	}
	return m, err
}

// MirroredTo returns the address of the list elsewhere that posts of a board go to as
// well, so that who writes there can be told; empty: none.
func (g *Gateway) MirroredTo(ctx context.Context, board int64) (string, error) {
	m, err := g.mirror(ctx, board)
	return m.sendsTo(), err
}

const selectMirrors = `
	SELECT sp.id, sp.slug, sp.title, coalesce(sp.list, ''), sp.may_read, mi.list_id, mi.address, mi.paused > 0, mi.last_in, mi.last_out, mi.error, mi.error_at
	FROM mail_mirror mi JOIN space sp ON sp.id = mi.space`

func scanMirror(r db.Row) (m Mirror, err error) {
	var in, out, failed int64
	err = r.Scan(&m.Board.ID, &m.Board.Slug, &m.Board.Title, &m.Board.List, &m.Board.MayRead, &m.ListID, &m.Address, &m.Paused, &in, &out, &m.Error, &failed)
	m.Board.Kind, m.LastIn, m.LastOut, m.ErrorAt = "board", moment(in), moment(out), moment(failed)
	return m, err
}

// moment is the time of a column in which 0 stands for none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func allMirrors(ctx context.Context, r db.Reader) ([]Mirror, error) {
	return db.All(ctx, r, scanMirror, selectMirrors+" ORDER BY sp.position, sp.id LIMIT 500")
}

func mirrorOf(ctx context.Context, r db.Reader, board int64) (Mirror, error) {
	return db.One(ctx, r, scanMirror, selectMirrors+" WHERE mi.space = ?", board)
}

// mirrors holds all mirrors: each mail that comes in and each page with a form asks.
type mirrors struct {
	mu    sync.Mutex
	known map[int64]Mirror // by board; nil: not read yet, or changed since
}

func (s *mirrors) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known = nil
}

// mirror returns the mirror of a board as it was some seconds ago at most; the zero
// Mirror where there is none.
func (g *Gateway) mirror(ctx context.Context, board int64) (Mirror, error) {
	g.mirrors.mu.Lock()
	defer g.mirrors.mu.Unlock()
	if g.mirrors.known == nil {
		if err := g.readMirrors(ctx); err != nil {
			return Mirror{}, err
		}
	}
	return g.mirrors.known[board], nil
}

// readMirrors is called with the mirrors locked: what was read before a change must not
// be kept after it.
func (g *Gateway) readMirrors(ctx context.Context) error {
	all, err := allMirrors(ctx, g.db)
	if err != nil {
		return err
	}
	g.mirrors.known = make(map[int64]Mirror, len(all))
	for _, m := range all {
		g.mirrors.known[m.Board.ID] = m
	}
	return nil
}

const mirrorsKept = 5 * time.Second

// RunMirrors reads the mirrors every few seconds until ctx ends, since another process may
// change them; no page has to wait for that. It blocks.
func (g *Gateway) RunMirrors(ctx context.Context) {
	tick := time.NewTicker(mirrorsKept)
	defer tick.Stop()
	for ctx.Err() == nil {
		g.mirrors.mu.Lock()
		err := g.readMirrors(ctx)
		g.mirrors.mu.Unlock()
		if err != nil && ctx.Err() == nil {
			slog.Error("mirrors cannot be read", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}
