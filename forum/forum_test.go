package forum_test

import (
	"context"
	"fmt"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
)

// world is a forum with a board and some people.
type world struct {
	*dbtest.House
	forum *forum.Forum
	admin account.User
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	dbtest.EachHouse(t, func(h *dbtest.House) {
		w := &world{House: h, forum: forum.New(h.Items), admin: h.Person("admin", account.Administrator)}
		w.board(forum.Board{Slug: "python", Title: "Python", MayPost: 1})
		test(w)
	})
}

func (w *world) board(b forum.Board) forum.Board {
	w.Helper()
	made, err := w.forum.AddBoard(w.Context(), w.admin, b)
	if err != nil {
		w.Fatalf("AddBoard(%q) = %v", b.Slug, err)
	}
	return made
}

func (w *world) ask(by account.User, title string) forum.Ref {
	w.Helper()
	w.Tick()
	ref, err := w.forum.Start(w.Context(), by, forum.NewThread{Board: "python", Kind: forum.Question, Title: title, Body: "How?", Tags: "asyncio 超时", Via: item.Web})
	if err != nil {
		w.Fatalf("Start(%q) = %v", title, err)
	}
	return ref
}

func (w *world) reply(by account.User, n forum.NewPost) forum.Ref {
	w.Helper()
	w.Tick()
	if n.Via == "" {
		n.Via = item.Web
	}
	ref, err := w.forum.Reply(w.Context(), by, n)
	if err != nil {
		w.Fatalf("Reply(%q) = %v", n.Body, err)
	}
	return ref
}

func (w *world) thread(by account.User, id int64, v forum.View) *forum.Thread {
	w.Helper()
	t, err := w.forum.Thread(w.Context(), by, id, v)
	if err != nil {
		w.Fatalf("Thread(%d) = %v", id, err)
	}
	return t
}

func TestAQuestionGrows(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Why does the task go on?")
		a1 := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Because."})
		a2 := w.reply(eve, forum.NewPost{Thread: q.Thread, Body: "It waits."})
		w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a2.Post, Kind: forum.Comment, Body: "Thanks"})
		if _, err := w.forum.Vote(w.Context(), ada, a2.Post, 1); err != nil {
			t.Fatal(err)
		}
		got := w.thread(ada, q.Thread, forum.View{})
		if got.State != forum.Answered || got.Answers != 2 || got.Posts != 4 {
			t.Errorf("state %s, %d answers, %d posts; want answered, 2, 4", got.State, got.Answers, got.Posts)
		}
		if len(got.Page) != 2 || got.Page[0].ID != a2.Post || got.Page[0].Score != 1 || got.Page[0].MyVote != 1 {
			t.Errorf("page = %+v; want the answer with a vote first", got.Page)
		}
		if c := got.Page[0].Comments; len(c) != 1 || c[0].Author.Name != "ada" {
			t.Errorf("comments = %+v; want ada's, because an asker comments on an answer", c)
		}
		if err := w.forum.Accept(w.Context(), ada, q.Thread, a1.Post, item.Web); err != nil {
			t.Fatal(err)
		}
		got = w.thread(bob, q.Thread, forum.View{})
		if got.State != forum.Solved || got.Best == nil || got.Best.ID != a1.Post || len(got.Page) != 1 {
			t.Errorf("after Accept: state %s, best %v, %d others", got.State, got.Best, len(got.Page))
		}
	})
}

func TestAThreadIsPaged(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Many answers")
		for i := range 25 {
			w.reply(bob, forum.NewPost{Thread: q.Thread, Body: fmt.Sprint("answer ", i)})
		}
		for _, order := range []forum.Order{forum.ByScore, forum.Newest, forum.Oldest} {
			first := w.thread(ada, q.Thread, forum.View{Order: order})
			second := w.thread(ada, q.Thread, forum.View{Order: order, Cursor: first.Next})
			seen := map[int64]bool{}
			for _, p := range append(first.Page, second.Page...) {
				seen[p.ID] = true
			}
			if len(first.Page) != 20 || len(second.Page) != 5 || len(seen) != 25 || second.Next != "" {
				t.Errorf("%s: %d + %d posts, %d different, next %q; want 20 + 5, 25, none", order, len(first.Page), len(second.Page), len(seen), second.Next)
			}
		}
	})
}

