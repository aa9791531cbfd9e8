package mail_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

func TestWhoGetsTheListIsToldToThoseWhoMayKnow(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		o.hand(letter{from: "bob@example.org", to: "python+subscribe@picus.example"})
		who := letter{from: "alice@example.org", to: "python+who@picus.example"}
		if got := o.hand(who); got.Fate != mail.Refused {
			o.Errorf("a member's fate is %s; want refused", got.Fate)
		}
		board, err := o.forum.Board(o.Context(), o.admin, "python")
		if err != nil {
			o.Fatal(err)
		}
		for _, channel := range []string{"web", item.Push} {
			sub := item.Subscription{Target: item.ToBoard, ID: board.ID, Level: "watch", Channel: channel}
			if err := o.Items.Subscribe(o.Context(), o.Person("only"+channel, account.Member), sub); err != nil {
				o.Fatal(err)
			}
		}
		rules := mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterMembers}
		if err := o.gateway.SetListRules(o.Context(), o.admin, board, rules); err != nil {
			o.Fatal(err)
		}
		if got := o.hand(who); got.Fate != mail.Obeyed {
			o.Errorf("the fate is %s (%s); want obeyed", got.Fate, got.Reason)
		}
		if text := o.newest().Text; !strings.Contains(text, "\nbob\n") || strings.Contains(text, "bob@") || strings.Contains(text, "only") {
			o.Errorf("the letter is %q; want the name, not the address, and nobody who gets no mail", text)
		}
	})
}

func TestWhoMayPostByMail(t *testing.T) {
	const carol = "Carol <carol@elsewhere.example>"
	for _, test := range []struct {
		rule       string
		who        mail.Who
		from       string
		subscribed bool
		want       mail.Fate
		reason     string
	}{
		{"usually a member", mail.WhoKnown, "alice@example.org", false, mail.Posted, ""},
		{"usually a subscriber", mail.WhoKnown, carol, true, mail.Posted, ""},
		{"usually no stranger", mail.WhoKnown, carol, false, mail.Refused, "Only members"},
		{"members alone: a member", mail.WhoMembers, "alice@example.org", false, mail.Posted, ""},
		{"members alone: no subscriber", mail.WhoMembers, carol, true, mail.Refused, "Only members"},
		{"subscribers: a subscriber", mail.WhoSubscribers, carol, true, mail.Posted, ""},
		{"subscribers: a member who does not get it", mail.WhoSubscribers, "alice@example.org", false, mail.Refused, "Only those who get this list"},
		{"confirmed: a stranger has to answer", mail.WhoConfirmed, carol, false, mail.Held, "confirmation"},
		{"anyone: a stranger waits", mail.WhoAnyone, carol, false, mail.Held, "moderator"},
		{"anyone: a member does not", mail.WhoAnyone, "alice@example.org", false, mail.Posted, ""},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			if test.subscribed {
				o.hand(letter{from: test.from, to: "python+subscribe@picus.example"})
				o.confirmByMail("carol@elsewhere.example")
			}
			o.setRules(mail.ListRules{Who: test.who, Roster: mail.RosterStaff})
			got := o.hand(letter{from: test.from, subject: "Hello"})
			if got.Fate != test.want || !strings.Contains(got.Reason, test.reason) {
				t.Errorf("the fate is %s (%s); want %s", got.Fate, got.Reason, test.want)
			}
		})
	}
}

func (o *office) setRules(r mail.ListRules) {
	o.Helper()
	board, err := o.forum.Board(o.Context(), o.admin, "python")
	if err == nil {
		err = o.gateway.SetListRules(o.Context(), o.admin, board, r)
	}
	if err != nil {
		o.Fatal(err)
	}
}

func TestAListHasItsOwnSize(t *testing.T) {
	o, _ := guarded(newHouse(t))
	board, err := o.forum.Board(t.Context(), o.admin, "python")
	if err != nil {
		t.Fatal(err)
	}
	below := mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterStaff, Largest: -1}
	if err := o.gateway.SetListRules(t.Context(), o.admin, board, below); err == nil || !strings.Contains(err.Error(), "Give a number of kilobytes") {
		t.Errorf("SetListRules() of less than nothing = %v; want to be told what is missing", err)
	}
	o.setRules(mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterStaff, Largest: 8 << 10})
	large := letter{from: "alice@example.org", id: "large@x", body: strings.Repeat("much text\n", 1000)}
	if err := o.receiveFrom(ownServer, "alice@example.org", large.String(), "python@picus.example"); err == nil || !strings.Contains(err.Error(), "8 KB") {
		t.Errorf("Receive() = %v; want it refused for its size", err)
	}
	if got := o.hand(letter{from: "alice@example.org", subject: "small"}); got.Fate != mail.Posted {
		t.Errorf("a small mail is %s (%s)", got.Fate, got.Reason)
	}
}

