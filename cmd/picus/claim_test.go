package main

import (
	netmail "net/mail"
	"strings"
	"testing"
	"time"
)

// TestWhoHasWrittenByMailTakesTheirPostsOver: somebody without an account subscribes and
// writes by mail alone, registers later with the same address, and finds what they wrote
// under the new name.
func TestWhoHasWrittenByMailTakesTheirPostsOver(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, newRelay(t))
		c.setUp()
		const address = "mei@example.org"
		write := func(id, to, subject, text string) {
			c.mail(address, to, lines("From: Mei <"+address+">", "To: "+to, "Subject: "+subject, "Date: "+time.Now().Format(time.RFC1123Z), "Message-ID: <"+id+"@mail.example>", "", text))
		}
		write("sub", "talk+subscribe@picus.example", "subscribe", "Please.")
		write("yes", c.relay.next(t, address).replyTo(), "Re: Confirm", "Yes.")
		c.relay.next(t, address).has("Subject", "You now get the list talk@picus.example")
		write("first", "talk@picus.example", "Written before I was here", "By mail alone.")
		c.eventually("the mail is a thread", func() bool {
			return strings.Contains(c.visitor().open("/b/talk").words(), "Written before I was here")
		})

		mei := c.join("mei")
		mei.open("/u/mei").at("/u/mei").says("Written before I was here")
		write("second", "talk@picus.example", "Written after", "By mail, with an account.")
		c.eventually("the next mail is hers too", func() bool {
			return strings.Contains(mei.open("/u/mei").words(), "Written after")
		})
	})
}

// TestASecondAddressIsTheMembersOwn: what was written from another address of a member
// stands under a name of its own until they prove that the address is theirs. Then it is
// theirs, and so is the next mail from there, to the list or to a reply address of theirs,
// until they let the address go.
func TestASecondAddressIsTheMembersOwn(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, newRelay(t))
		keeper := c.setUp()
		keeper.open("/admin/boards/talk/list").send("/admin/boards/talk/list", "who", "confirmed", "roster", "staff").at("/admin/boards")
		const address = "ada@work.example"
		write := func(id, to, subject, text string) {
			c.mail(address, to, lines("From: Ada at Work <"+address+">", "To: "+to, "Subject: "+subject, "Date: "+time.Now().Format(time.RFC1123Z), "Message-ID: <"+id+"@work.example>", "", text))
		}
		has := func(v *visitor, path, text string) {
			t.Helper()
			c.eventually(path+" says “"+text+"”", func() bool { return strings.Contains(v.open(path).words(), text) })
		}
		ada, lin := c.join("ada"), c.join("lin")
		write("first", "talk@picus.example", "From my desk", "Nobody knows that this is me.")
		write("yes", c.relay.next(t, address).replyTo(), "Re: Confirm", "Yes.")
		has(lin, "/u/ada-at-work", "From my desk")

		asks := ada.open("/settings").follow("/settings/addresses").says("ada@example.org").silent(address).follow("/settings/claim")
		asks.send("/settings/claim", "email", address, "password", password).at("/settings/addresses").silent(address)
		link := c.relay.next(t, address).link()
		lin.open(link).at("/claim").send("/claim").refused(404)
		ada.open(link).at("/claim").send("/claim").at("/settings/addresses").says(address)
		c.relay.next(t, "ada@example.org").has("Subject", "Another address is yours at Picus")
		lin.open("/u/ada").says("From my desk")
		lin.open("/u/ada-at-work").says("From my desk", "ada")
		keeper.open("/admin/people").says("another address of ada")

		write("second", "talk@picus.example", "From my desk again", "Now they know.")
		has(lin, "/u/ada", "From my desk again")
		ada.open("/b/talk").send("/b/talk/watch", "level", "watch")
		thread := lin.open("/b/talk/new").send("/b/talk/new", "kind", "discussion", "title", "Who reads this?", "body", "Please answer.").at("/t/")
		write("third", c.relay.next(t, "ada@example.org").replyTo(), "Re: Who reads this?", "I do, at my desk.")
		has(lin, thread.address.Path, "I do, at my desk.")
		lin.open(thread.address.Path).silent("Ada at Work")

		ada.open("/settings/addresses").send("/settings/addresses/drop").at("/settings/addresses").silent(address)
		write("fourth", "talk@picus.example", "From somebody else's desk", "They have my old address.")
		has(keeper, "/admin/mail?fate=held", "it waits for a confirmation")
		lin.open("/u/ada").says("From my desk again").silent("somebody else")
	})
}

// replyTo is where an answer to the letter goes.
func (l *letter) replyTo() string {
	l.Helper()
	to, err := netmail.ParseAddress(l.header.Get("Reply-To"))
	if err != nil {
		l.Fatal(err)
	}
	return to.Address
}
