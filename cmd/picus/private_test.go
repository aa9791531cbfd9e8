package main

import (
	"net/smtp"
	"regexp"
	"strings"
	"testing"

	"picus/account"
)

var mailtoPrivate = regexp.MustCompile(`mailto:(private(?:\+|%2B)[a-z2-7]+@picus\.example)`)

// TestTwoPeopleWriteToEachOtherAlone goes from the browser of one to the mail program of
// the other, and back, until one has had enough.
func TestTwoPeopleWriteToEachOtherAlone(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, newRelay(t))
		keeper := c.setUp()
		lin, marta := c.member("lin", account.Member), c.member("marta", account.Member)
		c.visitor().open("/u/marta").silent("Write privately")
		c.visitor().open("/u/marta/private").at("/login")

		form := lin.open("/u/marta").follow("/u/marta/private").says("Write privately to marta")
		address := mailtoPrivate.FindStringSubmatch(form.source)
		if address == nil {
			t.Fatal("the page names no address for a mail program")
		}
		form.send("/u/marta/private", "subject", "", "text", "Between us.").refused(422)
		form.send("/u/marta/private", "subject", "你好", "text", "Between us: 私下说。").at("/u/marta").says("is on its way")
		came := c.relay.next(t, "marta@example.org")
		if !strings.Contains(came.text, "私下说。") || strings.Contains(came.text, "lin@example.org") {
			t.Errorf("marta reads %q", came.text)
		}
		from, err := came.header.AddressList("From")
		if err != nil || from[0].Name != "lin via Picus" {
			t.Fatalf("From is %v, %v", from, err)
		}

		mail := "From: Marta <marta@example.org>\r\nTo: " + from[0].Address + "\r\nSubject: Re: hello\r\nMessage-ID: <m@marta.example>\r\n\r\nOf course.\r\n"
		if err := smtp.SendMail(c.SMTP.String(), nil, "marta@example.org", []string{from[0].Address}, []byte(mail)); err != nil {
			t.Fatal(err)
		}
		if back := c.relay.next(t, "lin@example.org"); !strings.Contains(back.text, "Of course.") || strings.Contains(back.text, "marta@example.org") {
			t.Errorf("lin reads %q", back.text)
		}

		c.eventually("the mail is told", func() bool { return strings.Contains(marta.open("/settings/private").words(), "Report") })
		marta.open("/u/lin/report").send("/u/lin/report", "said", "He wrote: Between us.").at("/settings/private").says("The staff have got")
		c.relay.next(t, "keeper@example.org").has("Subject", "A private mail was reported")
		keeper.open("/mod/private").says("He wrote: Between us.", "Who writes most")
		lin.open("/mod/private").refused(403)
		marta.open("/settings/private").send("/settings/private/block", "name", "lin", "on", "1").says("Unblock")
		lin.open("/u/marta/private").says("takes no private mail, or none from you").silent("mailto:")
		marta.open("/settings/private").send("/settings/private", "open", "0").says("Nobody may write to you")
		if err := smtp.SendMail(c.SMTP.String(), nil, "lin@example.org", []string{address[1]}, []byte("From: lin@example.org\r\n\r\nx\r\n")); err == nil || !strings.Contains(err.Error(), "not good") {
			t.Errorf("the address of before: %v; want it refused", err)
		}
	})
}
