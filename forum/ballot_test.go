package forum_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

var wrong = forum.Reason{Word: "wrong", Note: "It deadlocks."}

func TestAVoteAgainstSaysWhyToTheAuthorAlone(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		a := w.reply(bob, forum.NewPost{Thread: w.ask(ada, "Loop").Thread, Body: "Close it."})
		_, err := w.forum.Vote(t.Context(), ada, a.Post, -1)
		w.refused(err, fault.Invalid)
		for _, why := range []forum.Reason{{}, {Word: "because"}, {Word: forum.Other}, {Word: "wrong", Note: strings.Repeat("x", 501)}} {
			_, err := w.forum.VoteDown(t.Context(), ada, a.Post, why)
			w.refused(err, fault.Invalid)
		}
		_, err = w.forum.VoteDown(t.Context(), bob, a.Post, wrong)
		w.refused(err, fault.Forbidden)
		if score, err := w.forum.VoteDown(t.Context(), ada, a.Post, wrong); err != nil || score != -1 {
			t.Errorf("VoteDown() = %d, %v; want -1", score, err)
		}
		for _, by := range []account.User{ada, eve, {}} {
			_, _, err := w.forum.Objections(t.Context(), by, a.Post)
			w.refused(err, fault.Forbidden)
		}
		_, got, err := w.forum.Objections(t.Context(), bob, a.Post)
		if err != nil || len(got) != 1 || got[0].Reason != wrong || got[0].By.ID != 0 {
			t.Errorf("Objections() for the author = %+v, %v; want the reason and nobody's name", got, err)
		}
		_, got, err = w.forum.Objections(t.Context(), w.admin, a.Post)
		if err != nil || len(got) != 1 || got[0].By.ID != ada.ID {
			t.Errorf("Objections() for the staff = %+v, %v; want ada's", got, err)
		}
		if score, err := w.forum.Vote(t.Context(), ada, a.Post, 1); err != nil || score != 1 {
			t.Errorf("Vote(1) = %d, %v; want 1", score, err)
		}
		if _, got, err := w.forum.Objections(t.Context(), bob, a.Post); err != nil || len(got) != 0 {
			t.Errorf("Objections() after a change of mind = %+v, %v; want none", got, err)
		}
	})
}

func TestVotesHaveADailyBound(t *testing.T) {
	each(t, func(w *world) {
		bob, eve := w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(w.admin, "Loop")
		var posts []int64
		for i := range 61 {
			posts = append(posts, w.reply(w.admin, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: fmt.Sprint(i)}).Post)
		}
		for _, id := range posts[:15] {
			_, err := w.forum.VoteDown(t.Context(), eve, id, wrong)
			w.must(err)
		}
		_, err := w.forum.VoteDown(t.Context(), eve, posts[15], wrong)
		w.refused(err, fault.Limited)
		_, err = w.forum.Vote(t.Context(), eve, posts[0], 0)
		w.must(err)
		_, err = w.forum.VoteDown(t.Context(), eve, posts[15], wrong)
		w.must(err)
		for _, id := range posts[:60] {
			w.vote(bob, id, 1)
		}
		_, err = w.forum.Vote(t.Context(), bob, posts[60], 1)
		w.refused(err, fault.Limited)
		w.Clock = w.Clock.Add(25 * time.Hour)
		w.vote(bob, posts[60], 1)
	})
}

func TestTheAskersChoiceAndTheVotesAreToldApart(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Loop")
		a, b := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "a"}), w.reply(eve, forum.NewPost{Thread: q.Thread, Body: "b"})
		if got := w.thread(bob, q.Thread, forum.View{}).Favoured; got != 0 {
			t.Errorf("nobody has voted, and %d is preferred", got)
		}
		w.vote(ada, a.Post, 1)
		w.vote(ada, b.Post, 1)
		if got := w.thread(bob, q.Thread, forum.View{}).Favoured; got != 0 {
			t.Errorf("two are level, and %d is preferred", got)
		}
		w.vote(bob, b.Post, 1)
		w.must(w.forum.Accept(t.Context(), ada, q.Thread, a.Post, item.Web))
		got := w.thread(bob, q.Thread, forum.View{})
		if got.Best == nil || got.Best.ID != a.Post || got.Favoured != b.Post || got.Page[0].ID != b.Post {
			t.Errorf("accepted %v, preferred %d; want %d and %d", got.Best, got.Favoured, a.Post, b.Post)
		}
		w.must(w.forum.Accept(t.Context(), ada, q.Thread, b.Post, item.Web))
		if got := w.thread(bob, q.Thread, forum.View{}); got.Best.ID != b.Post || got.Favoured != b.Post {
			t.Errorf("accepted %d, preferred %d; want %d for both", got.Best.ID, got.Favoured, b.Post)
		}
	})
}

