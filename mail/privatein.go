package mail

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/job"
	"picus/internal/lang"
	"picus/mail/message"
)

// privateJob is the kind of the job that reads a private mail; its payload is a waiting.
const privateJob = "mail.private"

// readerTries is how often a private mail is read that ends its reader.
const readerTries = 10

// putPrivate stores a mail to a private address, apart from the others. Where the address
// has ended since it was asked for, a trace says so.
func (g *Gateway) putPrivate(ctx context.Context, tx *db.Tx, row stored) error {
	local, _ := g.localPart(row.to)
	_, token, _ := strings.Cut(local, "+")
	p, err := g.accounts.ReadPrivateToken(ctx, tx, token)
	if fault.Is(err, fault.Missing) {
		row.fate, row.reason, row.raw, row.to = Refused, err.Error(), nil, g.hideSecrets(row.to)
		_, err = row.insert(ctx, tx)
	}
	if err != nil || p.From.ID == 0 {
		return err
	}
	id, err := tx.Insert(ctx, `
		INSERT INTO private_mail (sender, receiver, fate, digest, mail_from, peer, raw, at) VALUES (?, ?, 'received', ?, ?, ?, ?, ?) RETURNING id`,
		p.From.ID, p.To.ID, row.digest, row.from, row.peer, row.raw, row.at.UnixMilli())
	if err != nil {
		return err
	}
	return g.jobs.Add(ctx, tx, privateJob, waiting{Message: id}, row.at)
}

// isPrivate reports whether a recipient is a private address.
func (g *Gateway) isPrivate(to string) bool {
	local, _ := g.localPart(to)
	return strings.HasPrefix(local, string(toPrivate)+"+")
}

// privateIn decides what becomes of a private mail, in the transaction that ends its job.
func (g *Gateway) privateIn(ctx context.Context, j *job.Job) error {
	var w waiting
	if err := j.Read(&w); err != nil {
		return err
	}
	d, err := g.loadPrivate(ctx, w.Message)
	if fault.Is(err, fault.Missing) || err == nil && d.fate != Received {
		return nil
	}
	if err != nil {
		return err
	}
	d.job, d.confirmed = j, w.Confirmed
	if j.Attempts > readerTries && g.crashed(ctx, j) {
		return g.concludePrivate(ctx, d, Refused, "It cannot be read.", nil)
	}
	if err := g.reading.Acquire(ctx, min(int64(len(d.raw))*parsed, readAhead)); err != nil {
		return err
	}
	defer g.reading.Release(min(int64(len(d.raw))*parsed, readAhead))
	d.m = message.Parse(d.raw)
	d.m.MessageID = messageID(d.m, d.raw)
	return g.decidePrivate(ctx, d)
}

func (g *Gateway) loadPrivate(ctx context.Context, id int64) (*delivery, error) {
	var from, to int64
	d, err := db.One(ctx, g.db, func(r db.Row) (*delivery, error) {
		d := delivery{id: id, route: route{purpose: toPrivate}}
		var at int64
		var peer string
		err := r.Scan(&from, &to, &d.from, &peer, &d.fate, &d.raw, &at)
		d.peer, _ = netip.ParseAddr(peer)
		d.mailbox, d.at = peer == byMailbox, time.UnixMilli(at).UTC()
		return &d, err
	}, "SELECT sender, receiver, mail_from, peer, fate, raw, at FROM private_mail WHERE id = ?", id)
	if err != nil {
		return d, err
	}
	pair, err := g.pair(ctx, from, to)
	if err != nil {
		return d, err
	}
	d.route.user, d.route.to = pair.From, pair.To
	d.raw, err = unpack(d.raw)
	return d, err
}

// decidePrivate sorts out robots, then asks whether the mail is from the one person whom
// its address was made for.
func (g *Gateway) decidePrivate(ctx context.Context, d *delivery) error {
	drop := func(why string) error { return g.concludePrivate(ctx, d, Dropped, why, nil) }
	switch {
	case d.m.Kind == message.BounceOf:
		return drop("It is a report.")
	case d.m.Kind == message.Loop || d.m.Loops(func(id string) bool { return g.isOurs(ctx, id) }):
		return drop("It has been here before.")
	case d.m.Kind == message.AutoReply && !d.m.Doubtful:
		return drop(d.m.Reason)
	case d.from == "":
		return drop("The envelope sender is empty.")
	}
	by := d.route.user
	theirs, err := g.accounts.Owns(ctx, by, sender(d.m).Address)
	if err != nil {
		return err
	}
	if d.proof, err = g.prove(ctx, d); err != nil {
		return err
	}
	if !theirs {
		return g.refusePrivate(ctx, d, errNotYours)
	}
	err = g.mayWrite(ctx, g.db, by, d.route.to)
	consents := !errors.Is(err, account.ErrNoConsent)
	switch {
	case consents && err != nil:
		return g.refusePrivate(ctx, d, err)
	case d.confirmed:
		return g.acceptPrivate(ctx, d)
	case !consents:
		return g.askPrivate(ctx, d, LetterPrivateConsent, "Its sender has to agree to take private mail as well.")
	case d.proof.doubt != "" || d.m.Doubtful:
		return g.askPrivate(ctx, d, LetterPrivateConfirm, firstOf(d.proof.doubt, d.m.Reason))
	}
	return g.acceptPrivate(ctx, d)
}

