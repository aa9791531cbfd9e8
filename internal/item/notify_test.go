package item_test

import (
	"fmt"
	"regexp"
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

// wholeTable matches the step of a plan that reads all of a table which grows with
// the number of people; SQLite calls the tables by their aliases.
var wholeTable = regexp.MustCompile(`Seq Scan on (?:subscription|account|link|item_tag)\b|(?m)^SCAN (?:s|a|l|t)$`)

// TestNewsFindsItsReadersByIndex keeps a busy board from being paid for by every
// other one: no statement may read all subscriptions or all people.
func TestNewsFindsItsReadersByIndex(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCrowd(t, d, 3000)
		for name, query := range map[string]string{"Notify": item.NotifySQL, "QueueMail": item.QueueMailSQL} {
			args := []any{c.event, 0, 0}
			plan := explain(t, d, query, args[:strings.Count(query, "?")]...)
			if full := wholeTable.FindString(plan); full != "" {
				t.Errorf("%s reads a whole table (%s):\n%s", name, full, plan)
			}
			if strings.Contains(plan, "target=?)") {
				t.Errorf("%s reads the subscriptions to everything of a kind:\n%s", name, plan)
			}
		}
	})
}

func explain(t *testing.T, d *db.DB, query string, args ...any) string {
	t.Helper()
	var lines []string
	err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
		if d.Postgres() {
			lines, err = db.Values[string](t.Context(), tx, "EXPLAIN "+query, args...)
			return err
		}
		lines, err = db.All(t.Context(), tx, func(r db.Row) (line string, err error) {
			var id, parent, unused int64
			err = r.Scan(&id, &parent, &unused, &line)
			return line, err
		}, "EXPLAIN QUERY PLAN "+query, args...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
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
