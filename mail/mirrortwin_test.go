package mail_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

// twins are two sites, each of whose boards mirrors the other's both ways, over real
// sockets: each is the other's relay.
func twins(t *testing.T) (a, b *sender) {
	t.Helper()
	var doors [2]net.Listener
	for i := range doors {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		doors[i] = l
	}
	all := [2]*sender{}
	for i := range all {
		conf := mail.Config{Relay: "smtp://" + doors[1-i].Addr().String(), Domain: fmt.Sprintf("lists%d.example", i)}
		s := newSender(t, dbtest.SQLite(t), nil, conf)
		all[i] = s
		ctx, cancel := context.WithCancel(context.Background())
		var ended sync.WaitGroup
		ended.Go(func() {
			if err := s.gateway.ServeSMTP(ctx, doors[i]); err != nil {
				t.Error(err)
			}
		})
		t.Cleanup(func() { cancel(); ended.Wait() })
		board, err := s.forum.Board(t.Context(), s.admin, "python")
		if err != nil {
			t.Fatal(err)
		}
		other := fmt.Sprintf("lists%d.example", 1-i)
		if err := s.gateway.SetMirror(t.Context(), s.admin, board, mail.Mirror{ListID: "python." + other, Address: "python@" + other}); err != nil {
			t.Fatal(err)
		}
		s.run()
	}
	return all[0], all[1]
}

// quiet waits until neither site has anything to do.
func quiet(a, b *sender) {
	a.Helper()
	a.until("silence", func() bool { return a.idle() && b.idle() && a.idle() })
}

func TestTwoSitesThatMirrorEachOtherFallSilent(t *testing.T) {
	for _, subscribed := range []bool{false, true} {
		t.Run(fmt.Sprint("subscribed as well: ", subscribed), func(t *testing.T) {
			a, b := twins(t)
			if subscribed { // each board has the other's address among its readers
				a.watch(a.personAt("twin", "", "python@lists1.example"), item.ToBoard, a.boardID("python"), "watch")
				b.watch(b.personAt("twin", "", "python@lists0.example"), item.ToBoard, b.boardID("python"), "watch")
			}
			ref := a.start(a.ada, forum.NewThread{Title: "Hello", Body: "From here to there."})
			quiet(a, b)
			b.reply(b.ada, forum.NewPost{Thread: 1, Parent: 1, Body: "And back."})
			quiet(a, b)
			a.reply(a.ada, forum.NewPost{Thread: ref.Thread, Parent: ref.Post, Body: "Thank you."})
			quiet(a, b)
			for name, s := range map[string]*sender{"the first": a, "the second": b} {
				threads, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM thread")
				if err != nil || threads != 1 || s.posts() != 3 {
					t.Errorf("%s has %d posts in %d threads, %v; want 3 in 1", name, s.posts(), threads, err)
				}
			}
			most := 3
			if subscribed {
				most = 6 // by the list and by the mirror
			}
			if n := a.sentTo("python@lists1.example") + b.sentTo("python@lists0.example"); n > most {
				t.Errorf("%d mails went between them; want %d at most", n, most)
			}
		})
	}
}

func TestWhoWritesByMailIsToldOfTheMirror(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		s.reader("bob", "zh-Hans")
		s.start(s.ada, forum.NewThread{Title: "Primes"})
		c := s.sink.take(t, 2)["bob@people.example"]
		if text := message.Parse([]byte(c.raw)).Text; !strings.Contains(text, theirs) {
			t.Errorf("the mail does not say that an answer goes to %s:\n%s", theirs, text)
		}
	})
}
