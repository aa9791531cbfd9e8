package websub

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/job"
)

const (
	deliverTimes = 6 // a job is tried, over a quarter of an hour
	mostFailures = 5 // times in a row that this may be for nothing; then the subscription ends
	maxReply     = 4 << 10
)

// subscription is who gets a feed.
type subscription struct {
	id, failures           int64
	path, callback, secret string
	sent                   []byte
}

// deliver brings a feed, as it is now, to one subscriber.
func (h *Hub) deliver(ctx context.Context, j *job.Job) error {
	var id int64
	if err := j.Read(&id); err != nil {
		return err
	}
	s, err := db.One(ctx, h.db, func(r db.Row) (s subscription, err error) {
		return s, r.Scan(&s.id, &s.failures, &s.path, &s.callback, &s.secret, &s.sent)
	}, `
		SELECT s.id, s.failures, t.path, s.callback, s.secret, s.sent
		FROM websub_subscription s JOIN websub_topic t ON t.id = s.topic WHERE s.id = ? AND s.expires > ?`, id, h.now().UnixMilli())
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	if u, err := url.Parse(s.callback); err == nil && h.hosts.full(hostOf(u)) {
		return errInUse // before the feed is drawn for nothing
	}
	feed, err := h.draw(s.path)
	switch {
	case err != nil && visible(err) == nil:
		return h.giveUp(ctx, j, s) // the feed's own job ends what is gone for good
	case err != nil:
		return err
	}
	if bytes.Equal(feed.sum(), s.sent) {
		return h.settle(ctx, j, s, feed)
	}
	err = h.post(ctx, s, feed)
	switch {
	case errors.Is(err, errInUse):
		return err
	case errors.Is(err, errUnwanted):
		return h.end(ctx, j, s)
	case err == nil:
		return h.settle(ctx, j, s, feed)
	case j.Attempts < deliverTimes:
		return err
	}
	return h.giveUp(ctx, j, s)
}

// errUnwanted says that the callback is gone for good.
var errUnwanted = errors.New("the callback is gone")

// post sends the feed (section 7). The signature proves to who gave the secret that it
// comes from here (section 7.1).
func (h *Hub) post(ctx context.Context, s subscription, feed Feed) error {
	r, err := http.NewRequest(http.MethodPost, s.callback, bytes.NewReader(feed.Body))
	if err != nil {
		return errUnwanted
	}
	r.Header.Set("Content-Type", feed.Type)
	r.Header.Set("Link", fmt.Sprintf(`<%s>; rel="hub", <%s>; rel="self"`, h.URL(), feed.Self))
	if s.secret != "" {
		sum := hmac.New(sha256.New, []byte(s.secret))
		sum.Write(feed.Body)
		r.Header.Set("X-Hub-Signature", "sha256="+hex.EncodeToString(sum.Sum(nil)))
	}
	answer, err := h.call(ctx, r, maxReply)
	switch {
	case err != nil:
		return err
	case answer.Status == http.StatusGone:
		return errUnwanted
	case !answer.OK():
		return fmt.Errorf("the subscriber %s answers %d", r.URL.Host, answer.Status)
	}
	return nil
}

// settle notes what a subscriber has. Where the feed has changed meanwhile, it goes out
// again: no other job was added while this one was there.
func (h *Hub) settle(ctx context.Context, j *job.Job, s subscription, feed Feed) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if _, err := tx.Exec(ctx, "UPDATE websub_subscription SET sent = ?, waiting = 0, failures = 0 WHERE id = ?", feed.sum(), s.id); err != nil {
			return err
		}
		if err := h.again(ctx, tx, s.id); err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}

// again adds a job for a subscriber that has something else than what the feed was when
// it was last looked at.
func (h *Hub) again(ctx context.Context, tx *db.Tx, id int64) error {
	n, err := tx.Exec(ctx, `
		UPDATE websub_subscription SET waiting = 1
		WHERE id = ? AND sent <> (SELECT t.sum FROM websub_topic t WHERE t.id = websub_subscription.topic)`, id)
	if err != nil || n == 0 {
		return err
	}
	return h.jobs.Add(ctx, tx, deliverJob, id, h.now().Add(settle))
}

// giveUp ends a job that was for nothing, and after several of them the subscription.
func (h *Hub) giveUp(ctx context.Context, j *job.Job, s subscription) error {
	if s.failures+1 >= mostFailures {
		return h.end(ctx, j, s)
	}
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if _, err := tx.Exec(ctx, "UPDATE websub_subscription SET waiting = 0, failures = failures + 1 WHERE id = ?", s.id); err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}

func (h *Hub) end(ctx context.Context, j *job.Job, s subscription) error {
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if _, err := tx.Exec(ctx, "DELETE FROM websub_subscription WHERE id = ?", s.id); err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}
