package imap

import (
	"errors"
	"net"
	"sync"
	"time"
)

// errFlood is the answer to a server that sends more than what was asked for.
var errFlood = errors.New("the server sent more than was asked for")

// guard is a connection on which each command has an end in time and in bytes,
// whatever deadlines the library sets meanwhile.
type guard struct {
	net.Conn

	mu    sync.Mutex
	until time.Time
	left  int64
}

// allow begins a command: until then it has to be over, having sent at most n bytes.
func (g *guard) allow(until time.Time, n int64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.until, g.left = until, n
	g.Conn.SetDeadline(until)
}

// Read reads what is within the bounds of the command.
func (g *guard) Read(b []byte) (int, error) {
	g.mu.Lock()
	left := g.left
	g.mu.Unlock()
	if left <= 0 {
		g.Conn.Close()
		return 0, errFlood
	}
	n, err := g.Conn.Read(b[:min(int64(len(b)), left)])
	g.mu.Lock()
	g.left -= int64(n)
	g.mu.Unlock()
	return n, err
}

// SetReadDeadline sets the deadline, but none behind the end of the command.
func (g *guard) SetReadDeadline(t time.Time) error { return g.Conn.SetReadDeadline(g.sooner(t)) }

// SetWriteDeadline is the same for writing.
func (g *guard) SetWriteDeadline(t time.Time) error { return g.Conn.SetWriteDeadline(g.sooner(t)) }

// SetDeadline is both.
func (g *guard) SetDeadline(t time.Time) error { return g.Conn.SetDeadline(g.sooner(t)) }

func (g *guard) sooner(t time.Time) time.Time {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.IsZero() || t.After(g.until) {
		return g.until
	}
	return t
}
