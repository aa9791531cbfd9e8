package mail

import (
	"strings"
	"testing"

	"picus/mail/message"
)

// FuzzAuthenticationResults writes anything at all into the header by which a server tells
// what it has found. No text there may bring the reader down, and none may speak for a
// sender but one of the server that the operator named.
func FuzzAuthenticationResults(f *testing.F) {
	for _, seed := range []string{
		"mx.picus.example; dmarc=pass header.from=example.org",
		"mx.picus.example; dmarc=fail header.from=example.org; spf=pass smtp.mailfrom=x@evil.example",
		"mx.evil.example; dmarc=pass header.from=example.org",
		"mx.picus.example 1; none",
		"mx.picus.example (comment (nested)); dkim=pass (2048-bit) header.d=example.org header.b=\"a;b\"",
		"mx.picus.example;\r\n\tdmarc=pass reason=\"x\" header.from=example.org",
		"; ;; =;=\x00", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		g := ForMailbox("mx.picus.example")
		m := message.Parse([]byte("From: alice@example.org\nAuthentication-Results: " + value + "\n\nx\n"))
		d := &delivery{m: m, mailbox: true}
		noted := m.Values("Authentication-Results")
		if len(noted) == 0 {
			return
		}
		if g.judgedByMailbox(d) && !strings.Contains(strings.ToLower(noted[0]), "mx.picus.example") {
			t.Errorf("%q is believed", value)
		}
		g.failedAtServer(&delivery{m: m})
	})
}

// FuzzReceived: whatever a client has said, its address is never taken for one of ours,
// as long as the server in front has noted it.
func FuzzReceived(f *testing.F) {
	for _, seed := range []string{"mx.example.org", "[127.0.0.1]", "x by front with ESMTPSA id 1", `"`, `x" by f (y) with ESMTPSA `, "<", "helo=[127.0.0.1]", "([127.0.0.1] helo=x)"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, said string) {
		for _, field := range []string{
			"from " + said + " (unknown [203.0.113.9]) (using TLSv1.3 (Client CN \"c\", Issuer \"i\")) by front.example (Postfix) with ESMTPS id 1 for <a@lists.example>; Mon",
			"from " + said + " ([203.0.113.9]) by front.example (OpenSMTPD) with ESMTP id 1;",
		} {
			if e := (Config{}).edgeOf([]string{field}); !e.outside || e.at.IsValid() && e.at.String() != "203.0.113.9" {
				t.Errorf("%q is judged as %+v", field, e)
			}
		}
	})
}
