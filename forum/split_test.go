package forum_test

import (
	"slices"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// posts are the posts on a page of a thread with their comments, in their order.
func posts(t *forum.Thread) (all []int64) {
	add := func(p *forum.Post) {
		all = append(all, p.ID)
		for _, c := range p.Comments {
			all = append(all, c.ID)
		}
	}
	add(&t.First)
	if t.Best != nil {
		add(t.Best)
	}
	for _, p := range t.Page {
		add(p)
	}
	return all
}

func TestAThreadCanBeSplit(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "first")
		a1 := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "an answer"})
		a2 := w.reply(eve, forum.NewPost{Thread: q.Thread, Body: "How about something else?"})
		c := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a2.Post, Kind: forum.Comment, Body: "Indeed"})
		late := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a1.Post, Kind: forum.Comment, Body: "Thanks"})
		w.must(w.forum.Accept(t.Context(), ada, q.Thread, a2.Post, item.Web))
		w.forum.Saw(bob, w.thread(bob, q.Thread, forum.View{}))
		w.must(w.forum.SaveReading(t.Context()))

		if _, err := w.forum.Split(t.Context(), bob, forum.Split{Post: a2.Post, Title: "Else"}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Split() by a member = %v; want fault.Forbidden", err)
		}
		if _, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: q.Post, Title: "Else"}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Split() of a first post = %v; want fault.Invalid", err)
		}
		if _, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: a2.Post}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Split() without a title = %v; want fault.Invalid", err)
		}
		w.Tick()
		made, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: a2.Post, Title: "Something else", Why: "another matter"})
		w.must(err)

		got := w.thread(bob, made.Thread, forum.View{})
		if got.ID != a2.Post || got.Title != "Something else" || got.Kind != forum.Question || got.State != forum.Open || got.First.Author.Name != "eve" || got.Posts != 2 ||
			!slices.Equal(posts(got), []int64{a2.Post, c.Post}) || !slices.Contains(got.Tags, "asyncio") {
			t.Errorf("the new thread is %+v; want eve's question with its comment and the tags", got)
		}
		if got.Watching != "watch" || got.Seen.IsZero() {
			t.Errorf("bob is %q there and has seen it until %v; want that he watches, and has read it as before", got.Watching, got.Seen)
		}
		old := w.thread(bob, q.Thread, forum.View{})
		if old.Posts != 3 || old.State != forum.Answered || old.Accepted != 0 || !slices.Equal(posts(old), []int64{q.Post, a1.Post, late.Post}) {
			t.Errorf("the old thread has %v, %d posts, %s; want what stayed, and no accepted answer", posts(old), old.Posts, old.State)
		}
		if len(old.Offshoots) != 1 || old.Offshoots[0].Thread != made.Thread || !slices.Equal(old.Offshoots[0].Posts, []int64{a2.Post, c.Post}) {
			t.Errorf("Offshoots = %+v; want a line for the two posts", old.Offshoots)
		}
		if at, err := w.forum.Where(t.Context(), bob, c.Post); err != nil || at.Thread != made.Thread {
			t.Errorf("Where() of the comment = %+v, %v; want the new thread", at, err)
		}
		if b, err := w.forum.Board(t.Context(), bob, "python"); err != nil || b.Threads != 2 {
			t.Errorf("the board counts %d threads, %v; want 2", b.Threads, err)
		}
		if n := len(w.list(bob, forum.Filter{Tags: []string{"asyncio"}})); n != 2 {
			t.Errorf("the tag lists %d threads; want both", n)
		}
		if hits, _, err := w.Items.Find(t.Context(), bob, "something", 0, 10); err != nil || len(hits) != 1 || hits[0].ID != made.Thread {
			t.Errorf("Find() = %+v, %v; want the new thread once", hits, err)
		}
		if news, err := w.Items.Notifications(t.Context(), eve, 0, 10); err != nil || len(news) == 0 || news[0].Reasons[0] != "converted" {
			t.Errorf("Notifications() = %+v, %v; want that eve is told", news, err)
		}

		since := w.reply(bob, forum.NewPost{Thread: made.Thread, Body: "an answer since"})
		w.undo(w.admin)
		old = w.thread(bob, q.Thread, forum.View{})
		if old.State != forum.Solved || old.Accepted != a2.Post || old.Posts != 6 || len(old.Offshoots) != 0 ||
			!slices.Equal(posts(old), []int64{q.Post, a2.Post, c.Post, a1.Post, late.Post, since.Post}) {
			t.Errorf("after Undo(): %v, %s, %d posts, lines %+v; want all as it was, with the answer since", posts(old), old.State, old.Posts, old.Offshoots)
		}
		if got := w.thread(bob, made.Thread, forum.View{}); got.ID != q.Thread {
			t.Errorf("the address of the split thread shows %d; want %d", got.ID, q.Thread)
		}
		again, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: a2.Post, Title: "Once more", Kind: forum.Discussion})
		w.must(err)
		if got := w.thread(bob, again.Thread, forum.View{}); got.Kind != forum.Discussion || got.Posts != 3 || got.State != forum.Open {
			t.Errorf("split again: %s with %d posts, %s; want an open discussion with 3: what answered it goes along", got.Kind, got.Posts, got.State)
		}
	})
}