func TestAListIsPaged(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		for i := range 35 {
			w.ask(ada, fmt.Sprint("question ", i))
		}
		for _, q := range []forum.Filter{{Board: "python"}, {Sort: forum.SortNewest, Kind: forum.Question}, {Sort: forum.SortVotes}, {Sort: forum.SortUnanswered}, {Tags: []string{"超时"}}} {
			first, next, err := w.forum.List(w.Context(), ada, q)
			if err != nil {
				t.Fatal(err)
			}
			q.Cursor = next
			second, end, err := w.forum.List(w.Context(), ada, q)
			if err != nil || len(first) != 30 || len(second) != 5 || end != "" {
				t.Errorf("List(%+v) = %d + %d rows, then %q, %v; want 30 + 5", q, len(first), len(second), end, err)
			}
			if first[0].Title != "question 34" {
				t.Errorf("List(%+v) begins with %q; want the newest", q, first[0].Title)
			}
		}
	})
}

func TestWhoMayWrite(t *testing.T) {
	each(t, func(w *world) {
		ada, mod := w.Person("ada", account.Member), w.Person("mod", account.Moderator)
		w.board(forum.Board{Slug: "news", Title: "News", MayPost: 2})
		w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		waiting := ada
		waiting.Status = account.Waiting
		locked := w.ask(ada, "Locked")
		if err := w.forum.Lock(w.Context(), mod, locked.Thread, true, ""); err != nil {
			t.Fatal(err)
		}
		start := func(board string) func(by account.User) error {
			return func(by account.User) error {
				_, err := w.forum.Start(w.Context(), by, forum.NewThread{Board: board, Kind: forum.Discussion, Title: "T", Body: "B", Via: item.Web})
				return err
			}
		}
		reply := func(by account.User) error {
			_, err := w.forum.Reply(w.Context(), by, forum.NewPost{Thread: locked.Thread, Body: "B", Via: item.Mail})
			return err
		}
		for _, c := range []struct {
			rule string
			by   account.User
			do   func(account.User) error
			want fault.Kind
		}{
			{"a visitor signs in first", account.User{}, start("python"), fault.Unknown},
			{"a new member confirms the address first", waiting, start("python"), fault.Forbidden},
			{"only the staff write news", ada, start("news"), fault.Forbidden},
			{"a private board is as if it were not there", ada, start("staff"), fault.Invalid},
			{"a locked thread does not grow, by mail either", ada, reply, fault.Forbidden},
		} {
			if err := c.do(c.by); !fault.Is(err, c.want) {
				t.Errorf("%s: %v (kind %d); want kind %d", c.rule, err, fault.KindOf(err), c.want)
			}
		}
		if err := start("staff")(mod); err != nil {
			t.Errorf("staff write in their board: %v", err)
		}
		if err := reply(mod); err != nil {
			t.Errorf("staff write in a locked thread: %v", err)
		}
	})
}

func TestBadInputNamesEveryField(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		_, err := w.forum.Start(w.Context(), ada, forum.NewThread{Board: "python", Kind: "essay", Title: " \u200b ", Body: "\n", Tags: "a/b", Via: item.Web})
		var fields []string
		for _, e := range fault.All(err) {
			fields = append(fields, e.Field)
		}
		if got, want := fmt.Sprint(fields), "[kind title body tags]"; got != want {
			t.Errorf("Start() complains about %s; want %s (%v)", got, want, err)
		}
	})
}

func TestEditKeepsEveryRevision(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "First title")
		e := forum.Edit{Post: q.Post, Base: q.Revision, Title: "Second title", Body: "Now with **code**", Tags: "go", Via: item.Web}
		if _, err := w.forum.Edit(w.Context(), bob, e); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Edit() by somebody else = %v; want fault.Forbidden", err)
		}
		if _, err := w.forum.Edit(w.Context(), ada, e); err != nil {
			t.Fatal(err)
		}
		if _, err := w.forum.Edit(w.Context(), ada, e); !fault.Is(err, fault.Conflict) {
			t.Errorf("Edit() on an old revision = %v; want fault.Conflict", err)
		}
		p, all, err := w.forum.Revisions(w.Context(), bob, q.Post)
		if err != nil || len(all) != 2 || all[1].Title != "First title" || p.Title != "Second title" || p.Edits != 1 {
			t.Errorf("Revisions() = %+v, %+v, %v", p, all, err)
		}
		if rows, _, err := w.forum.List(w.Context(), bob, forum.Filter{Tags: []string{"asyncio"}}); err != nil || len(rows) != 0 {
			t.Errorf("the old tag still lists %d threads, %v", len(rows), err)
		}
	})
}

