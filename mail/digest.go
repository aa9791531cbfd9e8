package mail

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

const (
	digestItems   = 200              // in one digest; the rest is on the site
	digestsAtTick = 50               // at a time, so that other writers get their turn
	digestTick    = time.Minute      // how often the gateway looks
	digestAgain   = time.Hour        // until one that failed is tried again
	mailDelay     = 48 * time.Hour   // how much older than its arrival a mail may be
	digestSlack   = 30 * time.Second // a digest that is due every day stays at its hour
)

// digestEvery is how long the news of a channel are gathered.
var digestEvery = map[string]time.Duration{"daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour}

// digest is a person's turn.
type digest struct {
	to      account.User
	key     []byte // of the reply addresses
	channel string
	after   int64 // the newest item of the turn before
	number  int64
	due     time.Time
	plain   bool
	away    bool
	more    bool // than one mail holds
}

// RunDigests sends the digests whose time has come, until ctx ends.
func (g *Gateway) RunDigests(ctx context.Context) {
	tick := time.NewTicker(digestTick)
	defer tick.Stop()
	for {
		if err := g.Digests(ctx); err != nil && ctx.Err() == nil {
			slog.Error("digests", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// Digests begins the digests of those who have asked for one since, and makes those
// that are due. One that fails is logged, waits, and does not hold up the others.
func (g *Gateway) Digests(ctx context.Context) error {
	if err := g.beginDigests(ctx); err != nil {
		return err
	}
	for {
		all, err := g.dueDigests(ctx)
		if err != nil {
			return err
		}
		for _, d := range all {
			if _, err := g.makeDigest(ctx, d); err != nil {
				if ctx.Err() != nil {
					return err
				}
				slog.Error("a digest", "account", d.to.ID, "error", err)
				if err := g.passDigest(ctx, d, g.now().Add(digestAgain)); err != nil {
					return err
				}
			}
		}
		if len(all) < digestsAtTick {
			return nil
		}
	}
}

// beginDigests gives everybody who has asked for a digest a first turn. It looks with
// a reader, so that nothing is written where there is nothing new.
func (g *Gateway) beginDigests(ctx context.Context) error {
	const wanting = ` -- the index holds these two channels alone
		FROM subscription s WHERE s.channel IN ('daily', 'weekly') AND s.channel = ? AND s.level = 'watch'
		AND NOT EXISTS (SELECT 1 FROM digest d WHERE d.account = s.account AND d.channel = s.channel)`
	for channel, every := range digestEvery {
		some, err := db.Value[int](ctx, g.db, "SELECT count(*) FROM (SELECT 1 "+wanting+" LIMIT 1) w", channel)
		if err != nil || some == 0 {
			if err != nil {
				return err
			}
			continue
		}
		err = g.db.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(ctx, `
				INSERT INTO digest (account, channel, after, due)
				SELECT DISTINCT s.account, s.channel, (SELECT coalesce(max(id), 0) FROM item), CAST(? AS BIGINT) `+wanting+`
				ON CONFLICT DO NOTHING`, g.now().Add(every).UnixMilli(), channel)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

const (
	digestReader  = `a.plain = 1, a.away > ?, a.id, a.name, a.display, coalesce(a.email, ''), a.role, a.status, a.lang, a.reply_key`
	digestColumns = "SELECT d.channel, d.after, d.number, d.due, " + digestReader + " FROM digest d JOIN account a ON a.id = d.account"
)

func scanDigest(r db.Row) (d digest, err error) {
	var due int64
	err = r.Scan(&d.channel, &d.after, &d.number, &due, &d.plain, &d.away, &d.to.ID, &d.to.Name, &d.to.Display, &d.to.Email, &d.to.Role, &d.to.Status, &d.to.Lang, &d.key)
	d.due = time.UnixMilli(due).UTC()
	return d, err
}

func (g *Gateway) dueDigests(ctx context.Context) ([]digest, error) {
	now := g.now().UnixMilli()
	return db.All(ctx, g.db, scanDigest, digestColumns+" WHERE d.due <= ? ORDER BY d.due LIMIT ?", now, now, digestsAtTick)
}

// makeDigest takes a person's turn: the mail is queued in the transaction that sets
// the next one, so that no crash sends it twice or forgets it. Who is away hears of
// the time in between afterwards. Where there is more than one mail can hold, the turn
// is not over, and the same hour is due once more.
func (g *Gateway) makeDigest(ctx context.Context, d digest) (more bool, err error) {
	next := d.due.Add(digestEvery[d.channel])
	if now := g.now(); next.Before(now) {
		next = now.Add(digestEvery[d.channel] - digestSlack)
	}
	if d.away || d.to.Email == "" || d.to.Status != account.Active && d.to.Status != account.Shadow {
		return false, g.passDigest(ctx, d, next)
	}
	var ids []int64
	if ids, d.more, err = g.digestItems(ctx, d); err != nil {
		return false, err
	}
	var raw string
	if len(ids) > 0 {
		if raw, err = g.writeDigest(ctx, d, ids); err != nil {
			return false, err
		}
	}
	if d.more {
		next = d.due
	}
	return d.more, g.db.Write(ctx, func(tx *db.Tx) error { return g.bookDigest(ctx, tx, d, next, ids, raw) })
}

func (g *Gateway) passDigest(ctx context.Context, d digest, next time.Time) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE digest SET due = ? WHERE account = ? AND channel = ? AND due = ?", next.UnixMilli(), d.to.ID, d.channel, d.due.UnixMilli())
		return err
	})
}

func (g *Gateway) bookDigest(ctx context.Context, tx *db.Tx, d digest, next time.Time, ids []int64, raw string) error {
	newest, one := d.after, 0
	for _, id := range ids {
		newest = max(newest, id)
	}
	if raw != "" {
		one = 1
	}
	n, err := tx.Exec(ctx, `
		UPDATE digest SET due = ?, after = ?, number = number + ?
		WHERE account = ? AND channel = ? AND due = ? AND after = ?`, next.UnixMilli(), newest, one, d.to.ID, d.channel, d.due.UnixMilli(), d.after)
	if err != nil || n == 0 {
		return err // another process was faster
	}
	// A turn without a wish behind it was the last.
	_, err = tx.Exec(ctx, `
		DELETE FROM digest WHERE account = ? AND channel = ?
		AND NOT EXISTS (SELECT 1 FROM subscription s WHERE s.account = digest.account AND s.channel = digest.channel AND s.level = 'watch')`, d.to.ID, d.channel)
	if err != nil || raw == "" {
		return err
	}
	return g.queueDigest(ctx, tx, d, ids, raw)
}

// queueDigest has the pool send a digest, with what it holds: see allowedDigest.
func (g *Gateway) queueDigest(ctx context.Context, tx *db.Tx, d digest, ids []int64, raw string) error {
	now := g.now().UnixMilli()
	row, err := tx.Insert(ctx, "INSERT INTO outgoing (account, letter, state, due, created) VALUES (?, ?, 'queued', ?, ?) RETURNING id", d.to.ID, raw, now, now)
	if err != nil {
		return err
	}
	tx.AfterCommit(g.wake)
	_, err = tx.Exec(ctx, "INSERT INTO digest_mail (outgoing, channel, number, posts) VALUES (?, ?, ?, ?)", row, d.channel, d.number, joinIDs(ids))
	return err
}

// digestItems returns what a digest holds, thread by thread: what was written in the
// boards, threads and tags that the person has asked for by this channel, by others,
// since the last one; where that is too much, what came first. The times narrow the
// search to what an index finds; the id says what is new, since a mail may bear an older
// date.
func (g *Gateway) digestItems(ctx context.Context, d digest) (ids []int64, more bool, err error) {
	since, err := db.Value[int64](ctx, g.db, "SELECT coalesce((SELECT created FROM item WHERE id = ?), 0)", d.after)
	if err != nil {
		return nil, false, err
	}
	since -= mailDelay.Milliseconds()
	asked := []any{d.to.ID, d.channel, since}
	args := append(append(append(append([]any{}, asked...), asked...), asked...), d.after, d.to.ID, d.to.ID, d.to.ID, int64(d.to.Clearance()), d.to.Joined(), digestItems+1)
	ids, err = db.Values[int64](ctx, g.db, `
		WITH fresh AS (
			SELECT i.id FROM subscription s JOIN item i ON i.space = s.target_id
			WHERE s.account = ? AND s.channel = ? AND s.level = 'watch' AND s.target = 'board' AND i.created >= ? AND i.kind IN ('thread', 'post')
			UNION
			SELECT p.item FROM subscription s JOIN post p ON p.thread = s.target_id
			WHERE s.account = ? AND s.channel = ? AND s.level = 'watch' AND s.target = 'thread' AND p.created >= ?
			UNION
			SELECT p.item FROM subscription s JOIN thread_tag t ON t.tag = s.target_id JOIN post p ON p.thread = t.thread
			WHERE s.account = ? AND s.channel = ? AND s.level = 'watch' AND s.target = 'tag' AND p.created >= ?
		), oldest AS (
		SELECT i.id, i.root FROM fresh f JOIN item i ON i.id = f.id JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space
		WHERE i.id > ? AND i.author <> ? AND i.status = 'live' AND root.status = 'live' AND i.via <> 'import'
		AND NOT EXISTS (SELECT 1 FROM subscription m WHERE m.target = 'thread' AND m.target_id = i.root AND m.account = ? AND m.level = 'mute')
		AND NOT EXISTS (SELECT 1 FROM subscription m WHERE m.target = 'board' AND m.target_id = i.space AND m.account = ? AND m.level = 'mute')
		AND `+account.Admits+`
		ORDER BY i.id LIMIT ?)
		SELECT id FROM oldest ORDER BY root, id`, args...)
	if err != nil || len(ids) <= digestItems {
		return ids, false, err
	}
	newest := slices.Max(ids)
	return slices.DeleteFunc(ids, func(id int64) bool { return id == newest }), true, nil
}

// isDigest reports whether a Message-ID is one of our digests'.
func (g *Gateway) isDigest(mid string) bool {
	local, domain := cutAddress(mid)
	name, ok := strings.CutPrefix(local, "digest-")
	name, sum, signed := strings.Cut(name, ".")
	return ok && signed && domain == g.domain() && g.accounts.Verify(sum, "digest-id", name)
}

func (g *Gateway) digestID(d digest) string {
	name := fmt.Sprintf("%d-%s-%d", d.to.ID, d.channel, d.number+1)
	return "digest-" + name + "." + g.accounts.Sign("digest-id", name) + "@" + g.domain()
}

// answersDigest reports whether a mail answers one of our digests.
func (g *Gateway) answersDigest(m *message.Message) bool {
	return len(m.InReplyTo) > 0 && g.isDigest(m.InReplyTo[0])
}

var errAnswersDigest = fault.Bad("in-reply-to", "This answers a digest, which holds many mails. Please answer the single mail in it: then your answer stands where it belongs.")