func TestASplitTakesEverythingAfterIt(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "first")
		a1 := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "an answer"})
		c1 := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a1.Post, Kind: forum.Comment, Body: "to the matter"})
		c2 := w.reply(bob, forum.NewPost{Thread: q.Thread, Parent: a1.Post, Kind: forum.Comment, Body: "away from it"})
		c3 := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a1.Post, Kind: forum.Comment, Body: "further away"})
		a2 := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "far away"})
		c4 := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a2.Post, Kind: forum.Comment, Body: "indeed"})
		made, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: c2.Post, Title: "Away", After: true, Kind: forum.Discussion})
		w.must(err)
		if got := w.thread(bob, made.Thread, forum.View{}); !slices.Equal(posts(got), []int64{c2.Post, c3.Post, a2.Post, c4.Post}) || got.Page[0].Kind != forum.Reply {
			t.Errorf("the new thread holds %v; want the comment, the one after it, and the answer with its own", posts(got))
		}
		if old := w.thread(bob, q.Thread, forum.View{}); !slices.Equal(posts(old), []int64{q.Post, a1.Post, c1.Post}) {
			t.Errorf("the old thread holds %v; want %v", posts(old), []int64{q.Post, a1.Post, c1.Post})
		}
		since := w.reply(ada, forum.NewPost{Thread: made.Thread, Kind: forum.Comment, Body: "a comment since"})
		w.undo(w.admin)
		if old := w.thread(bob, q.Thread, forum.View{}); !slices.Equal(posts(old), []int64{q.Post, a1.Post, c1.Post, c2.Post, c3.Post, since.Post, a2.Post, c4.Post}) {
			t.Errorf("after Undo(): %v; want all as it was, and the new comment beside the others", posts(old))
		}
	})
}

func TestAMergeOfAClosedPinnedQuestionIsUndoneWithAllThatItWas(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		into, from, copied := w.ask(ada, "first"), w.ask(bob, "second"), w.ask(ada, "third")
		_, err := w.forum.MeToo(t.Context(), eve, from.Thread, true)
		w.must(err)
		_, err = w.forum.MeToo(t.Context(), ada, from.Thread, true)
		w.must(err)
		w.must(w.forum.Duplicate(t.Context(), ada, copied.Thread, from.Thread, item.Web))
		w.must(w.forum.Pin(t.Context(), w.admin, from.Thread, 1, ""))
		w.must(w.forum.Close(t.Context(), w.admin, from.Thread, forum.Closing{Reason: forum.Settled}))
		w.must(w.forum.Unite(t.Context(), w.admin, from.Thread, into.Thread, "the same"))
		got := w.thread(bob, into.Thread, forum.View{})
		if got.Life.Wanted != 1 || len(got.Life.Duplicates) != 1 || got.Life.Duplicates[0].Thread != copied.Thread {
			t.Errorf("the thread that took it over is wanted by %d more, with duplicates %+v; want eve, and the third", got.Life.Wanted, got.Life.Duplicates)
		}
		if pins, err := w.forum.Pinned(t.Context(), bob, got.Board); err != nil || len(pins) != 0 {
			t.Errorf("Pinned() = %+v, %v; want none", pins, err)
		}
		w.undo(w.admin)
		got = w.thread(bob, from.Thread, forum.View{})
		if got.ID != from.Thread || got.State != forum.Closed || got.Pinned != 1 || got.Life.Wanted != 2 || len(got.Life.Duplicates) != 1 {
			t.Errorf("after Undo(): %s, pinned at %d, wanted by %d, duplicates %+v; want it closed, pinned, wanted by 2, with the third", got.State, got.Pinned, got.Life.Wanted, got.Life.Duplicates)
		}
		if got := w.thread(bob, into.Thread, forum.View{}); got.Life.Wanted != 0 || len(got.Life.Duplicates) != 0 {
			t.Errorf("after Undo() the other is wanted by %d, with duplicates %+v; want none", got.Life.Wanted, got.Life.Duplicates)
		}
	})
}
