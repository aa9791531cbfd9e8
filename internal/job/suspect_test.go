package job_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/job"
)

// TestWhatWasUnderWayAtManyEndsIsDoneAloneFirst has a process end again and again before
// it gets to its jobs: they are not given up for it, and what failed by itself waits.
func TestWhatWasUnderWayAtManyEndsIsDoneAloneFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		q := job.New(d, func() time.Time { return now })
		var done []string
		q.Handle("work", 4, func(_ context.Context, j *job.Job) error {
			var name string
			if err := j.Read(&name); err != nil {
				return err
			}
			if !j.Alone || !j.Suspicious() {
				t.Errorf("%s was done beside others", name)
			}
			done = append(done, name)
			if name == "broken" {
				return errors.New("it fails")
			}
			return nil
		})
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for name, row := range map[string]struct {
				attempts int
				error    string
			}{"new": {2, ""}, "often": {3, ""}, "more often": {9, ""}, "broken": {5, ""}, "failed": {5, "it fails"}, "too often": {16, ""}} {
				if err := q.Add(t.Context(), tx, "work", name, now); err != nil {
					return err
				}
				_, err := tx.Exec(t.Context(), "UPDATE job SET attempts = ?, error = ?, state = 'running' WHERE payload = ?", row.attempts, row.error, `"`+name+`"`)
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := q.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := q.ClearSuspicions(t.Context(), "work", time.Minute); err != nil {
			t.Fatal(err)
		}
		slices.Sort(done)
		if want := []string{"broken", "more often", "often"}; !slices.Equal(done, want) {
			t.Errorf("done are %q, want %q", done, want)
		}
		left, err := db.All(t.Context(), d, func(r db.Row) (s string, err error) { return s, r.Scan(&s) }, "SELECT payload || ' ' || state FROM job ORDER BY payload")
		if want := []string{`"broken" ready`, `"failed" ready`, `"new" ready`, `"too often" failed`}; err != nil || !slices.Equal(left, want) {
			t.Errorf("left are %q, %v; want %q", left, err, want)
		}
	})
}
