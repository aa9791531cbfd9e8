// Package websub is the site's own hub: who subscribes to a feed is sent it when it
// changes, and need not ask (W3C WebSub, Recommendation of 23 January 2018). It knows
// feeds by their addresses and draws none: what it sends is what a visitor would get.
package websub

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
	"picus/internal/job"
)

// Path is the address of the hub.
const Path = "/websub"

// What the hub takes on. A callback is an address that a stranger chooses, so each bound
// also bounds what a stranger can have us do to somebody else.
const (
	mostSubscriptions = 5000
	mostPerHost       = 100 // of callbacks
	mostTopics        = 1000
	asksPerMinute     = 120
	asksPerHost       = 10 // a minute
	asksPerNetwork    = 20 // a minute, of those who ask
	maxSecret         = 199
	maxChallenge      = 1 << 10 // read of an answer

	shortestLease = time.Hour
	longestLease  = 30 * 24 * time.Hour
	usualLease    = 10 * 24 * time.Hour
)

// The kinds of jobs.
const (
	verifyJob  = "websub-verify"
	lookJob    = "websub-look"
	deliverJob = "websub-deliver"
)

// Feed is a feed as everybody may read it.
type Feed struct {
	Self string // its own address
	Type string // its content type
	Body []byte
}

func (f Feed) sum() []byte {
	sum := sha256.Sum256(f.Body)
	return sum[:]
}

// Draw returns the feed at a path of this site, query included, as a visitor gets it; a
// fault where there is none for visitors.
type Draw func(path string) (Feed, error)

// Hub sends feeds to those who have subscribed to them.
type Hub struct {
	db     *db.DB
	jobs   *job.Queue
	client *fetch.Client
	base   string // of the site
	host   string
	now    func() time.Time
	draw   Draw
	hosts  *hosts
}

// New returns the hub of the site at base; allow are private networks that callbacks may
// be in. Call Draws before anything else.
func New(d *db.DB, jobs *job.Queue, base string, allow []netip.Prefix, now func() time.Time) *Hub {
	base = strings.TrimRight(base, "/")
	h := &Hub{db: d, jobs: jobs, client: fetch.New("Picus (WebSub; +"+base+")", allow...), base: base, now: now, hosts: newHosts()}
	if u, err := url.Parse(base); err == nil {
		h.host = strings.ToLower(u.Hostname())
	}
	jobs.Handle(verifyJob, 4, h.verify)
	jobs.Handle(lookJob, 1, h.look)
	jobs.Handle(deliverJob, 8, h.deliver)
	return h
}

// Draws says what draws the feeds.
func (h *Hub) Draws(draw Draw) { h.draw = draw }

// URL is the address of the hub, which feeds announce.
func (h *Hub) URL() string { return h.base + Path }

// Sweep takes out the subscriptions whose time is over, feeds that nobody subscribes to
// any more and what was asked long ago, takes up what waits for a job that was given up,
// and has every feed looked at once: not everything that changes one is an event.
func (h *Hub) Sweep(ctx context.Context) error {
	busy, err := db.Value[bool](ctx, h.db, "SELECT EXISTS (SELECT 1 FROM websub_topic) OR EXISTS (SELECT 1 FROM websub_request)")
	if err != nil || !busy {
		return err
	}
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		now := h.now()
		for _, step := range []struct {
			query string
			args  []any
		}{
			{"DELETE FROM websub_request WHERE created < ?", []any{now.Add(-time.Hour).UnixMilli()}},
			{"DELETE FROM websub_subscription WHERE expires <= ?", []any{now.UnixMilli()}},
			{"DELETE FROM websub_topic WHERE NOT EXISTS (SELECT 1 FROM websub_subscription s WHERE s.topic = websub_topic.id)", nil},
			{"UPDATE websub_topic SET waiting = 0 WHERE waiting = 1 AND id NOT IN " + underWay, []any{lookJob}},
		} {
			if _, err := tx.Exec(ctx, step.query, step.args...); err != nil {
				return err
			}
		}
		if err := h.takeUp(ctx, tx); err != nil {
			return err
		}
		return h.lookAt(ctx, tx, everySQL)
	})
}

// underWay is what the jobs of a kind are about that will still be done.
const underWay = "(SELECT CAST(payload AS BIGINT) FROM job WHERE state IN ('ready', 'running') AND kind = ?)"

// takeUp adds a job for each subscription whose own one was given up, as it is when the
// process ends beside it several times: no change of the feed would add one.
func (h *Hub) takeUp(ctx context.Context, tx *db.Tx) error {
	lost, err := db.Values[int64](ctx, tx, "SELECT id FROM websub_subscription WHERE waiting = 1 AND id NOT IN "+underWay, deliverJob)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	for _, id := range lost {
		if err := h.jobs.Add(ctx, tx, deliverJob, id, h.now()); err != nil {
			return err
		}
	}
	return nil
}
