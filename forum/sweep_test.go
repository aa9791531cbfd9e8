package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// What a spammer has posted goes out of sight at once and comes back at once, but for what
// had been removed before.
func TestASpammerIsSweptAndBroughtBack(t *testing.T) {
	each(t, func(w *world) {
		boss, spammer, ada := w.Person("boss", account.Moderator), w.Person("spammer", account.Member), w.Person("ada", account.Member)
		q := w.ask(ada, "How do I close a loop?")
		one := w.reply(spammer, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "Buy this."})
		before := w.reply(spammer, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "Buy that."})
		w.must(w.forum.Remove(t.Context(), boss, before.Post, "spam", item.Web))
		own := w.ask(spammer, "Who wants to be rich?")
		w.reply(ada, forum.NewPost{Thread: own.Thread, Kind: forum.Answer, Body: "Not I."})

		for _, by := range []account.User{{}, ada, spammer} {
			_, err := w.forum.Sweep(t.Context(), by, spammer, "spam", item.Web)
			w.refused(err, fault.Forbidden)
		}
		_, err := w.forum.Sweep(t.Context(), w.admin, boss, "spam", item.Web)
		w.refused(err, fault.Forbidden)

		var n int
		n, err = w.forum.Sweep(t.Context(), boss, spammer, "spam", item.Web)
		w.must(err)
		if n != 2 {
			t.Errorf("Sweep() = %d; want 2", n)
		}
		_, err = w.forum.Thread(t.Context(), ada, own.Thread, forum.View{})
		w.refused(err, fault.Missing)
		if got := w.thread(ada, q.Thread, forum.View{}).Answers; got != 0 {
			t.Errorf("after the sweep the question has %d answers; want 0", got)
		}
		if got := len(w.log(ada)); got != 3 {
			t.Errorf("the log has %d lines; want 3", got)
		}
		if n, err = w.forum.Swept(t.Context(), boss, spammer); n != 2 || err != nil {
			t.Errorf("Swept() = %d, %v; want 2", n, err)
		}

		n, err = w.forum.Unsweep(t.Context(), boss, spammer, item.Web)
		w.must(err)
		if n != 2 {
			t.Errorf("Unsweep() = %d; want 2", n)
		}
		if got := w.thread(ada, own.Thread, forum.View{}).Answers; got != 1 {
			t.Errorf("the thread that came back has %d answers; want 1", got)
		}
		th := w.thread(ada, q.Thread, forum.View{})
		if th.Answers != 1 {
			t.Errorf("after it was undone the question has %d answers; want 1, that of post %d", th.Answers, one.Post)
		}
		if n, err = w.forum.Unsweep(t.Context(), boss, spammer, item.Web); n != 0 || err != nil {
			t.Errorf("Unsweep() once more = %d, %v; want 0", n, err)
		}
	})
}
