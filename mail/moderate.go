package mail

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// Waiting is a held mail in the moderators' queue.
type Waiting struct {
	ID       int64
	Board    string // slug
	Title    string // of the board
	Sender   string // as the mail names them
	Address  string // which moderators see, as every list's administrator does
	Subject  string
	Text     string // the beginning of what they wrote
	Reason   string // why it is held
	Received time.Time
}

const (
	waitingAtOnce = 30
	waitingText   = 600 // characters of the text
	moderators    = 20  // who are written to about one mail
)

var errModerate = fault.Forbid("Only the moderators of this board decide about held mail.")

// Waiting returns the held mails to the boards that by moderates, the oldest first,
// after the id of one, and whether there are more.
func (g *Gateway) Waiting(ctx context.Context, by account.User, after int64) (all []Waiting, more bool, err error) {
	all, err = db.All(ctx, g.db, func(r db.Row) (w Waiting, err error) {
		var raw []byte
		var at int64
		if err = r.Scan(&w.ID, &w.Board, &w.Title, &w.Reason, &raw, &at); err != nil {
			return w, err
		}
		w.Received = time.UnixMilli(at).UTC()
		if raw, err = unpack(raw); err != nil {
			return w, err
		}
		w.read(message.Parse(raw))
		return w, nil
	}, `
		SELECT m.id, sp.slug, sp.title, m.reason, m.raw, m.received
		FROM message m JOIN space sp ON sp.id = m.space
		WHERE m.fate = 'held' AND m.id > ? AND (? >= CAST(2 AS BIGINT) OR EXISTS (
			SELECT 1 FROM membership k WHERE k.account = ? AND k.group_id = sp.may_moderate))
		ORDER BY m.id LIMIT ?`, after, int64(by.Clearance()), by.Joined(), waitingAtOnce+1)
	if more = len(all) > waitingAtOnce; more {
		all = all[:waitingAtOnce]
	}
	return all, more, err
}

func (w *Waiting) read(m *message.Message) {
	from := sender(m)
	w.Sender, w.Address, w.Subject = oneLine(from.Name), oneLine(from.Address), oneLine(m.Subject)
	w.Text = cut(strings.TrimSpace(firstOf(m.Reply, m.Text)), waitingText)
}

// Approve posts a held mail. Its sender is known from then on.
func (g *Gateway) Approve(ctx context.Context, by account.User, id int64) error {
	if err := g.mayModerate(ctx, by, id); err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error { return g.release(ctx, tx, id) })
}

// Reject refuses a held mail with a reason, which its sender reads where it is proved
// that they wrote it. A fault on "reason" where there is none.
func (g *Gateway) Reject(ctx context.Context, by account.User, id int64, reason string) error {
	if err := g.mayModerate(ctx, by, id); err != nil {
		return err
	}
	reason = oneLine(reason)
	if reason == "" {
		return fault.Bad("reason", "Please give the reason: the sender reads it.")
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		return g.requeue(ctx, tx, waiting{Message: id, Rejected: cut(reason, waitingText)})
	})
}

// mayModerate fails where by may not decide about a mail.
func (g *Gateway) mayModerate(ctx context.Context, by account.User, id int64) error {
	board, err := db.Value[string](ctx, g.db, "SELECT sp.slug FROM message m JOIN space sp ON sp.id = m.space WHERE m.id = ? AND m.fate = 'held'", id)
	if fault.Is(err, fault.Missing) && by.Staff() {
		return errNotHeld
	}
	if err != nil {
		return errModerate
	}
	sp, err := g.items.Space(ctx, "board", board)
	if err == nil && !sp.Moderates(by) {
		err = errModerate
	}
	return err
}

// askModerators holds a stranger's mail, tells the moderators, and the sender where it
// is proved who that is.
func (g *Gateway) askModerators(ctx context.Context, d *delivery, by account.User) error {
	people, err := g.moderatorsOf(ctx, d.route.board)
	if err != nil {
		return err
	}
	var w Waiting
	w.read(d.m)
	return g.conclude(ctx, d, end{fate: Held, reason: fault.Told("Its sender has not written here before; it waits for a moderator."), account: by.ID, also: func(ctx context.Context, tx *db.Tx) error {
		for _, p := range people {
			if err := g.jobs.Add(ctx, tx, LetterJob, g.modLetter(d, w, p), g.now()); err != nil {
				return err
			}
		}
		if d.proof.by == "" {
			return nil
		}
		return g.answers(d, Letter{Lang: by.Lang, Kind: LetterWaiting})(ctx, tx)
	}})
}

// moderatorsOf returns whom a held mail is told to: the board's own moderators, or the
// staff where it has none.
func (g *Gateway) moderatorsOf(ctx context.Context, board item.Space) ([]account.User, error) {
	return db.All(ctx, g.db, func(r db.Row) (u account.User, err error) {
		err = r.Scan(&u.ID, &u.Display, &u.Email, &u.Lang)
		return u, err
	}, `
		SELECT a.id, a.display, a.email, a.lang FROM membership own JOIN account a ON a.id = own.account
		WHERE own.group_id = ? AND a.status = 'active' AND a.email IS NOT NULL
		UNION ALL
		SELECT a.id, a.display, a.email, a.lang FROM account a
		WHERE a.role <> 'member' AND a.status = 'active' AND a.email IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM membership own WHERE own.group_id = ?)
		ORDER BY 1 LIMIT ?`, int64(board.MayModerate), int64(board.MayModerate), moderators)
}

// modLetter tells one moderator about a held mail. An answer with one word decides.
func (g *Gateway) modLetter(d *delivery, w Waiting, to account.User) Letter {
	return Letter{To: to.Email, Name: to.Display, Lang: to.Lang, Kind: LetterModerate, Args: map[string]string{
		ArgLink: "/mod/queue", ArgBoard: d.route.board.Title, ArgList: d.route.board.List,
		ArgSubject: w.Subject, ArgSender: strings.TrimSpace(w.Sender + " <" + w.Address + ">"), ArgText: w.Text,
		ArgReplyTo: g.wordAddress(toModerate, d.id, to.ID),
	}}
}

// moderate does what a moderator answers about a held mail.
func (g *Gateway) moderate(ctx context.Context, d *delivery) error {
	return g.heed(ctx, d, func(ctx context.Context, by account.User, mail int64, w decision) error {
		if w.yes {
			return g.Approve(ctx, by, mail)
		}
		return g.Reject(ctx, by, mail, w.why)
	})
}
