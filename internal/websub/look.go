package websub

import (
	"bytes"
	"context"
	"log/slog"
	"net/url"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/job"
)

const (
	glance  = 2 * time.Second  // how often new events are looked for
	settle  = 5 * time.Second  // what is written together goes out together
	resting = 30 * time.Second // a feed is looked at no more often than this
)

// about is what has to happen somewhere for a feed to change.
type about struct{ kind, name string }

// aboutOf reads the address of a feed. What it does not know may change with anything.
func aboutOf(path string) about {
	path, _, _ = strings.Cut(path, "?")
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return about{kind: "all"}
	}
	parts := strings.Split(strings.TrimPrefix(path[:dot], "/"), "/")
	for i := range parts {
		if decoded, err := url.PathUnescape(parts[i]); err == nil {
			parts[i] = decoded
		}
	}
	kinds := map[string]string{"b": "board", "t": "thread", "p": "post", "tags": "tag", "u": "user", "blog": "user"}
	if kind := kinds[parts[0]]; kind != "" && len(parts) > 1 {
		return about{kind, parts[1]}
	}
	return about{kind: "all"}
}

// Run has the feeds looked at that something happened to, until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		if err := h.Follow(ctx); err != nil && ctx.Err() == nil {
			slog.Error("websub: look for news", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// begin notes, with the first feed that anybody subscribes to, up to which event it is
// known: nobody has followed them until then.
func (h *Hub) begin(ctx context.Context, tx *db.Tx, newest int64) error {
	followed, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM websub_topic)")
	if err != nil || followed {
		return err
	}
	_, err = tx.Exec(ctx, "INSERT INTO websub_seen (id, seq) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET seq = excluded.seq", newest)
	return err
}

// Follow has the feeds looked at that the events since the last time may have changed.
func (h *Hub) Follow(ctx context.Context) error {
	news, err := db.Value[bool](ctx, h.db, `
		SELECT EXISTS (SELECT 1 FROM websub_topic) AND EXISTS (SELECT 1 FROM websub_seen s WHERE s.seq < (SELECT max(seq) FROM event))`)
	if err != nil || !news {
		return err
	}
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		from, err := db.Value[int64](ctx, tx, "SELECT seq FROM websub_seen WHERE id = 1")
		if err != nil {
			return err
		}
		to, err := db.Value[int64](ctx, tx, "UPDATE websub_seen SET seq = (SELECT max(seq) FROM event) WHERE id = 1 RETURNING seq")
		if err != nil {
			return err
		}
		if to-from > mostFollowed {
			return h.lookAt(ctx, tx, everySQL)
		}
		return h.lookAt(ctx, tx, touchedSQL, from)
	})
}

// mostFollowed is how many events are looked through one by one; after more, an import
// perhaps, every feed is looked at.
const mostFollowed = 2000

// everySQL marks every feed.
const everySQL = "UPDATE websub_topic SET waiting = 1 WHERE waiting = 0 RETURNING id, looked"

// touchedSQL marks the feeds that the events after one may have changed. It goes from the
// few events to the few feeds, each by an index.
const touchedSQL = `
	WITH happened AS (
		SELECT i.id AS item, i.root, i.space, i.author FROM event e JOIN item i ON i.id = e.item WHERE e.seq > ?
	), touched AS (
		SELECT 'all' AS kind, '' AS name
		UNION SELECT 'thread', CAST(h.root AS TEXT) FROM happened h
		UNION SELECT 'post', CAST(h.item AS TEXT) FROM happened h
		UNION SELECT 'board', sp.slug FROM happened h JOIN space sp ON sp.id = h.space
		UNION SELECT 'user', a.name FROM happened h JOIN account a ON a.id = h.author
		UNION SELECT 'tag', g.name FROM happened h JOIN item_tag it ON it.item = h.root JOIN tag g ON g.id = it.tag
	)
	UPDATE websub_topic SET waiting = 1
	WHERE waiting = 0 AND id IN (SELECT t.id FROM touched c CROSS JOIN websub_topic t WHERE t.kind = c.kind AND t.name = c.name)
	RETURNING id, looked`

// lookAt adds a job for each feed that mark, which sets waiting, returns: at once where
// nobody has looked for a while.
func (h *Hub) lookAt(ctx context.Context, tx *db.Tx, mark string, args ...any) error {
	type topic struct{ id, looked int64 }
	marked, err := db.All(ctx, tx, func(r db.Row) (t topic, err error) { return t, r.Scan(&t.id, &t.looked) }, mark, args...)
	if fault.Is(err, fault.Missing) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, t := range marked {
		due := h.now().Add(settle)
		if rested := time.UnixMilli(t.looked).Add(resting); rested.After(due) {
			due = rested
		}
		if err := h.jobs.Add(ctx, tx, lookJob, t.id, due); err != nil {
			return err
		}
	}
	return nil
}

// look draws a feed and, where it is not what it was, has it brought to its subscribers.
// Where visitors get it no more, its subscriptions are over.
func (h *Hub) look(ctx context.Context, j *job.Job) error {
	var id int64
	if err := j.Read(&id); err != nil {
		return err
	}
	// From here on, what happens to the feed needs another look.
	path, err := h.unmark(ctx, id)
	if err != nil || path == "" {
		return err
	}
	feed, err := h.draw(path)
	if err != nil && fault.KindOf(err) == fault.Internal {
		return err
	}
	gone := err != nil
	return h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if gone {
			err = h.drop(ctx, tx, id)
		} else {
			err = h.spread(ctx, tx, id, feed.sum())
		}
		if err != nil {
			return err
		}
		return j.Finish(ctx, tx)
	})
}

// unmark returns the path of a topic; empty: there is none any more.
func (h *Hub) unmark(ctx context.Context, id int64) (path string, err error) {
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		path, err = db.Value[string](ctx, tx, "UPDATE websub_topic SET waiting = 0, looked = ? WHERE id = ? RETURNING path", h.now().UnixMilli(), id)
		if fault.Is(err, fault.Missing) {
			return nil
		}
		return err
	})
	return path, err
}

func (h *Hub) drop(ctx context.Context, tx *db.Tx, topic int64) error {
	if _, err := tx.Exec(ctx, "DELETE FROM websub_subscription WHERE topic = ?", topic); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "DELETE FROM websub_topic WHERE id = ?", topic)
	return err
}

// spread adds a job for each subscriber that has something else.
func (h *Hub) spread(ctx context.Context, tx *db.Tx, topic int64, sum []byte) error {
	was, err := db.Value[[]byte](ctx, tx, "SELECT sum FROM websub_topic WHERE id = ?", topic)
	if fault.Is(err, fault.Missing) || err == nil && bytes.Equal(was, sum) {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE websub_topic SET sum = ? WHERE id = ?", sum, topic); err != nil {
		return err
	}
	to, err := db.Values[int64](ctx, tx, "UPDATE websub_subscription SET waiting = 1 WHERE topic = ? AND waiting = 0 AND sent <> ? RETURNING id", topic, sum)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	for _, id := range to {
		if err := h.jobs.Add(ctx, tx, deliverJob, id, h.now()); err != nil {
			return err
		}
	}
	return nil
}
