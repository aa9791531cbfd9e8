package mail_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail"
)

func reply(code int, text string) error {
	return &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: text}
}

func TestWhatTheRelayRefusesForGoodIsNotTriedAgain(t *testing.T) {
	for name, a := range map[string]answer{
		"at the recipient": {rcpt: reply(550, "No such user")},
		"at the message":   {data: reply(554, "Looks like spam")},
	} {
		t.Run(name, func(t *testing.T) {
			eachSender(t, func(t *testing.T, s *sender) {
				s.reader("bad", "")
				s.reader("good", "")
				s.sink.answer("bad@people.example", a)
				s.start(s.ada, forum.NewThread{Title: "Hello"})
				s.sink.take(t, 1)
				for _, m := range s.settled(2, mail.Done, mail.Failed) {
					if m.Name == "bad" && (m.State != mail.Failed || !strings.Contains(m.Error, "5.1.1") || m.Attempts != 1) {
						t.Errorf("the outbox says %+v; want failed after one attempt, with the reply", m)
					}
				}
				s.sink.answer("bad@people.example", answer{})
				for _, m := range s.outbox() {
					if m.State == mail.Failed {
						if err := s.gateway.Retry(t.Context(), s.admin, m.ID); err != nil {
							t.Fatal(err)
						}
					}
				}
				s.sink.take(t, 1) // what the administrator has sent again
			})
		})
	}
}

func TestWhatTheRelayPutsOffIsTriedLessAndLessOften(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("full", "")
		s.sink.answer("full@people.example", answer{rcpt: reply(452, "Mailbox full")})
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		waited := time.Duration(0)
		for attempt, want := range []time.Duration{5 * time.Minute, 10 * time.Minute, 20 * time.Minute, 40 * time.Minute, 80 * time.Minute, 160 * time.Minute, 4 * time.Hour, 4 * time.Hour} {
			m := s.attempted(attempt + 1)
			got := m.Due.Sub(s.items.Now())
			if m.State != mail.Queued || got < want-want/10 || got > min(want+want/10, 4*time.Hour) {
				t.Fatalf("after attempt %d: %s, next in %v; want queued, about %v", attempt+1, m.State, got, want)
			}
			waited += got
			s.pass(got)
		}
		s.pass(5*24*time.Hour - waited)
		m := s.settled(1, mail.Failed)[0]
		if !strings.Contains(m.Error, "five days") || !strings.Contains(m.Error, "Mailbox full") {
			t.Errorf("the outbox says %q; want that it was given up, and why", m.Error)
		}
	})
}

// attempted waits until the only mail has been tried so often.
func (s *sender) attempted(n int) (m mail.Sent) {
	s.Helper()
	s.until(fmt.Sprint(n, " attempts"), func() bool {
		all := s.outbox()
		if len(all) == 1 {
			m = all[0]
		}
		return m.Attempts == n && m.State != mail.Sending
	})
	return m
}

func TestADomainThatDoesNotAnswerHoldsUpNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := newSender(t, d, sink, mail.Config{Relay: sink.url()})
		s.gateway.Hurry(3 * time.Second) // those who do answer have to be in time
		s.run()
		never := make(chan struct{})
		defer close(never)
		board := s.boardID("python")
		for _, name := range []string{"t1", "t2", "t3", "t4", "t5", "t6"} {
			s.watch(s.personAt(name, "", name+"@tarpit.example"), item.ToBoard, board, "watch")
			s.sink.answer(name+"@tarpit.example", answer{slow: never})
			s.reader("good"+name, "")
		}
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.sink.take(t, 6)
		s.until("the rest of the domain", func() bool {
			return !slices.ContainsFunc(s.outbox(), func(m mail.Sent) bool {
				tarpit := strings.HasSuffix(m.To, "@tarpit.example")
				return tarpit && m.Due.Sub(s.items.Now()) < 5*time.Minute || !tarpit && m.State != mail.Done
			})
		})
		s.settled(12, mail.Done, mail.Queued)
	})
}

// TestSlowDomainsGoLast has domains answer only when everybody else has their mail: were one
// of them behind these, neither would ever come. Five of them have more connections than
// work at a time, and none has more than two.
func TestSlowDomainsGoLast(t *testing.T) {
	for _, domains := range []int{1, 5} {
		t.Run(fmt.Sprint(domains, " slow"), func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				sink := newSink(t)
				s := newSender(t, d, sink, mail.Config{Relay: sink.url()})
				s.gateway.Hurry(10 * time.Minute) // they wait for what the others take on this machine
				const slow, others = 90, 150
				open, board := make(chan struct{}), s.boardID("python")
				for i := range slow { // first in the queue, and more than a worker takes at a time
					name := fmt.Sprint("slow", i)
					address := fmt.Sprintf("%s@tarpit%d.example", name, i%domains)
					s.watch(s.personAt(name, "", address), item.ToBoard, board, "watch")
					s.sink.answer(address, answer{slow: open})
				}
				for i := range others {
					name := fmt.Sprint("other", i)
					s.watch(s.personAt(name, "", fmt.Sprintf("%s@domain%d.example", name, i%5)), item.ToBoard, board, "watch")
				}
				s.run()
				s.start(s.ada, forum.NewThread{Title: "Hello"})
				for to := range s.sink.take(t, others) {
					if strings.Contains(to, "@tarpit") {
						t.Fatalf("%s has got its mail before it answered", to)
					}
				}
				close(open)
				s.sink.take(t, slow)
				if most := s.sink.mostSlow(); len(most) != domains || slices.Max(slices.Collect(maps.Values(most))) > 2 {
					t.Errorf("the slow domains had %v connections at once; want two at most", most)
				}
			})
		})
	}
}