func TestRemovedPostsAreHiddenAndComeBack(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, mod := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("mod", account.Moderator)
		q := w.ask(ada, "Stays")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "canary"})
		if err := w.forum.Accept(w.Context(), ada, q.Thread, a.Post, item.Web); err != nil {
			t.Fatal(err)
		}
		if err := w.forum.Remove(w.Context(), mod, a.Post, "off topic", item.Web); err != nil {
			t.Fatal(err)
		}
		got := w.thread(ada, q.Thread, forum.View{Source: true})
		if got.Answers != 0 || got.State != forum.Open || len(got.Page) != 1 || got.Page[0].HTML != "" || got.Page[0].Source != "" || got.Page[0].Removal.Why != "off topic" {
			t.Errorf("after Remove: %+v", got)
		}
		if _, err := w.forum.Find(w.Context(), ada, a.Post); !fault.Is(err, fault.Missing) {
			t.Errorf("Find() of a removed post = %v; want fault.Missing", err)
		}
		if err := w.forum.Restore(w.Context(), mod, a.Post, item.Web); err != nil {
			t.Fatal(err)
		}
		if got := w.thread(ada, q.Thread, forum.View{}); got.Answers != 1 || got.State != forum.Answered {
			t.Errorf("after Restore: %d answers, state %s", got.Answers, got.State)
		}
	})
}

func TestConcurrentVotersAndRepliersLoseNothing(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Busy")
		people := make([]account.User, 40)
		for i := range people {
			people[i] = w.Person(fmt.Sprint("p", i), account.Member)
		}
		errs := make(chan error, 2*len(people))
		for _, p := range people {
			go func() {
				_, err := w.forum.Vote(context.Background(), p, q.Post, 1)
				errs <- err
			}()
			go func() {
				_, err := w.forum.Reply(context.Background(), p, forum.NewPost{Thread: q.Thread, Body: "me too", Via: item.Web})
				errs <- err
			}()
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		got := w.thread(ada, q.Thread, forum.View{Limit: 100})
		if got.First.Score != 40 || got.Answers != 40 || len(got.Page) != 40 {
			t.Errorf("score %d, %d answers counted, %d read; want 40 each", got.First.Score, got.Answers, len(got.Page))
		}
	})
}

func TestMergedThreadsAreOne(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		start := func(title string) forum.Ref {
			w.Tick()
			ref, err := w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: title, Body: title, Via: item.Mail})
			if err != nil {
				t.Fatal(err)
			}
			return ref
		}
		into, from := start("first"), start("second")
		reply := w.reply(bob, forum.NewPost{Thread: from.Thread, Body: "late"})
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error { return w.forum.Merge(t.Context(), tx, from.Thread, into.Thread) }); err != nil {
			t.Fatal(err)
		}
		got := w.thread(ada, from.Thread, forum.View{})
		if got.ID != into.Thread || got.Posts != 3 || len(got.Page) != 2 || got.Page[1].ID != reply.Post || !got.LastAt.Equal(w.Clock) {
			t.Errorf("the old address leads to %d with %d posts, page %d, last %v", got.ID, got.Posts, len(got.Page), got.LastAt)
		}
		if rows, _, err := w.forum.List(t.Context(), ada, forum.Filter{Board: "python"}); err != nil || len(rows) != 1 {
			t.Errorf("the board lists %d threads, %v; want 1", len(rows), err)
		}
		if w.reply(ada, forum.NewPost{Thread: from.Thread, Body: "again"}).Thread != into.Thread {
			t.Error("a reply to the old address went astray")
		}
	})
}
