package account

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"sync/atomic"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/job"
)

// Accounts is the room of the people. Every way in (browser, mail, API, command
// line) calls its methods, so a rule about people exists once.
type Accounts struct {
	db      *db.DB
	queue   *job.Queue
	now     func() time.Time
	secret  []byte // of the site; set by Open
	hashing hashing
	limits  *limits
	setUp   atomic.Bool // an administrator is known to exist
}

// Door is where a request comes from: what limits count by, and what the list of
// sessions shows.
type Door struct {
	Address netip.Addr // of the client
	Agent   string     // what the client calls itself
	Device  string     // the value of Accounts.Device that the browser has kept, if any
}

// New returns the room on d. Call Open before anything else.
func New(d *db.DB, q *job.Queue, now func() time.Time) *Accounts {
	return &Accounts{db: d, queue: q, now: now, hashing: newHashing(), limits: newLimits()}
}

// Open reads the site's secret, and makes the site's row in a new database.
func (a *Accounts) Open(ctx context.Context) error {
	secret, err := db.Value[[]byte](ctx, a.db, "SELECT secret FROM site WHERE id = 1")
	if fault.Is(err, fault.Missing) {
		secret, err = a.found(ctx)
	}
	if err != nil {
		return fmt.Errorf("read the site's secret: %w", err)
	}
	a.secret = secret
	return nil
}

// found makes the site's row. Where two processes start at once, both go on with
// the secret of the one that came first.
func (a *Accounts) found(ctx context.Context) (secret []byte, err error) {
	err = a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO site (id, title, secret, created)
			VALUES (1, 'Picus', ?, ?)
			ON CONFLICT (id) DO NOTHING`,
			random(32), a.millis())
		if err != nil {
			return err
		}
		secret, err = db.Value[[]byte](ctx, tx, "SELECT secret FROM site WHERE id = 1")
		return err
	})
	return secret, err
}

// Sweep deletes what has expired: links, codes and sessions. It is called now and then.
func (a *Accounts) Sweep(ctx context.Context) error {
	return a.db.Write(ctx, func(tx *db.Tx) error {
		now := a.now()
		_, err := tx.Exec(ctx, "DELETE FROM token WHERE expires > 0 AND expires <= ?", now.UnixMilli())
		if err != nil {
			return fmt.Errorf("sweep links: %w", err)
		}
		_, err = tx.Exec(ctx, "DELETE FROM session WHERE expires <= ? OR seen <= ?",
			now.UnixMilli(), now.Add(-sessionIdle).UnixMilli())
		if err != nil {
			return fmt.Errorf("sweep sessions: %w", err)
		}
		return nil
	})
}

func (a *Accounts) millis() int64 { return a.now().UnixMilli() }

// random returns n bytes from the system's secure source, which does not fail.
func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}
