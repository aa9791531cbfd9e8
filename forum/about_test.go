package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// subject makes a page or an article, as their rooms do, and returns its number.
func (w *world) subject(space item.Space, kind item.Kind, by account.User, title string, status item.Status) int64 {
	w.Helper()
	space, err := w.Items.EnsureSpace(w.Context(), space)
	w.must(err)
	var saved item.Saved
	w.must(w.DB.Write(w.Context(), func(tx *db.Tx) (err error) {
		saved, err = w.Items.Create(w.Context(), tx, item.New{Kind: kind, Space: space.ID, Author: by, Slug: "slug", Status: status, Via: item.Web, At: w.Items.Now(),
			Text: item.Render(title, item.Markdown, "zeppelin", true, nil)})
		return err
	}))
	return saved.Item
}

func (w *world) page(title string) int64 {
	w.Helper()
	return w.subject(item.Space{Kind: "wiki", Slug: "wiki", Title: "Wiki", MayPost: 1}, item.Page, w.admin, title, item.Live)
}

func (w *world) article(by account.User, status item.Status) int64 {
	w.Helper()
	return w.subject(item.Space{Kind: "blog", Slug: by.Name, Title: by.Display, MayPost: 1, Owner: by.ID}, item.Article, by, "My article", status)
}

func (w *world) comment(by account.User, article int64) {
	w.Helper()
	w.Tick()
	_, err := w.forum.Comment(w.Context(), by, forum.NewThread{About: article, Body: "Well said.", Via: item.Web})
	w.must(err)
}

func (w *world) about(by account.User, subject int64) {
	w.Helper()
	_, _, err := w.forum.About(w.Context(), by, subject, "")
	w.must(err)
}

func (w *world) split(post int64) {
	w.Helper()
	_, err := w.forum.Split(w.Context(), w.admin, forum.Split{Post: post, Title: "Aside"})
	w.must(err)
}

// hide takes a page or an article out of sight, and show brings it back.
func (w *world) hide(id int64) {
	w.Helper()
	w.must(w.DB.Write(w.Context(), func(tx *db.Tx) error { return w.Items.Remove(w.Context(), tx, w.admin, id, "", item.Web) }))
}

func (w *world) show(id int64) {
	w.Helper()
	text := item.Render("My article", item.Markdown, "zeppelin", true, nil)
	w.must(w.DB.Write(w.Context(), func(tx *db.Tx) error { return w.Items.Restore(w.Context(), tx, w.admin, id, text, item.Web) }))
}

func TestThreadsAboutAPage(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		page := w.page("Loops")
		if _, err := w.forum.Start(t.Context(), account.User{}, forum.NewThread{About: page, Kind: forum.Question, Title: "Is it so?", Body: "Why?", Via: item.Web}); !fault.Is(err, fault.Unknown) {
			t.Errorf("Start() by a visitor = %v; want fault.Unknown", err)
		}
		ref, err := w.forum.Start(t.Context(), ada, forum.NewThread{About: page, Kind: forum.Question, Title: "Is it so?", Body: "Why?", Via: item.Web})
		w.must(err)
		got := w.thread(ada, ref.Thread, forum.View{})
		if got.About == nil || got.About.ID != page || got.About.Title != "Loops" || got.Board.Slug != "wiki-talk" {
			t.Errorf("the thread stands in %s and is about %+v; want wiki-talk, the page", got.Board.Slug, got.About)
		}
		rows, _, err := w.forum.About(t.Context(), account.User{}, page, "")
		if err != nil || len(rows) != 1 || rows[0].ID != ref.Thread {
			t.Errorf("About() = %+v, %v; want the thread", rows, err)
		}
		if _, err := w.forum.Start(t.Context(), ada, forum.NewThread{About: ref.Thread, Kind: forum.Question, Title: "Nested", Body: "Why?", Via: item.Web}); !fault.Is(err, fault.Missing) {
			t.Errorf("Start() about a thread = %v; want fault.Missing", err)
		}
	})
}

func TestCommentsOnAnArticleAreOneThread(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		a := w.article(ada, item.Live)
		say := func(by account.User, body string) forum.Ref {
			t.Helper()
			w.Tick()
			ref, err := w.forum.Comment(t.Context(), by, forum.NewThread{About: a, Body: body, Via: item.Web})
			w.must(err)
			return ref
		}
		first, second := say(bob, "Well said."), say(eve, "Indeed.")
		got := w.thread(bob, first.Thread, forum.View{})
		if second.Thread != first.Thread || got.Title != "My article" || got.Posts != 2 || got.Board.Slug != "blog-comments" {
			t.Errorf("the comments stand in %d and %d, “%s” with %d posts in %s; want one thread with the title of the article", first.Thread, second.Thread, got.Title, got.Posts, got.Board.Slug)
		}
		if got := w.thread(ada, first.Thread, forum.View{}); got.Watching != "watch" {
			t.Errorf("the author of the article is %q there; want that they watch", got.Watching)
		}
		draft := w.article(ada, item.Draft)
		for _, by := range []account.User{ada, bob, w.admin} {
			if _, err := w.forum.Comment(t.Context(), by, forum.NewThread{About: draft, Body: "First!", Via: item.Web}); !fault.Is(err, fault.Missing) {
				t.Errorf("Comment() on a draft by %s = %v; want fault.Missing", by.Name, err)
			}
		}
	})
}

