package account

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"picus/internal/db"
)

// LookUp returns the accounts whose name, shown name or mail address begins with a
// text: limit of each at most. It is for the administrator's list.
func (a *Accounts) LookUp(ctx context.Context, begins string, limit int) ([]Listed, error) {
	begins = strings.TrimSpace(begins)
	if begins == "" {
		return nil, nil
	}
	keys := []struct{ column, begins string }{{"account.name_key", nameKey(begins)}, {"account.email_key", addressKey(begins)}, {"account.display", begins}}
	if shown := capital(begins); shown != begins {
		keys = append(keys, struct{ column, begins string }{"account.display", shown})
	}
	var all []Listed
	for _, by := range keys {
		found, err := a.listed(ctx, a.db.Bytewise(by.column), by.begins, limit)
		if err != nil {
			return nil, err
		}
		for _, l := range found {
			if !slices.ContainsFunc(all, func(known Listed) bool { return known.ID == l.ID }) {
				all = append(all, l)
			}
		}
	}
	return all, nil
}

// listed returns the accounts of which a column begins with a text.
func (a *Accounts) listed(ctx context.Context, column, begins string, limit int) ([]Listed, error) {
	if begins == "" {
		return nil, nil
	}
	all, err := db.All(ctx, a.db, scanListed, "SELECT "+listedColumns+" WHERE "+column+" >= ? AND "+column+" < ? ORDER BY "+column+" LIMIT ?", begins, db.Beyond(begins), limit)
	if err != nil {
		return nil, fmt.Errorf("look for accounts: %w", err)
	}
	return all, nil
}
