package mail

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// State is where an outgoing mail is.
type State string

// The states of outgoing mail. Kept is what a site without a relay does with it.
const (
	Queued  State = "queued"
	Sending State = "sending"
	Done    State = "sent"
	Failed  State = "failed"
	Kept    State = "kept"
)

// Sent is one mail in the outbox.
type Sent struct {
	ID       int64
	To       string // the address
	Name     string // the member's handle; empty for a letter
	Subject  string
	Item     int64 // the post it carries; 0 for a letter
	Private  bool  // it is a private mail, which only its recipient reads
	State    State
	Error    string // what the last attempt met
	Attempts int
	Due      time.Time // when it is tried next, or when it was last worked on
	Created  time.Time
}

var errOutbox = fault.Forbid("Only an administrator reads the outbox.")

const sentColumns = `o.id, coalesce(a.email, o.address), coalesce(a.name, ''), coalesce(o.item, 0), coalesce(i.kind, ''), coalesce(root.title, ''),
	substr(o.letter, 1, 2000), o.private IS NOT NULL, o.state, o.error, o.attempts, o.due, o.created`

const sentTables = `outgoing o LEFT JOIN account a ON a.id = o.account LEFT JOIN item i ON i.id = o.item LEFT JOIN item root ON root.id = i.root`

func scanSent(r db.Row) (s Sent, err error) {
	var due, created int64
	var kind, title, letter string
	err = r.Scan(&s.ID, &s.To, &s.Name, &s.Item, &kind, &title, &letter, &s.Private, &s.State, &s.Error, &s.Attempts, &due, &created)
	s.Due, s.Created = time.UnixMilli(due).UTC(), time.UnixMilli(created).UTC()
	s.Subject = subjectOf(kind, title)
	if s.Item == 0 && !s.Private {
		s.Subject = letterSubject(letter)
	}
	return s, err
}

// Outbox returns the newest outgoing mails below the id before (0: from the newest).
func (g *Gateway) Outbox(ctx context.Context, by account.User, before int64, limit int) ([]Sent, error) {
	if !by.Admin() {
		return nil, errOutbox
	}
	if before <= 0 {
		before = 1 << 62
	}
	return db.All(ctx, g.db, scanSent, "SELECT "+sentColumns+" FROM "+sentTables+" WHERE o.id < ? ORDER BY o.id DESC LIMIT ?", before, limit)
}

// Mail returns one outgoing mail with the whole message, as it goes out or would
// have gone. Of a letter that has gone only the header is left, because its text may
// hold a secret link, and of a private mail nothing is shown.
func (g *Gateway) Mail(ctx context.Context, by account.User, id int64) (Sent, []byte, error) {
	if !by.Admin() {
		return Sent{}, nil, errOutbox
	}
	s, err := db.One(ctx, g.db, scanSent, "SELECT "+sentColumns+" FROM "+sentTables+" WHERE o.id = ?", id)
	if fault.Is(err, fault.Missing) {
		return s, nil, fault.Gone("There is no such mail in the outbox any more.")
	}
	if err != nil || s.Private {
		return s, nil, err
	}
	raw, err := g.raw(ctx, id)
	return s, raw, err
}

// Retry has a mail sent again that failed or was kept, or at once one that waits.
func (g *Gateway) Retry(ctx context.Context, by account.User, id int64) error {
	if !by.Admin() {
		return errOutbox
	}
	if g.conf.Relay == "" {
		return fault.Clash("There is no mail relay in the configuration, so nothing can be sent.")
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			UPDATE outgoing SET state = 'queued', due = ?, attempts = 0, error = ''
			WHERE id = ? AND state IN ('failed', 'kept', 'queued') AND (private IS NULL OR state <> 'failed')`, g.now().UnixMilli(), id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Clash("This mail cannot be sent again: it has gone or is on its way.")
		}
		tx.AfterCommit(g.wake)
		return nil
	})
}

// raw returns the message of a row as its recipient gets it.
func (g *Gateway) raw(ctx context.Context, id int64) ([]byte, error) {
	row, err := db.One(ctx, g.db, scanOutgoing, "SELECT "+outgoingColumns+" FROM outgoing o LEFT JOIN account a ON a.id = o.account WHERE o.id = ?", id)
	if err != nil {
		return nil, err
	}
	_, raw, err := g.compose(ctx, row, map[int64]*bulletin{})
	return raw, err
}

// letterSubject returns the subject of a stored letter, from its beginning.
func letterSubject(letter string) string {
	return message.Parse([]byte(letter)).Subject
}