func TestMailWaitsWhileTheRelayIsAway(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.stop()
		s.reader("reader", "")
		l, err := net.Listen("tcp", "127.0.0.1:0") // nobody answers here
		if err != nil {
			t.Fatal(err)
		}
		s.conf.Relay = "smtp://" + l.Addr().String()
		l.Close()
		s.open()
		s.run()
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.told()
		if m := s.settled(1, mail.Queued)[0]; m.Attempts != 0 {
			t.Errorf("%d attempts were booked although the relay was away; want none", m.Attempts)
		}
		if err := s.gateway.CheckRelay(t.Context()); err == nil {
			t.Error("CheckRelay() = nil although nobody answers")
		}
		s.stop()
		s.conf.Relay = s.sink.url()
		s.open()
		s.run()
		s.sink.take(t, 1)
		if err := s.gateway.CheckRelay(t.Context()); err != nil {
			t.Errorf("CheckRelay() = %v", err)
		}
	})
}

func TestWhatADeadProcessWasSendingIsTakenUp(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		first := s.sink.next(t)
		s.letter(account.Letter{To: "new@people.example", Kind: account.LetterConfirm, Path: "/confirm?token=secret"})
		s.sink.next(t)
		s.settled(2, mail.Done)
		s.stop() // it dies between the relay's answer and its own note
		s.exec("UPDATE outgoing SET state = 'sending', due = ?", s.clock.Load()+time.Minute.Milliseconds())
		s.run()
		s.pass(0)
		s.settled(2, mail.Sending) // another process may still be at it
		s.pass(2 * time.Minute)
		again := s.sink.next(t)
		_, m1 := first.read(t)
		_, m2 := again.read(t)
		if again.to != "reader@people.example" || m1.MessageID != m2.MessageID {
			t.Errorf("again to %s with the id %q; want the post with %q", again.to, m2.MessageID, m1.MessageID)
		}
		for _, m := range s.settled(2, mail.Done, mail.Failed) {
			if m.Item == 0 && m.State != mail.Failed {
				t.Errorf("the letter is %s; want failed, because it may have arrived", m.State)
			}
		}
	})
}

func TestAMailWithoutAnAnswerIsSentAgainButNoLetter(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		s.sink.answer("reader@people.example", answer{drop: true})
		s.sink.answer("new@people.example", answer{drop: true})
		s.letter(account.Letter{To: "new@people.example", Kind: account.LetterReset, Path: "/reset?token=secret"})
		s.sink.next(t)
		s.settled(1, mail.Failed)
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		_, m1 := s.sink.next(t).read(t)
		s.settled(2, mail.Failed, mail.Queued)
		s.sink.answer("reader@people.example", answer{})
		s.pass(6 * time.Minute)
		_, m2 := s.sink.next(t).read(t)
		if m1.MessageID != m2.MessageID {
			t.Errorf("the second copy has the id %q; want %q", m2.MessageID, m1.MessageID)
		}
		s.settled(2, mail.Failed, mail.Done)
	})
}

func TestThePasswordOfTheRelayIsUsed(t *testing.T) {
	d := dbtest.SQLite(t)
	sink := newSink(t, func(server *smtp.Server, s *sink) {
		server.AllowInsecureAuth = true
		s.accounts = map[string]string{"picus": "pa:ss@word"}
	})
	s := newSender(t, d, sink, mail.Config{Relay: "smtp://picus:pa%3Ass%40word@" + sink.address})
	s.run()
	s.reader("reader", "")
	s.start(s.ada, forum.NewThread{Title: "Hello"})
	if got := s.sink.next(t); got.user != "picus" {
		t.Errorf("signed in as %q; want picus", got.user)
	}
	if err := s.gateway.CheckRelay(t.Context()); err != nil {
		t.Errorf("CheckRelay() = %v", err)
	}
	s.conf.Relay = "smtp://picus:wrong@" + sink.address
	s.open()
	if err := s.gateway.CheckRelay(t.Context()); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("CheckRelay() with a wrong password = %v; want an error without the password", err)
	}
}

func TestTLSIsUsedWhereItIsOffered(t *testing.T) {
	d := dbtest.SQLite(t)
	sink := newSink(t, func(server *smtp.Server, _ *sink) { server.TLSConfig = selfSigned(t) })
	s := newSender(t, d, sink, mail.Config{Relay: sink.url()})
	s.run()
	s.reader("reader", "")
	s.start(s.ada, forum.NewThread{Title: "Hello"})
	if got := s.sink.next(t); !got.secure {
		t.Error("the mail went without TLS")
	}
	s.conf.Relay = "smtp://picus:secret@" + sink.address
	s.open()
	if err := s.gateway.CheckRelay(t.Context()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("CheckRelay() with a password and a certificate of nobody = %v; want that it is not trusted", err)
	}
}

func selfSigned(t *testing.T) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"sink.example"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
}

func TestAnAddressOfARelayThatCannotBeReadStopsTheStartAndIsNotRepeated(t *testing.T) {
	items := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{}).items
	for _, address := range []string{"http://relay", "smtp://", "smtp://user:pa%zzss@relay", "relay:25"} {
		g := mail.New(mail.Config{Domain: "lists.example", Relay: address}, nil, &item.Store{DB: items.DB, Jobs: job.New(items.DB, items.Now), Now: items.Now}, nil)
		if err := g.Open(t.Context()); err == nil || strings.Contains(err.Error(), "pa%zzss") {
			t.Errorf("Open() with %q = %v; want an error without the password", address, err)
		}
	}
}