func TestAStrangersFirstMailWaitsForAModerator(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		o.setRules(mail.ListRules{Who: mail.WhoAnyone, Roster: mail.RosterStaff})
		first := o.hand(letter{from: "Carol <carol@elsewhere.example>", subject: "Hello", body: "I am new here."})
		var mod *message.Message
		for _, l := range o.letters() {
			if m := message.Parse([]byte(l)); m.To[0].Address == "admin@example.org" {
				mod = m
			}
		}
		if mod == nil || !strings.Contains(mod.Text, "> I am new here.") || len(o.letters()) != 2 {
			o.Fatalf("the letters are %q; want one to the moderator with the text and one to the sender", o.letters())
		}
		to := mod.Values("Reply-To")[0]
		to = strings.Trim(to, "<>")
		decide := func(from, body string) mail.Incoming {
			return o.hand(letter{from: from, to: to, subject: "Re: A mail waits", body: body})
		}
		if got := decide("bob@example.org", "approve"); got.Fate != mail.Dropped {
			o.Errorf("another's word is %s; want it dropped", got.Fate)
		}
		if got := decide("admin@example.org", "hm"); got.Fate != mail.Refused {
			o.Errorf("a word that says nothing is %s; want it refused", got.Fate)
		}
		if got := len(o.threads("python")); got != 0 {
			o.Fatalf("%d threads before the moderator's word", got)
		}
		if got := decide("admin@example.org", "批准。"+fromPhone); got.Fate != mail.Obeyed {
			o.Errorf("approval is %s (%s)", got.Fate, got.Reason)
		}
		o.work()
		if got := len(o.threads("python")); got != 1 {
			o.Fatalf("%d threads after it (%+v)", got, o.fates())
		}
		if got := o.hand(letter{from: "Carol <carol@elsewhere.example>", subject: "Again"}); got.Fate != mail.Posted {
			o.Errorf("her second mail is %s (%s); she is known", got.Fate, got.Reason)
		}
		if got := decide("admin@example.org", "approve"); got.Fate != mail.Refused {
			o.Errorf("deciding twice is %s", got.Fate)
		}
		if err := o.gateway.Approve(o.Context(), o.bob, first.ID); err == nil {
			o.Error("a member decides about held mail")
		}
	})
}

func TestAModeratorRefusesWithAReason(t *testing.T) {
	o, _ := guarded(newHouse(t))
	o.setRules(mail.ListRules{Who: mail.WhoAnyone, Roster: mail.RosterStaff})
	held := o.hand(letter{from: "Carol <carol@elsewhere.example>", subject: "Buy", body: "Cheap."})
	queue, more, err := o.gateway.Waiting(t.Context(), o.admin, 0)
	if err != nil || more || len(queue) != 1 || queue[0].Subject != "Buy" || queue[0].Address != "carol@elsewhere.example" {
		t.Fatalf("Waiting() = %+v, %v", queue, err)
	}
	if queue, _, err := o.gateway.Waiting(t.Context(), o.bob, 0); err != nil || len(queue) != 0 {
		t.Errorf("Waiting() for a member = %+v, %v", queue, err)
	}
	if err := o.gateway.Reject(t.Context(), o.admin, held.ID, " "); err == nil {
		t.Error("Reject() without a reason = nil")
	}
	if err := o.gateway.Reject(t.Context(), o.admin, held.ID, "We sell nothing here."); err != nil {
		t.Fatal(err)
	}
	o.work()
	if got := o.last(); got.Fate != mail.Refused || !strings.Contains(got.Reason, "did not let it through") {
		t.Errorf("the fate is %s (%s)", got.Fate, got.Reason)
	}
	if text := o.newest().Text; !strings.Contains(text, "We sell nothing here.") {
		t.Errorf("the sender reads %q; want the reason", text)
	}
}

// What a list puts before its subjects comes back in the answers; it is taken off, and
// never stands there twice.
func TestThePrefixOfAListIsNoPartOfATitle(t *testing.T) {
	for _, test := range []struct{ prefix, subject, title string }{
		{"[Py-users]", "[py-users] Loops", "Loops"},
		{"[Py-users]", "[python] [Py-users] Re: [Py-users] Loops", "Loops"},
		{"[Py-users]", "[PATCH v2] [Py-users] Loops", "[PATCH v2] Loops"},
		{"Python:", "Re: Python: Re: Python: Loops", "Loops"},
		{"Python:", "On Python: Loops", "On Python: Loops"},
		{"(Python users)", "回复：(python users) 循环", "循环"},
		{"", "[python] Loops", "Loops"},
	} {
		t.Run(test.prefix+" "+test.subject, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			o.setRules(mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterStaff, Prefix: test.prefix})
			got := o.hand(letter{from: "alice@example.org", subject: test.subject})
			if got.Fate != mail.Posted {
				t.Fatalf("the fate is %s (%s)", got.Fate, got.Reason)
			}
			if title := o.thread(got.Item).Title; title != test.title {
				t.Errorf("the title is %q; want %q", title, test.title)
			}
			reply := o.hand(letter{from: "bob@example.org", subject: "Re: " + test.prefix + " " + test.title})
			if got := o.thread(got.Item); got.Posts != 2 {
				t.Errorf("the thread has %d posts; want the answer found by its subject (%s)", got.Posts, reply.Rule)
			}
		})
	}
}
