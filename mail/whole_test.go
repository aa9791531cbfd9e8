package mail_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
)

// What was trimmed is one step away, for whoever may see the post and for nobody else.
func TestTheWholeMailIsOneStepAway(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.board(forum.Board{Slug: "inner", Title: "Inner", MayRead: 1, MayPost: 1})
		body := "Yes.\n\nOn Mon, 23 Nov 2026, Bob <bob@people.example> wrote:\n> No?\n> reply+abcdefghijklmnopqrstuvwxyz@picus.example\n"
		for _, list := range []string{"python", "inner"} {
			raw := letter{from: "alice@example.org", to: list + "@picus.example", subject: "Whole", id: list + "@x", body: body}.String()
			if err := o.receive("alice@example.org", raw, list+"@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
			post := o.last().Item
			if shown := o.thread(post).First.Source; shown != "Yes." {
				o.Fatalf("the post says %q; want the reply alone", shown)
			}
			m, err := o.gateway.Whole(o.Context(), o.bob, post)
			if err != nil || !strings.Contains(m.Text, "> No?") || strings.Contains(m.Text, "people.example") || strings.Contains(m.Text, "abcdefghijkl") {
				o.Errorf("Whole() in %s = %q, %v; want the quote, and neither an address nor a token", list, m.Text, err)
			}
			if _, err := o.gateway.Whole(o.Context(), account.User{}, post); (err == nil) != (list == "python") || err != nil && fault.KindOf(err) == fault.Internal {
				o.Errorf("a visitor who asks for a mail of %s hears %v", list, err)
			}
		}
		ref := o.start(o.bob, "By browser")
		if _, err := o.gateway.Whole(o.Context(), o.bob, ref.Post); !fault.Is(err, fault.Missing) {
			o.Errorf("Whole() of what was written here = %v; want missing", err)
		}
	})
}
