package mail

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Fate is what became of a mail that came in.
type Fate string

// The fates. A mail that is received waits to be read.
const (
	Received Fate = "received"
	Posted   Fate = "posted"
	Known    Fate = "known" // it had come before
	Held     Fate = "held"  // its sender has to confirm it, or the staff let it through
	Refused  Fate = "refused"
	Dropped  Fate = "dropped" // from a robot, or a report
	Obeyed   Fate = "command"
	Reported Fate = "report" // it tells what became of a mail of ours
)

// Incoming is a mail that came in, as the administrator sees it.
type Incoming struct {
	ID        int64
	MessageID string
	From, To  string // of the envelope
	Peer      string // who handed it in: an address, "pipe", "import"
	Board     string // slug; empty: none
	Item      int64  // the post it became
	Sender    string // the account it belongs to, by name
	Fate      Fate
	Proof     string // why its sender was believed: token, server, DKIM, SPF, confirmed
	Rule      string // how its thread was found
	Reason    string
	Received  time.Time
}

const incomingColumns = `m.id, m.message_id, m.mail_from, m.rcpt_to, m.peer, coalesce(sp.slug, ''), coalesce(m.item, 0), coalesce(a.name, ''),
	m.fate, m.proof, m.rule, m.reason, m.received`

const incomingTables = `message m LEFT JOIN space sp ON sp.id = m.space LEFT JOIN account a ON a.id = m.account`

func scanIncoming(r db.Row) (m Incoming, err error) {
	var at int64
	err = r.Scan(&m.ID, &m.MessageID, &m.From, &m.To, &m.Peer, &m.Board, &m.Item, &m.Sender, &m.Fate, &m.Proof, &m.Rule, &m.Reason, &at)
	m.Received = time.UnixMilli(at).UTC()
	return m, err
}

var errDesk = fault.Forbid("Only an administrator looks into the mail.")

// Messages returns the mails that came in through a door below the id before (0: from the
// newest), of one fate or, where it is empty, of all.
func (g *Gateway) Messages(ctx context.Context, by account.User, fate Fate, before int64, limit int) ([]Incoming, error) {
	if fate == "" {
		return g.messages(ctx, by, "m.peer <> 'import'", before, limit)
	}
	return g.messages(ctx, by, "m.peer <> 'import' AND m.fate = ?", before, limit, fate)
}

// Imported is Messages for the mails of archives that were imported.
func (g *Gateway) Imported(ctx context.Context, by account.User, before int64, limit int) ([]Incoming, error) {
	return g.messages(ctx, by, "m.peer = 'import'", before, limit)
}

func (g *Gateway) messages(ctx context.Context, by account.User, which string, before int64, limit int, args ...any) ([]Incoming, error) {
	if !by.Admin() {
		return nil, errDesk
	}
	if before <= 0 {
		before = 1 << 62
	}
	return db.All(ctx, g.db, scanIncoming, "SELECT "+incomingColumns+" FROM "+incomingTables+`
		WHERE `+which+" AND m.id < ? ORDER BY m.id DESC LIMIT ?", append(args, before, limit)...)
}

// Message returns one mail that came in.
func (g *Gateway) Message(ctx context.Context, by account.User, id int64) (Incoming, error) {
	if !by.Admin() {
		return Incoming{}, errDesk
	}
	return db.One(ctx, g.db, scanIncoming, "SELECT "+incomingColumns+" FROM "+incomingTables+" WHERE m.id = ?", id)
}

// Raw returns the bytes of a mail as they came in; fault.Missing where only the trace
// of it was kept, because it was refused at the door or had come before.
func (g *Gateway) Raw(ctx context.Context, by account.User, id int64) ([]byte, error) {
	if !by.Admin() {
		return nil, errDesk
	}
	packed, err := db.Value[[]byte](ctx, g.db, "SELECT raw FROM message WHERE id = ?", id)
	if err == nil && len(packed) == 0 {
		err = fault.Gone("This mail was not kept.")
	}
	if err != nil {
		return nil, err
	}
	return unpack(packed)
}

// Release posts a mail that was held, as if its sender had confirmed it.
func (g *Gateway) Release(ctx context.Context, by account.User, id int64) error {
	if !by.Staff() {
		return fault.Forbid("Only the staff let held mail through.")
	}
	return g.db.Write(ctx, func(tx *db.Tx) error { return g.release(ctx, tx, id) })
}

var errNotHeld = fault.Gone("This mail does not wait any more.")

// release lets a held mail through; it fails with fault.Missing where it is not held
// any more.
func (g *Gateway) release(ctx context.Context, tx *db.Tx, id int64) error {
	return g.requeue(ctx, tx, waiting{Message: id, Confirmed: true})
}

// requeue has a held mail read again with what is known of it now.
func (g *Gateway) requeue(ctx context.Context, tx *db.Tx, w waiting) error {
	id := w.Message
	n, err := tx.Exec(ctx, "UPDATE message SET fate = 'received', reason = '' WHERE id = ? AND fate = 'held'", id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNotHeld
	}
	return g.jobs.Add(ctx, tx, inJob, w, g.now())
}

// traceKept is how long a mail is kept of which no post came.
const traceKept = 30 * 24 * time.Hour

// sweepIn forgets the mails of which no post came, a month ago.
func (g *Gateway) sweepIn(ctx context.Context, tx *db.Tx) error {
	for _, fate := range []Fate{Known, Held, Refused, Dropped, Obeyed, Reported} {
		_, err := tx.Exec(ctx, "DELETE FROM message WHERE fate = ? AND received <= ?", fate, g.now().Add(-traceKept).UnixMilli())
		if err != nil {
			return err
		}
	}
	return g.sweepMailbox(ctx, tx)
}
