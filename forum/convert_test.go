package forum_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestACommentBecomesAnAnswerAndBack(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Loop")
		c := w.reply(bob, forum.NewPost{Thread: q.Thread, Kind: forum.Comment, Body: "Just close it."})
		w.refused(w.forum.ToAnswer(t.Context(), eve, c.Post, item.Web), fault.Forbidden)
		w.must(w.forum.ToAnswer(t.Context(), bob, c.Post, item.Web))
		w.refused(w.forum.ToAnswer(t.Context(), bob, c.Post, item.Web), fault.Invalid)
		got := w.state(q.Thread, forum.Answered)
		if got.Answers != 1 || len(got.Page) != 1 || got.Page[0].ID != c.Post || len(got.First.Comments) != 0 {
			t.Fatalf("%d answers, page %v; want the comment as the answer", got.Answers, got.Page)
		}
		said := w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: c.Post, Kind: forum.Comment, Body: "That helped."})
		w.must(w.forum.Accept(t.Context(), ada, q.Thread, c.Post, item.Web))
		w.refused(w.forum.ToComment(t.Context(), w.admin, c.Post, said.Post, item.Web), fault.Invalid)
		w.must(w.forum.ToComment(t.Context(), w.admin, c.Post, 0, item.Web))
		got = w.state(q.Thread, forum.Open)
		if got.Answers != 0 || got.Accepted != 0 || len(got.First.Comments) != 2 || got.First.Comments[0].ID != c.Post || got.First.Comments[1].ID != said.Post {
			t.Errorf("%d answers, accepted %d, comments %v; want none, none, and both in their order", got.Answers, got.Accepted, got.First.Comments)
		}
		if where, err := w.forum.Where(t.Context(), eve, c.Post); err != nil || where.Thread != q.Thread {
			t.Errorf("the old address leads to %+v, %v", where, err)
		}
	})
}

func TestAnAnswerBecomesAQuestionOfItsOwn(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "I have **another** question."})
		w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a.Post, Kind: forum.Comment, Body: "Ask it."})
		_, err := w.forum.ToQuestion(t.Context(), bob, forum.Conversion{Post: a.Post, Via: item.Web})
		w.refused(err, fault.Invalid)
		made, err := w.forum.ToQuestion(t.Context(), w.admin, forum.Conversion{Post: a.Post, Title: "Another", Tags: "loop", Via: item.Web})
		w.must(err)
		got := w.thread(ada, made.Thread, forum.View{Source: true})
		if got.Kind != forum.Question || got.First.Author.ID != bob.ID || got.First.Source != "I have **another** question." || got.First.MadeOf != a.Post {
			t.Errorf("made %+v; want bob's question, made of his answer", got.First)
		}
		old := w.thread(ada, q.Thread, forum.View{})
		if len(old.Page) != 1 || old.Page[0].Became != made.Post || len(old.Page[0].Comments) != 1 {
			t.Errorf("what is left = %+v; want the answer with its comment, pointing to the question", old.Page)
		}
		_, err = w.forum.ToQuestion(t.Context(), bob, forum.Conversion{Post: a.Post, Title: "Again", Via: item.Web})
		w.refused(err, fault.Conflict)
	})
}

func TestAQuestionBecomesAnAnswerToAnother(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q, misplaced := w.ask(ada, "Loop"), w.ask(bob, "Re: Loop")
		w.reply(eve, forum.NewPost{Thread: misplaced.Thread, Kind: forum.Comment, Body: "Wrong button?"})
		_, err := w.forum.ToAnswerOf(t.Context(), eve, forum.Conversion{Post: misplaced.Post, To: q.Thread, Via: item.Web})
		w.refused(err, fault.Forbidden)
		_, err = w.forum.ToAnswerOf(t.Context(), bob, forum.Conversion{Post: misplaced.Post, To: misplaced.Post, Via: item.Web})
		w.refused(err, fault.Invalid)
		made, err := w.forum.ToAnswerOf(t.Context(), bob, forum.Conversion{Post: misplaced.Post, To: q.Thread, Via: item.Web})
		w.must(err)
		got := w.state(q.Thread, forum.Answered)
		if len(got.Page) != 1 || got.Page[0].ID != made.Post || got.Page[0].Author.ID != bob.ID || got.Page[0].MadeOf != misplaced.Post {
			t.Errorf("the answers are %+v; want bob's, made of his question", got.Page)
		}
		old := w.state(misplaced.Thread, forum.Duplicate)
		if old.Life.Original == nil || old.Life.Original.Thread != q.Thread || len(old.First.Comments) != 1 || old.First.Became != made.Post {
			t.Errorf("what is left points to %+v with %d comments; want the other question, and the discussion", old.Life.Original, len(old.First.Comments))
		}
	})
}

func TestTagsAreAddedAndTakenAway(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		w.must(w.forum.Retag(t.Context(), ada, q.Thread, "+Python +超时 -asyncio", item.Mail))
		got := w.thread(ada, q.Thread, forum.View{})
		if len(got.Tags) != 2 || got.Tags[0] != "python" || got.Tags[1] != "超时" || got.First.Edits != 1 {
			t.Errorf("tags = %v after %d edits; want python, 超时, one", got.Tags, got.First.Edits)
		}
		w.refused(w.forum.Retag(t.Context(), ada, q.Thread, "python", item.Mail), fault.Invalid)
		w.refused(w.forum.Retag(t.Context(), bob, q.Thread, "+mine", item.Mail), fault.Forbidden)
	})
}

func TestACommunityAnswerIsEveryMembersToImprove(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Loop")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "A list of loops"})
		better := forum.Edit{Post: a.Post, Body: "A longer list of loops", Via: item.Web}
		for range 9 {
			w.reply(eve, forum.NewPost{Thread: q.Thread, Body: "hm"})
		}
		w.refused(w.forum.MakeWiki(t.Context(), eve, a.Post, true, item.Web), fault.Forbidden)
		w.refused(w.forum.MakeWiki(t.Context(), ada, q.Post, true, item.Web), fault.Invalid)
		w.must(w.forum.MakeWiki(t.Context(), bob, a.Post, true, item.Web))
		_, err := w.forum.Edit(t.Context(), eve, better)
		w.refused(err, fault.Forbidden)
		w.reply(eve, forum.NewPost{Thread: q.Thread, Body: "the tenth"})
		for _, p := range w.thread(eve, q.Thread, forum.View{}).Page {
			if p.ID == a.Post && (!p.Wiki || p.MayEdit(eve) != nil) {
				t.Errorf("wiki %t, MayEdit() = %v; want that eve may", p.Wiki, p.MayEdit(eve))
			}
		}
		_, err = w.forum.Edit(t.Context(), eve, better)
		w.must(err)
		w.must(w.forum.MakeWiki(t.Context(), bob, a.Post, false, item.Web))
		_, err = w.forum.Edit(t.Context(), eve, better)
		w.refused(err, fault.Forbidden)
	})
}
