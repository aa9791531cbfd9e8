package forum_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// TestWhatCameInLateIsNoNews of a page that was drawn after it: lists have it where its date
// puts it, and would say for ever that something is new.
func TestWhatCameInLateIsNoNews(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		waited := w.Clock
		one := w.begin(ada, forum.NewThread{Title: "one"})
		w.begin(bob, forum.NewThread{Title: "two"})
		w.reply(bob, forum.NewPost{Thread: one, Body: "A mail that had to wait.", Via: item.Mail, At: waited})
		since := func() []forum.News {
			t.Helper()
			rows := w.list(bob, forum.Filter{})
			news, err := w.forum.NewsSince(w.Context(), forum.Filter{}.NewestOf(rows), 100)
			w.must(err)
			return news
		}
		if got := since(); len(got) != 0 {
			t.Errorf("a page that has just been drawn is told %+v; want nothing", got)
		}
		rows := w.list(bob, forum.Filter{})
		w.Clock = w.Clock.Add(time.Minute)
		reply := w.reply(ada, forum.NewPost{Thread: one, Body: "Now."})
		news, err := w.forum.NewsSince(w.Context(), forum.Filter{}.NewestOf(rows), 100)
		w.must(err)
		if len(news) != 1 || news[0].Post != reply.Post {
			t.Errorf("a page that was drawn before is told %+v; want post %d", news, reply.Post)
		}
		if got := since(); len(got) != 0 {
			t.Errorf("a page that was drawn after it is told %+v; want nothing", got)
		}
	})
}
