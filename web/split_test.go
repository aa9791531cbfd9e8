package web_test

import (
	"testing"

	"picus/account"
	"picus/forum"
)

func TestAModeratorSplitsAThread(t *testing.T) {
	s := newSite(t)
	bob := s.person("bob", account.Member)
	q := s.ask(s.admin, "python", "Loops", "How?")
	a := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Something else entirely."})
	c := s.reply(bob, forum.NewPost{Thread: q.Thread, Parent: a.Post, Kind: forum.Comment, Body: "Indeed."})
	boss, member := s.member(s.admin), s.member(bob)

	form := path("/p/%d/split", a.Post)
	member.get(form).has(t, 403)
	member.get(path("/t/%d/loops", q.Thread)).hasNot(t, form)
	boss.get(path("/t/%d/loops", q.Thread)).has(t, 200, form)
	boss.get(form).has(t, 200, `name="title"`, `name="what"`, `name="why"`)
	boss.post(form, "what", "below", "why", "another matter").has(t, 422, "Give it a title")
	made := boss.post(form, "what", "below", "kind", "discussion", "title", "Something else", "why", "another matter")
	made.has(t, 303)
	if to, want := made.Header.Get("Location"), path("/t/%d/something-else#p%d", a.Post, a.Post); to != want {
		t.Errorf("Split leads to %s; want %s", to, want)
	}
	old := s.visitor().get(path("/t/%d/loops", q.Thread))
	old.has(t, 200, path(`href="/t/%d/something-else"`, a.Post), path(`id="p%d"`, a.Post), path(`id="p%d"`, c.Post))
	old.hasNot(t, "entirely")
	s.visitor().get(path("/t/%d/something-else", a.Post)).has(t, 200, "entirely", "Indeed.")
	boss.get(path("/p/%d/edit?revision=1", a.Post)).has(t, 200, `value="Something else" id="title" name="title"`) // it had no title then
	s.visitor().get("/mod/log").has(t, 200, "Split off from another thread:", "another matter")
	boss.post("/mod/log/1/undo", "why", "it was not").has(t, 303)
	s.visitor().get(path("/t/%d/loops", q.Thread)).has(t, 200, "entirely", "Indeed.")
	if to, want := s.visitor().get(path("/t/%d/something-else", a.Post)).Header.Get("Location"), path("/t/%d/loops#p%d", q.Thread, a.Post); to != want {
		t.Errorf("the address of the split thread leads to %s; want %s", to, want)
	}
}

func TestTheAddressOfAMergedThreadLeadsToItsFirstPost(t *testing.T) {
	s := newSite(t)
	into, from := s.ask(s.admin, "python", "First", "How?"), s.ask(s.admin, "python", "Second", "How?")
	s.must(s.forum.Unite(t.Context(), s.admin, from.Thread, into.Thread, "the same"))
	for _, old := range []string{"/t/%d", "/t/%d/second", "/t/%d/second?sort=newest&cursor=1.2"} {
		got := s.visitor().get(path(old, from.Thread))
		got.has(t, 301)
		if to, want := got.Header.Get("Location"), path("/t/%d/first#p%d", into.Thread, from.Post); to != want {
			t.Errorf("%s leads to %s; want %s", old, to, want)
		}
	}
}
