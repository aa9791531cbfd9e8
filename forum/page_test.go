package forum_test

import (
	"fmt"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// TestWhere asks for the page of every post and looks whether it stands there.
func TestWhere(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Many answers")
		var posts []int64
		for i := range 45 {
			posts = append(posts, w.reply(bob, forum.NewPost{Thread: q.Thread, Body: fmt.Sprint("answer ", i)}).Post)
		}
		for _, i := range []int{7, 30, 44} {
			if _, err := w.forum.Vote(w.Context(), ada, posts[i], 1); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.forum.Accept(w.Context(), ada, q.Thread, posts[40], item.Web); err != nil {
			t.Fatal(err)
		}
		comment := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: posts[20], Kind: forum.Comment, Body: "a comment"}).Post
		for _, post := range append(posts, q.Post, comment) {
			at, err := w.forum.Where(w.Context(), ada, post)
			if err != nil {
				t.Fatalf("Where(%d) = %v", post, err)
			}
			page := w.thread(ada, at.Thread, forum.View{Cursor: at.Cursor})
			if !holds(page, post) {
				t.Errorf("Where(%d) leads to a page with cursor %q that does not hold it", post, at.Cursor)
			}
		}
	})
}

// TestPageBefore reads a thread to its end and back, in every order.
func TestPageBefore(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Many answers")
		for i := range 65 {
			post := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: fmt.Sprint("answer ", i)}).Post
			if i%9 == 0 {
				w.vote(ada, post, 1)
			}
			if i == 64 { // who answers a solved question only adds to it
				if err := w.forum.Accept(w.Context(), ada, q.Thread, post, item.Web); err != nil {
					t.Fatal(err)
				}
			}
		}
		for _, order := range []forum.Order{forum.ByScore, forum.ByActivity, forum.Newest, forum.Oldest} {
			starts := []string{""}
			for page := w.thread(ada, q.Thread, forum.View{Order: order}); page.Next != ""; {
				starts = append(starts, page.Next)
				page = w.thread(ada, q.Thread, forum.View{Order: order, Cursor: page.Next})
			}
			if len(starts) != 4 {
				t.Fatalf("%s: there are %d pages; want 4", order, len(starts))
			}
			for i, start := range starts {
				back, err := w.forum.PageBefore(w.Context(), ada, q.Thread, forum.View{Order: order, Cursor: start})
				if want := starts[max(0, i-1)]; err != nil || back != want {
					t.Errorf("%s: before page %d stands %q, %v; want %q", order, i+1, back, err, want)
				}
			}
		}
		if _, err := w.forum.PageBefore(w.Context(), ada, q.Thread, forum.View{Cursor: "rubbish"}); err == nil {
			t.Error("a page link that is none leads somewhere")
		}
	})
}

func holds(t *forum.Thread, post int64) bool {
	all := append([]*forum.Post{&t.First}, t.Page...)
	if t.Best != nil {
		all = append(all, t.Best)
	}
	for _, p := range all {
		if p.ID == post {
			return true
		}
		for _, c := range p.Comments {
			if c.ID == post {
				return true
			}
		}
	}
	return false
}

func TestAudience(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve, dan := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member), w.Person("dan", account.Member)
		q := w.ask(ada, "A question") // ada watches the thread
		board := w.thread(ada, q.Thread, forum.View{}).Board.ID
		sub := func(u account.User, target item.Target, id int64, level, channel string) {
			w.Helper()
			if err := w.Items.Subscribe(w.Context(), u, item.Subscription{Target: target, ID: id, Level: level, Channel: channel}); err != nil {
				t.Fatal(err)
			}
		}
		for _, u := range []account.User{ada, bob, eve} {
			sub(u, item.ToBoard, board, "watch", "mail")
		}
		sub(dan, item.ToBoard, board, "watch", "web")
		sub(eve, item.ToThread, q.Thread, "mute", "mail")
		tests := []struct {
			rule         string
			by           account.User
			thread       int64
			most, people int
		}{
			{"a board's watchers by mail", dan, 0, 100, 3},
			{"never oneself", bob, 0, 100, 2},
			{"a thread's and its board's, each once, without the muted", dan, q.Thread, 100, 2},
			{"no further than asked", dan, 0, 2, 2},
		}
		for _, tt := range tests {
			got, err := w.forum.Audience(w.Context(), tt.by, board, tt.thread, tt.most)
			if got != tt.people || err != nil {
				t.Errorf("%s: Audience() = %d, %v; want %d", tt.rule, got, err, tt.people)
			}
		}
	})
}

func TestSaidBy(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		q := w.ask(w.admin, "A question")
		for i := range 32 {
			w.reply(w.admin, forum.NewPost{Thread: q.Thread, Body: fmt.Sprint("reply ", i)})
		}
		gone := w.reply(w.admin, forum.NewPost{Thread: q.Thread, Body: "deleted"})
		if err := w.forum.Remove(w.Context(), w.admin, gone.Post, "", item.Web); err != nil {
			t.Fatal(err)
		}
		if _, err := w.forum.Start(w.Context(), w.admin, forum.NewThread{Board: "staff", Kind: forum.Question, Title: "Closed", Body: "?", Via: item.Web}); err != nil {
			t.Fatal(err)
		}
		first, next, err := w.forum.SaidBy(w.Context(), ada, w.admin.ID, "")
		if err != nil {
			t.Fatal(err)
		}
		second, end, err := w.forum.SaidBy(w.Context(), ada, w.admin.ID, next)
		if err != nil || len(first) != 30 || len(second) != 3 || end != "" {
			t.Errorf("SaidBy() = %d, then %d and %q, %v; want 30, then 3 and the end", len(first), len(second), end, err)
		}
		for _, s := range append(first, second...) {
			if s.Title != "A question" || s.ID == gone.Post {
				t.Errorf("SaidBy() shows %+v to a member", s)
			}
		}
	})
}

// TestTagsAreThoseOneMayRead is about what a list of tags must not give away.
func TestTagsAreThoseOneMayRead(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		w.ask(ada, "A question") // asyncio 超时
		_, err := w.forum.Start(w.Context(), w.admin, forum.NewThread{Board: "staff", Kind: forum.Question, Title: "Closed", Body: "?", Tags: "asyncio secret", Via: item.Web})
		if err != nil {
			t.Fatal(err)
		}
		for by, want := range map[account.User]string{
			ada:     "[{asyncio 1} {超时 1}]",
			w.admin: "[{asyncio 2} {secret 1} {超时 1}]",
		} {
			got, err := w.Items.Tags(w.Context(), by, 10)
			if fmt.Sprint(got) != want || err != nil {
				t.Errorf("Tags(%s) = %v, %v; want %s", by.Name, got, err, want)
			}
		}
	})
}
