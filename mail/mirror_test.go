package mail_test

import (
	"net/netip"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/mail"
)

// outside is a mail as the list "numbers" elsewhere distributes it.
func outside(id string, more ...string) string {
	return lines(append(more, "To: numbers@lists.other.example", "Subject: [numbers] Primes", "Message-ID: <"+id+"@elsewhere.example>", "Date: Mon, 23 Nov 2026 11:00:00 +0000",
		"List-Id: Numbers <numbers.lists.other.example>", "List-Post: <mailto:numbers@lists.other.example>", "Precedence: list", "", "There are many.")...)
}

func TestABoardMirrorsAListElsewhere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := newSender(t, d, sink, mail.Config{Relay: sink.url(), Resolver: zone(t, map[string]string{"lists.other.example.": "v=spf1 ip4:203.0.113.7 -all"})})
		s.run()
		s.reader("reader", "")
		board, err := s.forum.Board(t.Context(), s.admin, "python")
		if err != nil {
			t.Fatal(err)
		}
		if err := s.gateway.SetMirror(t.Context(), s.ada, board, mail.Mirror{ListID: "numbers.lists.other.example"}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Mirror() by a member = %v; want forbidden", err)
		}
		arrives := func(peer, raw string) error {
			return s.gateway.Receive(t.Context(), mail.Envelope{From: "numbers-bounces@lists.other.example", To: []string{"python@lists.example"}, Peer: netip.MustParseAddr(peer), Raw: []byte(raw)})[0]
		}
		if err := arrives("203.0.113.7", outside("early", "From: Gauss <gauss@elsewhere.example>")); err == nil {
			t.Error("a list that nobody mirrors was taken in")
		}
		if err := s.gateway.SetMirror(t.Context(), s.admin, board, mail.Mirror{ListID: "<numbers.lists.other.example>"}); err != nil {
			t.Fatal(err)
		}
		for _, raw := range []string{
			outside("one", "From: Gauss <gauss@elsewhere.example>"),
			outside("two", "From: Emmy via Numbers <numbers@lists.other.example>", "Reply-To: Emmy <emmy@elsewhere.example>", "In-Reply-To: <one@elsewhere.example>"),
		} {
			if err := arrives("203.0.113.7", raw); err != nil {
				t.Fatal(err)
			}
			s.told()
			s.sink.take(t, 1) // our own subscribers have it
		}
		if err := arrives("198.51.100.9", outside("forged", "From: Gauss <gauss@elsewhere.example>")); err != nil {
			t.Fatal(err)
		}
		s.told()
		held, err := s.gateway.Messages(t.Context(), s.admin, mail.Held, 0, 10)
		if err != nil || len(held) != 1 || held[0].MessageID != "forged@elsewhere.example" {
			t.Errorf("held: %+v, %v; want the forged one", held, err)
		}
		for address, name := range map[string]string{"gauss@elsewhere.example": "Gauss", "emmy@elsewhere.example": "Emmy"} {
			u, err := s.people.ByAddress(t.Context(), address)
			if err != nil || u.Display != name || u.Status != account.Shadow {
				t.Errorf("%s is %+v, %v; want a shadow called %s", address, u, err, name)
			}
		}
		if n, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM thread"); err != nil || n != 1 {
			t.Errorf("%d threads, %v; want one", n, err)
		}
		if len(s.sink.arrived) > 0 {
			t.Error("somebody elsewhere got a letter")
		}
		other := s.board(forum.Board{Slug: "other", Title: "Other", MayPost: 1})
		if err := s.gateway.SetMirror(t.Context(), s.admin, other, mail.Mirror{ListID: "numbers.lists.other.example"}); !fault.Is(err, fault.Conflict) {
			t.Errorf("a second mirror = %v; want a conflict", err)
		}
	})
}

// The server in front of the site has judged whether somebody wrote a mail themselves, not
// whether a list has sent it; and nobody has judged what lies in a mailbox.
func TestNobodyPassesForTheMirroredList(t *testing.T) {
	for name, c := range map[string]struct {
		from string
		peer netip.Addr
		want mail.Fate
	}{
		"its own envelope, by the server in front":     {"numbers-bounces@lists.other.example", netip.MustParseAddr("127.0.0.1"), mail.Posted},
		"another's envelope, by the server in front":   {"mallory@evil.example", netip.MustParseAddr("127.0.0.1"), mail.Held},
		"another's envelope, by a pipe":                {"mallory@evil.example", netip.Addr{}, mail.Held},
		"the list's envelope, from another's server":   {"numbers-bounces@lists.other.example", netip.MustParseAddr("198.51.100.9"), mail.Held},
		"no envelope at all, from the list's own host": {"", netip.MustParseAddr(theirMTA), mail.Dropped},
	} {
		t.Run(name, func(t *testing.T) {
			eachMirrored(t, func(t *testing.T, s mirrored) {
				raw := outside("forged", "From: Admin via Numbers <"+theirs+">", "Reply-To: Admin <admin@people.example>")
				env := mail.Envelope{From: c.from, To: []string{"python@lists.example"}, Peer: c.peer, Raw: []byte(raw)}
				if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
					t.Fatal(err)
				}
				s.told()
				if got := s.lastFate(); got.Fate != c.want {
					t.Errorf("the fate is %s (%s); want %s", got.Fate, got.Reason, c.want)
				}
			})
		})
	}
}
