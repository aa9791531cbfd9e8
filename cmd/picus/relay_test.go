package main

import (
	"bytes"
	"errors"
	"io"
	"net"
	netmail "net/mail"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	"github.com/emersion/go-smtp"
)

// relay is the mail server that takes the program's mail, and the members' mailboxes.
type relay struct {
	address string
	came    chan *letter
	waiting []*letter
}

// letter is a mail that has come.
type letter struct {
	*testing.T
	to     string
	header netmail.Header
	text   string // the plain part
	page   string // the HTML part
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{address: l.Addr().String(), came: make(chan *letter, 100)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{T: t, relay: r}, nil }))
	server.Domain = "relay.example"
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("the relay ended: %v", err)
		}
	})
	return r
}

// next waits for the next mail to somebody. What comes for others is kept for them.
func (r *relay) next(t *testing.T, to string) *letter {
	t.Helper()
	late := time.After(patience)
	for {
		if i := slices.IndexFunc(r.waiting, func(l *letter) bool { return l.to == to }); i >= 0 {
			l := r.waiting[i]
			r.waiting = slices.Delete(r.waiting, i, i+1)
			return l
		}
		select {
		case l := <-r.came:
			r.waiting = append(r.waiting, l)
		case <-late:
			t.Fatalf("no mail came to %s", to)
		}
	}
}

// still waits until there is nothing to read and nothing to send.
func (c *community) still() {
	c.Helper()
	c.eventually("nothing is left to do", func() bool {
		busy, err := isBusy(c.Context(), c.house)
		c.must(err)
		return !busy
	})
}

// rest returns the mails that nobody asked for.
func (r *relay) rest() []*letter {
	for {
		select {
		case l := <-r.came:
			r.waiting = append(r.waiting, l)
		default:
			return r.waiting
		}
	}
}

// secretLink is a link that works without signing in, such as /confirm?token=….
var secretLink = regexp.MustCompile(`http://localhost(/\w+\?token=\S+)`)

// link returns the page that the letter leads to.
func (l *letter) link() string {
	l.Helper()
	m := secretLink.FindStringSubmatch(l.text)
	if m == nil {
		l.Fatalf("the letter has no link: %s", l.text)
	}
	return m[1]
}

// has expects a field of the header.
func (l *letter) has(name, want string) {
	l.Helper()
	if got := l.header.Get(name); got != want {
		l.Errorf("%s of the mail to %s is %q; want %q", name, l.to, got, want)
	}
}

// delivery is one connection of the program to the relay.
type delivery struct {
	*testing.T
	relay *relay
	to    string
}

func (d *delivery) Mail(string, *smtp.MailOptions) error      { return nil }
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error { d.to = to; return nil }
func (d *delivery) Reset()                                    {}
func (d *delivery) Logout() error                             { return nil }

// Data reads the mail with parsers that are not ours.
func (d *delivery) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		d.Errorf("a mail to %s cannot be read: %v", d.to, err)
		return err
	}
	l := &letter{T: d.T, to: d.to, header: m.Header}
	entity, err := message.Read(bytes.NewReader(raw))
	if err != nil {
		d.Errorf("a mail to %s cannot be read: %v", d.to, err)
		return err
	}
	err = entity.Walk(func(_ []int, part *message.Entity, err error) error {
		if err != nil {
			return err
		}
		return l.part(part)
	})
	if err != nil {
		d.Errorf("a mail to %s cannot be read: %v", d.to, err)
	}
	d.relay.came <- l
	return nil
}

func (l *letter) part(p *message.Entity) error {
	kind, _, err := p.Header.ContentType()
	if err != nil || strings.HasPrefix(kind, "multipart/") {
		return err
	}
	text, err := io.ReadAll(p.Body)
	switch kind {
	case "text/plain":
		l.text = strings.ReplaceAll(string(text), "\r\n", "\n")
	case "text/html":
		l.page = string(text)
	}
	return err
}
