package web_test

import (
	"net/http"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// TestReadersDoNotShareWhatTheyMayDo reads one thread as three people, in turns: each is
// offered what is theirs to do, and what somebody changes is there at once.
func TestReadersDoNotShareWhatTheyMayDo(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	q := s.ask(ada, "python", "Whose is it", "Mine.")
	answer := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "The first words."})
	path, edit := "/t/"+number(q.Thread)+"/whose-is-it", `href="/p/`+number(answer.Post)+`/edit"`
	for range 2 {
		s.member(bob).get(path).has(t, http.StatusOK, edit)
		s.member(ada).get(path).hasNot(t, edit)
		s.visitor().get(path).hasNot(t, edit)
	}
	s.must(s.forum.Lock(s.Context(), s.admin, q.Thread, true, "enough"))
	s.member(bob).get(path).hasNot(t, edit)
	s.must(s.forum.Remove(s.Context(), s.admin, answer.Post, "gone now", item.Web))
	s.member(ada).get(path).hasNot(t, "The first words.")
	s.member(s.admin).get(path).has(t, http.StatusOK, "The first words.", "gone now")
}

// TestWhatChangesIsThereAtOnce reads a thread and the list it stands in, as a visitor
// whose pages are kept and as a member, before and after what somebody else does.
func TestWhatChangesIsThereAtOnce(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	q := s.ask(ada, "python", "Before the change", "The first words.")
	answer := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "An answer."})
	path := "/t/" + number(q.Thread) + "/before-the-change"
	readers := map[string]*browser{"a visitor": s.visitor(), "a member": s.member(ada)}
	read := func(page string) {
		for _, b := range readers {
			b.get(page)
		}
	}
	edit := func(title string) {
		_, err := s.forum.Edit(t.Context(), ada, forum.Edit{Post: q.Post, Title: title, Body: "The second words.", Via: item.Web})
		s.must(err)
	}
	for _, tt := range []struct {
		what, page, want string
		change           func()
	}{
		{"a vote", path, "<b>1</b>", func() {
			_, err := s.forum.Vote(t.Context(), ada, answer.Post, 1)
			s.must(err)
		}},
		{"an edit", path, "The second words.", func() { edit("Before the change") }},
		{"a new title", "/b/python", "After the change", func() { edit("After the change") }},
		{"another name of its author", "/t/" + number(q.Thread) + "/after-the-change", ">Ada Lovelace<", func() { s.must(s.accounts.SetProfile(t.Context(), ada, "Ada Lovelace", "")) }},
		{"another name of who wrote last", "/b/python", ">Robert<", func() { s.must(s.accounts.SetProfile(t.Context(), bob, "Robert", "")) }},
		{"a lock", "/b/python", "locked", func() { s.must(s.forum.Lock(t.Context(), s.admin, q.Thread, true, "")) }},
	} {
		read(tt.page)
		tt.change()
		for who, b := range readers {
			if got := b.get(tt.page); !strings.Contains(got.text, tt.want) {
				t.Errorf("%s is not there at once for %s", tt.what, who)
			}
		}
	}
	chinese := s.visitor()
	chinese.headers.Set("Accept-Language", "zh-CN,zh;q=0.9")
	for range 2 {
		chinese.get("/b/python").has(t, http.StatusOK, "已锁定")
		readers["a visitor"].get("/b/python").hasNot(t, "已锁定")
	}
}
