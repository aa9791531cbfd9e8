package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestADeletedQuestionStaysOutOfSight(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Spam")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Because."})
		if err := w.forum.Remove(t.Context(), w.admin, q.Post, "spam", item.Web); err != nil {
			t.Fatal(err)
		}
		for _, post := range []int64{a.Post, 0} {
			if err := w.forum.Accept(t.Context(), ada, q.Thread, post, item.Web); !fault.Is(err, fault.Forbidden) {
				t.Errorf("Accept(%d) in a deleted question = %v; want fault.Forbidden", post, err)
			}
		}
		if rows, _, err := w.forum.List(t.Context(), account.User{}, forum.Filter{}); err != nil || len(rows) != 0 {
			t.Errorf("List() holds %d threads, %v; want none", len(rows), err)
		}
	})
}

func TestAClosedQuestionStaysClosed(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Closed elsewhere")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Because."})
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error { return w.forum.Settle(t.Context(), tx, q.Thread, 0, true) }); err != nil {
			t.Fatal(err)
		}
		for _, post := range []int64{a.Post, 0} {
			if err := w.forum.Accept(t.Context(), ada, q.Thread, post, item.Web); err != nil {
				t.Fatal(err)
			}
			if got := w.thread(ada, q.Thread, forum.View{}); got.State != forum.Closed || got.Accepted != post {
				t.Errorf("after Accept(%d): state %s, accepted %d; want closed", post, got.State, got.Accepted)
			}
		}
	})
}

func TestALockedThreadKeepsWhatItHolds(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Locked")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Rude."})
		if err := w.forum.Lock(t.Context(), w.admin, q.Thread, true, ""); err != nil {
			t.Fatal(err)
		}
		if err := w.forum.Remove(t.Context(), bob, a.Post, "", item.Web); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Remove() by its author in a locked thread = %v; want fault.Forbidden", err)
		}
		if err := w.forum.Remove(t.Context(), w.admin, a.Post, "rude", item.Web); err != nil {
			t.Errorf("Remove() by the staff in a locked thread = %v", err)
		}
	})
}

func TestEditsCountAgainstTheSpeed(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Edited without end")
		var err error
		for range 40 {
			if _, err = w.forum.Edit(t.Context(), ada, forum.Edit{Post: q.Post, Title: "T", Body: "B", Via: item.API}); err != nil {
				break
			}
		}
		if !fault.Is(err, fault.Limited) {
			t.Errorf("the last of 40 edits at once = %v; want fault.Limited", err)
		}
	})
}

func TestWhoWatchedAMergedThreadWatchesTheOther(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		into, from := w.ask(ada, "first"), w.ask(bob, "second")
		mute := item.Subscription{Target: item.ToThread, ID: into.Thread, Level: "mute", Channel: "mail"}
		watch := item.Subscription{Target: item.ToThread, ID: from.Thread, Level: "watch", Channel: "mail"}
		for _, sub := range []item.Subscription{mute, watch} {
			if err := w.Items.Subscribe(t.Context(), eve, sub); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error { return w.forum.Merge(t.Context(), tx, from.Thread, into.Thread) }); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			by   account.User
			want string
		}{{bob, "watch"}, {eve, "mute"}} {
			if got, err := w.Items.Level(t.Context(), c.by, item.ToThread, into.Thread); err != nil || got.Level != c.want {
				t.Errorf("Level() of %s after the merge = %q, %v; want %q", c.by.Name, got.Level, err, c.want)
			}
		}
		if b, err := w.forum.Board(t.Context(), ada, "python"); err != nil || b.Threads != 1 {
			t.Errorf("the board counts %d threads, %v; want 1", b.Threads, err)
		}
	})
}
