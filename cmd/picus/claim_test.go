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
		confirm, err := netmail.ParseAddress(c.relay.next(t, address).header.Get("Reply-To"))
		if err != nil {
			t.Fatal(err)
		}
		write("yes", confirm.Address, "Re: Confirm", "Yes.")
		c.relay.next(t, address).has("Subject", "You now get the list talk@picus.example")
		write("first", "talk@picus.example", "Written before I was here", "By mail alone.")
		c.eventually("the mail is a thread", 30*time.Second, func() bool {
			return strings.Contains(c.visitor().open("/b/talk").words(), "Written before I was here")
		})

		mei := c.join("mei")
		mei.open("/u/mei").at("/u/mei").says("Written before I was here")
		write("second", "talk@picus.example", "Written after", "By mail, with an account.")
		c.eventually("the next mail is hers too", 30*time.Second, func() bool {
			return strings.Contains(mei.open("/u/mei").words(), "Written after")
		})
	})
}
