package mail

import (
	"net"
	"net/netip"
	"sync"
	"time"
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

// Close closes the connection and gives its place back.
func (v *visitor) Close() error {
	v.once.Do(func() {
		v.door.mu.Lock()
		defer v.door.mu.Unlock()
		delete(v.door.open, v)
		if v.door.perPeer[v.peer]--; v.door.perPeer[v.peer] <= 0 {
			delete(v.door.perPeer, v.peer)
		}
	})
	return v.Conn.Close()
}
