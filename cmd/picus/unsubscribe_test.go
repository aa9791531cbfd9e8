package main

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

var unsubscribeAt = regexp.MustCompile(`<http://localhost(/unsubscribe/[^>]+)>`)

// TestLookingUnsubscribesNobody follows the link of a mail as robots do that look at
// every link, with a token that somebody has made up, and as a mail program does when its
// reader has had enough (RFC 8058; SECURITY.md, M-10).
func TestLookingUnsubscribesNobody(t *testing.T) {
	c, r := newCommand(t), newRelay(t)
	c.env = []string{"PICUS_DATA=data", "PICUS_BASE_URL=http://localhost", "PICUS_MAIL_DOMAIN=picus.example", "PICUS_RELAY=smtp://" + r.address}
	c.furnished("picus.example", func(h *house) {
		ada := c.talks(h, "ada", "ada@people.example")
		c.listens(h, "reader@people.example")
		c.starts(h, ada, "Hello")
	})
	s := c.launch()
	defer s.kill()
	field := r.next(t, "reader@people.example").header.Get("List-Unsubscribe")
	found := unsubscribeAt.FindStringSubmatch(field)
	if found == nil {
		t.Fatalf("List-Unsubscribe is %q; want a link", field)
	}
	link := found[1]
	ask := func(method, path, body string) (status int, page string) {
		q, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		q.Host = "localhost"
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		q.Header.Set("Sec-Fetch-Site", "cross-site") // a mail program's page
		answer, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(text)
	}
	offered := func(when string) {
		t.Helper()
		if status, page := ask("GET", link, ""); status != http.StatusOK || !strings.Contains(page, `action="`+link+`"`) {
			t.Errorf("%s the page is %d; want that it still asks", when, status)
		}
	}
	offered("at first")
	ask("HEAD", link, "")
	ask("GET", link+"?List-Unsubscribe=One-Click", "")
	offered("when robots have looked")
	for _, forged := range []string{link + "a", link[:len(link)-1], strings.Replace(link, "/unsubscribe/", "/unsubscribe/1", 1), "/unsubscribe/1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		if status, _ := ask("POST", forged, "List-Unsubscribe=One-Click"); status != http.StatusNotFound {
			t.Errorf("POST %s = %d; want 404", forged, status)
		}
	}
	offered("after forged requests")
	if status, _ := ask("POST", link, "List-Unsubscribe=One-Click"); status != http.StatusOK {
		t.Errorf("POST %s = %d; want 200", link, status)
	}
	if _, page := ask("GET", link, ""); strings.Contains(page, `action="`+link+`"`) {
		t.Error("after a single click the page still asks")
	}
}
