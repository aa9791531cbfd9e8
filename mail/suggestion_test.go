package mail_test

import (
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
)

func TestASuggestedEditIsDecidedByMail(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		q := o.question(o.bob, "How do I close a lop?")
		suggest := func(body string) (id int64, to string) {
			t.Helper()
			p, err := o.forum.Find(o.Context(), o.alice, q.Post)
			if err != nil {
				t.Fatal(err)
			}
			id, err = o.forum.Suggest(o.Context(), o.alice, forum.Edit{Post: p.ID, Base: p.Revision, Title: "How do I close a loop?", Body: body, Via: item.Web})
			if err != nil {
				t.Fatal(err)
			}
			o.work()
			letter := o.newest()
			if len(letter.ReplyTo) != 1 || !strings.Contains(letter.Text, "> + "+body) {
				t.Fatalf("the letter to %v is answered at %v and says:\n%s", letter.To, letter.ReplyTo, letter.Text)
			}
			return id, letter.ReplyTo[0].Address
		}
		state := func(id int64) string {
			s, err := o.forum.Suggestion(o.Context(), o.alice, id)
			if err != nil {
				t.Fatal(err)
			}
			return s.State
		}
		answer := func(from, to, body string, fate mail.Fate) {
			t.Helper()
			if got := o.hand(letter{from: from, to: to, subject: "Re: A suggested edit", body: body}); got.Fate != fate {
				t.Errorf("%q from %s: the fate is %s (%s); want %s", body, from, got.Fate, got.Reason, fate)
			}
		}
		id, to := suggest("I have tried it twice.")
		answer("alice@example.org", to, "approve", mail.Dropped)
		answer("bob@example.org", to, "What is this?", mail.Refused)
		answer("bob@example.org", to, "reject", mail.Refused) // without a reason
		answer("bob@example.org", to, "拒绝 只试过一次。"+fromPhone, mail.Obeyed)
		if got := state(id); got != "refused" {
			t.Errorf("after a no it is %s", got)
		}
		if p, _ := o.forum.Find(o.Context(), o.alice, q.Post); p.Title != "How do I close a lop?" {
			t.Errorf("after a no the title is %q", p.Title)
		}

		id, to = suggest("I have tried it thrice.")
		before, err := o.forum.Find(o.Context(), o.bob, q.Post)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.forum.Edit(o.Context(), o.bob, forum.Edit{Post: q.Post, Title: before.Title, Body: before.Source, Tags: "asyncio", Via: item.Web}); err != nil {
			t.Fatal(err)
		}
		answer("bob@example.org", to, "approve", mail.Refused) // nobody has seen what would come of it
		if got := state(id); got != "open" {
			t.Errorf("after a yes to what was changed since it is %s", got)
		}
		if err := o.forum.TakeBack(o.Context(), o.alice, id); err != nil {
			t.Fatal(err)
		}

		id, to = suggest("I have tried it.")
		answer("bob@example.org", strings.Replace(to, "suggestion+", "mod+", 1), "approve", mail.Refused) // a token is good for one purpose
		answer("bob@example.org", to, "Approve.\n\nThanks!", mail.Obeyed)
		answer("bob@example.org", to, "approve", mail.Refused) // once
		if got := state(id); got != "approved" {
			t.Errorf("after a yes it is %s", got)
		}
		p, err := o.forum.Find(o.Context(), o.alice, q.Post)
		if err != nil || fault.Is(err, fault.Missing) || p.Title != "How do I close a loop?" || strings.TrimSpace(p.Source) != "I have tried it." {
			t.Errorf("after a yes the post is %q, %q, %v", p.Title, p.Source, err)
		}
	})
}
