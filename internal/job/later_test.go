package job_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/job"
)

// TestAJobThatIsPutOffIsNotCounted puts a job off more often than one may fail.
func TestAJobThatIsPutOffIsNotCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const often = 12
		start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
		var ahead atomic.Int64
		q := job.New(d, func() time.Time { return start.Add(time.Duration(ahead.Load())) })
		ctx, stop := context.WithCancel(t.Context())
		times := 0
		q.Handle("work", 1, func(_ context.Context, j *job.Job) error {
			if j.Attempts != 1 {
				t.Errorf("the job says that this is attempt %d; want 1", j.Attempts)
			}
			if times++; times <= often {
				ahead.Add(int64(time.Minute)) // it is due again at once
				return job.Later(-time.Second)
			}
			stop()
			return nil
		})
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return q.Add(t.Context(), tx, "work", 1, start) }); err != nil {
			t.Fatal(err)
		}
		var running sync.WaitGroup
		running.Go(func() { q.Run(ctx) })
		running.Wait()
		if n, err := db.Value[int](t.Context(), d, "SELECT count(*) FROM job"); err != nil || n != 0 || times != often+1 {
			t.Errorf("%d jobs are left after %d times, %v; want none after %d", n, times, err, often+1)
		}
	})
}
