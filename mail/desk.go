package mail

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Desk is what the administrator sees of the mail at a glance.
type Desk struct {
	Waiting   []Destination // by domain, the most first
	Days      []Day         // the newest first
	Fates     []Count       // of the newest mails that came in through a door
	Failed    []Sent        // the newest mails that were given up
	Reports   []Report      // what came back lately
	Silent    []Unreachable // to whom no mail is sent any more
	SelfTest  SelfTest
	MostToday int64 // how many mails may go today; 0: as many as there are
}

// Destination is a domain that mail waits for.
type Destination struct {
	Domain string
	Mails  int
	Oldest time.Time // since when
	Next   time.Time // when it is tried next
	Error  string    // what the last attempt met
}

// Day is how many mails about posts went out on a day.
type Day struct {
	At   time.Time
	Sent int64
}

// Count is how often something happened.
type Count struct {
	Fate Fate
	N    int
}

// Report is a report about a mail of ours, or a refusal of the relay.
type Report struct {
	At          time.Time
	Name        string // the member's handle; empty: it was about a letter
	Class       string
	Status, Why string
}

// Unreachable is a member to whom no mail is sent any more.
type Unreachable struct {
	Name, Email, Why string
	Warned           int
}

const (
	mostWaiting  = 10_000 // rows looked at
	mostDomains  = 20
	mostOfDesk   = 20
	newestFates  = 1000
	daysLooked   = 14
	millisPerDay = 24 * 60 * 60 * 1000
)

// Desk returns the state of the mail.
func (g *Gateway) Desk(ctx context.Context, by account.User) (d Desk, err error) {
	if !by.Admin() {
		return d, errOutbox
	}
	for _, part := range []func(context.Context, *Desk) error{g.waitingFor, g.lately, g.cameBack, g.lastSelfTest} {
		if err := part(ctx, &d); err != nil {
			return d, err
		}
	}
	return d, nil
}

