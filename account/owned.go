package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// mostOwned bounds how many other addresses of one person are looked at.
const mostOwned = 100

// Owned returns the addresses that stand for u: first the one that mail goes to, unless
// there is none, then those that u has proved with Claim.
func (a *Accounts) Owned(ctx context.Context, u User) ([]string, error) {
	others, err := db.Values[string](ctx, a.db, "SELECT email FROM account WHERE merged = ? AND email IS NOT NULL ORDER BY email_key LIMIT ?", u.ID, mostOwned)
	if err != nil {
		return nil, fmt.Errorf("list the addresses of an account: %w", err)
	}
	if u.Email == "" {
		return others, nil
	}
	return slices.Insert(others, 0, u.Email), nil
}

// Owns reports whether an address is one of Owned.
func (a *Accounts) Owns(ctx context.Context, u User, address string) (bool, error) {
	if u.Email != "" && strings.EqualFold(u.Email, address) {
		return true, nil
	}
	owner, err := byAddress(ctx, a.db, address)
	if fault.Is(err, fault.Missing) {
		return false, nil
	}
	return err == nil && owner.ID == u.ID, err
}

// Disown lets go of another address that u has claimed: mail from there is a stranger's
// again. What came from it before stays u's.
func (a *Accounts) Disown(ctx context.Context, u User, address string) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE account SET email = NULL, email_key = NULL WHERE merged = ? AND email_key = ?", u.ID, addressKey(address))
		if err != nil {
			return fmt.Errorf("let an address go: %w", err)
		}
		if n == 0 {
			return fault.Gone("This is not another address of yours any more.")
		}
		return nil
	})
}
