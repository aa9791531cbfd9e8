package mail

import (
	"bytes"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// How many connections are open at a time, in all and from one strange address
// (SECURITY.md, M-15).
const (
	maxConnections = 500
	maxPerPeer     = 20
)

// door is a listener that bounds what a single peer may hold open and that lets the
// idle connections go when the server stops; go-smtp would wait for them for ever.
type door struct {
	net.Listener
	trusts func(netip.Addr) bool

	mu      sync.Mutex
	open    map[*visitor]bool
	perPeer map[netip.Addr]int
	closing bool
}

func newDoor(l net.Listener, trusts func(netip.Addr) bool) *door {
	return &door{Listener: l, trusts: trusts, open: map[*visitor]bool{}, perPeer: map[netip.Addr]int{}}
}

// visitor is a connection that the door knows of.
type visitor struct {
	net.Conn
	door *door
	peer netip.Addr
	once sync.Once

	mail *shortLines // while a mail comes in
	rest []byte      // of what is left of it
	line int         // bytes since a line ended
}

// Accept returns the next connection that is within the limits; the others hear
// that they should come back later.
func (d *door) Accept() (net.Conn, error) {
	for {
		c, err := d.Listener.Accept()
		if err != nil {
			return nil, err
		}
		v := &visitor{Conn: c, door: d, peer: peerOf(c)}
		if d.admit(v) {
			return v, nil
		}
		// Nobody waits for this write: the answer fits into the socket's buffer.
		c.Write([]byte("421 4.7.0 Too many connections. Try again later.\r\n"))
		c.Close()
	}
}

func (d *door) admit(v *visitor) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.open) >= maxConnections || d.perPeer[v.peer] >= maxPerPeer && !d.trusts(v.peer) {
		return false
	}
	d.open[v] = true
	d.perPeer[v.peer]++
	return true
}

// hurry ends every wait for a client, now and from now on. Who is being answered
// still gets the answer.
func (d *door) hurry() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closing = true
	for v := range d.open {
		v.Conn.SetReadDeadline(longAgo)
	}
}

// ending reports whether the server stops.
func (d *door) ending() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.closing
}

// closeAll cuts off whoever is still there.
func (d *door) closeAll() {
	d.mu.Lock()
	open := make([]*visitor, 0, len(d.open))
	for v := range d.open {
		open = append(open, v)
	}
	d.mu.Unlock()
	for _, v := range open {
		v.Close()
	}
}

var longAgo = time.Unix(1, 0)

// SetReadDeadline sets the deadline, which has passed already once the server stops.
func (v *visitor) SetReadDeadline(t time.Time) error {
	v.door.mu.Lock()
	if v.door.closing {
		t = longAgo
	}
	v.door.mu.Unlock()
	return v.Conn.SetReadDeadline(t)
}

// takesMail has the lines of a mail bounded from here on; before, and within pieces whose
// length is told (BDAT), the door's own bound holds.
func (v *visitor) takesMail() { v.mail = &shortLines{most: maxLine} }

// Read reads what is left of what comes.
func (v *visitor) Read(b []byte) (int, error) {
	for len(v.rest) == 0 {
		n, err := v.Conn.Read(b)
		if v.line += n; bytes.IndexByte(b[:n], '\n') >= 0 {
			v.line = n - bytes.LastIndexByte(b[:n], '\n') - 1
		}
		if v.mail == nil || err != nil {
			return n, err
		}
		v.rest = v.mail.pass(b[:n])
		if v.mail.taken > MaxMessage {
			return 0, smtp.ErrTooLongLine // longer than any mail may be
		}
	}
	n := copy(b, v.rest)
	v.rest = v.rest[n:]
	return n, nil
}

// lingers is how long a client that is cut off in the middle of a line may go on.
const lingers = 5 * time.Second

// linger lets such a client read why: who closes a connection while something unread
// comes in resets it, and the answer is lost on the way.
func (v *visitor) linger() {
	half, ok := v.Conn.(interface{ CloseWrite() error })
	if !ok || v.line <= maxLine || half.CloseWrite() != nil {
		return
	}
	if v.SetReadDeadline(time.Now().Add(lingers)) == nil {
		io.Copy(io.Discard, io.LimitReader(v.Conn, 2*MaxMessage))
	}
}

// Close closes the connection and gives its place back.
func (v *visitor) Close() error {
	v.once.Do(func() {
		if !v.door.ending() {
			v.linger()
		}
		v.door.mu.Lock()
		defer v.door.mu.Unlock()
		delete(v.door.open, v)
		if v.door.perPeer[v.peer]--; v.door.perPeer[v.peer] <= 0 {
			delete(v.door.perPeer, v.peer)
		}
	})
	return v.Conn.Close()
}
