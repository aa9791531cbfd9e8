package account

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
)

// RequestReset sends a link for a new password to the address, if an account has it.
// The caller cannot tell, and should say so: "if there is an account, a letter is on
// its way". tag is the language to write in where the account names none.
func (a *Accounts) RequestReset(ctx context.Context, address, tag string, from Door) error {
	var wrong fault.List
	address, err := tidyAddress(address)
	wrong.Add(err)
	wrong.Add(checkLang(tag))
	if len(wrong) > 0 {
		return wrong
	}
	if err := a.limits.enter(from, a.now()); err != nil {
		return err
	}
	// A hash made for nothing hides the little that a known address costs more.
	if _, _, err := a.hashing.check(ctx, "", address); err != nil {
		return err
	}
	if !a.limits.mayWrite(LetterReset, address, a.now()) {
		return nil
	}
	return a.db.Write(ctx, func(tx *db.Tx) error { return a.sendReset(ctx, tx, address, tag) })
}

// sendReset writes a link for an unknown address too, which is good for nothing and
// goes nowhere, so that both take their time. The shadow of somebody who has written
// by mail may be reset: it is one way of becoming a member.
func (a *Accounts) sendReset(ctx context.Context, tx *db.Tx, address, tag string) error {
	p, err := byAddress(ctx, tx, address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	token := newSecret()
	if p.ID == 0 || p.Status == Suspended {
		return a.keep(ctx, tx, token, link{purpose: forDecoy, address: addressKey(address)}, linkLife)
	}
	err = a.keep(ctx, tx, token, link{account: p.ID, purpose: ForReset, address: addressKey(address)}, linkLife)
	if err != nil {
		return err
	}
	if p.Lang != "" {
		tag = p.Lang
	}
	return a.post(ctx, tx, Letter{To: p.Email, Name: p.Display, Lang: tag, Kind: LetterReset, Path: "/reset?token=" + token})
}

// Reset sets the password that the link allows to choose. Everything that the old one
// had opened is closed.
func (a *Accounts) Reset(ctx context.Context, token, password string) error {
	l, err := a.peek(ctx, token, ForReset)
	if err != nil {
		return err
	}
	p, err := byID(ctx, a.db, l.account)
	if err != nil {
		return err
	}
	if err := checkPassword(password, p.Name, p.Email); err != nil {
		return err
	}
	hash, err := a.hashing.make(ctx, password)
	if err != nil {
		return err
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		l, err := a.use(ctx, tx, token, ForReset)
		if err != nil {
			return err
		}
		if p, err = byID(ctx, tx, l.account); err != nil {
			return err
		}
		if l.address != addressKey(p.Email) || p.Status == Suspended {
			return errLink
		}
		if _, err := tx.Exec(ctx, "UPDATE account SET status = 'active' WHERE id = ?", p.ID); err != nil {
			return fmt.Errorf("reset a password: %w", err)
		}
		return a.replacePassword(ctx, tx, p.User, hash)
	})
	if err == nil {
		a.limits.forgive(p.User)
	}
	return err
}

// replacePassword sets the password, closes what the old one had opened, and tells
// the owner.
func (a *Accounts) replacePassword(ctx context.Context, tx *db.Tx, u User, hash string) error {
	if _, err := tx.Exec(ctx, "UPDATE account SET password = ? WHERE id = ?", hash, u.ID); err != nil {
		return fmt.Errorf("set a password: %w", err)
	}
	if err := a.lockOut(ctx, tx, u.ID); err != nil {
		return err
	}
	return a.post(ctx, tx, Letter{To: u.Email, Name: u.Display, Lang: u.Lang, Kind: LetterPassword})
}

// lockOut ends whatever lets somebody act as the account without its password: the
// sessions, the API tokens, the links and the reply addresses (SECURITY.md, A-6).
func (a *Accounts) lockOut(ctx context.Context, tx *db.Tx, id int64) error {
	for _, statement := range []string{
		"DELETE FROM session WHERE account = ?",
		"DELETE FROM token WHERE account = ?",
	} {
		if _, err := tx.Exec(ctx, statement, id); err != nil {
			return fmt.Errorf("end what was open: %w", err)
		}
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET reply_key = ? WHERE id = ?", random(32), id); err != nil {
		return fmt.Errorf("end the reply addresses: %w", err)
	}
	return nil
}
