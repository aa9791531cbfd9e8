package forum_test

import (
	"fmt"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestWhoMayChangeTheTagsOfOthers(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Loop")
		answer := w.reply(bob, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "So."})
		for i := range 9 {
			w.Tick()
			w.ask(eve, fmt.Sprint("Question ", i))
		}
		g := forum.Tagging{Thread: q.Thread, Tags: "asyncio python", Via: item.Web}
		w.refused(w.forum.SetTags(t.Context(), account.User{}, g), fault.Unknown)
		w.refused(w.forum.SetTags(t.Context(), eve, g), fault.Forbidden)
		w.ask(eve, "The tenth")
		w.must(w.forum.SetTags(t.Context(), eve, g))
		w.refused(w.forum.SetTags(t.Context(), eve, forum.Tagging{Thread: answer.Post, Tags: "x", Via: item.Web}), fault.Missing)
		w.refused(w.forum.SetTags(t.Context(), eve, forum.Tagging{Thread: q.Thread, Tags: "a/b", Via: item.Web}), fault.Invalid)
		w.refused(w.forum.SetTags(t.Context(), eve, forum.Tagging{Thread: q.Thread, Base: 1, Tags: "x", Via: item.Web}), fault.Conflict)
		w.must(w.forum.Retag(t.Context(), ada, q.Thread, "+own -python", item.Mail))
		p, all, err := w.forum.Revisions(t.Context(), ada, q.Post)
		if err != nil || len(all) != 3 || all[1].By != "eve" || strings.Join(all[1].Tags, " ") != "asyncio python" || strings.Join(all[0].Tags, " ") != "asyncio own" || p.Source != all[2].Source {
			t.Errorf("the history is %+v, %v", all, err)
		}
		if got := w.thread(eve, q.Thread, forum.View{}).Tags; strings.Join(got, " ") != "asyncio own" {
			t.Errorf("the thread has the tags %q", got)
		}
		w.board(forum.Board{Slug: "news", Title: "News", MayPost: account.Staff})
		news, err := w.forum.Start(t.Context(), w.admin, forum.NewThread{Board: "news", Kind: forum.Discussion, Title: "A release", Body: "It is out.", Tags: "release", Via: item.Web})
		w.must(err)
		w.refused(w.forum.SetTags(t.Context(), eve, forum.Tagging{Thread: news.Thread, Tags: "x", Via: item.Web}), fault.Forbidden)
		w.must(w.forum.Lock(t.Context(), w.admin, q.Thread, true, ""))
		w.refused(w.forum.SetTags(t.Context(), eve, g), fault.Forbidden)
	})
}
