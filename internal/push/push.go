// Package push shows a member's notices in their browsers (Web Push: RFC 8030, 8291 and
// 8292). Between the site and a browser stands nobody but the push service that the
// browser itself has chosen, which cannot read what passes through it.
package push

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
	"picus/internal/item"
	"picus/internal/job"
)

// sendJob is the kind of the job that brings one notice to one browser.
const sendJob = "push-send"

// Notice is what a browser shows.
type Notice struct {
	Title string `json:"title"`
	Body  string `json:"body"`
	URL   string `json:"url"` // a path of this site, which a press on it opens
	Tag   string `json:"tag"` // a newer notice with the same tag takes the place of this one
}

// Draw says what a notification is for somebody, in their language.
type Draw func(to account.User, n item.Notification) Notice

// Pusher sends the notices.
type Pusher struct {
	db       *db.DB
	jobs     *job.Queue
	items    *item.Store
	accounts *account.Accounts
	client   *fetch.Client
	base     string
	local    bool // the site is on a developer's machine, and so may the push service be
	now      func() time.Time
	draw     Draw
	key      *ecdsa.PrivateKey
}

// New returns the sender of a site at base; allow are private networks that push services
// may be in. Call Open and Draws before anything else.
func New(items *item.Store, accounts *account.Accounts, base string, allow []netip.Prefix) *Pusher {
	p := &Pusher{db: items.DB, jobs: items.Jobs, items: items, accounts: accounts, base: strings.TrimRight(base, "/"), now: items.Now}
	p.client = fetch.New("Picus (Web Push; +"+p.base+")", allow...)
	if u, err := url.Parse(base); err == nil {
		p.local = u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	}
	p.jobs.Handle(item.PushJob, 1, p.spread)
	p.jobs.Handle(sendJob, 4, p.send)
	return p
}

// Draws says what draws the notices.
func (p *Pusher) Draws(draw Draw) { p.draw = draw }

// Open reads the key of the site, and makes it in a new database. Browsers are bound to
// it: with another key all of them would have to begin again.
func (p *Pusher) Open(ctx context.Context) error {
	raw, err := db.Value[[]byte](ctx, p.db, "SELECT private FROM push_key WHERE id = 1")
	if fault.Is(err, fault.Missing) {
		raw, err = p.found(ctx)
	}
	if err != nil {
		return fmt.Errorf("read the key for push services: %w", err)
	}
	p.key, err = ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	return err
}

// found makes the key. Where two processes start at once, both go on with the key of the
// one that came first.
func (p *Pusher) found(ctx context.Context) (raw []byte, err error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	mine, err := key.Bytes()
	if err != nil {
		return nil, err
	}
	err = p.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, "INSERT INTO push_key (id, private, created) VALUES (1, ?, ?) ON CONFLICT (id) DO NOTHING", mine, p.now().UnixMilli())
		if err != nil {
			return err
		}
		raw, err = db.Value[[]byte](ctx, tx, "SELECT private FROM push_key WHERE id = 1")
		return err
	})
	return raw, err
}

// PublicKey is what a browser needs to subscribe for this site.
func (p *Pusher) PublicKey() string {
	raw, err := p.key.PublicKey.Bytes()
	if err != nil {
		return "" // a key of this curve always has bytes
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}