var errNotYours = fault.Forbid("A private address is good for one sender alone. Yours for this person is on their page, when you are signed in.")

// refusePrivate ends a mail with a letter to a sender who is known to have written it.
func (g *Gateway) refusePrivate(ctx context.Context, d *delivery, why error) error {
	refused := fault.All(why)
	if len(refused) == 0 {
		return why
	}
	if d.proof.by == "" && !d.confirmed || d.m.Doubtful {
		return g.concludePrivate(ctx, d, Refused, refused[0].Error(), nil)
	}
	by, err := g.accounts.ByAddress(ctx, sender(d.m).Address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	letter := Letter{Name: by.Display, Lang: by.Lang, Kind: LetterPrivateRefused, Args: map[string]string{ArgReason: lang.Match(by.Lang).T(refused[0].Text, refused[0].Args...)}}
	return g.concludePrivate(ctx, d, Refused, refused[0].Error(), g.answersFor(d, letter, LetterPrivateRefused+" "+refused[0].Text))
}

// acceptPrivate puts a mail on its way to the other, once.
func (g *Gateway) acceptPrivate(ctx context.Context, d *delivery) error {
	p, err := g.readPrivate(ctx, d)
	if err != nil {
		return g.refusePrivate(ctx, d, err)
	}
	raw, mid, err := g.composePrivate(ctx, p)
	if err != nil {
		return err
	}
	err = g.db.Write(ctx, func(tx *db.Tx) error {
		known, err := g.sentBefore(ctx, tx, p)
		if err != nil {
			return err
		}
		if known {
			return g.finishPrivate(ctx, tx, d, Known, "")
		}
		if p.from.Status == account.Shadow {
			if err := g.accounts.TurnPrivateDoor(ctx, tx, p.from.ID, true); err != nil {
				return err
			}
		}
		if err := g.mayWrite(ctx, tx, p.from, p.to); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "UPDATE private_mail SET fate = 'queued', mid = ?, message_id = ?, digest = ?, mail_from = '', peer = '', raw = ?, at = ? WHERE id = ?",
			mid, p.messageID, p.digest, pack(raw), g.now().UnixMilli(), d.id)
		if err != nil {
			return err
		}
		if err := g.queuePrivate(ctx, tx, d.id, p.to.ID); err != nil {
			return err
		}
		return d.job.Finish(ctx, tx)
	})
	if err != nil && fault.KindOf(err) != fault.Internal {
		return g.refusePrivate(ctx, d, err)
	}
	return err
}

// readPrivate reads what goes on of a mail.
func (g *Gateway) readPrivate(ctx context.Context, d *delivery) (private, error) {
	m := d.m
	p := private{from: d.route.user, to: d.route.to, subject: oneLine(m.Subject), markdown: m.Markdown, messageID: m.MessageID}
	sum := sha256.Sum256(append(contentDigest(m), m.MessageID...))
	p.digest = sum[:]
	var err error
	if p.addresses, err = g.addressesOf(ctx, p.from, p.to); err != nil {
		return p, err
	}
	p.sealed = sealedMail(m, d.raw)
	if p.sealed == nil {
		p.text = p.hideQuoted(g.hideSecrets(inlinePicture.ReplaceAllString(m.Text, "[$1]")), m.Reply)
		p.takeFiles(m.Attachments)
		if strings.TrimSpace(p.text) == "" && len(p.files) == 0 {
			return p, errNoText
		}
	}
	p.answers, err = g.answeredID(ctx, p, append(m.InReplyTo, m.References...))
	return p, err
}

// mostAnswered is how many ids of a mail are looked up.
const mostAnswered = 5

