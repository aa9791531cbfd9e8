package mail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"time"

	"picus/mail/imap"
)

// A mailbox on another server is the second way in, for those who have no server of
// their own. What it holds is written down before it is marked there, and it goes the
// same way as any other mail from then on.

// rhythm is how often a mailbox is looked at.
type rhythm struct {
	poll    time.Duration // however well IDLE works; so an IDLE never lasts longer
	calm    time.Duration // at least between two looks that found nothing
	first   time.Duration // until it is tried again after a failure, doubled each time
	longest time.Duration
}

var usualRhythm = rhythm{poll: time.Minute, calm: time.Second, first: time.Second, longest: 5 * time.Minute}

// maxStumbles is how often the same mail may break the connection before it is left
// where it is.
const maxStumbles = 8

// inbox is the folder that mail is read in.
type inbox struct {
	g       *Gateway
	account imap.Account
	rhythm  rhythm
	state   mailboxState

	stumbled uint32 // the mail that could not be fetched
	stumbles int    // how often in a row
}

// ReadInbox takes mail out of the mailbox of the configuration until ctx ends.
// Without one it returns at once.
func (g *Gateway) ReadInbox(ctx context.Context) {
	if g.inbox == nil {
		return
	}
	m := &inbox{g: g, account: *g.inbox, rhythm: usualRhythm}
	if g.rhythm != (rhythm{}) {
		m.rhythm = g.rhythm
	}
	m.run(ctx)
}

// Inbox names the mailbox of the configuration, without its password; empty: there is none.
func (g *Gateway) Inbox() string {
	if g.inbox == nil {
		return ""
	}
	return g.inbox.Name()
}

// CheckInbox signs in to the mailbox of the configuration and opens its folder.
// Without one it returns nil.
func (g *Gateway) CheckInbox(ctx context.Context) error {
	if g.inbox == nil {
		return nil
	}
	conn, err := imap.Dial(ctx, *g.inbox)
	if err != nil {
		return fmt.Errorf("mailbox %s: %w", g.inbox.Name(), err)
	}
	defer conn.Close()
	return conn.Noop()
}

// run keeps a connection open. After a failure it waits longer each time.
func (m *inbox) run(ctx context.Context) {
	failures := 0
	for ctx.Err() == nil {
		worked, err := m.session(ctx)
		if ctx.Err() != nil {
			return
		}
		slog.Warn("mailbox", "name", m.account.Name(), "error", err)
		m.g.noteMailbox(ctx, m.account.Name(), err)
		if worked {
			failures = 0
		}
		pauseFor(ctx, m.rhythm.pause(failures))
		failures++
	}
}

// pause is how long a mailbox is left alone after so many failures before: twice as long
// each time, up to the longest, and not exactly as long as others that have lost the same
// server.
func (r rhythm) pause(failures int) time.Duration {
	most := r.longest
	if failures < 32 {
		most = min(r.longest, r.first<<failures)
	}
	return most/2 + rand.N(most/2)
}

// session works until the connection breaks, and reports whether the mailbox was read
// to its end at least once.
func (m *inbox) session(ctx context.Context) (worked bool, err error) {
	conn, err := imap.Dial(ctx, m.account)
	if err != nil {
		return false, err
	}
	defer conn.Close()
	if m.state, err = m.g.mailboxState(ctx, m.account.Name(), conn.Box().Validity); err != nil {
		return false, err
	}
	if err := m.tidy(ctx, conn); err != nil {
		return false, err
	}
	for {
		found, err := m.look(ctx, conn)
		if err != nil {
			return worked, err
		}
		worked = true
		if err := m.g.noteMailbox(ctx, m.account.Name(), nil); err != nil {
			return worked, err
		}
		if !found {
			pauseFor(ctx, m.rhythm.calm) // a server may speak of new mail without end
		}
		if err := conn.Wait(ctx, m.rhythm.poll); err != nil {
			return worked, err
		}
	}
}

// look takes in what is new.
func (m *inbox) look(ctx context.Context, conn *imap.Conn) (found bool, err error) {
	uids, err := conn.UIDs(m.state.last)
	if err != nil {
		return false, err
	}
	for some := range slices.Chunk(uids, imap.AtOnce) {
		var taken []uint32
		err := conn.Fetch(some, MaxMessage, func(mail imap.Mail) error {
			if err := m.take(ctx, mail); err != nil {
				return fmt.Errorf("write down mail %d: %w", mail.UID, err)
			}
			taken = append(taken, mail.UID)
			return nil
		})
		if err != nil {
			return true, m.stumble(ctx, err)
		}
		if err := m.finish(ctx, conn, taken); err != nil {
			return true, err
		}
	}
	return len(uids) > 0, nil
}

// stumble counts how often the same mail could not be read. In the end it is left
// where it is, with a trace: the others must not wait for it.
func (m *inbox) stumble(ctx context.Context, err error) error {
	failed, ok := errors.AsType[*imap.FetchError](err)
	if !ok {
		return err
	}
	if m.stumbled != failed.UID {
		m.stumbled, m.stumbles = failed.UID, 0
	}
	if m.stumbles++; m.stumbles < maxStumbles {
		return err
	}
	return errors.Join(err, m.pass(ctx, failed))
}

// tidy marks on the server what an earlier connection has taken in, but could not mark
// any more.
func (m *inbox) tidy(ctx context.Context, conn *imap.Conn) error {
	if conn.Box().Way == imap.Nothing {
		return nil
	}
	uids, err := m.unmarked(ctx)
	if err != nil {
		return err
	}
	return m.finish(ctx, conn, uids)
}

// finish marks mails on the server, and notes that.
func (m *inbox) finish(ctx context.Context, conn *imap.Conn, uids []uint32) error {
	if len(uids) == 0 {
		return nil
	}
	if err := conn.Finish(uids); err != nil {
		return err
	}
	if conn.Box().Way == imap.Nothing {
		return nil
	}
	return m.marked(ctx, uids)
}

// pauseFor waits a while, or until ctx ends.
func pauseFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