func TestAThreadIsInSightAsFarAsItsSubject(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		a := w.article(ada, item.Live)
		ref, err := w.forum.Comment(t.Context(), bob, forum.NewThread{About: a, Body: "A quixotic remark.", Via: item.Web})
		w.must(err)
		reply := w.reply(bob, forum.NewPost{Thread: ref.Thread, Body: "A quixotic reply."})
		made, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: w.reply(ada, forum.NewPost{Thread: ref.Thread, Body: "A quixotic aside."}).Post, Title: "Aside"})
		w.must(err)
		w.hide(a)
		for _, by := range []account.User{ada, bob, w.admin, {}} {
			for _, thread := range []int64{ref.Thread, made.Thread} {
				if _, err := w.forum.Thread(t.Context(), by, thread, forum.View{}); !fault.Is(err, fault.Missing) {
					t.Errorf("Thread() by %q = %v; want fault.Missing", by.Name, err)
				}
			}
			if _, err := w.forum.Find(t.Context(), by, reply.Post); !fault.Is(err, fault.Missing) {
				t.Errorf("Find() by %q = %v; want fault.Missing", by.Name, err)
			}
			if n := len(w.list(by, forum.Filter{})); n != 0 {
				t.Errorf("List() by %q has %d threads; want none", by.Name, n)
			}
			if hits, _, err := w.Items.Find(t.Context(), by, "quixotic", 0, 10); err != nil || len(hits) != 0 {
				t.Errorf("Find() by %q = %+v, %v; want nothing", by.Name, hits, err)
			}
			for _, line := range w.log(by) {
				if line.Title != "" {
					t.Errorf("the log tells %q of “%s”", by.Name, line.Title)
				}
			}
		}
		if b, err := w.forum.Board(t.Context(), bob, "blog-comments"); err != nil || b.Threads != 0 {
			t.Errorf("the board counts %d threads, %v; want none", b.Threads, err)
		}
		if _, err := w.forum.Reply(t.Context(), bob, forum.NewPost{Thread: ref.Thread, Body: "by mail", Via: item.Mail}); !fault.Is(err, fault.Missing) {
			t.Errorf("Reply() by mail = %v; want fault.Missing", err)
		}
		w.show(a)
		got := w.thread(bob, ref.Thread, forum.View{})
		if got.Status != item.Live || got.State != forum.Open || got.Posts != 2 || len(w.list(bob, forum.Filter{})) != 2 {
			t.Errorf("shown again it is %s, %s, with %d posts; want it as it was", got.Status, got.State, got.Posts)
		}
		if b, err := w.forum.Board(t.Context(), bob, "blog-comments"); err != nil || b.Threads != 2 {
			t.Errorf("the board counts %d threads, %v; want both", b.Threads, err)
		}
	})
}

func TestADeletedThreadStaysDeletedWhenItsSubjectComesBack(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		a := w.article(ada, item.Live)
		ref, err := w.forum.Comment(t.Context(), bob, forum.NewThread{About: a, Body: "rude", Via: item.Web})
		w.must(err)
		w.must(w.forum.Remove(t.Context(), w.admin, ref.Post, "rude", item.Web))
		w.hide(a)
		if _, err := w.forum.Thread(t.Context(), w.admin, ref.Thread, forum.View{}); !fault.Is(err, fault.Missing) {
			t.Errorf("Thread() = %v; want fault.Missing", err)
		}
		w.show(a)
		if _, err := w.forum.Thread(t.Context(), ada, ref.Thread, forum.View{}); !fault.Is(err, fault.Missing) {
			t.Errorf("Thread() of what was deleted = %v; want fault.Missing", err)
		}
		w.must(w.forum.Restore(t.Context(), w.admin, ref.Post, item.Web))
		w.thread(ada, ref.Thread, forum.View{})
	})
}

// What stands in a board that more people read than its subject is not shown there.
func TestNobodyReadsAboutWhatTheyCannotRead(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		page := w.page("Loops")
		w.board(forum.Board{Slug: "members", Title: "Members", MayRead: account.Members, MayPost: account.Members})
		ref, err := w.forum.Start(t.Context(), ada, forum.NewThread{About: page, Kind: forum.Discussion, Title: "Talk", Body: "Hm.", Via: item.Web})
		w.must(err)
		change := func(kind, slug string, read account.Audience) {
			t.Helper()
			s, err := w.Items.Space(t.Context(), kind, slug)
			w.must(err)
			s.MayRead = read
			w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error { return w.Items.ChangeSpace(t.Context(), tx, s) }))
		}
		change("wiki", "wiki", account.Members)
		if _, err := w.forum.Thread(t.Context(), bob, ref.Thread, forum.View{}); !fault.Is(err, fault.Missing) {
			t.Errorf("Thread() in a board for everybody = %v; want fault.Missing", err)
		}
		if _, err := w.forum.Start(t.Context(), ada, forum.NewThread{About: page, Kind: forum.Discussion, Title: "More", Body: "Hm.", Via: item.Web}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Start() there = %v; want fault.Forbidden", err)
		}
		change("board", "wiki-talk", account.Members)
		w.thread(bob, ref.Thread, forum.View{})
		if err := w.forum.Move(t.Context(), w.admin, ref.Thread, "python", ""); !fault.Is(err, fault.Invalid) {
			t.Errorf("Move() to a board for everybody = %v; want fault.Invalid", err)
		}
		w.must(w.forum.Move(t.Context(), w.admin, ref.Thread, "members", ""))
	})
}
