package forum

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

const (
	maxOptions = 20
	maxOption  = 200 // characters
)

// NewPoll is what a thread of the kind Voting asks.
type NewPoll struct {
	Options []string  // empty ones do not count
	Several bool      // one may choose more than one
	Closes  time.Time // zero: when the thread does
}

// Poll is a vote among options, each person once. They can be changed until it closes.
type Poll struct {
	Options []Option
	Several bool
	Closes  time.Time // zero: when the thread does
	Closed  bool
	Voters  int
	Voted   bool  // by has
	Shown   bool  // by may see how it stands: they have voted, or it is over
	Why     error // why by cannot vote; nil: they can
}

// Option is one of the things to vote for.
type Option struct {
	N      int
	Text   string
	Votes  int // 0 while it is not shown
	Chosen bool
}

// checkPoll returns the options as they are kept, or faults on "options" and "closes".
func (f *Forum) checkPoll(n NewThread) ([]string, error) {
	if n.Kind != Voting {
		return nil, nil
	}
	var options []string
	for _, o := range n.Poll.Options {
		if o = item.Line(o); o != "" {
			options = append(options, o)
		}
	}
	var late error
	if n.Via != item.Import && !n.Poll.Closes.IsZero() && !n.Poll.Closes.After(f.now()) {
		late = fault.Bad("closes", "Choose a day that is still to come.")
	}
	return options, check(checkOptions(options), late)
}

func checkOptions(options []string) error {
	seen := map[string]bool{}
	for _, o := range options {
		if utf8.RuneCountInString(o) > maxOption {
			return fault.Bad("options", "An option may have %d characters at most.", maxOption)
		}
		if seen[strings.ToLower(o)] {
			return fault.Bad("options", "“%s” is there twice.", o)
		}
		seen[strings.ToLower(o)] = true
	}
	if len(options) < 2 || len(options) > maxOptions {
		return fault.Bad("options", "Give from 2 to %d options, one on each line.", maxOptions)
	}
	return nil
}

func (f *Forum) startPoll(ctx context.Context, tx *db.Tx, thread int64, n NewThread, options []string) error {
	if n.Kind != Voting {
		return nil
	}
	several, closes := 0, int64(0)
	if n.Poll.Several {
		several = 1
	}
	if !n.Poll.Closes.IsZero() {
		closes = n.Poll.Closes.UnixMilli()
	}
	if _, err := tx.Exec(ctx, "INSERT INTO poll (thread, several, closes) VALUES (?, ?, ?)", thread, several, closes); err != nil {
		return err
	}
	for i, o := range options {
		if _, err := tx.Exec(ctx, "INSERT INTO poll_option (thread, n, text) VALUES (?, ?, ?)", thread, i+1, o); err != nil {
			return err
		}
	}
	return nil
}

// Poll returns the poll of a thread as by may see it.
func (f *Forum) Poll(ctx context.Context, by account.User, thread int64) (Poll, error) {
	p, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return Poll{}, err
	}
	return f.poll(ctx, f.db, by, p)
}

func (f *Forum) poll(ctx context.Context, r db.Reader, by account.User, p place) (Poll, error) {
	var several, closes int64
	poll, err := db.One(ctx, r, func(r db.Row) (q Poll, err error) {
		err = r.Scan(&several, &closes, &q.Voters)
		return q, err
	}, "SELECT several, closes, voters FROM poll WHERE thread = ?", p.id)
	if err != nil {
		return poll, fault.Gone("There is no poll in this thread.")
	}
	poll.Several = several != 0
	if closes != 0 {
		poll.Closes = time.UnixMilli(closes).UTC()
		poll.Closed = !f.now().Before(poll.Closes)
	}
	poll.Closed = poll.Closed || p.state == Closed || p.locked || p.archived || p.status != item.Live
	poll.Options, err = db.All(ctx, r, func(r db.Row) (o Option, err error) {
		var mine int64
		err = r.Scan(&o.N, &o.Text, &o.Votes, &mine)
		o.Chosen = mine != 0
		return o, err
	}, `SELECT o.n, o.text, o.votes, coalesce(b.at, 0) FROM poll_option o
		LEFT JOIN ballot b ON b.thread = o.thread AND b.account = ? AND b.n = o.n WHERE o.thread = ? ORDER BY o.n`, by.ID, p.id)
	poll.Why = poll.votable(by)
	return poll.shownTo(by), err
}

// shownTo keeps how a poll stands from whoever has not voted yet.
func (q Poll) shownTo(by account.User) Poll {
	q.Voted = by.Signed() && slices.ContainsFunc(q.Options, func(o Option) bool { return o.Chosen })
	q.Shown = q.Voted || q.Closed
	for i := range q.Options {
		if !q.Shown {
			q.Options[i].Votes = 0
		}
	}
	return q
}

// votable is the one rule about who may vote in a poll.
func (q Poll) votable(by account.User) error {
	switch {
	case q.Closed:
		return fault.Forbid("This poll is closed.")
	case !by.Signed():
		return fault.SignIn("Sign in to vote.")
	case by.Status == account.Waiting:
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	}
	return nil
}

// Choose casts by's vote in a poll: the numbers of the options, which replace what by
// chose before; none takes the vote back. Its fault is on "option". The browser, the API
// and a mail that says “vote 2” call it.
func (f *Forum) Choose(ctx context.Context, by account.User, thread int64, options []int) (Poll, error) {
	slices.Sort(options)
	options = slices.Compact(options)
	var poll Poll
	err := f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.place(ctx, tx, by, thread)
		if err != nil {
			return err
		}
		if poll, err = f.poll(ctx, tx, by, p); err != nil {
			return err
		}
		if err := poll.choosable(options); err != nil {
			return err
		}
		if err := f.castBallots(ctx, tx, by, p.id, poll, options); err != nil {
			return err
		}
		poll, err = f.poll(ctx, tx, by, p)
		return err
	})
	return poll, err
}

func (q Poll) choosable(options []int) error {
	switch {
	case q.Why != nil:
		return q.Why
	case len(options) > 1 && !q.Several:
		return fault.Bad("option", "Choose one option.")
	case len(options) > 0 && (options[0] < 1 || options[len(options)-1] > len(q.Options)):
		return fault.Bad("option", "There is no such option.")
	}
	return nil
}

// castBallots replaces the ballots of one person and counts them; nothing is ever counted anew.
func (f *Forum) castBallots(ctx context.Context, tx *db.Tx, by account.User, thread int64, was Poll, options []int) error {
	for _, step := range []string{
		"UPDATE poll_option SET votes = votes - 1 WHERE thread = ? AND n IN (SELECT b.n FROM ballot b WHERE b.thread = poll_option.thread AND b.account = ?)",
		"DELETE FROM ballot WHERE thread = ? AND account = ?",
	} {
		if _, err := tx.Exec(ctx, step, thread, by.ID); err != nil {
			return err
		}
	}
	for _, n := range options {
		if _, err := tx.Exec(ctx, "INSERT INTO ballot (thread, account, n, at) VALUES (?, ?, ?, ?)", thread, by.ID, n, f.now().UnixMilli()); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE poll_option SET votes = votes + 1 WHERE thread = ? AND n = ?", thread, n); err != nil {
			return err
		}
	}
	voters := 0
	if len(options) > 0 {
		voters++
	}
	if was.Voted {
		voters--
	}
	_, err := tx.Exec(ctx, "UPDATE poll SET voters = voters + ? WHERE thread = ?", voters, thread)
	return err
}
