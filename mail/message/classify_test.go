package message_test

import (
	"reflect"
	"strings"
	"testing"

	"picus/mail/message"
)

func TestParseTellsTheKind(t *testing.T) {
	for _, c := range []struct {
		name     string
		header   string
		kind     message.Kind
		doubtful bool
	}{
		{"a post", "Subject: Hello", message.Post, false},
		{"another list's mail is a post", "Precedence: list", message.Post, false},
		{"a wish about answers says nothing", "X-Auto-Response-Suppress: All", message.Post, false},
		{"Auto-Submitted: no", "Auto-Submitted: no", message.Post, false},
		{"a signature over the field is not the field", "DKIM-Signature: h=from:auto-submitted", message.Post, false},
		{"an empty envelope sender", "Return-Path: <>", message.BounceOf, false},
		{"a vacation answer with an empty sender", "Return-Path: <>\nAuto-Submitted: auto-replied (vacation)", message.AutoReply, false},
		{"a delivery report", "Content-Type: multipart/report; report-type=delivery-status; boundary=x", message.BounceOf, false},
		{"a read receipt", "Content-Type: multipart/report; report-type=disposition-notification; boundary=x", message.AutoReply, false},
		{"a complaint", "Content-Type: multipart/report; report-type=feedback-report; boundary=x", message.BounceOf, false},
		{"Auto-Submitted", "Auto-Submitted: auto-generated", message.AutoReply, false},
		{"X-Autoreply", "X-Autoreply: yes", message.AutoReply, false},
		{"Exchange's identifier", "X400-Content-Identifier: Auto Reply to: x", message.AutoReply, false},
		{"a subject in Chinese", "Subject: 自动回复: 你好", message.AutoReply, true},
		{"a subject in English", "Subject: Out of Office: back on Monday", message.AutoReply, true},
		{"a sender that takes no answer", "From: No-Reply@example.org", message.AutoReply, true},
		{"a field of some product", "X-Foo-AutoResponder: 1", message.AutoReply, true},
		{"a command", "To: python+subscribe@example.org", message.Command, false},
		{"a reply address is no command", "To: reply+help123@example.org", message.Post, false},
		{"the recipient of the envelope counts", "To: python@example.org\nDelivered-To: python+unsubscribe@example.org", message.Command, false},
		{"too many servers", strings.Repeat("Received: by a\n", 51) + "Subject: x", message.Loop, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail(c.header, "", "text"))
			if m.Kind != c.kind || m.Doubtful != c.doubtful || (m.Kind != message.Post) != (m.Reason != "") {
				t.Errorf("kind = %s, doubtful %v, %q; want %s, %v", m.Kind, m.Doubtful, m.Reason, c.kind, c.doubtful)
			}
		})
	}
}

func TestParseReadsBounces(t *testing.T) {
	report := func(fields string) []byte {
		return mail("From: MAILER-DAEMON@example.org", "Content-Type: multipart/report; report-type=delivery-status; boundary=x", "",
			"--x", "", "Your mail could not be delivered.", "--x", "Content-Type: message/delivery-status", "",
			"Reporting-MTA: dns; mx.example.org", "", fields, "--x--")
	}
	for _, c := range []struct {
		name string
		raw  []byte
		want []message.Undelivered
	}{
		{"no such mailbox", report("Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.1.1"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.1.1", Class: message.Hard}}},
		{"the original recipient counts", report("Original-Recipient: rfc822;ann@example.org\nFinal-Recipient: rfc822; other@example.net\nAction: failed\nStatus: 5.2.1 (disabled)"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.2.1", Class: message.Hard}}},
		{"a full mailbox", report("Final-Recipient: <ann@example.org>\nAction: failed\nStatus: 5.2.2"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.2.2", Class: message.Soft}}},
		{"a refusal of the sender", report("Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: 5.7.26"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.7.26", Class: message.Policy}}},
		{"a delay", report("Final-Recipient: rfc822; ann@example.org\nAction: delayed\nStatus: 4.4.1"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "delayed", Status: "4.4.1", Class: message.Soft}}},
		{"the status in the diagnosis", report("Final-Recipient: rfc822; ann@example.org\nAction: error\nDiagnostic-Code: smtp; 550 5.1.1 unknown"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "error", Status: "5.1.1", Class: message.Hard}}},
		{"two recipients, one delivered", report("Final-Recipient: rfc822; a@example.org\nAction: delivered\nStatus: 2.0.0\n\nFinal-Recipient: rfc822; b@example.org\nAction: failed\nStatus: 5.1.2"),
			[]message.Undelivered{{Address: "b@example.org", Action: "failed", Status: "5.1.2", Class: message.Hard}}},
		{"Exim's header", mail("Return-Path: <>", "From: Mailer-Daemon@example.org", "X-Failed-Recipients: ann@example.org", "", "  ann@example.org\n    550 no such user"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.1.1", Class: message.Hard}}},
		{"qmail's text", mail("Return-Path: <>", "From: MAILER-DAEMON@example.org", "", "Hi. This is the qmail-send program.\n\n<ann@example.org>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n<bob@example.org>: x"),
			[]message.Undelivered{{Address: "ann@example.org", Action: "failed", Status: "5.1.1", Class: message.Hard}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(c.raw)
			if m.Kind != message.BounceOf || m.Bounce == nil || !reflect.DeepEqual(m.Bounce.Recipients, c.want) {
				t.Errorf("kind %s, bounce %+v; want %+v", m.Kind, m.Bounce, c.want)
			}
		})
	}
}

func TestLoopsKnowsOurOwnMail(t *testing.T) {
	ours := func(s string) bool { return s == "python.lists.example.org" || s == "python@lists.example.org" }
	for _, c := range []struct {
		name, header string
		want         bool
	}{
		{"our list id", "List-Id: <python.lists.example.org>", true},
		{"our list address", "List-Post: <mailto:python@lists.example.org>", true},
		{"our own address as sender", "From: python@lists.example.org", true},
		{"our mark", "X-Loop: python@lists.example.org", true},
		{"another list", "List-Id: <other.example.net>", false},
		{"written to us", "To: python@lists.example.org", false},
	} {
		if got := message.Parse(mail(c.header, "", "x")).Loops(ours); got != c.want {
			t.Errorf("%s: Loops() = %v; want %v", c.name, got, c.want)
		}
	}
}

func TestReportedBelievesTheNamedServerOnly(t *testing.T) {
	m := message.Parse(mail(
		"Authentication-Results: forged.example.net; dmarc=pass",
		"Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=example.com; dkim=fail header.d=a.org;",
		" dkim=pass header.d=example.com; dmarc=fail header.from=example.com",
		"Authentication-Results: mx.example.org; dmarc=pass",
		"", "x",
	))
	if got, want := m.Reported("mx.example.org"), (message.Auth{SPF: "fail", DKIM: "pass", DMARC: "fail"}); got != want {
		t.Errorf("Reported() = %+v; want %+v", got, want)
	}
	if got := m.Reported(""); got != (message.Auth{}) {
		t.Errorf("Reported() of no server = %+v; want nothing", got)
	}
}
