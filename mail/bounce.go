package mail

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// Mail that comes back costs its recipient points, a day's worst report counting: two
// where the address is wrong, one where the mailbox was full for as long as a server
// tries. At ten the mail stops, so a dead address is off within five days, and one
// that has a bad day is not (MAIL.md 2.3; the numbers are Mailman's, halved).
const (
	hardPoints = 2
	softPoints = 1
	stopAt     = 10
	stale      = 7 // days without a report, after which the count begins anew
)

// What a report may say besides the classes of message.Class.
const (
	delayed   message.Class = "delayed"   // the server still tries
	complaint message.Class = "complaint" // the reader called the mail unwanted
)

// notice is what a report, or the relay itself, says about one mail.
type notice struct {
	account int64 // 0: it was a letter
	class   message.Class
	status  string
	why     string
}

// points is what a notice counts. A refusal of policy says nothing against the
// address: it hits members whenever somebody else's domain is strict (DMARC).
func (n notice) points() int64 {
	switch n.class {
	case message.Hard:
		return hardPoints
	case message.Soft, message.Unclear:
		return softPoints
	}
	return 0
}

// note writes a notice down and counts it.
func (g *Gateway) note(ctx context.Context, tx *db.Tx, n notice) error {
	_, err := tx.Exec(ctx, "INSERT INTO mail_report (at, account, class, status, why) VALUES (?, ?, ?, ?, ?)",
		g.now().UnixMilli(), null(n.account), string(n.class), n.status, n.why)
	if err != nil || n.account == 0 || n.points() == 0 {
		return err
	}
	return g.count(ctx, tx, n)
}

// tally is a person's row of bounce with the account it is about.
type tally struct {
	address, current  string // the address that was counted, and the one of today
	unreachable       bool
	name, lang        string
	points, day, warn int64
}

// count adds a notice to the points of its recipient. Who has none left gets no more
// lists by mail, and is asked by a letter whether the address works again.
func (g *Gateway) count(ctx context.Context, tx *db.Tx, n notice) error {
	t, err := g.tally(ctx, tx, n.account)
	if err != nil || t.unreachable || t.current == "" {
		return err
	}
	day := today(g.now())
	switch {
	case t.address != t.current, day-t.day >= stale:
		t.points = n.points()
	case t.day == day:
		return nil
	default:
		t.points += n.points()
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO bounce (account, address, points, day, why) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET address = excluded.address, points = excluded.points, day = excluded.day,
			why = excluded.why, warned = 0, due = 0`, n.account, t.current, t.points, day, n.why)
	if err != nil || t.points < stopAt {
		return err
	}
	if err := g.accounts.SetUnreachable(ctx, tx, n.account, true); err != nil {
		return err
	}
	return g.warn(ctx, tx, n.account)
}

func (g *Gateway) tally(ctx context.Context, r db.Reader, account int64) (tally, error) {
	t, err := db.One(ctx, r, func(r db.Row) (t tally, err error) {
		err = r.Scan(&t.current, &t.unreachable, &t.name, &t.lang, &t.address, &t.points, &t.day, &t.warn)
		return t, err
	}, `
		SELECT coalesce(a.email, ''), a.unreachable > 0, a.display, a.lang, coalesce(b.address, ''), coalesce(b.points, 0), coalesce(b.day, 0), coalesce(b.warned, 0)
		FROM account a LEFT JOIN bounce b ON b.account = a.id WHERE a.id = ?`, account)
	if fault.Is(err, fault.Missing) {
		return tally{}, nil
	}
	if err != nil {
		return t, fmt.Errorf("read what came back: %w", err)
	}
	return t, nil
}
