package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
)

func (o *office) level(address string) string {
	o.Helper()
	by, err := o.accounts.ByAddress(o.Context(), address)
	if err != nil {
		return "nobody"
	}
	board, err := o.forum.Board(o.Context(), o.admin, "python")
	if err != nil {
		o.Fatal(err)
	}
	s, err := o.Items.Level(o.Context(), by, item.ToBoard, board.ID)
	if err != nil {
		o.Fatal(err)
	}
	return s.Level + " " + s.Channel
}

func TestSubscribingByMail(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, s := guarded(h)
		command := func(from, what string) string {
			return letter{from: from, to: "python+" + what + "@picus.example", subject: "anything", id: fmt.Sprintf("%s%d@x", what, len(o.fates())), body: "\n"}.String()
		}
		send := func(peer, from, what string) {
			o.Helper()
			if err := o.receiveFrom(peer, from, command(from, what), "python+"+what+"@picus.example"); err != nil {
				o.Fatalf("%s by %s: %v", what, from, err)
			}
			o.work()
		}
		// A member whose address is proved is subscribed at once.
		send(ownServer, "alice@example.org", "subscribe")
		if got := o.level("alice@example.org"); got != "watch mail" {
			o.Errorf("alice's level is %q; want watch mail", got)
		}
		if got := o.letters(); len(got) != 1 || !strings.Contains(got[0], "To: alice <alice@example.org>") {
			o.Errorf("the letters are %q; want one welcome to alice", got)
		}
		send(ownServer, "alice@example.org", "unsubscribe")
		if got := o.level("alice@example.org"); got != "mute mail" {
			o.Errorf("alice's level is %q after leaving; want mute", got)
		}
		send(ownServer, "alice@example.org", "digest")
		if got := o.level("alice@example.org"); got != "watch daily" {
			o.Errorf("alice's level is %q; want watch daily", got)
		}
		// A stranger has to confirm, and is nobody before that.
		send(badHost, "Carol <carol@elsewhere.example>", "subscribe")
		if got := o.level("carol@elsewhere.example"); got != "nobody" {
			o.Errorf("carol is %q before she confirms", got)
		}
		o.confirmByMail("carol@elsewhere.example")
		if got := o.level("carol@elsewhere.example"); got != "watch mail" {
			o.Errorf("carol's level is %q; want watch mail (%+v)", got, o.fates())
		}
		carol, err := o.accounts.ByAddress(o.Context(), "carol@elsewhere.example")
		if err != nil || carol.Status != account.Shadow {
			o.Errorf("carol is %+v, %v; want a shadow", carol, err)
		}
		// From then on she may write to the list.
		if err := o.receiveFrom(ownServer, "carol@elsewhere.example", letter{from: "carol@elsewhere.example", subject: "Hello", id: "carol@x"}.String(), "python@picus.example"); err != nil {
			o.Errorf("a subscriber's mail: %v", err)
		}
		o.work()
		if got := len(o.threads("python")); got != 1 {
			o.Errorf("%d threads; want carol's (%+v)", got, o.last())
		}
		// Nobody ends another's subscription.
		send(badHost, "carol@elsewhere.example", "unsubscribe")
		if got := o.level("carol@elsewhere.example"); got != "watch mail" {
			o.Errorf("carol's level is %q after somebody else's mail", got)
		}
		// Help goes to whom it is proved to reach.
		before := len(o.letters())
		send(badHost, "victim@elsewhere.example", "help")
		if got := len(o.letters()); got != before {
			o.Error("a forged mail causes a letter of help")
		}
		if err := o.receiveFrom(badHost, "bob@example.org", s.sign(o.T, "example.org", command("bob@example.org", "help")), "python+help@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.letters(); len(got) != before+1 || !strings.Contains(got[before], "bob@example.org") || !strings.Contains(got[before], "/b/python") {
			o.Errorf("the letters are %q; want one of help to bob", got[before:])
		}
	})
}

// A flood of requests for a hundred victims, from many places (SECURITY.md, M-5).
func TestRequestsDoNotFloodStrangers(t *testing.T) {
	o, _ := guarded(newHouse(t))
	for i := range 400 {
		from := fmt.Sprintf("victim%d@elsewhere.example", i%100)
		peer := fmt.Sprintf("198.51.%d.7", i%100)
		raw := letter{from: from, subject: "BUY THIS", id: fmt.Sprintf("flood%d@x", i), body: "http://spam.example"}.String()
		if err := o.receiveFrom(peer, from, raw, "python+subscribe@picus.example"); err != nil {
			t.Fatal(err)
		}
	}
	o.work()
	letters := o.letters()
	if len(letters) > 100 {
		t.Errorf("%d letters went out; want 100 at most", len(letters))
	}
	for _, l := range letters {
		if strings.Contains(l, "spam") || strings.Contains(l, "BUY") {
			t.Fatalf("a letter holds what the requester chose: %s", l)
		}
	}
	o.Clock = o.Clock.AddDate(0, 0, 1)
	for i := range 200 {
		from := fmt.Sprintf("fresh%d@elsewhere.example", i)
		if err := o.receiveFrom(badHost, from, letter{from: from, subject: "x", id: fmt.Sprintf("one%d@x", i)}.String(), "python+subscribe@picus.example"); err != nil {
			t.Fatal(err)
		}
	}
	o.work()
	if got := len(o.letters()) - len(letters); got > 50 {
		t.Errorf("one network caused %d letters in a day; want 50 at most", got)
	}
	n, err := db.Value[int](o.Context(), o.DB, "SELECT count(*) FROM account")
	if err != nil || n != 3 {
		t.Errorf("there are %d accounts, %v; want the three that were there", n, err)
	}
}

func TestRobotsGetNoAnswerAndWriteNothing(t *testing.T) {
	for _, test := range []struct {
		rule, from string
		mail       letter
		want       mail.Fate
	}{
		{"a null sender", "", letter{}, mail.Dropped},
		{"a vacation answer", "alice@example.org", letter{more: "Auto-Submitted: auto-replied\n"}, mail.Dropped},
		{"an old vacation answer", "alice@example.org", letter{more: "X-Autoreply: yes\n"}, mail.Dropped},
		{"a subject like a robot's is held", "alice@example.org", letter{subject: "Out of Office: until Monday"}, mail.Held},
		{"a delivery report", "alice@example.org", letter{more: "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"}, mail.Dropped},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			test.mail.from, test.mail.id = "alice@example.org", "robot@x"
			if err := o.receiveFrom(ownServer, test.from, test.mail.String(), "python@picus.example"); err != nil {
				t.Fatalf("Receive() = %v; a robot hears nothing", err)
			}
			o.work()
			if got := o.last(); got.Fate != test.want || got.Reason == "" {
				t.Errorf("the fate is %+v; want %s with a reason", got, test.want)
			}
			if got := len(o.letters()) + len(o.threads("python")); got != 0 {
				t.Errorf("%d letters and threads came of it", got)
			}
		})
	}
}
