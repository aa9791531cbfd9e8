package mail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/item"
	"picus/mail"
)

// broken has the fate of what is obeyed not be noted, as if the disk were full, until the
// mail has been read in vain.
func (o *office) broken(hand func()) {
	o.Helper()
	o.exec("CREATE TRIGGER broken BEFORE UPDATE OF fate ON message WHEN NEW.fate = 'command' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	hand()
	if o.tried() == 0 {
		o.Fatal("nothing has failed")
	}
	o.exec("DROP TRIGGER broken")
}

func (o *office) mended() {
	o.Helper()
	o.Clock = o.Clock.Add(30 * time.Minute)
	o.work()
	if got := o.last(); got.Fate != mail.Obeyed {
		o.Errorf("read again the mail is %s (%s); want obeyed", got.Fate, got.Reason)
	}
	for _, l := range o.letters() {
		if strings.Contains(l, "could not be") {
			o.Errorf("a letter says %q", l)
		}
	}
}

func TestAWordIsHeededOnceWhateverBreaks(t *testing.T) {
	for _, word := range []string{"approve", "reject It is wrong."} {
		t.Run(word, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			q := o.question(o.bob, "How do I close a loop?")
			p, err := o.forum.Find(o.Context(), o.alice, q.Post)
			if err != nil {
				t.Fatal(err)
			}
			id, err := o.forum.Suggest(o.Context(), o.alice, forum.Edit{Post: p.ID, Base: p.Revision, Title: p.Title, Body: "I have tried it twice.", Via: item.Web})
			if err != nil {
				t.Fatal(err)
			}
			o.work()
			to := o.newest().ReplyTo[0].Address
			state := func() string {
				s, err := o.forum.Suggestion(o.Context(), o.alice, id)
				if err != nil {
					t.Fatal(err)
				}
				return s.State
			}
			o.broken(func() {
				o.hand(letter{from: "bob@example.org", to: to, subject: "Re: A suggested edit", body: word})
				if got := state(); got != "open" {
					t.Errorf("the suggestion is %s, but the mail is not done", got)
				}
			})
			o.mended()
			if got := state(); got == "open" {
				t.Error("the suggestion is open, but the mail is done")
			}
		})
	}
}

// The number of a mail stands in its ticket with letters as well, and must not look like
// the mark of a private one.
func TestEveryHeldMailCanBeConfirmed(t *testing.T) {
	o, _ := guarded(newHouse(t))
	for n := range 40 {
		from := fmt.Sprintf("stranger%d@example.org", n)
		if got := o.hand(letter{from: from, to: "python+subscribe@picus.example", subject: "x", body: "\n"}); got.Fate != mail.Held {
			t.Fatalf("mail %d is %s (%s); want held", n, got.Fate, got.Reason)
		}
		ticket, _, _ := strings.Cut(strings.TrimPrefix(o.newest().ReplyTo[0].Address, "confirm+"), "@")
		if _, err := o.gateway.ConfirmInfo(o.Context(), ticket); err != nil {
			t.Errorf("mail %d cannot be confirmed by %s: %v", n, ticket, err)
		}
	}
}
