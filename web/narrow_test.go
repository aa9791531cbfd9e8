package web_test

import (
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// alternates are the feeds that a page announces.
var alternates = regexp.MustCompile(`<link rel="alternate" type="[^"]*" title="[^"]*" href="([^"]*)"`)

// TestEveryListIsAnAddressAndAFeed narrows lists in several ways, and looks for the same
// threads on the page and in each of its feeds.
func TestEveryListIsAnAddressAndAFeed(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	begin := func(title, tags string) {
		_, err := s.forum.Start(s.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Question, Title: title, Body: "怎么回事？", Tags: tags, Via: item.Web})
		s.must(err)
	}
	begin("thread one", "x y")
	begin("thread two", "x z")
	begin("thread three", "z")
	for address, want := range map[string]string{
		"/questions":                                  "one two three",
		"/questions?sort=unanswered&tag=x":            "one two",
		"/questions?tag=x+-y":                         "two",
		"/questions?lang=zh&not=x&sort=newest":        "three",
		"/questions?lang=en":                          "",
		"/questions?board=python&tag=x,y":             "one",
		"/b/python?tag=z&sort=votes":                  "two three",
		"/tags/x?tag=z":                               "two",
		"/tags/x?not=y&board=python&lang=zh&sort=new": "two",
	} {
		page := s.visitor().get(address)
		feeds := alternates.FindAllStringSubmatch(page.text, -1)
		if len(feeds) != 3 {
			t.Errorf("%s announces %d feeds; want 3", address, len(feeds))
		}
		all := []answer{page}
		for _, f := range feeds {
			all = append(all, s.visitor().get(html.UnescapeString(f[1])))
		}
		for _, a := range all {
			a.has(t, http.StatusOK)
			for _, name := range []string{"one", "two", "three"} {
				if got, want := strings.Contains(a.text, "thread "+name), strings.Contains(want, name); got != want {
					t.Errorf("%s: %s shows thread %s: %v; want %v", address, a.Request.URL, name, got, want)
				}
			}
		}
	}
	s.visitor().get("/questions?tag=a/b").has(t, http.StatusUnprocessableEntity)
	s.visitor().get("/questions?board=staff").has(t, http.StatusNotFound)
	s.visitor().get("/questions?sort=mine").has(t, http.StatusSeeOther)
	s.member(ada).get("/questions?sort=mine").has(t, http.StatusOK, "thread one")
	s.visitor().get("/questions?tag=x+-y&lang=zh").has(t, http.StatusOK, `href="/questions?lang=zh&amp;tag=x"`, `href="/questions?lang=zh&amp;not=y"`, `href="/questions?not=y&amp;tag=x"`)
}

// TestReadingIsRemembered opens threads as people and programs do.
func TestReadingIsRemembered(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	q := s.ask(bob, "python", "A question", "text")
	path := s.visitor().get("/t/" + number(q.Thread)).Header.Get("Location")
	me := s.member(ada)
	unread := func(rule string, want bool) {
		t.Helper()
		if got := strings.Contains(me.get("/questions").text, `class="unread"`); got != want {
			t.Errorf("%s: unread is %v; want %v", rule, got, want)
		}
	}
	unread("nobody has opened it", true)
	for _, header := range []http.Header{{"Sec-Purpose": {"prefetch"}}, {"Sec-Fetch-Dest": {"image"}}} {
		me.do("GET", path, nil, header)
	}
	me.do("HEAD", path, nil, nil)
	s.visitor().get(path)
	unread("no reader has", true)
	me.get(path).has(t, http.StatusOK)
	unread("opened", false)
	answer := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "an answer"})
	me.get("/questions").has(t, http.StatusOK, `class="unread"`, "1 new</a>")
	to := me.get("/t/" + number(q.Thread) + "?go=unread")
	if want := path + "#p" + number(answer.Post); to.Header.Get("Location") != want || to.StatusCode != http.StatusFound {
		t.Errorf("the first unread is at %q; want %q", to.Header.Get("Location"), want)
	}
	me.get(path).has(t, http.StatusOK, "First unread", `<b class="news">new</b>`)
	me.get(path).hasNot(t, "First unread", `<b class="news">new</b>`)
	s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "another"})
	me.post("/t/"+number(q.Thread)+"/read").has(t, http.StatusSeeOther)
	unread("put behind", false)
	s.reply(bob, forum.NewPost{Thread: q.Thread, Parent: q.Post, Kind: forum.Comment, Body: "a comment"})
	unread("a comment is new", true)
	form := regexp.MustCompile(`name="until" value="(\d+)"`).FindStringSubmatch(me.get("/questions").text)
	me.post("/read", "until", form[1], "back", "/questions").has(t, http.StatusSeeOther)
	unread("all is put behind", false)
	s.visitor().post("/read", "until", form[1]).has(t, http.StatusUnauthorized)
	s.visitor().post("/t/"+number(q.Thread)+"/read").has(t, http.StatusUnauthorized)
}
