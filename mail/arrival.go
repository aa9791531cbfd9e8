package mail

import (
	"sync/atomic"
	"time"
)

// While many mails arrive at once, reading those that are safe already can wait: their
// senders have been answered, and the others' have not.
const (
	manyArrive  = 4           // at once
	longestRest = time.Second // for which a mail is left unread because of it
)

// arrivals counts the mails that are being taken in.
type arrivals struct {
	open atomic.Int32
	many atomic.Bool // they have been many since it was last asked
}

// arrive notes that a mail is being taken in; what it returns, that it has been.
func (a *arrivals) arrive() (done func()) {
	if a.open.Add(1) >= manyArrive {
		a.many.Store(true)
	}
	return func() { a.open.Add(-1) }
}

// crowded reports whether many mails arrive, or have since it was last asked: those who
// are answered together are gone together, and come back.
func (a *arrivals) crowded() bool { return a.many.Swap(false) || a.open.Load() >= manyArrive }
