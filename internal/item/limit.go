package item

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

// limiter holds a token bucket per account. The zero limiter is ready.
type limiter struct {
	mu      sync.Mutex
	buckets map[int64]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

// Limited counts a write against the person's speed, in all rooms together. Importers
// bring what was written long ago, and the staff clean up. It fails with fault.Limited.
func (s *Store) Limited(by account.User, via Via) error {
	if via == Import || by.Staff() {
		return nil
	}
	return s.speed.take(by.ID, s.Now())
}

// take uses one token, or fails with fault.Limited.
func (l *limiter) take(id int64, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets == nil {
		l.buckets = map[int64]*bucket{}
	}
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

// Allowance is how many times a person may write at once, how many are left, and
// when all are there again. The staff are not limited: most is 0.
func (s *Store) Allowance(by account.User) (most, left int, full time.Duration) {
	if !by.Signed() || by.Staff() {
		return 0, 0, 0
	}
	tokens := s.speed.left(by.ID, s.Now())
	return burst, int(tokens), time.Duration((burst - tokens) * float64(refill))
}

func (l *limiter) left(id int64, now time.Time) float64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.buckets[id]
	if b == nil {
		return burst
	}
	return min(burst, b.left+float64(now.Sub(b.at))/float64(refill))
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
