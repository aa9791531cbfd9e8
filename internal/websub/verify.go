package websub

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
	"picus/internal/job"
)

// asked is a request whose callback has not been heard yet.
type asked struct {
	id                                 int64
	mode, path, callback, host, secret string
	lease                              int64
}

// verifyTimes is how often a callback that does not answer is asked.
const verifyTimes = 3

// verify asks the callback whether its owner means the request (section 5.3), and does
// what was asked. Who says anything but yes is not asked again.
func (h *Hub) verify(ctx context.Context, j *job.Job) error {
	var id int64
	if err := j.Read(&id); err != nil {
		return err
	}
	r, err := db.One(ctx, h.db, func(row db.Row) (r asked, err error) {
		return r, row.Scan(&r.id, &r.mode, &r.path, &r.callback, &r.host, &r.secret, &r.lease)
	}, "SELECT id, mode, path, callback, host, secret, lease FROM websub_request WHERE id = ?", id)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	meant, err := h.isMeant(ctx, r)
	if err != nil && (j.Attempts < verifyTimes || errors.Is(err, errInUse)) {
		return err
	}
	if !meant {
		return nil
	}
	if r.mode == "subscribe" {
		return h.subscribe(ctx, j, r)
	}
	return h.unsubscribe(ctx, j, r)
}

// isMeant sends a challenge that only the callback's owner can give back.
func (h *Hub) isMeant(ctx context.Context, r asked) (bool, error) {
	u, err := url.Parse(r.callback)
	if err != nil {
		return false, nil
	}
	challenge := rand.Text()
	query := url.Values{"hub.mode": {r.mode}, "hub.topic": {h.base + r.path}, "hub.challenge": {challenge}}
	if r.mode == "subscribe" {
		query.Set("hub.lease_seconds", strconv.FormatInt(r.lease, 10))
	}
	// The query that the callback has is kept as it is (section 5.1).
	u.RawQuery = strings.TrimPrefix(u.RawQuery+"&"+query.Encode(), "&")
	request, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return false, nil
	}
	answer, err := h.call(ctx, request, maxChallenge)
	if errors.Is(err, fetch.ErrRefused) {
		return false, nil // nor will it be public later
	}
	if err != nil {
		return false, err
	}
	return answer.OK() && subtle.ConstantTimeCompare(bytes.TrimSpace(answer.Body), []byte(challenge)) == 1, nil
}

// subscribe notes a subscription that is meant. What the feed holds at the moment counts
// as known: the subscriber has just read it.
func (h *Hub) subscribe(ctx context.Context, j *job.Job, r asked) error {
	newest, err := db.Value[int64](ctx, h.db, "SELECT coalesce(max(seq), 0) FROM event")
	if err != nil {
		return err
	}
	feed, err := h.draw(r.path)
	if err != nil {
		return visible(err)
	}
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if full, err := h.full(ctx, tx, r); err != nil || full {
			return err
		}
		if err := h.begin(ctx, tx, newest); err != nil {
			return err
		}
		topic, err := h.topic(ctx, tx, r.path, feed.sum())
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			INSERT INTO websub_subscription (topic, callback, host, secret, expires, sent) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, expires = excluded.expires, failures = 0`,
			topic, r.callback, r.host, r.secret, h.now().Add(time.Duration(r.lease)*time.Second).UnixMilli(), feed.sum())
		if err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}

// topic returns the number of a feed that is, or will be, subscribed to.
func (h *Hub) topic(ctx context.Context, tx *db.Tx, path string, sum []byte) (int64, error) {
	about := aboutOf(path)
	_, err := tx.Exec(ctx, `
		INSERT INTO websub_topic (path, kind, name, sum, looked) VALUES (?, ?, ?, ?, ?) ON CONFLICT (path) DO NOTHING`,
		path, about.kind, about.name, sum, h.now().UnixMilli())
	if err != nil {
		return 0, err
	}
	return db.Value[int64](ctx, tx, "SELECT id FROM websub_topic WHERE path = ?", path)
}

// full reports whether the hub takes no more. Who has a subscription may renew it.
func (h *Hub) full(ctx context.Context, tx *db.Tx, r asked) (bool, error) {
	return db.Value[bool](ctx, tx, `
		SELECT NOT EXISTS (SELECT 1 FROM websub_subscription s JOIN websub_topic t ON t.id = s.topic WHERE t.path = ? AND s.callback = ?)
			AND ((SELECT count(*) FROM websub_subscription) >= ?
				OR (SELECT count(*) FROM websub_subscription WHERE host = ?) >= ?
				OR (SELECT count(*) FROM websub_topic) >= ? AND NOT EXISTS (SELECT 1 FROM websub_topic WHERE path = ?))`,
		r.path, r.callback, mostSubscriptions, r.host, mostPerHost, mostTopics, r.path)
}

func (h *Hub) unsubscribe(ctx context.Context, j *job.Job, r asked) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, "DELETE FROM websub_subscription WHERE topic = (SELECT id FROM websub_topic WHERE path = ?) AND callback = ?", r.path, r.callback)
		if err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}

// visible leaves the faults out of an error of Draw: that there is no such feed any more
// is no failure.
func visible(err error) error {
	if fault.KindOf(err) != fault.Internal {
		return nil
	}
	return err
}
