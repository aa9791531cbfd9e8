package account

import (
	"context"
	"fmt"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// What a link in a letter is for; see Peek.
const (
	ForConfirm = "confirm"
	ForReset   = "reset"
	ForAddress = "address"
	ForClaim   = "claim"
)

const (
	forSetup = "setup"
	forDecoy = "decoy" // good for nothing: written so that the time does not tell
	forAPI   = "api"
)

// linkLife is the longest that SECURITY.md, A-8, allows.
const linkLife = time.Hour

// link is a secret that works once, for one purpose. The database holds its hash.
type link struct {
	account int64 // 0: of nobody yet
	purpose string
	detail  string // what it will do
	address string // that it is bound to; a newer link to the same one replaces it
}

var errLink = fault.Gone("This link is no longer good. It may have been used, or replaced by a newer one, or be more than an hour old. Please ask for another.")

// Peek reports, by a nil error, that a link is still good. The page that shows what
// the link is for calls it, because only a button may use it up: programs that look
// for viruses open every link in a mail.
func (a *Accounts) Peek(ctx context.Context, token, purpose string) error {
	if purpose != ForConfirm && purpose != ForReset && purpose != ForAddress && purpose != ForClaim {
		return errLink
	}
	_, err := a.peek(ctx, token, purpose)
	return err
}

func (a *Accounts) peek(ctx context.Context, token, purpose string) (link, error) {
	l, err := db.One(ctx, a.db, scanLink, `
		SELECT COALESCE(account, 0), purpose, detail, label
		FROM token
		WHERE hash = ? AND purpose = ? AND (expires = 0 OR expires > ?)`,
		hashed(token), purpose, a.millis())
	return l, linkError(err)
}

// use takes the link out of the database and returns it; the second who tries finds
// none.
func (a *Accounts) use(ctx context.Context, tx *db.Tx, token, purpose string) (link, error) {
	l, err := db.One(ctx, tx, scanLink, `
		DELETE FROM token
		WHERE hash = ? AND purpose = ? AND (expires = 0 OR expires > ?)
		RETURNING COALESCE(account, 0), purpose, detail, label`,
		hashed(token), purpose, a.millis())
	return l, linkError(err)
}

func scanLink(r db.Row) (l link, err error) {
	err = r.Scan(&l.account, &l.purpose, &l.detail, &l.address)
	return l, err
}

func linkError(err error) error {
	if fault.Is(err, fault.Missing) {
		return errLink
	}
	if err != nil {
		return fmt.Errorf("read a link: %w", err)
	}
	return nil
}

// keep writes the link of a token, in place of older ones for the same.
func (a *Accounts) keep(ctx context.Context, tx *db.Tx, token string, l link, life time.Duration) error {
	var account any // NULL: a link of nobody yet
	replaced := "DELETE FROM token WHERE account IS NULL AND purpose = ? AND label = ?"
	args := []any{l.purpose, l.address}
	if l.account != 0 {
		account = l.account
		replaced = "DELETE FROM token WHERE account = ? AND purpose = ?"
		args = []any{l.account, l.purpose}
	}
	if _, err := tx.Exec(ctx, replaced, args...); err != nil {
		return fmt.Errorf("replace a link: %w", err)
	}
	var expires int64 // never
	if life > 0 {
		expires = a.now().Add(life).UnixMilli()
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO token (hash, account, purpose, detail, label, created, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		hashed(token), account, l.purpose, l.detail, l.address, a.millis(), expires)
	if err != nil {
		return fmt.Errorf("keep a link: %w", err)
	}
	return nil
}
