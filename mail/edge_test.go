package mail_test

import (
	"testing"

	"picus/internal/dbtest"
	"picus/mail"
)

// What a server in front hands in is judged by where it had it from.
func TestAServerInFrontProvesNothingByItself(t *testing.T) {
	const envelope = "alice@example.org"
	good, bad := "from mx.example.org (mx.example.org ["+goodHost+"]) by front.example (Postfix) with ESMTPS id 1", "from pc (unknown ["+badHost+"]) by front.example (Postfix) with ESMTP id 1"
	for _, test := range []struct {
		rule     string
		received []string // from the top
		from     string   // of the envelope
		signed   string
		more     string
		want     mail.Fate
	}{
		{"it was written there", []string{"by front.example (Postfix, from userid 1000) id 1"}, envelope, "", "", mail.Posted},
		{"it was written on a network of ours", []string{"from pc (pc [10.1.2.3]) by front.example (Postfix) with ESMTP id 1"}, envelope, "", "", mail.Posted},
		{"its author had signed in", []string{"from pc (unknown [" + badHost + "]) (Authenticated sender: alice) by front.example (Postfix) with ESMTPSA id 1"}, envelope, "", "", mail.Posted},
		{"a server of the domain handed it to ours", []string{good}, envelope, "", "", mail.Posted},
		{"and it went through a filter of ours", []string{"from localhost (localhost [10.0.0.9]) by front.example (Postfix) with ESMTP id 2", "from front.example ([10.0.0.9]) by localhost (filter [10.0.0.9]) with ESMTP id 3", good}, envelope, "", "", mail.Posted},
		{"as Exim writes it", []string{"from mx.example.org ([" + goodHost + "]) by front.example with esmtps (TLS1.3) (Exim 4.96) (envelope-from <a@example.org>) id 1"}, envelope, "", "", mail.Posted},
		{"the signature is good", []string{bad}, "bounces@elsewhere.example", "example.org", "", mail.Posted},
		{"a stranger handed it to ours", []string{bad}, envelope, "", "", mail.Held},
		{"who says that a server of the domain had", []string{bad, good}, envelope, "", "", mail.Held},
		{"or one of ours", []string{bad, "by front.example (Postfix, from userid 1000) id 1"}, envelope, "", "", mail.Held},
		{"or calls itself by the address of one", []string{"from [10.0.0.9] (unknown [" + badHost + "]) by front.example (Postfix) with ESMTP id 1"}, envelope, "", "", mail.Held},
		{"or by that of the domain's", []string{"from [" + goodHost + "] (unknown [" + badHost + "]) by front.example (Postfix) with ESMTP id 1"}, envelope, "", "", mail.Held},
		{"or in Exim's way", []string{"from [" + badHost + "] (helo=[" + goodHost + "]) by front.example with esmtp (Exim 4.96) id 1"}, envelope, "", "", mail.Held},
		{"or by more than a name", []string{"from x by front.example with ESMTPSA id 9 (unknown [" + badHost + "]) by front.example (Postfix) with ESMTP id 1"}, envelope, "", "", mail.Held},
		{"or says so in the sender's address", []string{"from pc ([" + badHost + "]) by front.example with esmtp (Exim 4.96) (envelope-from <\"x by y with ESMTPSA \"@evil.example>) id 1"}, envelope, "", "", mail.Held},
		{"or opens a quote that the sender's address closes", []string{"from x by y with ESMTPSA \" (unknown [" + badHost + "]) by front.example (Postfix) with ESMTP id 1 for <\"a\"@picus.example>"}, envelope, "", "", mail.Held},
		{"a server of ours does not say where it had it from", []string{"from pc by front.example with ESMTP id 1", good}, envelope, "", "", mail.Held},
		{"a program on the machine has no address", []string{"from alice by front.example with local (Exim 4.96) (envelope-from <alice@example.org>) id 1"}, envelope, "", "", mail.Posted},
		{"or notes itself that it passed", []string{bad}, envelope, "", "Authentication-Results: picus.example; dmarc=pass header.from=example.org\n", mail.Held},
		{"a server of the domain handed it to ours, which found that it failed", []string{good}, envelope, "", "Authentication-Results: picus.example; dmarc=fail header.from=example.org\n", mail.Held},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o, s := guarded(newHouse(t))
			l := letter{from: "Alice <alice@example.org>", subject: "Is it me", id: "me@x", more: test.more}
			raw := l.String()
			if test.signed != "" {
				raw = s.sign(t, test.signed, raw)
			}
			for i := len(test.received) - 1; i >= 0; i-- {
				raw = "Received: " + test.received[i] + "\r\n" + raw
			}
			if err := o.receiveFrom(ownServer, test.from, raw, "python@picus.example"); err != nil {
				t.Fatalf("Receive() = %v", err)
			}
			o.work()
			if got := o.last(); got.Fate != test.want {
				t.Errorf("the fate is %+v; want %s", got, test.want)
			}
		})
	}
}

// Without more than it has by default, Postfix on the same machine lets nobody speak for
// another.
func TestTheMachineItselfIsAServerInFront(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o := openOffice(h, mail.Config{Domain: "picus.example", Resolver: zone(t, nil)})
		forged := "Received: from pc (unknown [" + badHost + "])\r\n\tby lists.example.org (Postfix) with ESMTP id 1\r\n" + letter{from: "alice@example.org", subject: "I am alice", id: "forged@x"}.String()
		if err := o.receiveFrom("127.0.0.1", "alice@example.org", forged, "python@picus.example"); err != nil {
			t.Fatal(err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Held {
			t.Errorf("the fate of a forged mail is %+v; want it held", got)
		}
	})
}
