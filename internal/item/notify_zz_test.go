package item_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
)

// crowd is a board with many subscribers and a thread of somebody else's.
type crowd struct {
	store *item.Store
	event int64
}

func newCrowd(t testing.TB, d *db.DB, subscribers int) crowd {
	t.Helper()
	ctx := t.Context()
	now := func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) }
	c := crowd{store: &item.Store{DB: d, Jobs: job.New(d, now), Now: now}}
	board, err := c.store.AddSpace(ctx, item.Space{Kind: "board", Slug: "python", Title: "Python", List: "python"})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		var author int64
		for i := range subscribers + 1 {
			name := fmt.Sprintf("member%d", i)
			id, err := tx.Insert(ctx, `
				INSERT INTO account (name, name_key, display, email, email_key, status, role, reply_key, created)
				VALUES (?, ?, ?, ?, ?, 'active', 'member', ?, 0) RETURNING id`, name, name, name, name+"@example.org", name+"@example.org", []byte("key"))
			if err != nil {
				return err
			}
			if i == 0 {
				author = id
				continue
			}
			_, err = tx.Exec(ctx, "INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', ?, ?, 'watch', 'mail', 0)", board.ID, id)
			if err != nil {
				return err
			}
		}
		saved, err := c.store.Create(ctx, tx, item.New{Kind: item.Thread, Space: board.ID, Author: account.User{ID: author}, Status: item.Live,
			Via: item.Web, At: now(), Text: item.Render("Hello", item.Markdown, "Hello, @member1!", true, nil)})
		c.event = saved.Event
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// explain returns the plan of a query, or "" where the engine has chosen by
// statistics that an almost empty table does not have.
func explain(ctx context.Context, t *testing.T, d *db.DB, query string, args ...any) string {
	t.Helper()
	lines, err := db.All(ctx, d, func(r db.Row) (string, error) {
		var a, b, c int64
		var detail string
		return detail, r.Scan(&a, &b, &c, &detail)
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatal(err)
	}
	_ = strings.Join
	return strings.Join(lines, "\n")
}

func BenchmarkQueueMail(b *testing.B) {
	engines := map[string]string{"sqlite": b.TempDir() + "/picus.db", "postgres": dbtest.Postgres(b)}
	for name, target := range engines {
		if target == "" {
			continue
		}
		b.Run(name, func(b *testing.B) {
			d := dbtest.Open(b, target)
			c := newCrowd(b, d, 10_000)
			for b.Loop() {
				err := d.Write(b.Context(), func(tx *db.Tx) error {
					if err := c.store.Notify(b.Context(), tx, c.event); err != nil {
						return err
					}
					n, err := c.store.QueueMail(b.Context(), tx, c.event)
					if err == nil && n != 10_000 {
						b.Fatalf("QueueMail() = %d rows; want 10000", n)
					}
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				b.StopTimer()
				err = d.Write(b.Context(), func(tx *db.Tx) error {
					_, err := tx.Exec(b.Context(), "DELETE FROM outgoing")
					return err
				})
				if err != nil {
					b.Fatal(err)
				}
				b.StartTimer()
			}
		})
	}
}

func TestZZExplain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCrowd(t, d, 10_000)
		t0 := time.Now()
		d.Write(t.Context(), func(tx *db.Tx) error { return c.store.Notify(t.Context(), tx, c.event) })
		t.Log("notify", time.Since(t0))
		for i := 0; i < 3; i++ {
		t0 = time.Now()
		d.Write(t.Context(), func(tx *db.Tx) error { c.store.QueueMail(t.Context(), tx, c.event); return nil })
		t.Log("queue", time.Since(t0))
		d.Write(t.Context(), func(tx *db.Tx) error { tx.Exec(t.Context(),"DELETE FROM outgoing"); return nil })
		}
		q := "EXPLAIN (ANALYZE, BUFFERS) "
		if !d.Postgres() { q = "EXPLAIN QUERY PLAN " }
		d.Write(t.Context(), func(tx *db.Tx) error {
			rows, err := db.All(t.Context(), tx, func(r db.Row) (string, error) {
				var s string
				if !d.Postgres() { var a,b,c int; return s, r.Scan(&a,&b,&c,&s) }
				return s, r.Scan(&s)
			}, q+item.QueueSQL, c.event, 1, 1)
			t.Log(err, strings.Join(rows, "\n"))
			return nil
		})
	})
}
