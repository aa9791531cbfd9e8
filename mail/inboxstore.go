package mail

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/imap"
	"picus/mail/message"
)

// byMailbox is the peer of a mail that was read in a mailbox: nobody handed it in.
const byMailbox = "imap"

// mailboxState is how far a mailbox has been read.
type mailboxState struct {
	id             int64
	validity, last uint32
}

// mailboxState returns how far a mailbox has been read. Where its mails have new numbers,
// it is read from the start: what was taken in before is known by its text.
func (g *Gateway) mailboxState(ctx context.Context, name string, validity uint32) (s mailboxState, err error) {
	err = g.db.Write(ctx, func(tx *db.Tx) error {
		s, err = db.One(ctx, tx, func(r db.Row) (s mailboxState, err error) {
			err = r.Scan(&s.id, &s.validity, &s.last)
			return s, err
		}, `
			INSERT INTO mailbox (name, validity) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET validity = excluded.validity,
				last_uid = CASE WHEN mailbox.validity = excluded.validity THEN mailbox.last_uid ELSE 0 END
			RETURNING id, validity, last_uid`, name, validity)
		return err
	})
	return s, err
}

// noteMailbox notes that a mailbox was read to its end, or why it cannot be.
func (g *Gateway) noteMailbox(ctx context.Context, name string, failure error) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if failure == nil {
			_, err := tx.Exec(ctx, "UPDATE mailbox SET checked = ?, error = '' WHERE name = ?", g.now().UnixMilli(), name)
			return err
		}
		_, err := tx.Exec(ctx, `
			INSERT INTO mailbox (name, error) VALUES (?, ?)
			ON CONFLICT (name) DO UPDATE SET error = excluded.error`, name, cutText(oneLine(failure.Error())))
		return err
	})
}

// Inbox is a mailbox on another server, as the administrator sees it.
type Inbox struct {
	Name    string
	Checked time.Time // when it was last read to its end; zero: never
	Error   string    // why it cannot be read; empty: it can
}

// Inboxes returns the mailbox of the configuration, none where there is none.
func (g *Gateway) Inboxes(ctx context.Context, by account.User) ([]Inbox, error) {
	if !by.Admin() {
		return nil, errDesk
	}
	if g.inbox == nil {
		return nil, nil
	}
	return db.All(ctx, g.db, func(r db.Row) (m Inbox, err error) {
		var checked int64
		if err = r.Scan(&m.Name, &checked, &m.Error); checked > 0 {
			m.Checked = time.UnixMilli(checked).UTC()
		}
		return m, err
	}, "SELECT name, checked, error FROM mailbox WHERE name = ?", g.inbox.Name())
}

// take writes a mail down, with how far the mailbox has been read, in one transaction.
// One that was taken in before, under another number, is only noted.
func (m *inbox) take(ctx context.Context, mail imap.Mail) error {
	g := m.g
	head := message.ParseHeader(mail.Raw)
	to, err := g.addressed(ctx, head)
	if err != nil {
		return err
	}
	env := Envelope{From: returnPath(head), To: to, Raw: mail.Raw, mailbox: true}
	row, key := g.rowOf(env, head), mailKey(head, to, mail.Raw)
	if !mail.TooLarge {
		raw, err := g.withoutReturned(ctx, to, mail.Raw)
		if err != nil {
			return err
		}
		row.raw = pack(raw)
	}
	row.to = firstOf(append(append(head.Delivered(), head.Named()...), "")...)
	switch {
	case mail.TooLarge:
		row.fate, row.reason = Refused, errTooLarge.Error()
	case len(to) == 0:
		row.fate, row.reason = Refused, fault.Told("It was sent to no address of this site.")
	}
	return m.advance(ctx, mail.UID, func(tx *db.Tx) error {
		fresh, err := m.remember(ctx, tx, key, mail.UID)
		if err != nil || !fresh {
			return err
		}
		if row.fate == Refused {
			_, err := row.insert(ctx, tx)
			return err
		}
		return g.put(ctx, tx, row, to)
	})
}

// advance notes that the mailbox has been read up to a mail, with what was found.
func (m *inbox) advance(ctx context.Context, uid uint32, with func(tx *db.Tx) error) error {
	err := m.g.db.Write(ctx, func(tx *db.Tx) error {
		if err := with(tx); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE mailbox SET last_uid = ? WHERE id = ? AND validity = ?", uid, m.state.id, m.state.validity)
		return err
	})
	if err == nil {
		m.state.last = uid
	}
	return err
}

