package mail

import (
	"context"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// ticketLife is how long a held mail can be confirmed.
const ticketLife = 7 * 24 * time.Hour

// Confirmation is a mail that waits for its sender's word.
type Confirmation struct {
	Board    string // the title of the board it was sent to
	Slug     string // of the board
	Subject  string // empty for a command
	Command  string // "subscribe", "digest" or "unsubscribe"; empty: it is to be posted
	Private  string // whom the mail is for, where it is a private one
	Received time.Time

	message int64
	sender  string // whom a letter has asked
}

var errTicket = fault.Gone("This confirmation is no longer good. It may have been used, or be more than a week old. Please send your mail again.")

// ticket returns the token by which the sender of a held mail confirms it, in a link
// or in the address of an answer.
func (g *Gateway) ticket(message int64) string {
	id := strconv.FormatInt(message, 36)
	return id + "-" + g.accounts.Sign("confirm-mail", id)
}

// readTicket returns the mail of a ticket. It may have been confirmed since.
func (g *Gateway) readTicket(token string) (message int64, err error) {
	id, sum, _ := strings.Cut(strings.ToLower(token), "-")
	if !g.accounts.Verify(sum, "confirm-mail", id) {
		return 0, errTicket
	}
	message, err = strconv.ParseInt(id, 36, 64)
	if err != nil {
		return 0, errTicket
	}
	return message, nil
}

// checkTicket fails for a ticket of neither kind of mail.
func (g *Gateway) checkTicket(token string) error {
	_, private, err := g.readPrivateTicket(token)
	if !private {
		_, err = g.readTicket(token)
	}
	return err
}

// letThrough releases the mail of a confirmation. Who has answered one question may be
// asked the next one today: nobody else sends mail in their name, or they let it happen.
func (g *Gateway) letThrough(ctx context.Context, tx *db.Tx, c Confirmation) error {
	if c.Private != "" {
		return g.releasePrivate(ctx, tx, c.message)
	}
	if err := g.forgetAnswers(ctx, tx, c.sender, bookedAsk, ""); err != nil {
		return err
	}
	return g.release(ctx, tx, c.message)
}

// ConfirmInfo says what a confirmation would do, and changes nothing: programs that
// look for viruses open every link in a mail.
func (g *Gateway) ConfirmInfo(ctx context.Context, token string) (Confirmation, error) {
	if id, private, err := g.readPrivateTicket(token); private {
		if err != nil {
			return Confirmation{}, err
		}
		return g.privateConfirmation(ctx, id)
	}
	id, err := g.readTicket(token)
	if err != nil {
		return Confirmation{}, err
	}
	d, err := g.load(ctx, id)
	if fault.Is(err, fault.Missing) || err == nil && (d.fate != Held || g.now().Sub(d.at) > ticketLife) {
		err = errTicket
	}
	if err != nil {
		return Confirmation{}, err
	}
	r, err := g.route(ctx, d.to)
	if err != nil {
		return Confirmation{}, err
	}
	head := message.ParseHeader(d.raw)
	c := Confirmation{Board: r.board.Title, Slug: r.board.Slug, Received: d.at, message: id, sender: strings.ToLower(sender(head).Address)}
	if r.purpose == toPost || r.purpose == toReply {
		c.Subject = head.Subject
	} else {
		c.Command = string(r.purpose)
	}
	return c, nil
}

// Confirm lets a held mail through: the token has reached its sender's mailbox. It is
// posted, or obeyed, a moment later.
func (g *Gateway) Confirm(ctx context.Context, token string) (Confirmation, error) {
	c, err := g.ConfirmInfo(ctx, token)
	if err != nil {
		return c, err
	}
	err = g.db.Write(ctx, func(tx *db.Tx) error { return g.letThrough(ctx, tx, c) })
	if fault.Is(err, fault.Missing) {
		err = errTicket // somebody else was faster
	}
	return c, err
}

// confirm is Confirm by a mail to confirm+TOKEN@. Robots that answer letters have
// been sorted out before; in doubt the sender is a robot.
func (g *Gateway) confirm(ctx context.Context, d *delivery) error {
	if d.m.Doubtful {
		return g.conclude(ctx, d, end{fate: Dropped, reason: d.m.Reason})
	}
	c, err := g.ConfirmInfo(ctx, d.route.token)
	if err != nil {
		return g.refuse(ctx, d, err)
	}
	return g.conclude(ctx, d, end{fate: Obeyed, also: func(ctx context.Context, tx *db.Tx) error {
		err := g.letThrough(ctx, tx, c)
		if fault.Is(err, fault.Missing) {
			return nil // it has been confirmed meanwhile
		}
		return err
	}})
}

// hold keeps a mail back until its sender, or the staff, let it through.
func (g *Gateway) hold(ctx context.Context, d *delivery, by account.User) error {
	return g.ask(ctx, d, by, LetterConfirmPost, d.proof.doubt)
}

// ask holds a mail and writes to the address that it names as its sender, which is
// told nothing that a stranger may have chosen (SECURITY.md, M-5).
func (g *Gateway) ask(ctx context.Context, d *delivery, by account.User, kind, reason string) error {
	token := g.ticket(d.id)
	letter := Letter{To: sender(d.m).Address, Lang: by.Lang, Kind: kind, Args: map[string]string{
		ArgLink: "/confirm/" + token, ArgReplyTo: g.address("confirm+" + token),
		ArgBoard: d.route.board.Title, ArgList: d.route.board.List,
	}}
	return g.conclude(ctx, d, end{fate: Held, reason: reason, account: by.ID, also: func(ctx context.Context, tx *db.Tx) error {
		return g.sendOnce(ctx, tx, d, letter, bookedAsk+kind)
	}})
}
