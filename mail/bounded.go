package mail

import (
	"errors"
	"net"
	"sync/atomic"
)

// mostSaid is how many bytes a relay may say about one mail, or before the first:
// enough for its certificates and a hundred lines of text.
const mostSaid = 256 << 10

// errAnswerEndless is what comes of a relay that says more.
var errAnswerEndless = errors.New("its answer has no end")

// bounded is a connection over which only so much comes in before it is allowed more. An
// answer of many lines is held in memory until its last, and time alone bounds little.
type bounded struct {
	net.Conn
	left atomic.Int64
}

func newBounded(conn net.Conn) *bounded {
	b := &bounded{Conn: conn}
	b.allow()
	return b
}

// allow begins the answers to another mail.
func (b *bounded) allow() { b.left.Store(mostSaid) }

// Read reads what is within the bound.
func (b *bounded) Read(p []byte) (int, error) {
	left := b.left.Load()
	if left <= 0 {
		return 0, errAnswerEndless
	}
	n, err := b.Conn.Read(p[:min(int64(len(p)), left)])
	b.left.Add(-int64(n))
	return n, err
}
