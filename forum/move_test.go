package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestAMovedThreadIsReadListedAndSearchedInItsNewBoard(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		w.board(forum.Board{Slug: "web", Title: "Web", MayPost: 1})
		w.board(forum.Board{Slug: "desk", Title: "Desk", MayRead: 2, MayPost: 2})
		q := w.ask(ada, "zeppelin")
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "an answer"})
		if err := w.forum.Move(t.Context(), ada, q.Thread, "web", ""); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Move() by a member = %v; want fault.Forbidden", err)
		}
		w.must(w.forum.Move(t.Context(), w.admin, q.Thread, "web", "it is about the web"))
		got := w.thread(bob, q.Thread, forum.View{})
		from, err := w.forum.CameFrom(t.Context(), bob, got)
		if err != nil || got.Board.Slug != "web" || len(from) != 1 || from[0].Slug != "python" {
			t.Errorf("it stands in %s and came from %+v, %v; want web, from python", got.Board.Slug, from, err)
		}
		if n := len(w.list(bob, forum.Filter{Board: "web"})); n != 1 || len(w.list(bob, forum.Filter{Board: "python"})) != 0 {
			t.Errorf("web lists %d threads; want 1, and python none", n)
		}
		for slug, want := range map[string]int{"web": 1, "python": 0} {
			if b, err := w.forum.Board(t.Context(), bob, slug); err != nil || b.Threads != want {
				t.Errorf("%s counts %d threads, %v; want %d", slug, b.Threads, err, want)
			}
		}
		w.must(w.forum.Move(t.Context(), w.admin, q.Thread, "desk", ""))
		if _, err := w.forum.Thread(t.Context(), bob, q.Thread, forum.View{}); !fault.Is(err, fault.Missing) {
			t.Errorf("Thread() in a closed board = %v; want fault.Missing", err)
		}
		if hits, _, err := w.Items.Find(t.Context(), bob, "zeppelin", 0, 10); err != nil || len(hits) != 0 {
			t.Errorf("Find() = %+v, %v; want nothing of a closed board", hits, err)
		}
		for _, line := range w.log(bob) {
			if line.Title+line.Why != "" {
				t.Errorf("the log tells bob %+v of a thread in a closed board", line)
			}
		}
		w.undo(w.admin)
		if got := w.thread(bob, q.Thread, forum.View{}); got.Board.Slug != "web" || got.Answers != 1 {
			t.Errorf("after Undo() it stands in %s with %d answers; want web, 1", got.Board.Slug, got.Answers)
		}
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "more", Via: item.Mail})
	})
}

func TestUnitedThreadsCanBeTakenApart(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		into, from := w.ask(ada, "first"), w.ask(bob, "second")
		answer := w.reply(ada, forum.NewPost{Thread: from.Thread, Body: "to the second"})
		w.must(w.forum.Accept(t.Context(), bob, from.Thread, answer.Post, item.Web))
		if err := w.forum.Unite(t.Context(), w.admin, from.Thread, from.Thread, ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("Unite() with itself = %v; want fault.Invalid", err)
		}
		w.must(w.forum.Unite(t.Context(), w.admin, from.Thread, into.Thread, "the same"))
		got := w.thread(ada, from.Thread, forum.View{})
		if got.ID != into.Thread || got.Posts != 3 {
			t.Errorf("the old address shows thread %d with %d posts; want %d, 3", got.ID, got.Posts, into.Thread)
		}
		if at, err := w.forum.Where(t.Context(), ada, answer.Post); err != nil || at.Thread != into.Thread {
			t.Errorf("Where() = %+v, %v; want the thread that took it over", at, err)
		}
		note := w.reply(bob, forum.NewPost{Thread: into.Thread, Parent: answer.Post, Kind: forum.Comment, Body: "a comment since"})
		w.undo(w.admin)
		got = w.thread(ada, from.Thread, forum.View{})
		if got.ID != from.Thread || got.Posts != 3 || got.State != forum.Solved || got.Best == nil || len(got.Best.Comments) != 1 || got.Best.Comments[0].ID != note.Post {
			t.Errorf("after Undo(): thread %d, %d posts, %s, best %+v; want all as it was, with the comment", got.ID, got.Posts, got.State, got.Best)
		}
		if got := w.thread(ada, into.Thread, forum.View{}); got.Posts != 1 {
			t.Errorf("the other has %d posts; want its own one", got.Posts)
		}
		if b, err := w.forum.Board(t.Context(), ada, "python"); err != nil || b.Threads != 2 {
			t.Errorf("the board counts %d threads, %v; want 2", b.Threads, err)
		}
	})
}
