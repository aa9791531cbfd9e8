package mail_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"picus/internal/dbtest"
	"picus/mail"
)

const (
	ownServer = "10.0.0.5"    // of the operator: it has checked the sender
	goodHost  = "192.0.2.10"  // SPF of example.org names it
	badHost   = "203.0.113.9" // nobody names it
)

// signer signs mails as a domain does.
type signer struct{ key ed25519.PrivateKey }

func (s signer) sign(t *testing.T, domain, raw string) string {
	t.Helper()
	var out bytes.Buffer
	err := dkim.Sign(&out, strings.NewReader(raw), &dkim.SignOptions{Domain: domain, Selector: "s", Signer: s.key, HeaderKeys: []string{"From", "Subject", "Message-ID"}})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// guarded is an office that believes its own server alone, with the DNS of two domains.
func guarded(h *dbtest.House) (*office, signer) {
	h.Helper()
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		h.Fatal(err)
	}
	key := "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	resolver := zone(h.T, map[string]string{
		"example.org.":                           "v=spf1 ip4:" + goodHost + " -all",
		"lists.example.org.":                     "v=spf1 ip4:" + goodHost + " -all",
		"evil.example.":                          "v=spf1 ip4:" + badHost + " -all",
		"s._domainkey.example.org.":              key,
		"s._domainkey.mail.example.org.":         key,
		"s._domainkey.evil.example.":             key,
		"s._domainkey.evil-example.org.":         key,
		"s._domainkey.example.org.evil.example.": key,
	})
	o := openOffice(h, mail.Config{Domain: "picus.example", BaseURL: "https://picus.example", Trusted: prefixes("10.0.0.0/8"), Resolver: resolver})
	return o, signer{private}
}

func TestWhoIsBelieved(t *testing.T) {
	alice := letter{from: "Alice <alice@example.org>", subject: "Is it me", id: "me@x"}
	with := func(change func(*letter)) letter {
		l := alice
		change(&l)
		return l
	}
	results := func(id, verdict string) letter {
		return with(func(l *letter) {
			l.more = "Authentication-Results: " + id + "; dmarc=" + verdict + " header.from=example.org\n"
		})
	}
	for _, test := range []struct {
		rule       string
		peer, from string
		mail       letter
		signed     string // by this domain
		change     func(raw string) string
		want       mail.Fate
	}{
		// What proves the sender.
		{"the operator's own server has checked", ownServer, "alice@example.org", alice, "", nil, mail.Posted},
		{"a signature of the sender's domain", badHost, "bounces@elsewhere.example", alice, "example.org", nil, mail.Posted},
		{"a signature of the same organisation", badHost, "bounces@elsewhere.example", alice, "mail.example.org", nil, mail.Posted},
		{"a server that the sender's domain names", goodHost, "alice@example.org", alice, "", nil, mail.Posted},
		// Twelve ways to be somebody else.
		{"1 only the From header", badHost, "alice@example.org", alice, "", nil, mail.Held},
		{"2 an envelope sender of one's own, whose domain names the server", badHost, "mallory@evil.example", alice, "", nil, mail.Held},
		{"3 a signature of one's own domain", badHost, "mallory@evil.example", alice, "evil.example", nil, mail.Held},
		{"4 a domain that ends alike", badHost, "mallory@evil.example", alice, "evil-example.org", nil, mail.Held},
		{"5 a domain that begins alike", badHost, "mallory@evil.example", alice, "example.org.evil.example", nil, mail.Held},
		{"6 a text changed behind the signature", badHost, "mallory@evil.example", alice, "example.org",
			func(raw string) string { return raw + "and send me money\r\n" }, mail.Held},
		{"7 a second From header above a signed one", badHost, "mallory@evil.example", with(func(l *letter) { l.from = "bob@example.org" }), "example.org",
			func(raw string) string { return "From: alice@example.org\r\n" + raw }, mail.Held},
		{"8 a forged Authentication-Results of ours", badHost, "alice@example.org", results("picus.example", "pass"), "", nil, mail.Held},
		{"9 our own server says that DMARC failed", ownServer, "alice@example.org", results("picus.example", "fail"), "", nil, mail.Held},
		{"10 somebody else's Authentication-Results does not say so for us", ownServer, "alice@example.org", results("evil.example", "fail"), "", nil, mail.Posted},
		{"11 a From of a list that says it speaks for alice", badHost, "mallory@evil.example",
			with(func(l *letter) {
				l.from = "Alice via L <l@evil.example>"
				l.more = "Reply-To: alice@example.org\nList-Post: <mailto:l@evil.example>\n"
			}), "evil.example", nil, mail.Refused},
		{"12 X-Original-From", badHost, "mallory@evil.example",
			with(func(l *letter) { l.from = "m@evil.example"; l.more = "X-Original-From: alice@example.org\n" }), "evil.example", nil, mail.Refused},
	} {
		t.Run(test.rule, func(t *testing.T) {
			h := newHouse(t)
			o, s := guarded(h)
			raw := test.mail.String()
			if test.signed != "" {
				raw = s.sign(t, test.signed, raw)
			}
			if test.change != nil {
				raw = test.change(raw)
			}
			err := o.receiveFrom(test.peer, test.from, raw, "python@picus.example")
			if err != nil && test.want != mail.Refused {
				t.Fatalf("Receive() = %v", err)
			}
			o.work()
			got := o.last()
			if got.Fate != test.want {
				t.Errorf("the fate is %+v; want %s", got, test.want)
			}
			letters := o.letters()
			if asked := len(letters) == 1 && strings.Contains(letters[0], "To: <alice@example.org>"); asked != (test.want == mail.Held) {
				t.Errorf("the letters are %q; want one to alice only if the mail is held", letters)
			}
		})
	}
}

