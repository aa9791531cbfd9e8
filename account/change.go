package account

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
)

// ChangePassword replaces the password and returns the cookie of a new session, which
// takes the place of s. All other sessions, the API tokens and the reply addresses
// end. A wrong old password is a fault in the field old.
func (a *Accounts) ChangePassword(ctx context.Context, s Session, old, new string) (cookie string, err error) {
	p, err := a.again(ctx, s.User, "old", old)
	if err != nil {
		return "", err
	}
	if err := checkPassword(new, p.Name, p.Email); err != nil {
		return "", err
	}
	hash, err := a.hashing.make(ctx, new)
	if err != nil {
		return "", err
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		// The old password may have been reset while the new one was hashed.
		now, err := byID(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if now.password != p.password || now.Status != Active {
			return errSignIn
		}
		if err := a.replacePassword(ctx, tx, now.User, hash); err != nil {
			return err
		}
		cookie, err = a.enter(ctx, tx, p.ID, s.Agent, s.Address)
		return err
	})
	return cookie, err
}

// again asks a person who is signed in for the password once more; field is the one
// a wrong password is a fault of.
func (a *Accounts) again(ctx context.Context, u User, field, password string) (person, error) {
	p, err := byID(ctx, a.db, u.ID)
	if err != nil {
		return person{}, err
	}
	right, err := a.limits.own(u, a.now())
	if err != nil {
		return person{}, err
	}
	ok, _, err := a.hashing.check(ctx, p.password, password)
	if err != nil {
		return person{}, err
	}
	if !ok {
		return person{}, fault.Bad(field, "This is not your password. If you have forgotten it, sign out and ask for a new one.")
	}
	right()
	return p, nil
}

// RequestAddress sends a link to the new address, which makes it the account's. Where
// somebody else has the address, its owner is told instead; u cannot tell. Faults
// have the fields password and email.
func (a *Accounts) RequestAddress(ctx context.Context, u User, password, address string) error {
	address, err := tidyAddress(address)
	if err != nil {
		return err
	}
	p, err := a.again(ctx, u, "password", password)
	if err != nil {
		return err
	}
	if addressKey(address) == addressKey(p.Email) {
		return fault.Bad("email", "This is your address already.")
	}
	if !a.limits.mayWrite(LetterAddress, address, a.now()) {
		return nil
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		return a.askForProof(ctx, tx, p.User, proof{ForAddress, LetterAddress, "/address", address})
	})
}

// proof is what the letter to an address asks its reader for.
type proof struct{ purpose, letter, page, address string }

// askForProof writes to an address that u says is theirs. Where somebody else has it,
// its owner is told instead.
func (a *Accounts) askForProof(ctx context.Context, tx *db.Tx, u User, p proof) error {
	holder, err := byAddress(ctx, tx, p.address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if holder.mayNotBeClaimed() && holder.ID != u.ID {
		return a.post(ctx, tx, Letter{To: holder.Email, Name: holder.Display, Lang: holder.Lang, Kind: LetterKnown, Path: "/login"})
	}
	token := newSecret()
	if err := a.keep(ctx, tx, token, link{account: u.ID, purpose: p.purpose, address: p.address}, linkLife); err != nil {
		return err
	}
	return a.post(ctx, tx, Letter{To: p.address, Lang: u.Lang, Kind: p.letter, Path: p.page + "?token=" + token})
}

// ConfirmAddress makes the address that the link was sent to the account's own, and
// tells the former one. A shadow that had it keeps its posts, but not the address.
func (a *Accounts) ConfirmAddress(ctx context.Context, token string) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		l, err := a.use(ctx, tx, token, ForAddress)
		if err != nil {
			return err
		}
		p, err := byID(ctx, tx, l.account)
		if err != nil {
			return err
		}
		if p.Status != Active {
			return errLink
		}
		return a.move(ctx, tx, p.User, l.address)
	})
}

func (a *Accounts) move(ctx context.Context, tx *db.Tx, u User, address string) error {
	holder, err := byAddress(ctx, tx, address)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if holder.mayNotBeClaimed() && holder.ID != u.ID {
		return fault.Clash("This address has an account of its own by now. Please choose another.")
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET email = NULL, email_key = NULL WHERE email_key = ?", addressKey(address)); err != nil {
		return fmt.Errorf("take an address from a shadow: %w", err)
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET email = ?, email_key = ?, unreachable = 0 WHERE id = ?", address, addressKey(address), u.ID); err != nil {
		return fmt.Errorf("change an address: %w", err)
	}
	// What went to the former address must not open the account any more: the links, and
	// the reply addresses in the mails that lie there.
	if _, err := tx.Exec(ctx, "DELETE FROM token WHERE account = ? AND purpose <> ?", u.ID, forAPI); err != nil {
		return fmt.Errorf("end the links to the former address: %w", err)
	}
	if _, err := tx.Exec(ctx, "UPDATE account SET reply_key = ? WHERE id = ?", random(32), u.ID); err != nil {
		return fmt.Errorf("end the reply addresses at the former address: %w", err)
	}
	return a.post(ctx, tx, Letter{To: u.Email, Name: u.Display, Lang: u.Lang, Kind: LetterAddressOld, Was: u.Email})
}

// SetProfile sets how u is called and spoken to. An empty display name is the handle.
func (a *Accounts) SetProfile(ctx context.Context, u User, display, tag string) error {
	var wrong fault.List
	if display = tidyDisplay(display); display == "" {
		display = u.Name
	}
	wrong.Add(checkDisplay(display))
	wrong.Add(checkLang(tag))
	if len(wrong) > 0 {
		return wrong
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE account SET display = ?, lang = ? WHERE id = ?", display, tag, u.ID)
		if err != nil {
			return fmt.Errorf("set a profile: %w", err)
		}
		return nil
	})
}
