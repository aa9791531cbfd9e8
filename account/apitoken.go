package account

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// tokenPrefix lets programs that look for leaked secrets recognise ours.
const tokenPrefix = "picus_"

const (
	maxLabel  = 60
	maxTokens = 50 // of one account
)

// APIToken is an API token as its owner sees it; the token itself is shown once.
type APIToken struct {
	ID      string // for EndToken
	Label   string
	Scopes  []string
	Created time.Time
}

// Scopes returns what an API token may be good for in the hands of u.
func Scopes(u User) []string {
	switch {
	case u.Admin():
		return []string{"read", "write", "moderate", "admin"}
	case u.Staff(), u.Groups != "": // a group may keep order in a board
		return []string{"read", "write", "moderate"}
	}
	return []string{"read", "write"}
}

// NewToken makes an API token for u and returns it; it cannot be shown again. Faults
// have the fields label and scopes.
func (a *Accounts) NewToken(ctx context.Context, u User, label string, scopes []string) (string, error) {
	var wrong fault.List
	if label = tidyDisplay(label); label == "" || cut(label, maxLabel) != label {
		wrong.Add(fault.Bad("label", "Please say in 1 to %d characters what the token is for.", maxLabel))
	}
	granted := allowed(u, scopes)
	if len(granted) == 0 || len(granted) != len(scopes) {
		wrong.Add(fault.Bad("scopes", "Please choose what the token may do, among the things that you may do yourself."))
	}
	if len(wrong) > 0 {
		return "", wrong
	}
	token := tokenPrefix + newSecret()
	return token, a.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, `
			INSERT INTO token (hash, account, purpose, detail, label, created, expires)
			SELECT ?, account.id, ?, ?, ?, ?, 0
			FROM account
			WHERE id = ? AND status = 'active' AND (SELECT count(*) FROM token WHERE account = ? AND purpose = ?) < ?`,
			hashed(token), forAPI, strings.Join(granted, " "), label, a.millis(), u.ID, u.ID, forAPI, maxTokens)
		if err != nil {
			return fmt.Errorf("make an API token: %w", err)
		}
		if n == 0 {
			return fault.Limit("You have %d tokens, which is as many as there may be. Please end one that you no longer use.", maxTokens)
		}
		return nil
	})
}

// allowed returns the scopes that u may hand to a token, each once.
func allowed(u User, scopes []string) (granted []string) {
	for _, scope := range Scopes(u) {
		if slices.Contains(scopes, scope) {
			granted = append(granted, scope)
		}
	}
	return granted
}

// Token returns whose API token it is and what it may do; a fault.Unknown for any
// other text.
func (a *Accounts) Token(ctx context.Context, bearer string) (u User, scopes []string, err error) {
	errToken := fault.SignIn("This API token is not good, or not any more.")
	if !strings.HasPrefix(bearer, tokenPrefix) {
		return User{}, nil, errToken
	}
	var granted string
	u, err = db.One(ctx, a.db, func(r db.Row) (User, error) { return scanUser(r, &granted) }, `
		SELECT `+userColumns+`, token.detail
		FROM token JOIN account ON account.id = token.account
		WHERE token.hash = ? AND token.purpose = ?`,
		hashed(bearer), forAPI)
	if fault.Is(err, fault.Missing) || err == nil && u.Status != Active {
		return User{}, nil, errToken
	}
	if err != nil {
		return User{}, nil, fmt.Errorf("read an API token: %w", err)
	}
	return u, allowed(u, strings.Fields(granted)), nil
}

// Tokens returns the API tokens of u, the newest first.
func (a *Accounts) Tokens(ctx context.Context, u User) ([]APIToken, error) {
	return db.All(ctx, a.db, scanToken, `
		SELECT hash, label, detail, created
		FROM token
		WHERE account = ? AND purpose = ?
		ORDER BY created DESC, hash
		LIMIT ?`,
		u.ID, forAPI, maxTokens)
}

func scanToken(r db.Row) (t APIToken, err error) {
	var hash []byte
	var scopes string
	var created int64
	err = r.Scan(&hash, &t.Label, &scopes, &created)
	t.ID, t.Scopes, t.Created = hex.EncodeToString(hash), strings.Fields(scopes), time.UnixMilli(created).UTC()
	return t, err
}

// EndToken ends an API token, one's own or, for an administrator, anybody's. That
// there is none is no error: it has ended.
func (a *Accounts) EndToken(ctx context.Context, by User, id string) error {
	hash, err := hex.DecodeString(id)
	if err != nil {
		return fault.Gone("There is no such token.")
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		statement, args := "DELETE FROM token WHERE hash = ? AND purpose = ? AND account = ?", []any{hash, forAPI, by.ID}
		if by.Admin() {
			statement, args = "DELETE FROM token WHERE hash = ? AND purpose = ?", []any{hash, forAPI}
		}
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("end an API token: %w", err)
		}
		return nil
	})
}