// remember notes a mail under its key and reports whether it is new. A copy takes the place
// of the one before, unless that waits to be marked on the server: then both numbers are
// needed, and the copy stands under a key of its own.
func (m *inbox) remember(ctx context.Context, tx *db.Tx, key []byte, uid uint32) (fresh bool, err error) {
	known, err := tx.Exec(ctx, "UPDATE mailbox_mail SET validity = ?, uid = ?, done = 0 WHERE mailbox = ? AND key = ? AND NOT (done = 0 AND validity = ? AND uid <> ?)",
		m.state.validity, uid, m.state.id, key, m.state.validity, uid)
	if err != nil || known > 0 {
		return false, err
	}
	waits, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM mailbox_mail WHERE mailbox = ? AND key = ?)", m.state.id, key)
	if err != nil {
		return false, err
	}
	if waits {
		copied := sha256.Sum256(fmt.Appendf(slices.Clone(key), "%d", uid))
		key = copied[:]
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO mailbox_mail (mailbox, key, validity, uid, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (mailbox, key) DO UPDATE SET validity = excluded.validity, uid = excluded.uid, done = 0`,
		m.state.id, key, m.state.validity, uid, m.g.now().UnixMilli())
	return !waits, err
}

// pass goes on behind a mail that cannot be read, with a trace of it.
func (m *inbox) pass(ctx context.Context, failed *imap.FetchError) error {
	row := m.g.rowOf(Envelope{mailbox: true}, message.ParseHeader(nil))
	row.fate, row.to = Refused, m.account.Name()
	row.messageID = fmt.Sprintf("%d.%d@unread.invalid", m.state.validity, failed.UID)
	row.reason = cutText(fault.Told("It cannot be read in the mailbox, and was left there: %s", oneLine(failed.Error())))
	return m.advance(ctx, failed.UID, func(tx *db.Tx) error {
		_, err := row.insert(ctx, tx)
		return err
	})
}

// unmarked returns the numbers of the mails that were taken in and are not marked on the
// server. There are few: those of the last moment of a connection.
func (m *inbox) unmarked(ctx context.Context) ([]uint32, error) {
	return db.Values[uint32](ctx, m.g.db, "SELECT uid FROM mailbox_mail WHERE mailbox = ? AND validity = ? AND done = 0 ORDER BY uid LIMIT 10000",
		m.state.id, m.state.validity)
}

func (m *inbox) marked(ctx context.Context, uids []uint32) error {
	return m.g.db.Write(ctx, func(tx *db.Tx) error {
		for _, uid := range uids {
			_, err := tx.Exec(ctx, "UPDATE mailbox_mail SET done = 1 WHERE mailbox = ? AND validity = ? AND uid = ? AND done = 0",
				m.state.id, m.state.validity, uid)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// addressed returns the addresses of ours that a mail in a mailbox was sent to: the one
// that the server notes in the copy, or those in To and Cc. One that leads nowhere is
// returned where there is no other, so that its sender hears of it.
func (g *Gateway) addressed(ctx context.Context, head *message.Message) ([]string, error) {
	var lost string
	good := func(address string) (bool, error) {
		if local, ours := g.localPart(address); !ours || local == "" && head.Kind != message.BounceOf {
			return false, nil // what comes to the mailbox itself is somebody's own, but for reports
		}
		_, err := g.route(ctx, address)
		if fault.KindOf(err) != fault.Internal && lost == "" {
			lost = address
		}
		if err != nil && fault.KindOf(err) == fault.Internal {
			return false, err
		}
		return err == nil, nil
	}
	for _, address := range head.Delivered() {
		if ok, err := good(address); ok || err != nil {
			return []string{address}, err
		}
	}
	var all []string
	for _, address := range head.Named() {
		ok, err := good(address)
		if err != nil {
			return nil, err
		}
		if ok && len(all) < maxRecipients {
			all = append(all, address)
		}
	}
	if len(all) == 0 && lost != "" {
		all = []string{lost}
	}
	return all, nil
}

// returnPath is the envelope sender as the server noted it; without that note a post
// is its author's.
func returnPath(head *message.Message) string {
	if noted := head.Values("Return-Path"); len(noted) > 0 {
		return strings.Trim(strings.TrimSpace(noted[0]), "<>")
	}
	if head.Kind == message.Post || head.Kind == message.Command {
		return sender(head).Address
	}
	return ""
}

// mailKey tells a mail from others whatever number it has. The header is left out but
// for the Message-ID: a mailbox that has moved to another server has other headers.
func mailKey(head *message.Message, to []string, raw []byte) []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", messageID(head, raw), head.From.Address, strings.Join(to, " "))
	h.Write(textOf(raw))
	return h.Sum(nil)
}

// mailboxKept is how long a mail that was taken in is recognised.
const mailboxKept = 2 * 365 * 24 * time.Hour

// sweepMailbox forgets what was taken in years ago.
func (g *Gateway) sweepMailbox(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, "DELETE FROM mailbox_mail WHERE at <= ?", g.now().Add(-mailboxKept).UnixMilli())
	return err
}
