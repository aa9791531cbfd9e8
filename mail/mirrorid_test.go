package mail_test

import (
	"net/netip"
	"strings"
	"testing"

	"picus/forum"
	"picus/mail"
)

// Who sees a mail before the list brings it, in a copy of their own or while a moderator
// looks, can use its Message-ID here first, but not keep it out.
func TestNobodyKeepsAMailOfTheMirroredListOut(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		direct := lines("From: ada <ada@people.example>", "To: python@lists.example", "Subject: Nothing", "Message-ID: <wanted@elsewhere.example>",
			"Date: Mon, 23 Nov 2026 10:00:00 +0000", "", "This was here first.")
		env := mail.Envelope{From: "ada@people.example", To: []string{"python@lists.example"}, Peer: netip.MustParseAddr("127.0.0.1"), Raw: []byte(direct)}
		if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
			t.Fatal(err)
		}
		s.told()
		for range 2 {
			s.arrives(outside("wanted", "From: Gauss <gauss@elsewhere.example>"))
			if n := s.posts(); n != 2 {
				t.Fatalf("%d posts; want both mails once: %+v", n, s.lastFate())
			}
		}
		if m := s.lastFate(); m.Fate != mail.Known {
			t.Errorf("the second copy is %s; want known", m.Fate)
		}
		s.arrives(strings.Replace(outside("wanted", "From: ada <ada@people.example>"), "There are many.", "This was here\r\nfirst.\r\n____\r\nNumbers mailing list", 1))
		if n := s.posts(); n != 2 {
			t.Errorf("%d posts; want no second one of what its author has sent to both", n)
		}
	})
}

// A mail of the list that claims to be a post of ours, with other words, changes nothing.
func TestNobodyElsewhereSpeaksUnderAnIDOfOurs(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		ref := s.start(s.ada, forum.NewThread{Title: "Primes", Body: "Are there many?"})
		_, m := s.sink.next(t).read(t)
		local, _, _ := strings.Cut(m.MessageID, "@")
		for _, more := range [][]string{{}, {"X-Loop: python@lists.example"}} {
			raw := outside(local, append(more, "From: ada via Numbers <"+theirs+">")...)
			s.arrives(strings.Replace(raw, local+"@elsewhere.example", m.MessageID, 1))
			if got := s.lastFate(); got.Fate != mail.Known || got.Item != ref.Post || s.posts() != 1 {
				t.Errorf("%v: the fate is %s, %d posts; want it known", more, got.Fate, s.posts())
			}
		}
		p, err := s.forum.Find(t.Context(), s.ada, ref.Post)
		if err != nil || p.Source != "Are there many?" || p.Edits != 0 {
			t.Errorf("the post is %q, %d edits, %v", p.Source, p.Edits, err)
		}
		// An id of another mail's choice does not become that of the post unless the words are the post's.
		s.arrives(outside("chosen", "From: Eve <eve@elsewhere.example>", "X-Loop: python@lists.example", "X-Original-Message-ID: <"+m.MessageID+">"))
		s.reply(s.ada, forum.NewPost{Thread: ref.Thread, Parent: ref.Post, Body: "How many?"})
		if header, _ := s.sink.next(t).read(t); header.Get("In-Reply-To") != "<"+m.MessageID+">" {
			t.Errorf("In-Reply-To: %s; want our own id", header.Get("In-Reply-To"))
		}
	})
}
