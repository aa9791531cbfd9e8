package web_test

import (
	"net/http"
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
