package account

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
)

// Operator is whoever sits at the server's own terminal. It may do what an
// administrator may, and is nobody's row.
func Operator() User {
	return User{ID: -1, Name: "operator", Role: Administrator, Status: Active}
}

var errForbidden = fault.Forbid("This is for administrators.")

// Add makes an account that is active at once. Only the terminal may do this; the
// password and the address may be empty, and a name that looks reserved is not refused.
func (a *Accounts) Add(ctx context.Context, r Registration, role Role) (u User, err error) {
	wrong := r.tidy(tidyHandle)
	if r.Email != "" {
		r.Email, err = tidyAddress(r.Email)
		wrong.Add(err)
	}
	if r.Password != "" {
		wrong.Add(checkPassword(r.Password, r.Name, r.Email))
	}
	wrong.Add(checkRole(role))
	if len(wrong) > 0 {
		return User{}, wrong
	}
	added, err := a.prepare(ctx, r)
	if err != nil {
		return User{}, err
	}
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		u, err = a.enlist(ctx, tx, added, role)
		return err
	})
	return u, err
}

func checkRole(role Role) error {
	if role != Member && role != Moderator && role != Administrator {
		return fault.Bad("role", "A role is member, moderator or administrator.")
	}
	return nil
}

// SetPassword sets the password of the account called name, for the terminal. What
// the old one had opened is closed, and the owner is told.
func (a *Accounts) SetPassword(ctx context.Context, name, password string) error {
	p, err := byName(ctx, a.db, name)
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
	err = a.db.Write(ctx, func(tx *db.Tx) error { return a.replacePassword(ctx, tx, p.User, hash) })
	if err == nil {
		a.limits.forgive(p.User)
	}
	return err
}

// Suspend closes the account called name, or opens it again. A moderator may do that
// with members, an administrator with everybody but themselves.
func (a *Accounts) Suspend(ctx context.Context, by User, name string, suspended bool) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		p, err := byName(ctx, tx, name)
		if err != nil {
			return err
		}
		if !by.Staff() || p.ID == by.ID || !by.Admin() && p.Role != Member {
			return fault.Forbid("You may not suspend %s.", p.Name)
		}
		if suspended == (p.Status == Suspended) {
			return nil
		}
		if suspended {
			if err := a.keepsAdministrator(ctx, tx, p); err != nil {
				return err
			}
			if err := a.lockOut(ctx, tx, p.ID); err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "UPDATE account SET status = ? WHERE id = ?", string(p.afterwards(suspended)), p.ID)
		if err != nil {
			return fmt.Errorf("suspend an account: %w", err)
		}
		return nil
	})
}

// afterwards returns the status: who never had a password becomes a shadow again.
func (p person) afterwards(suspended bool) Status {
	switch {
	case suspended:
		return Suspended
	case p.password == "":
		return Shadow
	}
	return Active
}

// SetRole makes the account called name a member, a moderator or an administrator.
// Only an administrator may, and the site keeps at least one. Its sessions and tokens
// end, so that nothing goes on with the former rights.
func (a *Accounts) SetRole(ctx context.Context, by User, name string, role Role) error {
	if err := checkRole(role); err != nil {
		return err
	}
	if !by.Admin() {
		return errForbidden
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		p, err := byName(ctx, tx, name)
		if err != nil || p.Role == role {
			return err
		}
		if p.Status != Active {
			return fault.Clash("%s is not an active member.", p.Name)
		}
		if err := a.keepsAdministrator(ctx, tx, p); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE account SET role = ? WHERE id = ?", string(role), p.ID); err != nil {
			return fmt.Errorf("set a role: %w", err)
		}
		return a.lockOut(ctx, tx, p.ID)
	})
}

// keepsAdministrator refuses to lose the last administrator.
func (a *Accounts) keepsAdministrator(ctx context.Context, tx *db.Tx, p person) error {
	if !p.Admin() {
		return nil
	}
	others, err := db.Value[bool](ctx, tx, `
		SELECT EXISTS (SELECT 1 FROM account WHERE role = 'administrator' AND status = 'active' AND id <> ?)`, p.ID)
	if err != nil {
		return fmt.Errorf("look for another administrator: %w", err)
	}
	if !others {
		return fault.Clash("%s is the only administrator. Please make somebody else one first.", p.Name)
	}
	return nil
}

// Listed is an account as the list of all people shows it.
type Listed struct {
	User
	StandsFor string // the handle of the member whose other address it is; empty: of itself
}

const listedColumns = userColumns + `, COALESCE(whole.name, '')
	FROM account LEFT JOIN account whole ON whole.id = account.merged`

func scanListed(r db.Row) (l Listed, err error) {
	l.User, err = scanUser(r, &l.StandsFor)
	return l, err
}

// List returns accounts in the order of their names, from the one that follows the
// name after.
func (a *Accounts) List(ctx context.Context, after string, limit int) ([]Listed, error) {
	all, err := db.All(ctx, a.db, scanListed, `
		SELECT `+listedColumns+`
		WHERE account.name_key > ?
		ORDER BY account.name_key
		LIMIT ?`,
		nameKey(after), limit)
	if err != nil {
		return nil, fmt.Errorf("list accounts: %w", err)
	}
	return all, nil
}