// answeredID returns the id by which the receiver's mail program knows what is answered:
// their own mail's, or that of a post. No other id goes on, since it may tell whose
// mail server made it.
func (g *Gateway) answeredID(ctx context.Context, p private, ids []string) (string, error) {
	for _, id := range ids[:min(len(ids), mostAnswered)] {
		local, _, _ := strings.Cut(id, "@")
		if strings.HasPrefix(local, privateMIDPrefix) {
			own, err := db.Values[string](ctx, g.db, "SELECT message_id FROM private_mail WHERE mid = ? AND mid <> '' AND sender = ? AND receiver = ?", local, p.to.ID, p.from.ID)
			if err != nil || len(own) > 0 {
				return strings.Join(own[:min(len(own), 1)], ""), err
			}
			continue
		}
		if _, ok := g.itemOf(id); ok {
			return id, nil
		}
		theirs, err := db.Value[bool](ctx, g.db, "SELECT EXISTS (SELECT 1 FROM message WHERE message_id = ? AND account = ? AND item IS NOT NULL)", id, p.to.ID)
		if err != nil || theirs {
			return id, err
		}
	}
	return "", nil
}

// concludePrivate ends a mail that does not go on.
func (g *Gateway) concludePrivate(ctx context.Context, d *delivery, fate Fate, why string, also func(context.Context, *db.Tx) error) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if also != nil {
			if err := also(ctx, tx); err != nil {
				return err
			}
		}
		return g.finishPrivate(ctx, tx, d, fate, why)
	})
}

// finishPrivate writes what became of a mail. Only one that is held keeps its text.
func (g *Gateway) finishPrivate(ctx context.Context, tx *db.Tx, d *delivery, fate Fate, why string) error {
	_, err := tx.Exec(ctx, "UPDATE private_mail SET fate = ?, reason = ? WHERE id = ?", string(fate), why, d.id)
	if err == nil && fate != Held {
		_, err = tx.Exec(ctx, "UPDATE private_mail SET raw = ?, mail_from = '', peer = '' WHERE id = ?", []byte{}, d.id)
	}
	if err != nil {
		return err
	}
	return d.job.Finish(ctx, tx)
}

// askPrivate holds a mail and asks the person whom its address was made for. The letter
// says nothing that a stranger may have chosen.
func (g *Gateway) askPrivate(ctx context.Context, d *delivery, kind, why string) error {
	by, token := d.route.user, g.privateTicket(d.id)
	letter := Letter{To: by.Email, Lang: by.Lang, Kind: kind, Args: map[string]string{
		ArgLink: "/confirm/" + token, ArgReplyTo: g.address(string(toConfirm) + "+" + token), ArgSender: d.route.to.Display,
	}}
	return g.concludePrivate(ctx, d, Held, why, func(ctx context.Context, tx *db.Tx) error { return g.sendOnce(ctx, tx, d, letter, kind) })
}

const privateTicketPrefix = "p-"

// privateTicket is ticket for a private mail.
func (g *Gateway) privateTicket(id int64) string {
	n := strconv.FormatInt(id, 36)
	return privateTicketPrefix + n + "-" + g.accounts.Sign("confirm-private", n)
}

// readPrivateTicket returns the mail of a ticket; ours is false for a ticket of another kind.
func (g *Gateway) readPrivateTicket(token string) (id int64, ours bool, err error) {
	rest, marked := strings.CutPrefix(strings.ToLower(token), privateTicketPrefix)
	n, sum, ours := strings.Cut(rest, "-")
	if !marked || !ours {
		return 0, false, nil // “p” may be the number of a mail, too
	}
	if !g.accounts.Verify(sum, "confirm-private", n) {
		return 0, true, errTicket
	}
	if id, err = strconv.ParseInt(n, 36, 64); err != nil {
		return 0, true, errTicket
	}
	return id, true, nil
}

// privateConfirmation is ConfirmInfo of a private mail.
func (g *Gateway) privateConfirmation(ctx context.Context, id int64) (Confirmation, error) {
	d, err := g.loadPrivate(ctx, id)
	if fault.Is(err, fault.Missing) || err == nil && (d.fate != Held || g.now().Sub(d.at) > ticketLife) {
		err = errTicket
	}
	if err != nil {
		return Confirmation{}, err
	}
	return Confirmation{Private: d.route.to.Display, Received: d.at, message: id}, nil
}

// releasePrivate lets a held mail go on.
func (g *Gateway) releasePrivate(ctx context.Context, tx *db.Tx, id int64) error {
	n, err := tx.Exec(ctx, "UPDATE private_mail SET fate = 'received', reason = '' WHERE id = ? AND fate = 'held'", id)
	if err != nil {
		return err
	}
	if n == 0 {
		return errNotHeld
	}
	return g.jobs.Add(ctx, tx, privateJob, waiting{Message: id, Confirmed: true}, g.now())
}
