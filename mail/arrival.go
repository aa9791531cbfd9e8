package mail

import (
	"sync/atomic"
	"time"
)

// While many mails arrive at once, reading those that are safe already can wait: their
// senders have been answered, and the others' have not. While many are read, telling the
// news of those that are posts can wait: they can be seen, and the others cannot.
const (
	manyArrive  = 4                   // at once
	longestRest = 3 * time.Second / 2 // for which a mail is left unread, or news untold, because of it
)

// arrivals counts the mails that something is being done with.
type arrivals struct {
	open atomic.Int32
	many atomic.Bool // they have been many since it was last asked
}

// arrive notes that it begins with a mail; what it returns, that it has ended.
func (a *arrivals) arrive() (done func()) {
	if a.open.Add(1) >= manyArrive {
		a.many.Store(true)
	}
	return func() { a.open.Add(-1) }
}

// crowded reports whether many mails arrive, or have since it was last asked: those who
// are answered together are gone together, and come back.
func (a *arrivals) crowded() bool { return a.many.Swap(false) || a.open.Load() >= manyArrive }
