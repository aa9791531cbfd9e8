package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// patience is how long the relay may take. RFC 5321, section 4.5.3.2, allows
// minutes for each answer; a relay is near, and a worker that waits sends nothing.
type patience struct {
	connect time.Duration // until it is ready for the first mail
	command time.Duration // for the answer to a command
	submit  time.Duration // for the answer to a whole message
	idle    time.Duration // how long a connection is kept without work
	leave   time.Duration // for the mail under way when the program is told to stop
	stall   time.Duration // until a worker that has no answer counts as standing still
}

var patient = patience{connect: 30 * time.Second, command: time.Minute, submit: 3 * time.Minute, idle: 30 * time.Second, leave: 5 * time.Second, stall: 3 * time.Second}

// relay is the mail server that takes our mail and brings it on its way. Its
// connections are kept open between mails.
type relay struct {
	host, port     string
	tls            bool // from the first byte on
	user, password string
	hello          string // our name
	patience       patience

	mu   sync.Mutex
	idle []*link
}

var errRelay = errors.New("the address of the mail relay cannot be read; it looks like smtp://host:25, smtp://user:password@host:587 or smtps://user:password@host:465")

// readRelay reads the address of a relay. Its error does not repeat the address,
// which may hold a password.
func readRelay(address, hello string) (*relay, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, errRelay
	}
	r := &relay{host: u.Hostname(), port: u.Port(), tls: u.Scheme == "smtps", hello: hello, patience: patient}
	r.user = u.User.Username()
	r.password, _ = u.User.Password()
	switch {
	case r.port != "":
	case r.tls:
		r.port = "465"
	case r.user != "":
		r.port = "587"
	default:
		r.port = "25"
	}
	return r, nil
}

// link is one connection to the relay.
type link struct {
	*smtp.Client
	bound  *bounded
	wire   *wire     // nil: the relay is told one thing after the other
	used   time.Time // when it was given back
	broken bool      // nothing more can be sent over it
	late   bool      // because an answer did not come in time
}

// open returns a connection that is ready for a mail: one that was given back, if it
// still answers, or a new one.
func (r *relay) open(ctx context.Context, now time.Time) (*link, error) {
	for l := r.take(); l != nil; l = r.take() {
		l.bound.allow()
		if now.Sub(l.used) < r.patience.idle && l.Noop() == nil {
			return l, nil
		}
		l.Close()
	}
	return r.connect(ctx)
}

func (r *relay) take() *link {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := len(r.idle)
	if n == 0 {
		return nil
	}
	l := r.idle[n-1]
	r.idle = r.idle[:n-1]
	return l
}

// giveBack keeps a connection for the next mail.
func (r *relay) giveBack(l *link, now time.Time) {
	if l.broken {
		l.Close()
		return
	}
	l.used = now
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = append(r.idle, l)
}

// hangUp closes the connections that have had no work for a while.
func (r *relay) hangUp(now time.Time) {
	for l := r.take(); l != nil; l = r.take() {
		if now.Sub(l.used) < r.patience.idle {
			r.giveBack(l, l.used)
			return // the others were used later
		}
		l.bound.allow()
		if l.Quit() != nil {
			l.Close()
		}
	}
}

// connect opens a connection, with TLS where it is offered, and signs in.
func (r *relay) connect(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, r.patience.connect)
	defer cancel()
	l, err := r.greet(ctx)
	if err != nil {
		return nil, fmt.Errorf("mail relay %s: %w", r.host, err)
	}
	return l, nil
}

func (r *relay) greet(ctx context.Context) (*link, error) {
	conn, bound, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	// The library has timeouts for single answers; this one is for all of them.
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c := smtp.NewClient(conn)
	if err := c.Hello(r.hello); err != nil {
		c.Close()
		return nil, err
	}
	if offered, _ := c.Extension("STARTTLS"); offered && !r.tls {
		c.Close()
		return r.startTLS(ctx)
	}
	l, err := r.ready(c, bound, r.tls)
	if ahead, _ := c.Extension("PIPELINING"); err == nil && ahead {
		l.wire = newWire(conn, r.patience)
	}
	return l, err
}

// startTLS opens the connection anew, because the library switches to TLS only at
// the start of one. It keeps that connection to itself, so nothing is said ahead.
func (r *relay) startTLS(ctx context.Context) (*link, error) {
	conn, bound, err := r.dial(ctx)
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	c, err := smtp.NewClientStartTLS(conn, r.tlsConfig())
	if err != nil {
		return nil, fmt.Errorf("STARTTLS: %w", err)
	}
	if err := c.Hello(r.hello); err != nil {
		c.Close()
		return nil, err
	}
	return r.ready(c, bound, true)
}

// ready signs in and sets the timeouts of the connection.
func (r *relay) ready(c *smtp.Client, bound *bounded, private bool) (*link, error) {
	if err := r.signIn(c, private); err != nil {
		c.Close()
		return nil, err
	}
	c.CommandTimeout, c.SubmissionTimeout = r.patience.command, r.patience.submit
	return &link{Client: c, bound: bound}, nil
}

func (r *relay) signIn(c *smtp.Client, private bool) error {
	switch {
	case r.user == "":
		return nil
	case !private && !r.loopback():
		return errors.New("it offers no TLS, so the password is not sent to it")
	case c.SupportsAuth(sasl.Plain):
		return c.Auth(sasl.NewPlainClient("", r.user, r.password))
	case c.SupportsAuth(sasl.Login):
		return c.Auth(sasl.NewLoginClient(r.user, r.password))
	}
	return errors.New("it offers neither AUTH PLAIN nor AUTH LOGIN")
}

// dial returns a connection, encrypted where the relay wants that from the first byte on,
// and the bound below it.
func (r *relay) dial(ctx context.Context) (net.Conn, *bounded, error) {
	var d net.Dialer
	raw, err := d.DialContext(ctx, "tcp", net.JoinHostPort(r.host, r.port))
	if err != nil {
		return nil, nil, err
	}
	bound := newBounded(raw)
	if !r.tls {
		return bound, bound, nil
	}
	conn := tls.Client(bound, r.tlsConfig())
	if err := conn.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, nil, err
	}
	return conn, bound, nil
}

// tlsConfig asks for a good certificate where there is a password to lose. Without
// one, TLS that cannot be checked is still better than none (RFC 7435), and it is
// what a mail server on the same machine usually has.
func (r *relay) tlsConfig() *tls.Config {
	return &tls.Config{ServerName: r.host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: !r.tls && r.user == ""}
}

func (r *relay) loopback() bool {
	address, err := netip.ParseAddr(r.host)
	return r.host == "localhost" || err == nil && address.IsLoopback()
}

// CheckRelay connects to the relay, signs in and asks for an answer. Without a relay
// in the configuration it returns nil.
func (g *Gateway) CheckRelay(ctx context.Context) error {
	if g.conf.Relay == "" {
		return nil
	}
	r, err := readRelay(g.conf.Relay, g.domain())
	if err != nil {
		return err
	}
	l, err := r.connect(ctx)
	if err != nil {
		return err
	}
	defer l.Close()
	if err := l.Noop(); err != nil {
		return fmt.Errorf("mail relay %s: %w", r.host, err)
	}
	return l.Quit()
}
