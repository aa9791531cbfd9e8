package web_test

import (
	"slices"
	"strconv"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// walk follows a list to its end and returns the ids.
func walk(t *testing.T, p *program, at string) []int64 {
	t.Helper()
	var ids []int64
	for next := ""; ; {
		page := reads[listed[post]](t, p.call("GET", at+next, ""), 200)
		for _, one := range page.Items {
			ids = append(ids, one.ID)
		}
		if page.Next == nil {
			return ids
		}
		next = "&cursor=" + *page.Next
	}
}

func TestEveryListEnds(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Administrator)
	ada := s.program(u, "read", "write", "moderate")
	q := s.ask(u, "python", "Long", "word")
	for i := range 23 {
		s.ask(u, "python", "Question "+strconv.Itoa(i), "word")
		reads[post](t, ada.call("POST", "/articles", `{"title":"A","body":"word"}`), 201)
	}
	for _, tt := range []struct {
		list string
		want int
	}{
		{"/threads?limit=7", 24}, {"/threads?limit=7&sort=votes", 24}, {"/threads?limit=7&sort=unanswered&board=python", 24}, {"/threads?limit=7&tag=asyncio", 24},
		{"/threads?limit=24", 24}, {"/articles?limit=7", 23}, {"/articles?limit=7&author=ada", 23}, {"/search?limit=7&q=word", 47},
	} {
		ids := walk(t, ada, tt.list)
		slices.Sort(ids)
		if got := len(slices.Compact(ids)); got != tt.want || got != len(ids) {
			t.Errorf("%s holds %d of %d things to its end; want %d", tt.list, got, len(ids), tt.want)
		}
	}
	for i := range 230 {
		s.reply(s.admin, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "answer " + strconv.Itoa(i)})
	}
	var ids []int64
	for next := ""; ; {
		th := reads[thread](t, ada.call("GET", fill("/threads/%d%s", q.Thread, next), ""), 200)
		for _, p := range th.Posts {
			ids = append(ids, p.ID)
		}
		if th.Next == nil {
			break
		}
		next = "?cursor=" + *th.Next
	}
	slices.Sort(ids)
	if got := len(slices.Compact(ids)); got != 231 || len(ids) != 231 {
		t.Errorf("the thread holds %d of %d posts to its end; want 231", got, len(ids))
	}
}

func TestWhatHasNotChangedIsNotSentAgain(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	q := s.ask(u, "python", "Title", "Body")
	for _, p := range []*program{s.program(account.User{}), s.program(u, "read")} {
		at := fill("/threads/%d", q.Thread)
		tag := p.call("GET", at, "").Header.Get("ETag")
		if a := p.call("GET", at, "", "If-None-Match", tag); a.StatusCode != 304 || a.text != "" || tag == "" {
			t.Errorf("GET with its ETag %q = %d %q; want 304 and nothing", tag, a.StatusCode, a.text)
		}
		p.call("GET", at, "", "If-None-Match", `"other"`).has(t, 200)
	}
	a := s.program(u, "read").call("GET", "/me", "")
	if got := a.Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("Cache-Control = %q; want private, no-cache", got)
	}
}

func TestWhatIsYours(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	ada := s.program(u, "read", "write")
	q := s.ask(u, "python", "Title", "Body")
	hidden := s.ask(s.admin, "staff", "Hidden title", "Body")
	ada.call("GET", "/me", "").has(t, 200, `"name":"ada"`, `"email":"ada@example.org"`, `"scopes":["read","write"]`)
	ada.call("GET", "/users/ada", "").has(t, 200, `"url":"`+s.base+`/u/ada"`)
	ada.call("GET", "/users/ada", "").hasNot(t, "example.org")
	for _, sub := range []string{
		`{"target":{"board":"python"},"level":"watch","channel":"daily"}`, `{"target":{"tag":"asyncio"},"level":"watch"}`,
		fill(`{"target":{"thread":%d},"level":"mute"}`, q.Thread), `{"target":{"user":"keeper"},"level":"follow","channel":"web"}`,
	} {
		ada.call("PUT", "/subscriptions", sub).has(t, 204)
	}
	ada.call("PUT", "/subscriptions", `{"target":{"board":"staff"},"level":"watch"}`).has(t, 404)
	ada.call("PUT", "/subscriptions", fill(`{"target":{"thread":%d},"level":"watch"}`, hidden.Thread)).has(t, 404)
	ada.call("PUT", "/subscriptions", `{"target":{"board":"python"},"level":"loud"}`).has(t, 422, `"level"`)
	ada.call("PUT", "/subscriptions", `{"target":{"board":"python"},"level":"watch","channel":"smoke"}`).has(t, 422, `"channel"`)
	ada.call("PUT", "/subscriptions", `{"target":{},"level":"watch"}`).has(t, 422, `"target"`)
	ada.call("GET", "/subscriptions", "").has(t, 200, `{"target":{"board":"python"},"title":"Python","level":"watch","channel":"daily"}`,
		`{"target":{"tag":"asyncio"},"title":"asyncio","level":"watch","channel":"mail"}`,
		fill(`{"target":{"thread":%d},"title":"Title","level":"mute","channel":"mail"}`, q.Thread), `{"target":{"user":"keeper"},`)
	s.must(s.items.Subscribe(t.Context(), u, item.Subscription{Target: item.ToThread, ID: hidden.Thread, Level: "watch", Channel: "mail"}))
	ada.call("GET", "/subscriptions", "").hasNot(t, "Hidden title") // it was moved out of sight, say
	ada.call("GET", "/notifications", "").has(t, 200, `"items":[]`)
}
