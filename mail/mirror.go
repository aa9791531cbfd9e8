package mail

import (
	"context"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// Mirror has a board show the mails of a list elsewhere, to which its address has been
// subscribed. An empty id ends that. Nothing is sent to the other list.
func (g *Gateway) Mirror(ctx context.Context, by account.User, board item.Space, listID string) error {
	if !by.Admin() {
		return fault.Forbid("Only an administrator mirrors a list.")
	}
	listID = strings.ToLower(strings.Trim(strings.TrimSpace(listID), "<>"))
	if listID != "" && (!strings.Contains(listID, ".") || strings.ContainsAny(listID, "@ <>")) {
		return fault.Bad("list", "The id of a list reads like python-list.python.org; it stands in the List-Id of its mails.")
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM mail_mirror WHERE space = ?", board.ID); err != nil || listID == "" {
			return err
		}
		n, err := tx.Exec(ctx, "INSERT INTO mail_mirror (space, list_id) VALUES (?, ?) ON CONFLICT DO NOTHING", board.ID, listID)
		if err == nil && n == 0 {
			err = fault.Clash("Another board shows this list already.")
		}
		return err
	})
}

// mirrors reports whether a mail comes from the list that a board mirrors, by what it
// says itself.
func (g *Gateway) mirrors(ctx context.Context, board item.Space, m *message.Message) (bool, error) {
	if m.ListID == "" || board.ID == 0 {
		return false, nil
	}
	id, err := db.Value[string](ctx, g.db, "SELECT list_id FROM mail_mirror WHERE space = ?", board.ID)
	if fault.Is(err, fault.Missing) {
		return false, nil
	}
	return err == nil && strings.EqualFold(id, m.ListID), err
}

// postMirrored brings a mail of the other list into the board. The list vouches for it,
// not its author, who gets an account that waits for its owner, under the address that
// the list may have taken out of From. Nobody elsewhere gets a letter about it.
func (g *Gateway) postMirrored(ctx context.Context, d *delivery) error {
	d.proof, d.mirrored = proof{}, true
	if !d.confirmed && !g.fromList(ctx, d) {
		return g.conclude(ctx, d, end{fate: Held, reason: "It says that it comes from the list that is mirrored here, but nothing proves it: neither a DKIM signature nor SPF of the list's domain."})
	}
	var by account.User
	err := g.db.Write(ctx, func(tx *db.Tx) (err error) {
		by, err = g.accounts.Shadow(ctx, tx, d.m.From.Name, d.m.From.Address)
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

// fromList reports whether a mail comes from the servers of its list.
func (g *Gateway) fromList(ctx context.Context, d *delivery) bool {
	if g.conf.trusts(d.peer) {
		return g.judgedByServer(d).doubt == ""
	}
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	return g.signedBy(ctx, d.raw, d.m.ListID) || g.sentFrom(ctx, d, d.m.ListID)
}
