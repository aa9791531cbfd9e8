package mail_test

import (
	"net/netip"
	"testing"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// What a vote by mail and a report are about is a post, but neither is the mail that
// brought it.
func TestAPostKeepsItsMessageIDWhateverMailIsAboutIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := newSender(t, d, sink, mail.Config{Relay: sink.url(), Resolver: zone(t, nil)})
		s.run()
		bob := s.reader("bob", "")
		ref := s.start(s.ada, forum.NewThread{Title: "Primes"})
		first := s.sink.next(t)
		_, m := first.read(t)
		s.settled(1, mail.Done)
		for from, mails := range map[string][2]string{
			bob.Email: {"python@lists.example", lines("From: Bob <"+bob.Email+">", "To: python@lists.example", "Subject: Re: Primes", "Message-ID: <vote@bobs-phone.example>", "In-Reply-To: <"+m.MessageID+">",
				"Date: Mon, 23 Nov 2026 12:00:00 +0000", "", "+1")},
			"": {first.from, dsn("failed", "5.1.1")},
		} {
			env := mail.Envelope{From: from, To: []string{mails[0]}, Peer: netip.MustParseAddr("127.0.0.1"), Raw: []byte(mails[1])}
			if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
				t.Fatal(err)
			}
			s.told()
		}
		for _, fate := range []mail.Fate{mail.Obeyed, mail.Reported} {
			all, err := s.gateway.Messages(t.Context(), s.admin, fate, 0, 10)
			if err != nil || len(all) != 1 || all[0].Item != ref.Post {
				t.Fatalf("%s: %+v, %v; want one mail about the post", fate, all, err)
			}
		}
		s.reply(s.ada, forum.NewPost{Thread: ref.Thread, Parent: ref.Post, Body: "How many?"})
		header, _ := s.sink.next(t).read(t)
		if got := header.Get("In-Reply-To"); got != "<"+m.MessageID+">" {
			t.Errorf("In-Reply-To: %s; want <%s>, by which everybody knows the post", got, m.MessageID)
		}
		p, err := s.forum.Find(t.Context(), s.admin, ref.Post)
		if err != nil || p.MessageID != "" {
			t.Errorf("the post has come by <%s>, %v; want by no mail", p.MessageID, err)
		}
	})
}
