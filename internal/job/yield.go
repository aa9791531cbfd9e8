package job

import (
	"context"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// glance is how often a lane that yields looks whether it still has to.
const glance = 10 * time.Millisecond

// yield is how a lane lets other work go first.
type yield struct {
	to    func() bool   // whether there was such work since it was last asked; nil: there is none
	most  time.Duration // after a job was due
	since time.Time     // when the lane last went on
}

// Yield has the jobs of a kind wait while to reports that there has been other work, on
// which somebody waits, since it was last asked. A job waits for that at most so long
// after it was due; from then on the lane works half of the time, so that nothing waits
// for ever. Call it before Run.
func (q *Queue) Yield(kind string, most time.Duration, to func() bool) {
	q.lanes[kind].yield = yield{to: to, most: most}
}

// letPass returns when the lane may go on.
func (q *Queue) letPass(ctx context.Context, l *lane) error {
	if l.yield.to == nil {
		return nil
	}
	begun := q.now()
	defer func() { l.yield.since = q.now() }()
	if !l.yield.to() {
		return nil
	}
	due, err := db.Value[int64](ctx, q.db, "SELECT due FROM job WHERE state = 'ready' AND kind = ? AND due <= ? ORDER BY due LIMIT 1",
		l.kind, begun.UnixMilli())
	if err != nil && !fault.Is(err, fault.Missing) { // it may be one that a dead process had
		return err
	}
	left := l.yield.most - begun.Sub(time.UnixMilli(due))
	if !l.yield.since.IsZero() {
		left = max(left, min(begun.Sub(l.yield.since), l.yield.most))
	}
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for ; left > 0 && l.yield.to(); left -= glance {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}
