package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// TestKilledAgainAndAgainItLosesNoMail kills the program in the middle of a fan-out,
// at another moment each time, among them between a mail and its answer (P2). Nobody
// may be left out; what was in hand may come once more for each kill, as the same mail.
// `make kills` does it more often.
func TestKilledAgainAndAgainItLosesNoMail(t *testing.T) { eachEngine(t, killedWhileItSends) }

func killedWhileItSends(t *testing.T, database string) {
	kills := fromEnv(t, "PICUS_TEST_KILLS_OUT", 8)
	readers := 50 * kills
	c := newCommand(t).on(database)
	sink := newKiller(t)
	c.env = []string{"PICUS_DATA=data", "PICUS_BASE_URL=http://localhost", "PICUS_MAIL_DOMAIN=picus.example", "PICUS_RELAY=smtp://" + sink.address}
	c.furnished("picus.example", func(h *house) {
		ada := c.talks(h, "ada", "ada@people.example")
		for i := range readers {
			c.listens(h, fmt.Sprintf("reader%d@domain%d.example", i, i%20))
		}
		c.starts(h, ada, "Hello")
	})
	for range kills {
		sink.killAfter(1+rand.IntN(25), c.launch)
	}
	s := c.launch()
	defer s.kill()
	sink.until(t, readers)
	sink.mu.Lock()
	defer sink.mu.Unlock()
	total := 0
	for to, n := range sink.copies {
		total += n
		if n > 1+kills {
			t.Errorf("%s got %d copies; want one, and one more for each kill at most", to, n)
		}
	}
	const inHand = 8 // connections, and the one mail in the hand of each (SECURITY.md, FT-3)
	if len(sink.ids) != 1 || total > readers+kills*inHand {
		t.Errorf("%d people got %d copies with %d different ids; want one id and at most %d copies", len(sink.copies), total, len(sink.ids), readers+kills*inHand)
	}
	t.Logf("%d copies for %d people after %d kills", total, readers, kills)
}

// killer is a mail server that kills whoever sends it mail.
type killer struct {
	address string
	mu      sync.Mutex
	copies  map[string]int
	ids     map[string]bool
	left    int // mails until the next kill; 0: nobody is to be killed
	fatal   func()
	changed chan struct{}
}

func newKiller(t *testing.T) *killer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	k := &killer{address: l.Addr().String(), copies: map[string]int{}, ids: map[string]bool{}, changed: make(chan struct{}, 1)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &killing{k: k}, nil }))
	server.Domain, server.ErrorLog = "killer.example", quiet{}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return k
}

// killAfter starts the server and returns when it is dead, which it is after n more mails.
// It lies in wait before the start: by the time that the server says it is ready, it may
// have sent everything.
func (k *killer) killAfter(n int, launch func(...string) *server) {
	started, dead := make(chan *server, 1), make(chan struct{})
	k.mu.Lock()
	k.left, k.fatal = n, func() { (<-started).cmd.Process.Kill(); close(dead) }
	k.mu.Unlock()
	s := launch()
	started <- s
	select {
	case <-dead:
	case <-time.After(patience):
		s.Error("no mail came any more")
		s.cmd.Process.Kill()
	}
	s.cmd.Wait()
}

// until waits for a number of people to have their mail.
func (k *killer) until(t *testing.T, people int) {
	t.Helper()
	late := time.After(patience + time.Duration(people)*50*time.Millisecond)
	for {
		k.mu.Lock()
		n := len(k.copies)
		k.mu.Unlock()
		if n >= people {
			return
		}
		select {
		case <-k.changed:
		case <-late:
			t.Fatalf("only %d of %d people got the mail", n, people)
		}
	}
}

type killing struct {
	k  *killer
	to string
}

func (s *killing) Mail(string, *smtp.MailOptions) error      { return nil }
func (s *killing) Rcpt(to string, _ *smtp.RcptOptions) error { s.to = to; return nil }
func (s *killing) Reset()                                    {}
func (s *killing) Logout() error                             { return nil }

// Data notes the mail; whoever is to die does so before or after it is taken.
func (s *killing) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	k := s.k
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.left > 0 {
		if k.left--; k.left == 0 {
			k.fatal()
			if rand.IntN(2) == 0 {
				return errors.New("it was not taken")
			}
		}
	}
	k.copies[s.to]++
	k.ids[m.Header.Get("Message-ID")] = true
	select {
	case k.changed <- struct{}{}:
	default:
	}
	return nil
}

type quiet struct{}

func (quiet) Printf(string, ...any) {}
func (quiet) Println(...any)        {}