// waitingFor counts what waits. The domain is cut off here, since the engines have no
// function for it in common.
func (g *Gateway) waitingFor(ctx context.Context, d *Desk) error {
	rows, err := db.All(ctx, g.db, func(r db.Row) (one Destination, err error) {
		var created, due int64
		err = r.Scan(&one.Domain, &created, &due, &one.Error)
		one.Oldest, one.Next, one.Mails = time.UnixMilli(created).UTC(), time.UnixMilli(due).UTC(), 1
		_, one.Domain = cutAddress(one.Domain)
		return one, err
	}, `
		SELECT coalesce(a.email, o.address), o.created, o.due, o.error FROM outgoing o LEFT JOIN account a ON a.id = o.account
		WHERE o.state IN ('queued', 'sending') ORDER BY o.state, o.due LIMIT ?`, mostWaiting)
	if err != nil {
		return err
	}
	all := map[string]*Destination{}
	for _, row := range rows {
		known := all[row.Domain]
		if known == nil {
			all[row.Domain] = &row
			continue
		}
		known.Mails++
		known.Oldest = earlier(known.Oldest, row.Oldest)
		known.Next = earlier(known.Next, row.Next)
		known.Error = firstOf(known.Error, row.Error)
	}
	for _, one := range all {
		d.Waiting = append(d.Waiting, *one)
	}
	slices.SortFunc(d.Waiting, func(a, b Destination) int {
		return cmp.Or(b.Mails-a.Mails, strings.Compare(a.Domain, b.Domain))
	})
	d.Waiting = d.Waiting[:min(len(d.Waiting), mostDomains)]
	return nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// lately reads what went out and what became of what came in.
func (g *Gateway) lately(ctx context.Context, d *Desk) (err error) {
	day := today(g.now())
	d.Days, err = db.All(ctx, g.db, func(r db.Row) (one Day, err error) {
		var n int64
		err = r.Scan(&n, &one.Sent)
		one.At = time.UnixMilli(n * millisPerDay).UTC()
		return one, err
	}, "SELECT day, sent FROM mail_day WHERE day > ? ORDER BY day DESC", day-daysLooked)
	if err != nil {
		return err
	}
	if _, best, err := g.sentSoFar(ctx); err != nil {
		return err
	} else if g.conf.PerDay > 0 || g.conf.WarmUp > 0 {
		d.MostToday = g.mostToday(best)
	}
	d.Fates, err = db.All(ctx, g.db, func(r db.Row) (c Count, err error) { return c, r.Scan(&c.Fate, &c.N) }, `
		SELECT fate, count(*) FROM (SELECT fate FROM message WHERE peer <> 'import' ORDER BY id DESC LIMIT ?) newest GROUP BY fate ORDER BY count(*) DESC, fate`, newestFates)
	if err != nil {
		return err
	}
	d.Failed, err = db.All(ctx, g.db, scanSent, "SELECT "+sentColumns+" FROM "+sentTables+" WHERE o.state = 'failed' ORDER BY o.due DESC, o.id DESC LIMIT ?", mostOfDesk)
	return err
}

// cameBack reads the reports, and who gets no more mail for them.
func (g *Gateway) cameBack(ctx context.Context, d *Desk) (err error) {
	d.Reports, err = db.All(ctx, g.db, func(r db.Row) (one Report, err error) {
		var at int64
		err = r.Scan(&at, &one.Name, &one.Class, &one.Status, &one.Why)
		one.At = time.UnixMilli(at).UTC()
		return one, err
	}, `
		SELECT m.at, coalesce(a.name, ''), m.class, m.status, m.why FROM mail_report m LEFT JOIN account a ON a.id = m.account
		ORDER BY m.at DESC, m.id DESC LIMIT ?`, mostOfDesk)
	if err != nil {
		return err
	}
	d.Silent, err = db.All(ctx, g.db, func(r db.Row) (one Unreachable, err error) {
		return one, r.Scan(&one.Name, &one.Email, &one.Why, &one.Warned)
	}, `
		SELECT a.name, coalesce(a.email, ''), b.why, b.warned FROM bounce b JOIN account a ON a.id = b.account
		WHERE b.warned > 0 AND a.unreachable > 0 ORDER BY a.unreachable DESC LIMIT ?`, mostOfDesk)
	return err
}

var errOnItsWay = fault.Clash("This mail has gone or is on its way, so nothing was changed.")

// Hold takes a mail out of the queue, until Retry puts it back.
func (g *Gateway) Hold(ctx context.Context, by account.User, id int64) error {
	return g.change(ctx, by, "UPDATE outgoing SET state = 'kept', due = ? WHERE id = ? AND state IN ('queued', 'failed')", g.now().UnixMilli(), id)
}

// Discard forgets a mail that has not gone.
func (g *Gateway) Discard(ctx context.Context, by account.User, id int64) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if !by.Admin() {
			return errOutbox
		}
		private, err := db.Values[int64](ctx, tx, "DELETE FROM outgoing WHERE id = ? AND state IN ('queued', 'failed', 'kept') RETURNING coalesce(private, 0)", id)
		if err == nil && len(private) == 0 {
			err = errOnItsWay
		}
		if err != nil || private[0] == 0 {
			return err
		}
		return g.endPrivate(ctx, tx, private[0], false)
	})
}

func (g *Gateway) change(ctx context.Context, by account.User, statement string, args ...any) error {
	if !by.Admin() {
		return errOutbox
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, statement, args...)
		if err == nil && n == 0 {
			err = errOnItsWay
		}
		return err
	})
}

// RetryAll has everything tried at once that waits for another attempt.
func (g *Gateway) RetryAll(ctx context.Context, by account.User) error {
	if !by.Admin() {
		return errOutbox
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE outgoing SET due = ? WHERE state = 'queued' AND due > ?", g.now().UnixMilli(), g.now().UnixMilli())
		tx.AfterCommit(g.wake)
		return err
	})
}
