package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/db"
)

// TestTwoListsSubscribedToEachOtherFallSilent has two whole programs, each list a
// subscriber of the other, and two vacation robots on both: one that keeps the rules of
// RFC 3834, and one that knows none and answers everything, the list itself included.
// What is written once may be told once by each list, and that is all.
func TestTwoListsSubscribedToEachOtherFallSilent(t *testing.T) {
	post := newPost(t)
	var houses []*command
	for i, domain := range []string{"a.example", "b.example"} {
		c := newCommand(t)
		other := []string{"b.example", "a.example"}[i]
		c.env = []string{"PICUS_DATA=data", "PICUS_BASE_URL=http://localhost", "PICUS_MAIL_DOMAIN=" + domain, "PICUS_RELAY=smtp://" + post.address, "PICUS_GRACE=0s"}
		c.furnished(domain, func(h *house) {
			c.talks(h, "ada", "ada@people.example")
			c.listens(h, "talk@"+other, "good@robots.example", "bad@robots.example")
		})
		s := c.launch()
		defer s.kill()
		post.serves(domain, s.smtp)
		houses = append(houses, c)
	}
	// Ada writes twice. When the second mail has been everywhere, whatever followed from
	// the first has long happened: each queue is worked in order.
	for i := range 2 {
		post.bring("ada@people.example", "talk@a.example", lines("From: Ada <ada@people.example>", "To: talk@a.example", fmt.Sprintf("Subject: News %d", i),
			fmt.Sprintf("Message-ID: <news%d@people.example>", i), "Date: "+time.Now().Format(time.RFC1123Z), "", "Something happened."))
		for _, to := range []string{"talk@b.example", "good@robots.example", "bad@robots.example", "good@robots.example", "bad@robots.example"} {
			post.wait(t, to)
		}
	}
	post.quiet(t, houses)
	post.mu.Lock()
	defer post.mu.Unlock()
	if n := post.sent["a.example"]; n > 2*3 {
		t.Errorf("a.example sent %d mails for two posts to three subscribers", n)
	}
	if n := post.sent["b.example"]; n > 2*3 {
		t.Errorf("b.example sent %d mails for two posts to three subscribers", n)
	}
	for i, c := range houses {
		if got := c.ok("", "board", "list"); !strings.Contains(got, "2 threads") {
			t.Errorf("the board of house %d holds %q; want the two threads", i, got)
		}
	}
}

// post brings mail from the programs to each other and to the robots.
type post struct {
	address string
	mu      sync.Mutex
	doors   map[string]string
	sent    map[string]int // by domain of the sender's list
	came    map[string]int // by recipient
	change  chan struct{}
	out     sync.WaitGroup
	brought atomic.Int64
}

func newPost(t *testing.T) *post {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &post{address: l.Addr().String(), doors: map[string]string{}, sent: map[string]int{}, came: map[string]int{}, change: make(chan struct{}, 100)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &posting{p: p}, nil }))
	server.Domain, server.ErrorLog = "post.example", quiet{}
	go server.Serve(l)
	t.Cleanup(func() { server.Close(); p.out.Wait() })
	return p
}

func (p *post) serves(domain, door string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.doors[domain] = door
}

// bring hands a mail in at the door of its recipient's domain.
func (p *post) bring(from, to, raw string) {
	p.mu.Lock()
	door := p.doors[to[strings.IndexByte(to, '@')+1:]]
	p.mu.Unlock()
	if door == "" {
		return
	}
	p.brought.Add(1)
	p.out.Go(func() { handIn(door, from, to, raw) }) // a refusal is an answer too
}

func handIn(door, from, to, raw string) error {
	c, err := smtp.Dial(door)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Mail(from, nil); err != nil {
		return err
	}
	if err := c.Rcpt(to, nil); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := io.WriteString(w, raw); err != nil {
		return err
	}
	return w.Close()
}

// wait takes a mail to somebody off the pile, and waits for it.
func (p *post) wait(t *testing.T, to string) {
	t.Helper()
	late := time.After(patience)
	for {
		p.mu.Lock()
		there := p.came[to] > 0
		if there {
			p.came[to]--
		}
		p.mu.Unlock()
		if there {
			return
		}
		select {
		case <-p.change:
		case <-late:
			t.Fatalf("no mail came to %s", to)
		}
	}
}

// quiet returns when neither program has anything to read or to send, and nothing was on
// its way from one to the other while both were asked.
func (p *post) quiet(t *testing.T, houses []*command) {
	t.Helper()
	for late := time.Now().Add(patience); time.Now().Before(late); {
		p.out.Wait()
		before, busy := p.brought.Load(), false
		for _, c := range houses {
			c.furnished("x.example", func(h *house) {
				more, err := isBusy(t.Context(), h)
				if err != nil {
					t.Fatal(err)
				}
				busy = busy || more
			})
		}
		if !busy && p.brought.Load() == before {
			return
		}
	}
	t.Error("a queue does not come to an end")
}

type posting struct {
	p        *post
	from, to string
}

func (s *posting) Mail(from string, _ *smtp.MailOptions) error { s.from = from; return nil }
func (s *posting) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = to; return nil }
func (s *posting) Reset()                                      {}
func (s *posting) Logout() error                               { return nil }

func (s *posting) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	p := s.p
	p.mu.Lock()
	list := m.Header.Get("List-Id")
	for _, domain := range []string{"a.example", "b.example"} {
		if strings.Contains(list, domain) {
			p.sent[domain]++
		}
	}
	p.came[s.to]++
	p.mu.Unlock()
	select {
	case p.change <- struct{}{}:
	default:
	}
	s.answer(m, string(raw))
	return nil
}

// answer does what the recipient does with the mail.
func (s *posting) answer(m *netmail.Message, raw string) {
	id := fmt.Sprintf("Message-ID: <answer%d@robots.example>", time.Now().UnixNano())
	switch {
	case s.to == "good@robots.example":
		if s.from != "" {
			s.p.bring("", s.from, lines("From: good@robots.example", "To: "+s.from, "Subject: Auto: "+m.Header.Get("Subject"), id, "Auto-Submitted: auto-replied", "", "I am away."))
		}
	case s.to == "bad@robots.example":
		to := m.Header.Get("Reply-To")
		if to == "" {
			to = m.Header.Get("From")
		}
		if a, err := netmail.ParseAddress(to); err == nil {
			s.p.bring("bad@robots.example", a.Address, lines("From: bad@robots.example", "To: "+a.Address, "Subject: Out of office: "+m.Header.Get("Subject"), id, "", "I am away."))
		}
		s.p.bring("bad@robots.example", "talk@"+strings.TrimSuffix(strings.TrimPrefix(listOf(m), "talk."), ">"), lines("From: bad@robots.example", "Subject: Out of office", id+"x", "", "I am away."))
	default:
		s.p.bring(s.from, s.to, raw)
	}
}

// listOf is what stands in the List-Id of a mail.
func listOf(m *netmail.Message) string {
	_, id, _ := strings.Cut(m.Header.Get("List-Id"), "<")
	return id
}

// isBusy reports whether there is anything to do, to read or to send.
func isBusy(ctx context.Context, h *house) (bool, error) {
	return db.Value[bool](ctx, h.db, `SELECT (SELECT count(*) FROM job) + (SELECT count(*) FROM message WHERE fate = 'received')
		+ (SELECT count(*) FROM outgoing WHERE state IN ('queued', 'sending')) > 0`)
}
