package account

import (
	"net/netip"
	"strconv"
	"sync"
	"time"

	"picus/internal/fault"
)

// limits are how often things may be tried. They live in memory: a restart forgets
// them, which costs an attacker more than it gives.
type limits struct {
	account  *limiter // guesses at one name or address, from devices unknown to it
	device   *limiter // guesses from a device that has signed in to the account before
	network  *limiter // guesses from one place
	site     *limiter // guesses at anybody, from devices unknown to them
	join     *limiter // registrations and resets asked for from one place
	joins    *limiter // the same, from everywhere
	letter   *limiter // letters of a kind to an address, in quick succession
	letters  *limiter // the same, in a day
	password *limiter // guesses of one's own password while signed in
	lookUp   *limiter // questions of one person for names, while they type
}

// A name and an address can be guessed at separately, so each may be guessed at ten
// times in an hour: together that is the twenty of SECURITY.md, A-4.
func newLimits() *limits {
	return &limits{
		account:  newLimiter(5, 12*time.Minute),
		device:   newLimiter(10, 3*time.Minute),
		network:  newLimiter(20, time.Minute),
		site:     newLimiter(300, time.Second),
		join:     newLimiter(30, time.Minute),
		joins:    newLimiter(300, 2*time.Second),
		letter:   newLimiter(1, 5*time.Minute),
		letters:  newLimiter(5, 5*time.Hour),
		password: newLimiter(5, 5*time.Minute),
		lookUp:   newLimiter(40, 500*time.Millisecond),
	}
}

// guess books an attempt to sign in as who. A device that is known is held up only by
// what was tried on it, so that others' guesses do not lock its owner out. The
// function returned takes the booking back, after a right password.
func (l *limits) guess(who string, from Door, known bool, now time.Time) (right func(), err error) {
	keys := []bucketKey{{l.account, who}, {l.network, network(from.Address)}, {l.site, ""}}
	if known {
		keys = []bucketKey{{l.device, from.Device}}
	}
	right, ok := book(now, keys...)
	if !ok {
		return nil, fault.Limit("There were too many attempts to sign in. Please wait a quarter of an hour, or sign in where you have done so before.")
	}
	return right, nil
}

// own books an attempt to give one's own password again.
func (l *limits) own(u User, now time.Time) (right func(), err error) {
	right, ok := book(now, bucketKey{l.password, strconv.FormatInt(u.ID, 10)})
	if !ok {
		return nil, fault.Limit("There were too many attempts with a wrong password. Please wait a few minutes and try again.")
	}
	return right, nil
}

// enter books a registration or a reset asked for.
func (l *limits) enter(from Door, now time.Time) error {
	if _, ok := book(now, bucketKey{l.join, network(from.Address)}, bucketKey{l.joins, ""}); !ok {
		return fault.Limit("There were too many requests from where you are. Please try again in a few minutes.")
	}
	return nil
}

// mayWrite books a letter and reports whether it may go out.
func (l *limits) mayWrite(kind, address string, now time.Time) bool {
	key := kind + " " + addressKey(address)
	_, ok := book(now, bucketKey{l.letter, key}, bucketKey{l.letters, key})
	return ok
}

// forgive forgets what was guessed at u, who has proved to be who they are.
func (l *limits) forgive(u User) {
	l.account.clear(nameKey(u.Name))
	l.account.clear(addressKey(u.Email))
}

type bucketKey struct {
	limiter *limiter
	key     string
}

// book takes from every bucket, or from none: who is held up by one must not empty
// the others.
func book(now time.Time, keys ...bucketKey) (undo func(), ok bool) {
	taken := 0
	undo = func() {
		for _, k := range keys[:taken] {
			k.limiter.give(k.key)
		}
	}
	for _, k := range keys {
		if !k.limiter.take(k.key, now) {
			undo()
			return nil, false
		}
		taken++
	}
	return undo, true
}

// Network is what a bound for those who are not signed in counts by.
func (d Door) Network() string { return network(d.Address) }

// network is what one household or one rented server has: an IPv4 address or an IPv6 /64.
func network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// maxBuckets bounds the memory of one limiter to some megabytes.
const maxBuckets = 20_000

// limiter is a set of token buckets. When it is full it forgets those that were not
// touched for longest: they are the ones that have filled up again, unless somebody
// floods it, and then the limits by place and for the whole site are what counts.
type limiter struct {
	burst float64
	every time.Duration

	mu        sync.Mutex
	now, then map[string]bucket // the younger and the older half
}

type bucket struct {
	left float64
	at   time.Time
}

// newLimiter allows burst attempts at once, and one more after each every.
func newLimiter(burst int, every time.Duration) *limiter {
	return &limiter{burst: float64(burst), every: every, now: map[string]bucket{}, then: map[string]bucket{}}
}

func (l *limiter) take(key string, at time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	b, ok := l.find(key)
	if !ok {
		b = bucket{left: l.burst, at: at}
	}
	b.left = min(l.burst, b.left+float64(max(0, at.Sub(b.at)))/float64(l.every))
	b.at = at
	ok = b.left >= 1
	if ok {
		b.left--
	}
	l.put(key, b)
	return ok
}

func (l *limiter) give(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.find(key); ok {
		b.left = min(l.burst, b.left+1)
		l.put(key, b)
	}
}

// clear fills the bucket again.
func (l *limiter) clear(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.now, key)
	delete(l.then, key)
}

func (l *limiter) find(key string) (bucket, bool) {
	b, ok := l.now[key]
	if !ok {
		b, ok = l.then[key]
	}
	return b, ok
}

func (l *limiter) put(key string, b bucket) {
	if len(l.now) >= maxBuckets/2 {
		l.then, l.now = l.now, map[string]bucket{}
	}
	l.now[key] = b
}
