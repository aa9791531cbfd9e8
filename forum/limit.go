package forum

import (
	"sync"
	"time"

	"picus/account"
	"picus/internal/fault"
)

// A person may write in bursts, as people do, but not without end.
const (
	burst      = 40
	refill     = 2 * time.Second // one more after each
	maxTracked = 10_000
)

// limiter holds a token bucket per account.
type limiter struct {
	now     func() time.Time
	mu      sync.Mutex
	buckets map[int64]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newLimiter(now func() time.Time) *limiter {
	return &limiter{now: now, buckets: map[int64]*bucket{}}
}

// take uses one token, or fails with fault.Limited.
func (l *limiter) take(id int64) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	b := l.buckets[id]
	if b == nil {
		l.forget(now)
		b = &bucket{left: burst, at: now}
		l.buckets[id] = b
	}
	b.left = min(burst, b.left+float64(now.Sub(b.at))/float64(refill))
	b.at = now
	if b.left < 1 {
		return fault.Limit("You are writing very fast. Wait a minute, then send it again.")
	}
	b.left--
	return nil
}

// Allowance is how many posts a person may write at once, how many are left, and
// when all are there again. The staff are not limited: most is 0.
func (f *Forum) Allowance(by account.User) (most, left int, full time.Duration) {
	if !by.Signed() || by.Staff() {
		return 0, 0, 0
	}
	tokens := f.speed.left(by.ID)
	return burst, int(tokens), time.Duration((burst - tokens) * float64(refill))
}

func (l *limiter) left(id int64) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[id]
	if b == nil {
		return burst
	}
	return min(burst, b.left+float64(l.now().Sub(b.at))/float64(refill))
}

// forget drops full buckets, which say nothing, when there are many.
func (l *limiter) forget(now time.Time) {
	if len(l.buckets) < maxTracked {
		return
	}
	for id, b := range l.buckets {
		if now.Sub(b.at) > burst*refill {
			delete(l.buckets, id)
		}
	}
}
