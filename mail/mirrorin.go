package mail

import (
	"context"
	"fmt"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// fromMirror looks whether a mail to a board comes from the list that it mirrors, by
// what it says itself.
func (g *Gateway) fromMirror(ctx context.Context, d *delivery) (err error) {
	if d.route.purpose != toPost {
		return nil
	}
	d.mirror, err = g.mirror(ctx, d.route.board.ID)
	d.mirrored = d.mirror.sends(d.m)
	return err
}

// screenMirror reports whether a mail claims to come from the list that a board mirrors,
// or from the robots of its servers.
func (g *Gateway) screenMirror(ctx context.Context, r route, head *message.Message) (bool, error) {
	if r.purpose != toPost {
		return false, nil
	}
	m, err := g.mirror(ctx, r.board.ID)
	return m.sends(head) || m.runs(sender(head).Address), err
}

// postMirrored brings a mail of the other list into the board. The list vouches for it,
// not its author, who gets an account that waits for its owner, under the address that
// the list may have taken out of From. Nobody elsewhere gets a letter about it.
func (g *Gateway) postMirrored(ctx context.Context, d *delivery) error {
	d.proof = proof{}
	if d.mirror.Paused {
		return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("It comes from the list that is mirrored here, and the mirror is paused.")})
	}
	if !d.confirmed && !g.fromList(ctx, d) {
		return g.conclude(ctx, d, end{fate: Held, reason: fault.Told("It says that it comes from the list that is mirrored here, but nothing proves it: neither a DKIM signature nor SPF of the list's domain.")})
	}
	if own, err := g.ownByText(ctx, d); err != nil || own.item != 0 {
		if err != nil {
			return err
		}
		return g.takeBackOwn(ctx, d, own)
	}
	var by account.User
	err := g.db.Write(ctx, func(tx *db.Tx) (err error) {
		by, err = g.accounts.Shadow(ctx, tx, d.mirrorAuthor(), d.m.From.Address)
		return err
	})
	if fault.KindOf(err) != fault.Internal {
		return g.refuse(ctx, d, err)
	}
	if err != nil {
		return err
	}
	if by.Status == account.Suspended {
		return g.refuse(ctx, d, errSuspended)
	}
	return g.publishText(ctx, d, by)
}

// mirrorAuthor is how the author of a mirrored mail is called. Where the list itself
// stands in From, for all of its authors, the account is the list's and the text begins
// with who wrote it.
func (d *delivery) mirrorAuthor() string {
	if !strings.EqualFold(d.m.From.Address, d.mirror.Address) {
		return d.m.From.Name
	}
	if d.m.From.Name != "" {
		d.m.Reply = d.m.From.Name + ":\n\n" + firstOf(d.m.Reply, d.m.Text)
	}
	list, _ := cutAddress(d.mirror.Address)
	return list
}

