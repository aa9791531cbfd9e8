package websub

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
)

// Request is what somebody asks of the hub.
type Request struct {
	Mode     string // subscribe or unsubscribe
	Topic    string // the address of the feed
	Callback string
	Lease    string // seconds; empty: as long as the hub likes
	Secret   string
	Network  string // of who asks
}

// Ask takes a request and has a job ask the callback whether it is meant. It fails with a
// fault where the request cannot be granted, whoever means it.
func (h *Hub) Ask(ctx context.Context, r Request) error {
	callback, err := h.callback(r.Callback)
	if err != nil {
		return err
	}
	lease, err := leaseOf(r.Lease)
	if err != nil {
		return err
	}
	if r.Mode != "subscribe" && r.Mode != "unsubscribe" {
		return fault.Bad("hub.mode", "The mode is subscribe or unsubscribe.")
	}
	if len(r.Secret) > maxSecret {
		return fault.Bad("hub.secret", "A secret has less than 200 bytes.")
	}
	path, err := h.topicPath(r)
	if err != nil {
		return err
	}
	host := strings.ToLower(callback.Hostname())
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if err := h.mayAsk(ctx, tx, host, r.Network); err != nil {
			return err
		}
		if full, err := h.full(ctx, tx, asked{path: path, callback: r.Callback, host: host}); err != nil || full && r.Mode == "subscribe" {
			return cmp.Or(err, errFull)
		}
		id, err := tx.Insert(ctx, `
			INSERT INTO websub_request (mode, path, callback, host, network, secret, lease, created)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
			r.Mode, path, r.Callback, host, r.Network, r.Secret, int64(lease/time.Second), h.now().UnixMilli())
		if err != nil {
			return err
		}
		return h.jobs.Add(ctx, tx, verifyJob, id, h.now())
	})
}

// errFull is the answer where there are too many subscriptions, here or at one host.
var errFull = fault.Limit("The hub takes no more subscriptions at the moment.")

// callback reads the address that is to get the feed. The site does not send to itself.
func (h *Hub) callback(text string) (*url.URL, error) {
	u, err := fetch.Address(text)
	if err != nil || strings.EqualFold(u.Hostname(), h.host) && !h.local() {
		return nil, fault.Bad("hub.callback", "The callback is a public http or https address elsewhere.")
	}
	return u, nil
}

// local reports whether the site is one on a developer's machine, where everything has
// the same name.
func (h *Hub) local() bool { return h.host == "localhost" || h.host == "127.0.0.1" || h.host == "::1" }

func leaseOf(text string) (time.Duration, error) {
	if text == "" {
		return usualLease, nil
	}
	seconds, err := strconv.ParseUint(text, 10, 62)
	if err != nil {
		return 0, fault.Bad("hub.lease_seconds", "The lease is a number of seconds.")
	}
	wanted := time.Duration(min(seconds, uint64(longestLease/time.Second))) * time.Second
	return max(wanted, shortestLease), nil
}

// topicPath returns the path of the feed that a request is about. Who wants to hear of it
// no more may say so when it is gone, too.
func (h *Hub) topicPath(r Request) (string, error) {
	path, ours := strings.CutPrefix(r.Topic, h.base)
	if !ours || !strings.HasPrefix(path, "/") || len(path) > 1024 || strings.ContainsAny(path, "# \\") {
		return "", fault.Bad("hub.topic", "This hub knows the feeds of %s only.", h.base)
	}
	if r.Mode == "unsubscribe" {
		return path, nil
	}
	feed, err := h.draw(path)
	switch {
	case fault.KindOf(err) != fault.Internal:
		return "", fault.Bad("hub.topic", "There is no public feed at this address.")
	case err != nil:
		return "", err
	case feed.Self != r.Topic:
		return "", fault.Bad("hub.topic", "This feed is called %s.", feed.Self)
	}
	return path, nil
}

// mayAsk holds the requests of the last minute, and what is subscribed already, against
// the bounds.
func (h *Hub) mayAsk(ctx context.Context, tx *db.Tx, host, network string) error {
	since := h.now().Add(-time.Minute).UnixMilli()
	for _, bound := range []struct {
		most  int
		query string
		args  []any
	}{
		{asksPerHost, "SELECT count(*) FROM websub_request WHERE host = ? AND created > ?", []any{host, since}},
		{asksPerNetwork, "SELECT count(*) FROM websub_request WHERE network = ? AND created > ?", []any{network, since}},
		{asksPerMinute, "SELECT count(*) FROM websub_request WHERE created > ?", []any{since}},
	} {
		n, err := db.Value[int](ctx, tx, bound.query, bound.args...)
		if err != nil {
			return err
		}
		if n >= bound.most {
			return fault.Limit("The hub was asked too often. Try again in a minute.")
		}
	}
	return nil
}
