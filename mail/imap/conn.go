package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// How long a command may take and how much the server may send for it.
const (
	greeting  = 30 * time.Second // until the mailbox is open
	patience  = 30 * time.Second // with one command
	keepAlive = 30 * time.Second
	fewBytes  = 1 << 20
	manyBytes = 8 << 20 // the numbers of a million mails
)

// Way is how a mail that was taken in is marked on the server.
type Way int

// The ways, the best first.
const (
	Nothing Way = iota // the server offers neither of the others: we remember it alone
	Keyword            // with the keyword $Ingested
	Move               // into another folder
)

// ingested marks a mail that was taken in.
const ingested = imap.Flag("$Ingested")

// Box is a folder as it was opened.
type Box struct {
	Validity uint32 // another one than before: the numbers of the mails have changed
	Way      Way
}

// Conn is a connection to the server with the mailbox open. Its methods are called one
// after the other; after any error that Refused does not know the connection is of no
// more use.
type Conn struct {
	account Account
	now     func() time.Time
	guard   *guard
	client  *imapclient.Client
	command time.Duration // for one command
	box     Box
	news    chan struct{} // holds something when the server has spoken of new mail
	stop    func() bool
}

// Dial connects, signs in and opens the folder. The connection ends with ctx.
func Dial(ctx context.Context, a Account) (*Conn, error) {
	d := net.Dialer{Timeout: greeting, KeepAlive: keepAlive}
	tcp, err := d.DialContext(ctx, "tcp", a.address())
	if err != nil {
		return nil, err
	}
	c := &Conn{account: a, command: a.Patience, now: time.Now, guard: &guard{Conn: tcp}, news: make(chan struct{}, 1)}
	if c.command == 0 {
		c.command = patience
	}
	c.stop = context.AfterFunc(ctx, func() { tcp.Close() })
	opening := greeting
	if a.Patience != 0 {
		opening = a.Patience
	}
	c.guard.allow(c.now().Add(opening), fewBytes)
	if err := c.open(ctx); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

func (c *Conn) open(ctx context.Context) error {
	if err := c.greet(ctx); err != nil {
		return err
	}
	if err := c.signIn(); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	return c.choose()
}

// greet starts the conversation, encrypted unless the server is on this machine and
// offers nothing better.
func (c *Conn) greet(ctx context.Context) error {
	options := &imapclient.Options{TLSConfig: c.account.tlsConfig(), UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(*imapclient.UnilateralDataMailbox) { c.wake() },
	}}
	if c.account.TLS {
		private := tls.Client(c.guard, c.account.tlsConfig())
		if err := private.HandshakeContext(ctx); err != nil {
			return err
		}
		c.client = imapclient.New(private, options)
		return c.client.WaitGreeting()
	}
	if !c.account.local() {
		var err error
		c.client, err = imapclient.NewStartTLS(c.guard, options)
		return err
	}
	c.client = imapclient.New(c.guard, options)
	return c.client.WaitGreeting()
}

func (c *Conn) signIn() error {
	if c.account.TokenFile != "" {
		token, err := c.account.token()
		if err != nil {
			return err
		}
		return c.client.Authenticate(xoauth2{c.account.User, token})
	}
	return c.client.Login(c.account.User, c.account.Password).Wait()
}

// choose opens the folder and finds out how a mail can be marked there.
func (c *Conn) choose() error {
	opened, err := c.client.Select(c.account.Folder, nil).Wait()
	if err != nil {
		return fmt.Errorf("open the folder %s: %w", c.account.Folder, err)
	}
	c.box = Box{Validity: opened.UIDValidity}
	for _, flag := range opened.PermanentFlags {
		if flag == imap.FlagWildcard || flag == ingested {
			c.box.Way = Keyword
		}
	}
	if c.account.Done != "" && c.client.Caps().Has(imap.CapMove) {
		c.box.Way = Move
	}
	return nil
}

// Box returns the folder as it was opened.
func (c *Conn) Box() Box { return c.box }

// wake notes that the server has spoken of the folder. It is called by the library.
func (c *Conn) wake() {
	select {
	case c.news <- struct{}{}:
	default:
	}
}

// Noop asks the server for a sign of life.
func (c *Conn) Noop() error {
	c.guard.allow(c.now().Add(c.command), fewBytes)
	return c.client.Noop().Wait()
}

// Close ends the connection without a word: some servers take minutes for a LOGOUT.
func (c *Conn) Close() {
	c.stop()
	c.guard.Close()
	if c.client != nil {
		c.client.Close()
	}
}

// Refused reports whether the server has said no to a command, and can be asked for
// something else.
func Refused(err error) bool {
	said, ok := errors.AsType[*imap.Error](err)
	return ok && said.Type != imap.StatusResponseTypeBye
}
