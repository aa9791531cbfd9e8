package mail

import (
	"context"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// Who gets no more mail is asked three times, a week apart, whether the address works
// again. The letters go to that address: often the fault was a passing one.
const (
	warnings     = 3
	betweenWarns = 7 * 24 * time.Hour
)

// warn writes the next letter to somebody whose mail has stopped.
func (g *Gateway) warn(ctx context.Context, tx *db.Tx, account int64) error {
	t, err := g.tally(ctx, tx, account)
	if err != nil {
		return err
	}
	if !t.unreachable || t.address != t.current || t.warn >= warnings {
		_, err := tx.Exec(ctx, "UPDATE bounce SET due = 0 WHERE account = ?", account)
		return err
	}
	token := g.resumeToken(account, t.current)
	l := Letter{To: t.current, Name: t.name, Lang: t.lang, Kind: LetterUnreachable, Args: map[string]string{
		ArgLink: "/resume/" + token, ArgReplyTo: g.address("resume+" + token),
	}}
	if err := g.jobs.Add(ctx, tx, LetterJob, l, g.now()); err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE bounce SET warned = warned + 1, due = ? WHERE account = ?", g.now().Add(betweenWarns).UnixMilli(), account)
	return err
}

// remind writes the letters that are due. Sweep calls it.
func (g *Gateway) remind(ctx context.Context) error {
	const atATime = 500
	due, err := db.Values[int64](ctx, g.db, "SELECT account FROM bounce WHERE due > 0 AND due <= ? ORDER BY due LIMIT ?", g.now().UnixMilli(), atATime)
	if err != nil || len(due) == 0 {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		for _, account := range due {
			if err := g.warn(ctx, tx, account); err != nil {
				return err
			}
		}
		return nil
	})
}

// Trouble is what a member learns about mail to them that comes back.
type Trouble struct {
	Stopped bool   // no mail is sent any more
	Why     string // what the last report said
}

// Trouble returns what came back of by's mail lately; the zero value if all is well.
func (g *Gateway) Trouble(ctx context.Context, by account.User) (Trouble, error) {
	t, err := db.One(ctx, g.db, func(r db.Row) (t Trouble, err error) {
		err = r.Scan(&t.Stopped, &t.Why)
		return t, err
	}, `
		SELECT a.unreachable > 0, b.why FROM bounce b JOIN account a ON a.id = b.account
		WHERE b.account = ? AND b.address = a.email AND (a.unreachable > 0 OR b.day > ?)`,
		by.ID, today(g.now())-stale)
	if fault.Is(err, fault.Missing) {
		return Trouble{Stopped: by.Unreachable}, nil
	}
	return t, err
}

// ResumeInfo says whose mail a link from a letter would start again, and changes nothing.
func (g *Gateway) ResumeInfo(ctx context.Context, token string) (account.User, error) {
	return g.readResume(ctx, token)
}

// Resume has mail go to somebody again, whose letter's link it is. Doing it twice is
// no mistake.
func (g *Gateway) Resume(ctx context.Context, token string) (account.User, error) {
	u, err := g.readResume(ctx, token)
	if err != nil {
		return u, err
	}
	return u, g.db.Write(ctx, func(tx *db.Tx) error { return g.forgive(ctx, tx, u.ID) })
}

// ResumeOwn is Resume for somebody who is signed in.
func (g *Gateway) ResumeOwn(ctx context.Context, by account.User) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return g.db.Write(ctx, func(tx *db.Tx) error { return g.forgive(ctx, tx, by.ID) })
}

// forgive begins the count anew.
func (g *Gateway) forgive(ctx context.Context, tx *db.Tx, account int64) error {
	if _, err := tx.Exec(ctx, "DELETE FROM bounce WHERE account = ?", account); err != nil {
		return err
	}
	return g.accounts.SetUnreachable(ctx, tx, account, false)
}

// resume is Resume by an answer to the letter. In doubt the sender is a robot.
func (g *Gateway) resume(ctx context.Context, d *delivery) error {
	if d.m.Doubtful {
		return g.conclude(ctx, d, end{fate: Dropped, reason: d.m.Reason})
	}
	u, err := g.readResume(ctx, d.route.token)
	if err != nil {
		return g.refuse(ctx, d, err)
	}
	return g.conclude(ctx, d, end{fate: Obeyed, account: u.ID, also: func(ctx context.Context, tx *db.Tx) error {
		return g.forgive(ctx, tx, u.ID)
	}})
}

var errResume = fault.Gone("This link is not good any more. Please sign in; your settings have a button that does the same.")

// resumeToken is bound to the address that it was sent to.
func (g *Gateway) resumeToken(account int64, address string) string {
	id := strconv.FormatInt(account, 36)
	return id + "-" + g.accounts.Sign("resume", id, strings.ToLower(address))
}

func (g *Gateway) readResume(ctx context.Context, token string) (account.User, error) {
	text, sum, _ := strings.Cut(strings.ToLower(token), "-")
	id, err := strconv.ParseInt(text, 36, 64)
	if err != nil {
		return account.User{}, errResume
	}
	u, err := g.accounts.ByID(ctx, id)
	if fault.Is(err, fault.Missing) || err == nil && !g.accounts.Verify(sum, "resume", text, strings.ToLower(u.Email)) {
		return account.User{}, errResume
	}
	return u, err
}
