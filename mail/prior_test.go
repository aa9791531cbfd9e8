package mail_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
)

// priors returns the letters that tell what is like a question.
func (o *office) priors() []string {
	o.Helper()
	var found []string
	for _, l := range o.letters() {
		if strings.Contains(l, "Auto-Submitted: auto-replied") {
			found = append(found, l)
		}
	}
	return found
}

func TestWhoAsksByMailHearsWhatIsLikeIt(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		o.board(forum.Board{Slug: "inner", Title: "Inner", MayRead: 2, MayPost: 2})
		old := o.question(o.admin, "How do I cancel an asyncio task?")
		if _, err := o.forum.Reply(o.Context(), o.bob, forum.NewPost{Thread: old.Thread, Body: "With cancel.", Via: item.Web}); err != nil {
			o.Fatal(err)
		}
		if _, err := o.forum.Start(o.Context(), o.admin, forum.NewThread{Board: "inner", Kind: forum.Question, Title: "Secret: how to cancel the asyncio task?", Body: "Hush.", Via: item.Web}); err != nil {
			o.Fatal(err)
		}
		ask := func(more string, change func(*letter)) letter {
			o.Clock = o.Clock.Add(25 * time.Hour)
			l := letter{from: "alice@example.org", subject: "How can I cancel an asyncio task?", body: "It runs on.", more: more}
			if change != nil {
				change(&l)
			}
			if got := o.hand(l); got.Fate != mail.Posted {
				o.Fatalf("the fate is %s (%s); want posted", got.Fate, got.Reason)
			}
			return l
		}
		ask("", nil)
		got := o.priors()
		if len(got) != 1 {
			o.Fatalf("there are %d letters; want 1", len(got))
		}
		text := o.newest().Text
		for _, want := range []string{"1. How do I cancel an asyncio task?\n   1 answer\n   https://picus.example/t/", "has arrived", "“dup 42”", "/settings/mail"} {
			if !strings.Contains(text, want) {
				o.Errorf("the letter lacks %q:\n%s", want, text)
			}
		}
		if strings.Contains(text, "Secret") || !strings.Contains(got[0], "In-Reply-To: <") || !strings.Contains(got[0], "To: alice <alice@example.org>") {
			o.Errorf("the letter is\n%s", got[0])
		}
		// Its address does what the letter says.
		own := o.threads("python")
		reply := o.newest().ReplyTo[0].Address
		if fate := o.hand(letter{from: "alice@example.org", to: reply, subject: "Re: x", body: "dup " + itoa(old.Thread)}); fate.Fate != mail.Obeyed {
			o.Errorf("an answer with dup is %s (%s)", fate.Fate, fate.Reason)
		}
		if q, err := o.forum.Thread(o.Context(), o.alice, own[len(own)-1], forum.View{}); err != nil || q.State != forum.Duplicate {
			o.Errorf("the question is %v, %v; want a duplicate", q.State, err)
		}
		silent := func(rule string) {
			o.Helper()
			if got := o.priors(); len(got) != 1 {
				o.Fatalf("%s: there are %d letters; want no second", rule, len(got))
			}
		}
		ask("", func(l *letter) { l.subject = "Do parrots sleep?" })
		silent("nothing is like it")
		ask("", func(l *letter) { l.subject = "How I cancel an asyncio task" })
		silent("it is no question")
		ask("Precedence: list\n", nil)
		silent("a list has passed it on")
		ask("X-Auto-Response-Suppress: All\n", nil)
		silent("it wants no answer by a robot")
		if err := o.accounts.SetHabits(o.Context(), o.alice, account.Habits{}); err != nil {
			o.Fatal(err)
		}
		ask("", nil)
		silent("she does not want it")
		if err := o.accounts.SetHabits(o.Context(), o.alice, account.Habits{Prior: true}); err != nil {
			o.Fatal(err)
		}
		b, err := o.forum.Board(o.Context(), o.admin, "python")
		if err == nil {
			err = o.gateway.SetListRules(o.Context(), o.admin, b, mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterStaff})
		}
		if err != nil {
			o.Fatal(err)
		}
		ask("", nil)
		silent("the list does not want it")
		if err := o.gateway.SetListRules(o.Context(), o.admin, b, mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterStaff, Prior: true}); err != nil {
			o.Fatal(err)
		}
		for range 2 { // within a day
			ask("", nil)
			o.Clock = o.Clock.Add(-25 * time.Hour)
		}
		if got := o.priors(); len(got) != 2 {
			o.Errorf("there are %d letters; want a second, and no third on the same day", len(got))
		}
	})
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
