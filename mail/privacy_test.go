package mail_test

import (
	"testing"

	"picus/forum"
)

func TestTheListOfAPrivateBoardIsNotThereForOutsiders(t *testing.T) {
	eachOffice(t, func(o *office) {
		editors := o.Group("Editors", o.alice)
		o.board(forum.Board{Slug: "desk", Title: "Desk", MayRead: editors, MayPost: editors})
		for _, address := range []string{"desk@picus.example", "desk+subscribe@picus.example", "desk+owner@picus.example"} {
			want := o.gateway.Rcpt(t.Context(), "nothing@picus.example", "eve@example.net")
			for _, from := range []string{"", "eve@example.net", "bob@example.org", "not an address"} {
				if got := o.gateway.Rcpt(t.Context(), address, from); got == nil || got.Error() != want.Error() {
					t.Errorf("Rcpt(%s) from %q = %v; want what is said of an address that is none: %v", address, from, got, want)
				}
			}
			for _, from := range []string{"alice@example.org", "Alice@Example.org", "admin@example.org"} {
				if err := o.gateway.Rcpt(t.Context(), address, from); err != nil {
					t.Errorf("Rcpt(%s) from %q = %v; want nil", address, from, err)
				}
			}
		}
		secret := letter{from: "eve@example.net", subject: "Hello", id: "x1@example.net"}
		if err := o.receive("eve@example.net", secret.String(), "desk@picus.example"); err == nil {
			t.Error("a mail of an outsider to the list was taken in")
		}
		secret = letter{from: "alice@example.org", subject: "Hello", id: "x2@example.org"}
		if err := o.receive("alice@example.org", secret.String(), "desk@picus.example"); err != nil {
			t.Errorf("a mail of a member to the list = %v", err)
		}
		o.work()
		if got := o.last(); got.Fate != "posted" || got.Board != "desk" {
			t.Errorf("it is %+v; want posted in the board", got)
		}
	})
}
