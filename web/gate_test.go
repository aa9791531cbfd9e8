package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail"
	"picus/web"
)

// letter runs the queue until there is a letter, and returns it.
func (s *site) letter() string {
	s.Helper()
	ctx, stop := context.WithTimeout(s.Context(), patience)
	var ended sync.WaitGroup
	ended.Go(func() { s.items.Jobs.Run(ctx) })
	defer ended.Wait()
	defer stop()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		letters, err := db.Values[string](ctx, s.db, "SELECT letter FROM outgoing")
		s.must(err)
		if len(letters) > 0 {
			return letters[0]
		}
		<-tick.C
	}
}

func TestTheLetterAboutAHeldMailLeadsToItsPage(t *testing.T) {
	s := newSite(t)
	for _, err := range s.app.Mail.Receive(t.Context(), mail.Envelope{
		From: "x@elsewhere.example", To: []string{"python@picus.example"}, Peer: netip.MustParseAddr("203.0.113.9"),
		Raw: []byte("From: keeper@example.org\r\nSubject: Held <b>\r\nMessage-ID: <held@example.org>\r\n\r\nText\r\n"),
	}) {
		s.must(err)
	}
	link := regexp.MustCompile(`/confirm/[a-z0-9-]+`).FindString(s.letter())
	b := s.visitor()
	b.get("/confirm/made-up").has(t, 404)
	b.get(link).has(t, 200, "Held &lt;b&gt;", `action="`+link+`"`)
	b.get(link).has(t, 200) // to look changes nothing
	b.post(link).has(t, 200, `href="/b/python"`)
	b.post(link).has(t, 404)
}

// SECURITY.md, H-7: a proxy may add a header of its own below the one the client sent.
func TestTheClientDoesNotChooseItsAddress(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	s.person("ada", account.Member)
	b := s.visitor()
	b.headers = http.Header{"X-Forwarded-For": {"198.51.100.1", "198.51.100.2, 203.0.113.7"}}
	b.post("/login", "who", "ada", "password", password).has(t, 303)
	got := b.get("/settings")
	got.has(t, 200, "203.0.113.7")
	got.hasNot(t, "198.51.100.1", "198.51.100.2")
}

func TestSigningInEndsWhatTheBrowserWasBefore(t *testing.T) {
	s := newSite(t)
	cookie := s.cookie(s.person("ada", account.Member))
	s.person("bob", account.Member)
	b := s.visitor()
	base, err := url.Parse(s.base)
	s.must(err)
	b.Jar.SetCookies(base, []*http.Cookie{{Name: "picus", Value: cookie, Path: "/"}})
	b.post("/login", "who", "bob", "password", password).has(t, 303)
	b.get("/settings").has(t, 200, "bob")
	if _, err := s.accounts.Session(t.Context(), cookie); !fault.Is(err, fault.Unknown) {
		t.Errorf("Session() of the one before = %v; want fault.Unknown", err)
	}
}

func TestASubscriptionEndsOnTheSettings(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	b := s.member(ada)
	b.post("/b/python/watch", "level", "watch").has(t, 303)
	all, err := s.items.Subscriptions(t.Context(), ada)
	s.must(err)
	b.post("/settings/subscriptions/end", "target", "board", "id", strconv.FormatInt(all[0].ID, 10)).has(t, 303)
	if all, err = s.items.Subscriptions(t.Context(), ada); err != nil || len(all) != 0 {
		t.Errorf("Subscriptions() = %+v, %v; want none", all, err)
	}
}

// A password is never sent back, the old one neither.
func TestAStaleFormKeepsNoPassword(t *testing.T) {
	b := newSite(t).visitor()
	got := b.postRaw("/settings/password", url.Values{"csrf": {"stale"}, "old": {"my former one"}, "password": {"my next one"}}, http.Header{"Sec-Fetch-Site": {"same-origin"}})
	got.has(t, 403)
	got.hasNot(t, "my former one", "my next one")
}

// Who asks for a Message-ID hears the same of a closed board's mail and of none.
func TestAMessageIDTellsNothing(t *testing.T) {
	s := newSite(t)
	secret := s.ask(s.admin, "staff", "Secret", "x")
	s.must(s.db.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), `
			INSERT INTO message (message_id, digest, item, fate, mail_from, rcpt_to, peer, raw, received)
			VALUES ('secret@x', ?, ?, 'posted', '', '', '', ?, 0)`, []byte{}, secret.Post, []byte{})
		return err
	}))
	b := s.visitor()
	here, nowhere := b.get("/mid/secret@x"), b.get("/mid/nobody-@x")
	here.has(t, 404)
	ours := s.gateway.MessageID(secret.Post)
	open := s.ask(s.admin, "python", "Open", "x")
	b.get("/mid/"+s.gateway.MessageID(open.Post)).has(t, 302)
	if own := b.get("/mid/" + ours); strings.ReplaceAll(own.text, ours, "") != clean(nowhere.text) || own.StatusCode != 404 {
		t.Errorf("our own mail in a closed board is answered otherwise than none:\n%s\n---\n%s", own.text, nowhere.text)
	}
	if clean(here.text) != clean(nowhere.text) {
		t.Errorf("a mail in a closed board is answered otherwise than none:\n%s\n---\n%s", here.text, nowhere.text)
	}
}

// clean leaves out of a page what differs with the address.
func clean(page string) string {
	return strings.NewReplacer("secret@x", "", "nobody-@x", "").Replace(page)
}

// A link that was used, one that has run out and one that never was look the same, for
// whomever it was, and offer the form that sends another one.
func TestAStaleLinkOffersAnotherOne(t *testing.T) {
	s := newSite(t)
	s.stopClock()
	s.person("ada", account.Member)
	b := s.visitor()
	b.post("/forgot", "email", "ada@example.org").has(t, 200)
	link := regexp.MustCompile(`/reset\?token=([A-Za-z0-9_-]+)`).FindStringSubmatch(s.letter())
	if link == nil {
		t.Fatalf("no link in %q", s.letter())
	}
	b.post("/reset", "token", link[1], "password", "another good sentence").has(t, 303)
	for _, old := range []string{link[1], "made-up", ""} {
		got := b.get("/reset?token=" + old)
		got.has(t, 404, "has been used, or has run out", `action="/forgot"`, `name="email"`)
		got.hasNot(t, "ada")
		b.post("/reset", "token", old, "password", "another good sentence").has(t, 404, `action="/forgot"`)
		b.get("/confirm?token="+old).has(t, 404, "has been used, or has run out", `action="/register"`, `href="/login"`)
		b.post("/confirm", "token", old).has(t, 404, `action="/register"`)
		b.get("/address?token="+old).has(t, 404, "has been used, or has run out", `href="/settings/address"`)
		b.get("/claim?token="+old).has(t, 404, "has been used, or has run out", `href="/settings/claim"`)
	}
	b.get("/confirm/made-up").has(t, 404, "has been used, or has run out", `href="/help/mail"`)
}
