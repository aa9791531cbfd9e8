package mail

import (
	"context"
	"strconv"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// Unsubscription is what an unsubscribe link does: it ends one person's mail from
// one list. It names the person by the handle, never by the address.
type Unsubscription struct {
	Name   string // the person's handle
	Board  string // the title of the list's board
	Slug   string // of the board
	Digest bool   // it is about the digests of every list
	Done   bool   // there is no mail from it any more

	account, space int64
}

// Unsubscribe ends the mail that a link from a mail is about. It needs no session:
// the keyed hash in the link is the proof (RFC 8058). Doing it twice is no mistake.
func (g *Gateway) Unsubscribe(ctx context.Context, token string) (Unsubscription, error) {
	u, err := g.UnsubscribeInfo(ctx, token)
	if err != nil {
		return u, err
	}
	u.Done = true
	return u, g.db.Write(ctx, func(tx *db.Tx) error {
		if u.Digest {
			return g.items.EndDigests(ctx, tx, u.account)
		}
		return g.items.Leave(ctx, tx, u.account, u.space)
	})
}

// UnsubscribeInfo says what a link would do, and changes nothing: programs that look
// for viruses open every link in a mail (SECURITY.md, M-10).
func (g *Gateway) UnsubscribeInfo(ctx context.Context, token string) (Unsubscription, error) {
	account, space, ok := g.readUnsubscribe(token)
	if !ok {
		return Unsubscription{}, errUnsubscribe
	}
	if space == digestSpace {
		return g.digestInfo(ctx, account)
	}
	u, err := db.One(ctx, g.db, func(r db.Row) (u Unsubscription, err error) {
		err = r.Scan(&u.account, &u.space, &u.Name, &u.Board, &u.Slug, &u.Done)
		return u, err
	}, `
		SELECT a.id, sp.id, a.name, sp.title, sp.slug, EXISTS (SELECT 1 FROM subscription s
			WHERE s.target = 'board' AND s.target_id = sp.id AND s.account = a.id AND s.level = 'mute')
		FROM account was JOIN account a ON a.id = COALESCE(was.merged, was.id), space sp
		WHERE was.id = ? AND sp.id = ?`, account, space)
	if fault.Is(err, fault.Missing) {
		return u, errUnsubscribe
	}
	return u, err
}

// digestInfo is UnsubscribeInfo for the link in a digest.
func (g *Gateway) digestInfo(ctx context.Context, account int64) (Unsubscription, error) {
	u, err := db.One(ctx, g.db, func(r db.Row) (Unsubscription, error) {
		u := Unsubscription{Digest: true}
		err := r.Scan(&u.account, &u.Name, &u.Done)
		return u, err
	}, `
		SELECT a.id, a.name, NOT EXISTS (SELECT 1 FROM subscription s WHERE s.account = a.id AND s.channel IN ('daily', 'weekly'))
		FROM account was JOIN account a ON a.id = COALESCE(was.merged, was.id) WHERE was.id = ?`, account)
	if fault.Is(err, fault.Missing) {
		return u, errUnsubscribe
	}
	return u, err
}

var errUnsubscribe = fault.Gone("This unsubscribe link is not good. Please take the one from a newer mail, or change your subscriptions on the site.")

// unsubscribeToken returns the token of the link that ends an account's mail from a
// list. It has no end: a mail may be years old when its reader has had enough.
func (g *Gateway) unsubscribeToken(account, space int64) string {
	a, s := strconv.FormatInt(account, 36), strconv.FormatInt(space, 36)
	return a + "-" + s + "-" + g.accounts.Sign("unsubscribe", a, s)
}

func (g *Gateway) readUnsubscribe(token string) (account, space int64, ok bool) {
	parts := strings.Split(strings.ToLower(token), "-")
	if len(parts) != 3 || !g.accounts.Verify(parts[2], "unsubscribe", parts[0], parts[1]) {
		return 0, 0, false
	}
	account, err1 := strconv.ParseInt(parts[0], 36, 64)
	space, err2 := strconv.ParseInt(parts[1], 36, 64)
	return account, space, err1 == nil && err2 == nil
}
