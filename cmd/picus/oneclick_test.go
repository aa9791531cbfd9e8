package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"picus/internal/db"
)

var unsubscribeLink = regexp.MustCompile(`<http://localhost(/unsubscribe/[^>]+)>`)

// TestOneClickEndsTheMailOfAList follows the link in the header of a mail as programs do
// (RFC 8058): one that looks for viruses opens it, which changes nothing; a mail program
// sends a form to it, without a cookie and from elsewhere, and does so again.
func TestOneClickEndsTheMailOfAList(t *testing.T) {
	c := settle(t, "", newRelay(t))
	c.setUp().open("/admin/boards/new").send("/admin/boards/new", "slug", "python", "title", "Python", "list", "python").at("/b/python")
	ada, lin := c.join("ada"), c.join("lin")
	lin.open("/b/python").send("/b/python/watch", "level", "watch").at("/b/python")
	ada.open("/b/python/new").send("/b/python/new", "kind", "discussion", "title", question, "body", body).at("/t/")
	first := c.relay.next(t, "lin@example.org")
	m := unsubscribeLink.FindStringSubmatch(first.header.Get("List-Unsubscribe"))
	if m == nil {
		t.Fatalf("List-Unsubscribe is %q", first.header.Get("List-Unsubscribe"))
	}
	link := c.URL + m[1]
	level := func() string {
		got, err := db.Value[string](t.Context(), c.db, "SELECT s.level FROM subscription s JOIN account a ON a.id = s.account WHERE a.name = 'lin' AND s.target = 'board'")
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for range 2 {
		fine(t)(http.Get(link))
		fine(t)(http.Head(link))
	}
	if got := level(); got != "watch" {
		t.Fatalf("lin's level is %q after the link was opened; want watch", got)
	}
	for range 2 {
		oneClick(t, link)
		if got := level(); got != "mute" {
			t.Errorf("lin's level is %q after one click; want mute", got)
		}
	}
}

// fine takes an answer that is to be 200 without a cookie.
func fine(t *testing.T) func(*http.Response, error) {
	return func(r *http.Response, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		r.Body.Close()
		if r.StatusCode != http.StatusOK || len(r.Cookies()) > 0 {
			t.Errorf("%s %s: %s with %d cookies; want 200 without", r.Request.Method, r.Request.URL.Path, r.Status, len(r.Cookies()))
		}
	}
}

// oneClick sends what a mail program sends for its reader.
func oneClick(t *testing.T, link string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(url.Values{"List-Unsubscribe": {"One-Click"}}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://mail.provider.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	fine(t)(http.DefaultClient.Do(r))
}
