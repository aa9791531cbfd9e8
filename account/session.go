package account

import (
	"context"
	"encoding/base64"
	"fmt"
	"log/slog"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// How long a browser stays signed in: unused, and at most.
const (
	sessionIdle = 30 * 24 * time.Hour
	sessionLife = 180 * 24 * time.Hour
)

// seenEvery is how exactly the last visit is known. A write per page would be dear.
const seenEvery = 10 * time.Minute

const maxSessions = 100 // shown

// Session is a browser that is signed in.
type Session struct {
	Key            []byte // SHA-256 of the cookie
	User           User
	CSRF           string // what the forms of this session carry
	Created, Seen  time.Time
	Agent, Address string
}

// ID returns the key as text, for EndSession. It does not open the session.
func (s Session) ID() string { return base64.RawURLEncoding.EncodeToString(s.Key) }

var errSignIn = fault.SignIn("Please sign in first.")

// Session returns the session of a cookie; a fault.Unknown where there is none. It
// costs one query.
func (a *Accounts) Session(ctx context.Context, cookie string) (Session, error) {
	if cookie == "" {
		return Session{}, errSignIn
	}
	now := a.now()
	s, err := db.One(ctx, a.db, scanSession, sessionSQL,
		hashed(cookie), now.UnixMilli(), now.Add(-sessionIdle).UnixMilli())
	if fault.Is(err, fault.Missing) || err == nil && !s.User.Signed() {
		return Session{}, errSignIn
	}
	if err != nil {
		return Session{}, fmt.Errorf("read a session: %w", err)
	}
	if now.Sub(s.Seen) >= seenEvery {
		a.saw(ctx, s)
	}
	return s, nil
}

// SessionAgain returns what a session is by now, for a page that stays open; a
// fault.Unknown where it has ended. It is no visit: an open page keeps nobody signed in.
func (a *Accounts) SessionAgain(ctx context.Context, s Session) (Session, error) {
	now := a.now()
	again, err := db.One(ctx, a.db, scanSession, sessionSQL, s.Key, now.UnixMilli(), now.Add(-sessionIdle).UnixMilli())
	if fault.Is(err, fault.Missing) || err == nil && !again.User.Signed() {
		return Session{}, errSignIn
	}
	return again, err
}

const sessionSQL = `
	SELECT ` + userColumns + `, session.id, session.csrf, session.agent, session.address, session.created, session.seen
	FROM session JOIN account ON account.id = session.account
	WHERE session.id = ? AND session.expires > ? AND session.seen > ?`

func scanSession(r db.Row) (s Session, err error) {
	var created, seen int64
	s.User, err = scanUser(r, &s.Key, &s.CSRF, &s.Agent, &s.Address, &created, &seen)
	s.Created, s.Seen = time.UnixMilli(created).UTC(), time.UnixMilli(seen).UTC()
	return s, err
}

// saw notes the visit. A reader must not be turned away because it failed, on a full
// disk for instance.
func (a *Accounts) saw(ctx context.Context, s Session) {
	err := a.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if _, err := tx.Exec(ctx, "UPDATE session SET seen = ? WHERE id = ?", a.millis(), s.Key); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "UPDATE account SET seen = ? WHERE id = ?", a.millis(), s.User.ID)
		return err
	})
	if err != nil {
		slog.Warn("the last visit could not be noted", "account", s.User.ID, "error", err)
	}
}

// enter makes a session and returns its cookie: always a new one, never what the
// client sent.
func (a *Accounts) enter(ctx context.Context, tx *db.Tx, id int64, agent, address string) (cookie string, err error) {
	cookie = newSecret()
	_, err = tx.Exec(ctx, `
		INSERT INTO session (id, account, csrf, agent, address, created, seen, expires)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		hashed(cookie), id, newSecret(), agent, address, a.millis(), a.millis(), a.now().Add(sessionLife).UnixMilli())
	if err != nil {
		return "", fmt.Errorf("make a session: %w", err)
	}
	return cookie, nil
}

func (d Door) agent() string { return cut(tidyDisplay(d.Agent), maxAgent) }

func (d Door) address() string {
	if !d.Address.IsValid() {
		return ""
	}
	return d.Address.Unmap().String()
}

// SignOut ends the session.
func (a *Accounts) SignOut(ctx context.Context, s Session) error {
	return a.end(ctx, "DELETE FROM session WHERE id = ?", s.Key)
}

// Sessions returns where u is signed in, the newest first.
func (a *Accounts) Sessions(ctx context.Context, u User) ([]Session, error) {
	now := a.now()
	return db.All(ctx, a.db, scanSession, `
		SELECT `+userColumns+`, session.id, session.csrf, session.agent, session.address, session.created, session.seen
		FROM session JOIN account ON account.id = session.account
		WHERE session.account = ? AND session.expires > ? AND session.seen > ?
		ORDER BY session.created DESC, session.id
		LIMIT ?`,
		u.ID, now.UnixMilli(), now.Add(-sessionIdle).UnixMilli(), maxSessions)
}

// EndSession ends the session with this ID, one's own or, for an administrator,
// anybody's. That there is none is no error: it has ended.
func (a *Accounts) EndSession(ctx context.Context, by User, id string) error {
	key, err := base64.RawURLEncoding.DecodeString(id)
	if err != nil {
		return fault.Gone("There is no such session.")
	}
	if by.Admin() {
		return a.end(ctx, "DELETE FROM session WHERE id = ?", key)
	}
	return a.end(ctx, "DELETE FROM session WHERE id = ? AND account = ?", key, by.ID)
}

// EndOthers ends every session of the person but this one.
func (a *Accounts) EndOthers(ctx context.Context, s Session) error {
	return a.end(ctx, "DELETE FROM session WHERE account = ? AND id <> ?", s.User.ID, s.Key)
}

// EndSessions ends every session of the account called name, one's own or, for an
// administrator, anybody's.
func (a *Accounts) EndSessions(ctx context.Context, by User, name string) error {
	of, err := a.ByName(ctx, name)
	if err != nil {
		return err
	}
	if of.ID != by.ID && !by.Admin() {
		return errForbidden
	}
	return a.end(ctx, "DELETE FROM session WHERE account = ?", of.ID)
}

func (a *Accounts) end(ctx context.Context, statement string, args ...any) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := tx.Exec(ctx, statement, args...); err != nil {
			return fmt.Errorf("end sessions: %w", err)
		}
		return nil
	})
}