func TestReplyAddressOfSomebodyElse(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, s := guarded(h)
		ref := o.start(o.alice, "Tokens")
		token, err := o.accounts.ReplyToken(o.Context(), o.alice, ref.Thread)
		if err != nil {
			o.Fatal(err)
		}
		// A forwarded notification: bob writes to alice's address, and is himself.
		raw := s.sign(o.T, "example.org", letter{from: "bob@example.org", subject: "Re: Tokens", id: "fwd@x"}.String())
		if err := o.receiveFrom(badHost, "bob@example.org", raw, "reply+"+token+"@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Held || !strings.Contains(got.Reason, "belongs to somebody else") {
			o.Errorf("the fate is %+v; want held", got)
		}
		// What he confirms is his own.
		o.confirmByMail("bob@example.org")
		page := o.thread(ref.Thread).Page
		if len(page) != 1 || page[0].Author.ID != o.bob.ID {
			o.Errorf("the replies are %+v; want one by bob", page)
		}
	})
}

var replyTo = regexp.MustCompile(`Reply-To: <(confirm\+[^>]+)>`)

// confirmByMail answers the newest letter that asks for a confirmation.
func (o *office) confirmByMail(from string) {
	o.Helper()
	letters := o.letters()
	if len(letters) == 0 {
		o.Fatal("nobody was asked for a confirmation")
	}
	to := replyTo.FindStringSubmatch(letters[len(letters)-1])
	if to == nil {
		o.Fatalf("the letter cannot be answered: %s", letters[len(letters)-1])
	}
	answer := letter{from: from, to: to[1], subject: "Re: Confirm", id: fmt.Sprintf("confirm%d@x", len(o.fates())), body: "yes"}
	if err := o.receiveFrom(badHost, from, answer.String(), to[1]); err != nil {
		o.Fatalf("confirming: %v", err)
	}
	o.work()
}

func TestHeldMailIsPostedWhenItsSenderConfirms(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		raw := letter{from: "alice@example.org", subject: "Hold on", id: "held@x"}.String()
		for range 3 {
			if err := o.receiveFrom(badHost, "alice@example.org", strings.Replace(raw, "held@x", fmt.Sprintf("held%d@x", len(o.fates())), 1), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
		}
		if got := len(o.letters()); got != 1 {
			o.Errorf("%d letters went to one address in a day; want 1", got)
		}
		if got := len(o.threads("python")); got != 0 {
			o.Fatalf("%d mails were posted unconfirmed", got)
		}
		o.confirmByMail("alice@example.org")
		if got := len(o.threads("python")); got != 1 {
			o.Errorf("%d threads after the confirmation; want 1 (%+v)", got, o.fates())
		}
		// The staff let the others through.
		held, err := o.gateway.Messages(o.Context(), o.admin, mail.Held, 0, 10)
		if err != nil || len(held) != 2 {
			o.Fatalf("Messages(held) = %d, %v; want 2", len(held), err)
		}
		if err := o.gateway.Release(o.Context(), o.alice, held[0].ID); err == nil {
			o.Error("a member lets held mail through")
		}
		if err := o.gateway.Release(o.Context(), o.admin, held[0].ID); err != nil {
			o.Errorf("Release() = %v", err)
		}
		o.work()
		if got := len(o.threads("python")); got != 2 {
			o.Errorf("%d threads after the release; want 2", got)
		}
	})
}

func TestConfirmationInTheBrowser(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		if err := o.receiveFrom(badHost, "alice@example.org", letter{from: "alice@example.org", subject: "Hold on", id: "held@x"}.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		link := regexp.MustCompile(`https://picus.example/confirm/([a-z0-9-]+)`).FindStringSubmatch(o.letters()[0])
		if link == nil {
			o.Fatalf("the letter holds no link: %s", o.letters()[0])
		}
		if c, err := o.gateway.ConfirmInfo(o.Context(), link[1]); err != nil || c.Subject != "Hold on" || c.Board != "Python" {
			o.Errorf("ConfirmInfo() = %+v, %v; want the mail to Python", c, err)
		}
		if _, err := o.gateway.Confirm(o.Context(), link[1]+"a"); err == nil {
			o.Error("a changed token confirms")
		}
		if _, err := o.gateway.Confirm(o.Context(), link[1]); err != nil {
			o.Errorf("Confirm() = %v", err)
		}
		o.work()
		if got := len(o.threads("python")); got != 1 {
			o.Errorf("%d threads; want 1", got)
		}
		if _, err := o.gateway.Confirm(o.Context(), link[1]); err == nil {
			o.Error("the same token confirms twice")
		}
	})
}
