package push

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/fetch"
	"picus/internal/item"
	"picus/internal/job"
)

const (
	keepTime     = 24 * time.Hour // how long a push service keeps a notice for a browser that is off
	sendTimes    = 5              // a job is tried, over seven minutes
	mostFailures = 10             // times in a row that this may be for nothing; then the browser is forgotten
	maxAnswer    = 4 << 10
)

// kindOf is the kind of a reason.
func kindOf(reason string) string {
	if slices.Contains(Kinds, reason) {
		return reason
	}
	return "own"
}

// sending is one notice for one browser.
type sending struct {
	Browser int64 `json:"browser"`
	Notice  int64 `json:"notice"`
}

// spread adds a job for each browser that shows the notices of an event.
func (p *Pusher) spread(ctx context.Context, j *job.Job) error {
	var told item.Told
	if err := j.Read(&told); err != nil {
		return err
	}
	type one struct {
		sending
		reasons, kinds string
	}
	all, err := db.All(ctx, p.db, func(r db.Row) (o one, err error) {
		return o, r.Scan(&o.Browser, &o.Notice, &o.reasons, &o.kinds)
	}, `
		SELECT b.id, n.id, n.reasons, b.kinds FROM notification n CROSS JOIN push_browser b
		WHERE n.event = ? AND (n.account = ? OR ? = 0) AND b.account = n.account AND b.session IS NOT NULL`, told.Seq, told.Account, told.Account)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	return p.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		for _, o := range all {
			if !wanted(o.reasons, o.kinds) {
				continue
			}
			if err := p.jobs.Add(ctx, tx, sendJob, o.sending, p.now()); err != nil {
				return err
			}
		}
		return j.Finish(ctx, tx)
	})
}

// wanted reports whether a browser shows a notice for one of its reasons, of which item.Push
// is one that every browser obeys.
func wanted(reasons, kinds string) bool {
	shown := strings.Split(kinds, ",")
	return slices.ContainsFunc(strings.Split(reasons, ","), func(r string) bool { return r == item.Push || slices.Contains(shown, kindOf(r)) })
}

// receiver is a browser that is to get a notice.
type receiver struct {
	id, account, failures int64
	endpoint              string
	key, auth             []byte
}

// send brings a notice to a browser, if its owner has not seen it meanwhile and may still
// know of it.
func (p *Pusher) send(ctx context.Context, j *job.Job) error {
	var s sending
	if err := j.Read(&s); err != nil {
		return err
	}
	b, err := db.One(ctx, p.db, func(r db.Row) (b receiver, err error) {
		return b, r.Scan(&b.id, &b.account, &b.failures, &b.endpoint, &b.key, &b.auth)
	}, "SELECT id, account, failures, endpoint, key, auth FROM push_browser WHERE id = ? AND session IS NOT NULL", s.Browser)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	text, err := p.textFor(ctx, b.account, s.Notice)
	if err != nil || text == nil {
		return err
	}
	switch err = p.post(ctx, b, text); {
	case errors.Is(err, errUnwanted):
		return p.end(ctx, j, b)
	case err == nil:
		return p.used(ctx, j, b)
	case j.Attempts < sendTimes:
		return err
	}
	return p.giveUp(ctx, j, b)
}

// textFor is what the browser gets; nil: nothing any more. The notification is read as the
// person would see it now, so that what was private in the meantime stays so.
func (p *Pusher) textFor(ctx context.Context, account, notice int64) ([]byte, error) {
	to, err := p.accounts.ByID(ctx, account)
	if err != nil || !to.Signed() {
		return nil, ignoreMissing(err)
	}
	n, err := p.items.Notification(ctx, to, notice)
	if err != nil || n.Read || p.now().Sub(n.At) > keepTime {
		return nil, ignoreMissing(err)
	}
	shown := p.draw(to, n)
	shown.Title, shown.Body = short(shown.Title, 120), short(shown.Body, 300)
	return json.Marshal(shown)
}

func ignoreMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

// short is the beginning of a text, in letters.
func short(text string, most int) string {
	if letters := []rune(text); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return text
}

// errUnwanted says that a browser takes nothing any more.
var errUnwanted = errors.New("the browser takes no notices any more")

// post hands a notice to the push service (RFC 8030, section 5).
func (p *Pusher) post(ctx context.Context, b receiver, text []byte) error {
	endpoint, err := url.Parse(b.endpoint)
	if err != nil {
		return errUnwanted
	}
	sealed, err := seal(b.key, b.auth, text)
	if err != nil {
		return errUnwanted
	}
	authorization, err := p.authorization(endpoint)
	if err != nil {
		return err
	}
	r, err := http.NewRequest(http.MethodPost, b.endpoint, bytes.NewReader(sealed))
	if err != nil {
		return errUnwanted
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Content-Encoding", "aes128gcm")
	r.Header.Set("Content-Type", "application/octet-stream")
	r.Header.Set("TTL", strconv.Itoa(int(keepTime/time.Second)))
	answer, err := p.client.Do(ctx, r, maxAnswer)
	switch {
	case errors.Is(err, fetch.ErrRefused):
		return errUnwanted
	case err != nil:
		return err
	case answer.Status == http.StatusNotFound || answer.Status == http.StatusGone:
		return errUnwanted
	case !answer.OK():
		return fmt.Errorf("the push service %s answers %d", endpoint.Host, answer.Status)
	}
	return nil
}

func (p *Pusher) used(ctx context.Context, j *job.Job, b receiver) error {
	return p.finish(ctx, j, "UPDATE push_browser SET used = ?, failures = 0 WHERE id = ?", p.now().UnixMilli(), b.id)
}

// giveUp ends a job that was for nothing, and after many in a row forgets the browser.
func (p *Pusher) giveUp(ctx context.Context, j *job.Job, b receiver) error {
	if b.failures+1 >= mostFailures {
		return p.end(ctx, j, b)
	}
	return p.finish(ctx, j, "UPDATE push_browser SET failures = failures + 1 WHERE id = ?", b.id)
}

func (p *Pusher) end(ctx context.Context, j *job.Job, b receiver) error {
	return p.finish(ctx, j, "DELETE FROM push_browser WHERE id = ?", b.id)
}

func (p *Pusher) finish(ctx context.Context, j *job.Job, query string, args ...any) error {
	return p.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if _, err := tx.Exec(ctx, query, args...); err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}
