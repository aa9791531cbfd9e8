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

// yielding runs a lane that yields for an hour at most, with one job that was due some
// time ago, and returns its end.
func yielding(t *testing.T, d *db.DB, ago time.Duration, to func() bool) (done chan struct{}) {
	t.Helper()
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	q := job.New(d, func() time.Time { return now })
	done = make(chan struct{})
	q.Handle("work", 1, func(context.Context, *job.Job) error { close(done); return nil })
	q.Yield("work", time.Hour, to)
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return q.Add(t.Context(), tx, "work", nil, now.Add(-ago)) }); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { q.Run(ctx) })
	t.Cleanup(func() { stop(); running.Wait() })
	return done
}

func TestALaneYieldsToWhatSomebodyWaitsFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var over atomic.Bool
		asked := make(chan struct{}, 1000)
		done := yielding(t, d, 0, func() bool {
			select {
			case asked <- struct{}{}:
			default:
			}
			return !over.Load()
		})
		for range 3 {
			<-asked
		}
		select {
		case <-done:
			t.Error("the job was done; want it to wait")
		default:
		}
		over.Store(true)
		<-done
	})
}

func TestALaneThatYieldsDoesWhatHasWaitedForLong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		<-yielding(t, d, 2*time.Hour, func() bool { return true })
	})
}
