package main

import (
	"testing"
	"time"

	"picus/account"
)

// A newcomer without a mail server sees the whole loop in the browser: the letter
// that confirms a member's address is read in the administrator's outbox.
func TestWithoutRelayMailIsReadInTheOutbox(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		keeper := c.setUp()
		lin := c.visitor()
		lin.open("/register").send("/register", "name", "lin", "email", "lin@example.org", "password", password)
		kept := keeper.outbox("Confirm your address for Picus").says("lin@example.org")
		confirm := secretLink.FindStringSubmatch(kept.source)
		if confirm == nil {
			t.Fatalf("the letter in the outbox has no link: %s", kept.words())
		}
		lin.open(confirm[1]).at("/confirm").send("/confirm").at("/login")
		lin.signIn("lin", password)
		lin.open("/b/talk").send("/b/talk/watch", "level", "watch")

		keeper.open("/b/talk/new").send("/b/talk/new", "kind", "discussion", "title", "Welcome", "body", "Say hello.").at("/t/")
		keeper.outbox("Welcome").says("lin@example.org", "kept here", "Say hello.", "Message-Id:")
		lin.open("/admin/outbox").refused(404)
		c.visitor().open("/admin/outbox").at("/login")
	})
}

// outbox opens the mail with a subject as soon as it is in the outbox.
func (v *visitor) outbox(subject string) *page {
	v.Helper()
	var href string
	v.eventually("“"+subject+"” is in the outbox", func() bool {
		href = v.open("/admin/outbox").at("/admin/outbox").linkCalled(subject)
		return href != ""
	})
	return v.open(href).at("/admin/outbox/")
}

func TestHeldMailIsLetThrough(t *testing.T) {
	c := settle(t, "", nil)
	keeper := c.setUp()
	c.member("ada", account.Member)
	c.mail("somebody@elsewhere.example", "talk+owner@picus.example", lines("From: somebody@elsewhere.example", "To: talk+owner@picus.example",
		"Subject: Are you there?", "Message-ID: <owner@elsewhere.example>", "Date: "+time.Now().Format(time.RFC1123Z), "", "Hello?"))
	c.eventually("the mail to the owner is on the desk", func() bool {
		return keeper.open("/admin/mail").at("/admin/mail").linkCalled("The mail itself") != ""
	})
	desk := keeper.open("/admin/mail").says("somebody@elsewhere.example")
	if raw := keeper.open(desk.linkCalled("The mail itself")); raw.status != 200 || raw.source == "" {
		t.Errorf("the mail itself = %d, %q; want 200 with the mail", raw.status, raw.source)
	}
}
