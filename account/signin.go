package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// SignIn opens a session for the account with this name or address and returns its
// cookie. Whether the name exists cannot be told from a refusal, nor from its time.
// The caller ends the session that the browser had before.
func (a *Accounts) SignIn(ctx context.Context, who, password string, from Door) (cookie string, u User, err error) {
	p, key, err := a.who(ctx, who)
	if err != nil {
		return "", User{}, err
	}
	right, err := a.limits.guess(key, from, a.knows(from.Device, p.User), a.now())
	if err != nil {
		return "", User{}, err
	}
	ok, stale, err := a.hashing.check(ctx, p.password, password)
	if err != nil {
		right() // nothing was found out
		return "", User{}, err
	}
	if !ok {
		return "", User{}, fault.SignIn("The name or the password is not right. If you have just registered, please open the link in the letter first.")
	}
	right()
	if p.Status != Active {
		return "", User{}, errSuspended
	}
	hash := p.password
	if stale {
		if hash, err = a.hashing.make(ctx, password); err != nil {
			return "", User{}, err
		}
	}
	cookie, err = a.admit(ctx, p, hash, from)
	return cookie, p.User, err
}

var errSuspended = fault.Forbid("This account is suspended. Please write to the administrators of the site if you want to know why.")

// who returns the person, or nobody, and what guesses at them are counted by. That
// is the word that was typed: counting by account would show which address belongs
// to which name.
func (a *Accounts) who(ctx context.Context, who string) (p person, key string, err error) {
	who = cut(strings.TrimSpace(who), maxAddress)
	key = nameKey(who)
	if !strings.Contains(who, "@") {
		p, err = byName(ctx, a.db, who)
	} else if address, bad := tidyAddress(who); bad == nil {
		key = addressKey(address)
		p, err = byAddress(ctx, a.db, address)
	}
	if fault.Is(err, fault.Missing) {
		err = nil
	}
	return p, key, err
}

// admit opens the session, unless the password was changed while it was compared.
func (a *Accounts) admit(ctx context.Context, p person, hash string, from Door) (cookie string, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE account SET password = ?, seen = ? WHERE id = ? AND password = ? AND status = 'active'",
			hash, a.millis(), p.ID, p.password)
		if err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		if n == 0 {
			return fault.Clash("This account has changed a moment ago. Please sign in again.")
		}
		cookie, err = a.enter(ctx, tx, p.ID, from.agent(), from.address())
		return err
	})
	return cookie, err
}

// Device returns a value for a long-lived cookie, set after SignIn. A browser that
// sends it back in Door.Device is not held up by what others try on the account.
func (a *Accounts) Device(u User) string {
	id, nonce := strconv.FormatInt(u.ID, 36), hex.EncodeToString(random(8))
	return id + "." + nonce + "." + a.Sign("device", id, nonce)
}

// knows reports whether the device is one where u has signed in before.
func (a *Accounts) knows(device string, u User) bool {
	parts := strings.Split(device, ".")
	return len(parts) == 3 && u.ID != 0 && parts[0] == strconv.FormatInt(u.ID, 36) &&
		a.Verify(parts[2], "device", parts[0], parts[1])
}
