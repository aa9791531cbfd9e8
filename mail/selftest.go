package mail

import (
	"context"
	"strconv"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// selfTestEvery is how often the site writes to itself, where it has a relay. Nothing
// else shows that mail comes in when nobody writes any.
const selfTestEvery = time.Hour

// SelfTest is how the last mail of the site to itself fared.
type SelfTest struct {
	Sent time.Time // zero: none was sent yet
	Took time.Duration
	Back bool
}

// Late reports whether the test has failed: an hour is ample for the way out and in.
func (t SelfTest) Late(now time.Time) bool {
	return !t.Sent.IsZero() && !t.Back && now.Sub(t.Sent) > selfTestEvery-5*time.Minute
}

// testItself sends the hourly mail. The first is due an hour after the first start.
func (g *Gateway) testItself(ctx context.Context) error {
	if !g.Relayed() {
		return nil
	}
	now := g.now()
	last, err := db.Value[int64](ctx, g.db, "SELECT sent FROM mail_selftest WHERE id = 1")
	first := fault.Is(err, fault.Missing)
	if err != nil && !first || !first && now.UnixMilli()-last < selfTestEvery.Milliseconds() {
		return ignoreMissing(err)
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO mail_selftest (id, sent, back) VALUES (1, ?, 0)
			ON CONFLICT (id) DO UPDATE SET sent = excluded.sent, back = 0`, now.UnixMilli())
		if err != nil || first {
			return err
		}
		l := Letter{To: g.address("selftest+" + g.selfTestToken(now.UnixMilli())), Kind: LetterSelfTest}
		return g.jobs.Add(ctx, tx, LetterJob, l, now)
	})
}

func (g *Gateway) selfTestToken(sent int64) string {
	at := strconv.FormatInt(sent, 36)
	return at + "-" + g.accounts.Sign("selftest", at)
}

func (g *Gateway) readSelfTest(token string) (sent int64, ok bool) {
	at, sum, _ := strings.Cut(strings.ToLower(token), "-")
	if !g.accounts.Verify(sum, "selftest", at) {
		return 0, false
	}
	sent, err := strconv.ParseInt(at, 36, 64)
	return sent, err == nil
}

// selfTestBack notes that the mail has come in. One of an hour before does not count.
func (g *Gateway) selfTestBack(ctx context.Context, d *delivery) error {
	sent, _ := g.readSelfTest(d.route.token)
	return g.conclude(ctx, d, end{fate: Reported, reason: fault.Told("It is the site's own test, and it has arrived."), also: func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE mail_selftest SET back = ? WHERE sent = ? AND back = 0", d.at.UnixMilli(), sent)
		return err
	}})
}

// LastSelfTest returns how the last test fared.
func (g *Gateway) LastSelfTest(ctx context.Context) (SelfTest, error) {
	var d Desk
	err := g.lastSelfTest(ctx, &d)
	return d.SelfTest, err
}

func (g *Gateway) lastSelfTest(ctx context.Context, d *Desk) error {
	t, err := db.One(ctx, g.db, func(r db.Row) (t SelfTest, err error) {
		var sent, back int64
		err = r.Scan(&sent, &back)
		t.Sent, t.Back = time.UnixMilli(sent).UTC(), back > 0
		if t.Back {
			t.Took = time.Duration(back-sent) * time.Millisecond
		}
		return t, err
	}, "SELECT sent, back FROM mail_selftest WHERE id = 1")
	d.SelfTest = t
	return ignoreMissing(err)
}
