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

// TestAJobThatTakesLongHoldsUpNoOther has one of two workers wait for the end of all
// other jobs.
func TestAJobThatTakesLongHoldsUpNoOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const others = 9
		now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		q := job.New(d, func() time.Time { return now })
		var left, long sync.WaitGroup
		left.Add(others)
		long.Add(1)
		q.Handle("work", 2, func(_ context.Context, j *job.Job) error {
			var first bool
			if err := j.Read(&first); err != nil {
				return err
			}
			if first {
				left.Wait()
				long.Done()
			} else {
				left.Done()
			}
			return nil
		})
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for i := range others + 1 {
				if err := q.Add(t.Context(), tx, "work", i == 0, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { q.Run(ctx) })
		long.Wait()
		stop()
		running.Wait()
	})
}
