package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

func TestOnlyATokenSpeaksForSomebody(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	b := s.member(u)
	b.get("/settings").has(t, 200)
	b.do("GET", "/api/v1/me", nil, nil).has(t, 401)
	form := http.Header{"Content-Type": {"application/json"}, "Sec-Fetch-Site": {"same-origin"}}
	b.do("POST", "/api/v1/threads", strings.NewReader(`{"board":"python","kind":"discussion","title":"T","body":"b"}`), form).has(t, 401)
	for _, header := range []string{"Bearer", "Bearer picus_wrong", "Basic YTpi", "picus_x"} {
		a := b.do("GET", "/api/v1/boards", nil, http.Header{"Authorization": {header}})
		if a.StatusCode != 401 || !strings.HasPrefix(a.Header.Get("Www-Authenticate"), "Bearer") {
			t.Errorf("Authorization: %s = %d; want 401 with WWW-Authenticate", header, a.StatusCode)
		}
	}
	a := b.do("GET", "/api/v1/boards", nil, http.Header{"Origin": {"https://evil.example"}})
	if a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("another site may read the API in a browser")
	}
	p := s.program(u, "read", "write")
	s.must(s.accounts.Suspend(t.Context(), s.admin, "ada", true))
	p.call("GET", "/me", "").has(t, 401)
}

func TestNothingOfAClosedBoardIsSeen(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	ref, err := s.forum.Start(t.Context(), s.admin, forum.NewThread{Board: "staff", Kind: forum.Discussion, Title: "canary", Body: "canary", Tags: "canary", Via: item.Web})
	s.must(err)
	re := s.reply(s.admin, forum.NewPost{Thread: ref.Thread, Body: "canary"})
	open := s.ask(u, "python", "Open", "Body")
	for _, tt := range []struct {
		who  string
		p    *program
		sees bool
	}{
		{"a visitor", s.program(account.User{}), false},
		{"a member", s.program(u, "read", "write"), false},
		{"the staff with a reading token", s.program(s.admin, "read", "write"), false},
		{"the staff", s.program(s.admin, "read", "write", "moderate"), true},
	} {
		for _, at := range []string{
			"/boards", "/threads", "/threads?board=staff", "/threads?tag=canary", fill("/threads/%d", ref.Thread), fill("/posts/%d", ref.Post), fill("/posts/%d", re.Post),
			fill("/posts/%d/revisions", re.Post), "/search?q=canary", "/users/keeper", "/notifications", "/subscriptions", fill("/threads/%d", open.Thread),
		} {
			if a := tt.p.call("GET", at, ""); !tt.sees && strings.Contains(a.text, "canary") {
				t.Errorf("%s sees the closed board in %s", tt.who, at)
			}
		}
		a := tt.p.call("GET", fill("/threads/%d", ref.Thread), "")
		if got := a.StatusCode == 200 && strings.Contains(a.text, "canary"); got != tt.sees {
			t.Errorf("%s reads the thread: %v; want %v", tt.who, got, tt.sees)
		}
		if tt.sees || tt.p.token == "" {
			continue
		}
		tt.p.call("POST", fill("/threads/%d/posts", ref.Thread), `{"body":"b"}`).has(t, 404)
		tt.p.call("PUT", fill("/posts/%d/vote", re.Post), `{"value":1}`).has(t, 404)
		tt.p.call("PATCH", fill("/posts/%d", re.Post), `{"body":"b"}`).has(t, 404)
		tt.p.call("DELETE", fill("/posts/%d", re.Post), "").has(t, 404)
		tt.p.call("PUT", fill("/threads/%d/accepted", ref.Thread), fill(`{"post":%d}`, re.Post)).has(t, 404)
		tt.p.call("PUT", "/subscriptions", `{"target":{"tag":"canary"},"level":"watch"}`).has(t, 404)
		tt.p.call("POST", "/threads", `{"board":"staff","kind":"discussion","title":"T","body":"b"}`).has(t, 422)
		none := tt.p.call("GET", "/threads?board=none", "")
		closed := tt.p.call("GET", "/threads?board=staff", "")
		if none.StatusCode != closed.StatusCode {
			t.Errorf("%s: a closed board answers %d, none %d", tt.who, closed.StatusCode, none.StatusCode)
		}
	}
}

func TestTagsOfOthersAreChangedByWhoHasWrittenHere(t *testing.T) {
	s := newSite(t)
	u := s.person("bob", account.Member)
	bob := s.program(u, "read", "write")
	q := s.ask(s.person("ada", account.Member), "python", "Title", "Body")
	at := fill("/threads/%d", q.Thread)
	bob.call("PATCH", at, `{"tags":["one"]}`).has(t, 403)
	for range 10 {
		s.ask(u, "python", "Mine", "Body")
	}
	bob.call("PATCH", at, `{"tags":["one"],"body":"Worse"}`).has(t, 403)
	bob.call("PATCH", at, `{"tags":["a/b"]}`).has(t, 422)
	if th := reads[thread](t, bob.call("PATCH", at, `{"tags":["one"]}`), 200); !slices.Equal(th.Tags, []string{"one"}) {
		t.Errorf("the tags are %q", th.Tags)
	}
}
