package push

import (
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
)

const (
	mostBrowsers = 20 // of one person
	maxName      = 200
)

// Kinds are what notices can be about: the reasons that many have, and all that happens
// to what is one's own.
var Kinds = []string{"mention", "thread", "own", "person", "board", "tag"}

// Browser is one that shows its owner's notices.
type Browser struct {
	ID       int64
	Endpoint string // its address at its push service
	Key      string // its public key, as it gives it: base64 for URLs
	Auth     string
	Name     string   // how it calls itself
	Kinds    []string // of notices that it shows
	Created  time.Time
	Used     time.Time // when it last took a notice; zero: never
	Here     bool      // it is the one that asks
}

// Shows reports whether the browser shows a kind of notices.
func (b Browser) Shows(kind string) bool { return slices.Contains(b.Kinds, kind) }

// Add has a browser show the notices of whoever is signed in there, all kinds of them to
// begin with, until the session ends. A browser that is known already is brought up to
// date; it belongs to whom it was last given by.
func (p *Pusher) Add(ctx context.Context, s account.Session, b Browser) error {
	if !s.User.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	key, auth, err := p.check(b)
	if err != nil {
		return err
	}
	return p.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		others, err := db.Value[int](ctx, tx, "SELECT count(*) FROM push_browser WHERE account = ? AND endpoint <> ?", s.User.ID, b.Endpoint)
		if err != nil {
			return err
		}
		if others >= mostBrowsers {
			return fault.Bad("", "Your notices are shown in %d browsers already. Take one away first.", mostBrowsers)
		}
		// A browser shows the notices of one session: where it has asked for a new
		// address, the old one is of no use.
		if _, err := tx.Exec(ctx, "DELETE FROM push_browser WHERE session = ? AND endpoint <> ?", s.Key, b.Endpoint); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO push_browser (account, session, endpoint, key, auth, name, kinds, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (endpoint) DO UPDATE SET account = excluded.account, session = excluded.session, key = excluded.key, auth = excluded.auth,
				name = excluded.name, kinds = CASE WHEN push_browser.account = excluded.account THEN push_browser.kinds ELSE excluded.kinds END, failures = 0`,
			s.User.ID, s.Key, b.Endpoint, key, auth, cut(b.Name), strings.Join(Kinds, ","), p.now().UnixMilli())
		return err
	})
}

// check reads what a browser says of itself.
func (p *Pusher) check(b Browser) (key, auth []byte, err error) {
	u, err := fetch.Address(b.Endpoint)
	if err != nil || u.Scheme != "https" && !p.local {
		return nil, nil, errBrowser
	}
	key, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(b.Key, "="))
	if err != nil {
		return nil, nil, errBrowser
	}
	if _, err := ecdh.P256().NewPublicKey(key); err != nil {
		return nil, nil, errBrowser
	}
	auth, err = base64.RawURLEncoding.DecodeString(strings.TrimRight(b.Auth, "="))
	if err != nil || len(auth) != 16 {
		return nil, nil, errBrowser
	}
	return key, auth, nil
}

var errBrowser = fault.Bad("", "What this browser says of its push service cannot be understood.")

// cut keeps the beginning of a browser's name.
func cut(name string) string {
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	if letters := []rune(name); len(letters) > maxName {
		return string(letters[:maxName])
	}
	return name
}

// Browsers returns those of a person, the newest first.
func (p *Pusher) Browsers(ctx context.Context, s account.Session) ([]Browser, error) {
	return db.All(ctx, p.db, func(r db.Row) (b Browser, err error) {
		var kinds string
		var created, used int64
		err = r.Scan(&b.ID, &b.Name, &kinds, &created, &used, &b.Here)
		b.Kinds, b.Created = strings.Split(kinds, ","), time.UnixMilli(created).UTC()
		if used != 0 {
			b.Used = time.UnixMilli(used).UTC()
		}
		return b, err
	}, "SELECT id, name, kinds, created, used, session = ? FROM push_browser WHERE account = ? AND session IS NOT NULL ORDER BY id DESC LIMIT ?", s.Key, s.User.ID, mostBrowsers+1)
}

// SetKinds says which notices one of by's browsers shows; none of them is nothing.
func (p *Pusher) SetKinds(ctx context.Context, by account.User, id int64, kinds []string) error {
	known := slices.DeleteFunc(slices.Clone(Kinds), func(k string) bool { return !slices.Contains(kinds, k) })
	return p.change(ctx, "UPDATE push_browser SET kinds = ? WHERE id = ? AND account = ?", strings.Join(known, ","), id, by.ID)
}

// Remove has one of by's browsers show nothing any more.
func (p *Pusher) Remove(ctx context.Context, by account.User, id int64) error {
	return p.change(ctx, "DELETE FROM push_browser WHERE id = ? AND account = ?", id, by.ID)
}

func (p *Pusher) change(ctx context.Context, query string, args ...any) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		n, err := tx.Exec(ctx, query, args...)
		if err == nil && n == 0 {
			return fault.Gone("This browser shows nothing of yours.")
		}
		return err
	})
}
