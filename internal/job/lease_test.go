package job_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/job"
)

// TestAJobThatWasGivenOnHasItsEffectOnce has one worker outlast its lease while
// another process does the job.
func TestAJobThatWasGivenOnHasItsEffectOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		slow, fast := job.New(d, func() time.Time { return start }), job.New(d, func() time.Time { return start.Add(time.Hour) })
		effect := func(ctx context.Context, j *job.Job) error {
			return d.Write(ctx, func(tx *db.Tx) error {
				if _, err := tx.Exec(ctx, "INSERT INTO tag (name, items) VALUES ('effect', 1) ON CONFLICT (name) DO UPDATE SET items = tag.items + 1"); err != nil {
					return err
				}
				return j.Finish(ctx, tx)
			})
		}
		begun, given, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
		slow.Handle("work", 1, func(ctx context.Context, j *job.Job) error {
			close(begun)
			<-given
			defer close(done)
			return effect(ctx, j)
		})
		fast.Handle("work", 1, func(ctx context.Context, j *job.Job) error {
			defer close(given)
			return effect(ctx, j)
		})
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return slow.Add(t.Context(), tx, "work", nil, start) }); err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { slow.Run(ctx) })
		<-begun
		running.Go(func() { fast.Run(ctx) })
		<-done
		stop()
		running.Wait()
		if n, err := db.Value[int](context.Background(), d, "SELECT items FROM tag WHERE name = 'effect'"); err != nil || n != 1 {
			t.Errorf("the job had its effect %d times, %v; want once", n, err)
		}
	})
}