// fromList reports whether a mail comes from the servers of its list. A server in front is
// asked about the envelope, which is the list's own: who has written the mail, and whether
// the list has changed it, says nothing about that.
func (g *Gateway) fromList(ctx context.Context, d *delivery) bool {
	_, envelope := cutAddress(d.from)
	if g.trusts(d) && aligned(envelope, d.mirror.ListID) && !g.strangeEnvelope(d) {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	return g.signedBy(ctx, d.raw, d.mirror.ListID) || g.sentFrom(ctx, d, d.mirror.ListID)
}

// beenHere ends a mail that has been here before. Where it comes from the mirrored list
// it may be a post of ours with an id that the list has given it; that is noted, because
// answers will name it.
func (g *Gateway) beenHere(ctx context.Context, d *delivery) error {
	if d.mirrored && g.fromList(ctx, d) {
		own, err := g.ownByID(ctx, d)
		if err == nil && own.item == 0 {
			own, err = g.ownByText(ctx, d)
		}
		if err != nil {
			return err
		}
		if own.item != 0 {
			return g.takeBackOwn(ctx, d, own)
		}
	}
	return g.conclude(ctx, d, end{fate: Dropped, reason: fault.Told("It has been here before.")})
}

// ownPost is a post of ours that a mail brings back.
type ownPost struct{ item, thread int64 }

// ownByID finds a post of ours by the id that a mail has, or had before the list gave it
// another one. Anybody can write down the id that a mail had, so there the words decide.
func (g *Gateway) ownByID(ctx context.Context, d *delivery) (ownPost, error) {
	ids := []string{d.m.MessageID}
	for _, name := range []string{"X-Original-Message-ID", "Original-Message-ID"} {
		ids = append(ids, cleanID(d.m.Header(name)))
	}
	known, err := g.nodes(ctx, g.db, d.route.board.ID, ids)
	if err != nil {
		return ownPost{}, err
	}
	for i, id := range ids {
		n := known[id]
		if n.item == 0 {
			continue
		}
		sent, err := g.printSent(ctx, n.item)
		if err != nil || i == 0 || sent.begins(strings.Fields(d.m.Text)) {
			return ownPost{n.item, n.thread}, err
		}
	}
	return ownPost{}, nil
}

// printSent returns the imprint of what went to the other list as a post; of one that did
// not, nothing begins with it.
func (g *Gateway) printSent(ctx context.Context, post int64) (imprint, error) {
	p, err := db.One(ctx, g.db, func(r db.Row) (p imprint, err error) {
		return p, r.Scan(&p.words, &p.digest)
	}, "SELECT words, digest FROM mail_mirrored WHERE item = ?", post)
	return p, ignoreMissing(err)
}

// sameThere reports whether a mail of the mirrored list is the post that the board has
// under its Message-ID: one of the same author, or with the same words. Else somebody has
// seen it sooner, and used its id here first (SECURITY.md, M-6).
func (g *Gateway) sameThere(ctx context.Context, d *delivery, by account.User, n node) (bool, error) {
	if n.ours {
		return true, nil
	}
	var author int64
	var source string
	_, err := db.One(ctx, g.db, func(r db.Row) (none struct{}, err error) {
		return none, r.Scan(&author, &source)
	}, "SELECT i.author, r.source FROM item i JOIN revision r ON r.id = i.head_rev WHERE i.id = ?", n.item)
	return author == by.ID || printOf(source).begins(strings.Fields(d.m.Text)), err
}

// takeBackOwn ends a mail that brings a post of ours back, and files the post under the
// id that the list has given it.
func (g *Gateway) takeBackOwn(ctx context.Context, d *delivery, own ownPost) error {
	return g.conclude(ctx, d, end{fate: Known, item: own.item, reason: fault.Told("It is a post of this board that comes back."), also: func(ctx context.Context, tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE mail_mirror SET error = '' WHERE space = ? AND error <> ''", d.route.board.ID)
		if err != nil {
			return err
		}
		if n > 0 {
			tx.AfterCommit(g.mirrors.forget)
		}
		return g.nameAgain(ctx, tx, d, own)
	}})
}

// nameAgain files a post under another id, unless it has that already.
func (g *Gateway) nameAgain(ctx context.Context, tx *db.Tx, d *delivery, own ownPost) error {
	if _, ours := g.itemOf(d.m.MessageID); ours {
		return nil
	}
	known, err := g.nodes(ctx, tx, d.route.board.ID, []string{d.m.MessageID})
	if err != nil || known[d.m.MessageID].item != 0 {
		return err
	}
	if err := putNode(ctx, tx, d.route.board.ID, d.m.MessageID, forum.Ref{Thread: own.thread, Post: own.item}); err != nil {
		return err
	}
	if ghost := known[d.m.MessageID].thread; ghost != 0 && ghost != own.thread {
		if err := g.merge(ctx, tx, []int64{ghost, own.thread}); err != nil { // answers were faster
			return err
		}
	}
	if _, err := tx.Exec(ctx, "UPDATE mail_mirrored SET alias = ? WHERE item = ? AND alias = ''", d.m.MessageID, own.item); err != nil {
		return fmt.Errorf("note the id of a post in another list: %w", err)
	}
	return nil
}