func TestAnswersCanBeReadByTheirActivity(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		a, b, c := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "a"}), w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "b"}), w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "c"})
		w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a.Post, Kind: forum.Comment, Body: "thanks"})
		w.Tick()
		_, err := w.forum.Edit(t.Context(), bob, forum.Edit{Post: b.Post, Body: "b, better", Via: item.Web})
		w.must(err)
		first := w.thread(ada, q.Thread, forum.View{Order: forum.ByActivity, Limit: 2})
		second := w.thread(ada, q.Thread, forum.View{Order: forum.ByActivity, Limit: 2, Cursor: first.Next})
		if len(first.Page) != 2 || first.Page[0].ID != b.Post || first.Page[1].ID != a.Post || len(second.Page) != 1 || second.Page[0].ID != c.Post {
			t.Errorf("by activity: %d, then %d posts; want the edited one, the one with a comment, the other", len(first.Page), len(second.Page))
		}
	})
}

// Everybody does something else at the same time, and nothing of it is lost.
func TestFortyPeopleAtOnceLoseNothing(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Busy")
		a := w.reply(w.Person("bob", account.Member), forum.NewPost{Thread: q.Thread, Body: "answer"})
		people := make([]account.User, 40)
		for i := range people {
			people[i] = w.Person(fmt.Sprint("p", i), account.Member)
		}
		acts := []func(ctx context.Context, p account.User) error{
			func(ctx context.Context, p account.User) error { _, err := w.forum.Vote(ctx, p, q.Post, 1); return err },
			func(ctx context.Context, p account.User) error {
				_, err := w.forum.VoteDown(ctx, p, a.Post, wrong)
				return err
			},
			func(ctx context.Context, p account.User) error {
				_, err := w.forum.MeToo(ctx, p, q.Thread, true)
				return err
			},
			func(ctx context.Context, p account.User) error {
				_, err := w.forum.Reply(ctx, p, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "so", Via: item.Web})
				return err
			},
			func(ctx context.Context, p account.User) error {
				_, err := w.forum.Reply(ctx, p, forum.NewPost{Thread: q.Thread, Parent: a.Post, Kind: forum.Comment, Body: "no", Via: item.Web})
				return err
			},
		}
		errs := make(chan error, len(acts)*len(people))
		for _, p := range people {
			for _, act := range acts {
				go func() { errs <- act(context.Background(), p) }()
			}
		}
		for range cap(errs) {
			if err := <-errs; err != nil {
				t.Error(err)
			}
		}
		got := w.thread(ada, q.Thread, forum.View{Limit: 100})
		if got.First.Score != 40 || got.Life.Wanted != 40 || got.Answers != 41 || got.Posts != 82 || len(got.Page) != 41 {
			t.Errorf("score %d, wanted by %d, %d answers, %d posts, %d read; want 40, 40, 41, 82, 41", got.First.Score, got.Life.Wanted, got.Answers, got.Posts, len(got.Page))
		}
		last := got.Page[len(got.Page)-1]
		if last.ID != a.Post || last.Score != -40 || len(last.Comments) != 40 {
			t.Errorf("the first answer: score %d, %d comments; want -40 and 40, and that it stands last", last.Score, len(last.Comments))
		}
	})
}

func TestMeTooCountsAndSubscribes(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		_, err := w.forum.MeToo(t.Context(), ada, q.Thread, true)
		w.refused(err, fault.Forbidden)
		_, err = w.forum.MeToo(t.Context(), account.User{}, q.Thread, true)
		w.refused(err, fault.Unknown)
		for range 2 {
			if n, err := w.forum.MeToo(t.Context(), bob, q.Thread, true); err != nil || n != 1 {
				t.Errorf("MeToo() = %d, %v; want 1, however often it is said", n, err)
			}
		}
		if got := w.thread(bob, q.Thread, forum.View{}); !got.Life.MeToo || got.Life.Wanted != 1 || got.Watching != "watch" {
			t.Errorf("life %+v, %s; want that bob has it too and watches", got.Life, got.Watching)
		}
		rows, _, err := w.forum.List(t.Context(), bob, forum.Filter{})
		if err != nil || rows[0].Wanted != 1 {
			t.Errorf("the list says %d, %v; want 1", rows[0].Wanted, err)
		}
		if n, err := w.forum.MeToo(t.Context(), bob, q.Thread, false); err != nil || n != 0 {
			t.Errorf("MeToo(false) = %d, %v; want 0", n, err)
		}
	})
}
