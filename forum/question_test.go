package forum_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// state expects a question to be in a state.
func (w *world) state(question int64, want forum.State) *forum.Thread {
	w.Helper()
	t := w.thread(w.admin, question, forum.View{})
	if t.State != want {
		w.Errorf("the question is %s; want %s", t.State, want)
	}
	return t
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) refused(err error, want fault.Kind) {
	w.Helper()
	if !fault.Is(err, want) {
		w.Errorf("got %v; want a fault of kind %d", err, want)
	}
}

// patience sets how many days a question of the board waits for its asker.
func (w *world) patience(days int) {
	w.Helper()
	p, err := w.forum.Profile(w.Context(), w.admin, "python")
	w.must(err)
	p.Patience = days
	_, err = w.forum.EditBoard(w.Context(), w.admin, "python", p)
	w.must(err)
}

func TestAQuestionWaitsForItsAskerAndExpires(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "It does not work")
		_, err := w.forum.NeedInfo(t.Context(), ada, forum.NewPost{Thread: q.Thread, Body: "What?", Via: item.Web})
		w.refused(err, fault.Forbidden)
		ask := func() {
			w.Tick()
			_, err := w.forum.NeedInfo(t.Context(), bob, forum.NewPost{Thread: q.Thread, Body: "Which version?", Via: item.Web})
			w.must(err)
		}
		ask()
		got := w.state(q.Thread, forum.NeedsInfo)
		if !got.Life.Since.Equal(w.Clock) || !got.Life.Due.Equal(w.Clock.AddDate(0, 0, 15)) || len(got.First.Comments) != 1 || got.Answers != 0 {
			t.Errorf("life = %+v with %d comments, %d answers; want it to begin now, end in 15 days, one, none", got.Life, len(got.First.Comments), got.Answers)
		}
		w.reply(ada, forum.NewPost{Thread: q.Thread, Body: "3.12"})
		if got := w.state(q.Thread, forum.Open); !got.Life.Due.IsZero() {
			t.Errorf("an open question is due at %v; want never", got.Life.Due)
		}
		w.patience(3)
		ask()
		w.Clock = w.Clock.Add(3*24*time.Hour - time.Second)
		w.must(w.forum.Expire(t.Context()))
		w.state(q.Thread, forum.NeedsInfo)
		w.Tick()
		w.must(w.forum.Expire(t.Context()))
		w.state(q.Thread, forum.Expired)
		told, err := w.Items.Notifications(t.Context(), ada, 0, 10)
		if err != nil || len(told) != 1 || told[0].Reasons[0] != "expire" {
			t.Errorf("Notifications() of the asker = %+v, %v; want that it expired", told, err)
		}
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Still interested"})
		if got := w.state(q.Thread, forum.Expired); got.Answers != 0 {
			t.Errorf("a message of somebody else in an expired question made %d answers; want a comment", got.Answers)
		}
		w.reply(ada, forum.NewPost{Thread: q.Thread, Body: "I was away"})
		w.state(q.Thread, forum.Open)
		w.patience(forum.Forever)
		ask()
		if got := w.state(q.Thread, forum.NeedsInfo); !got.Life.Due.IsZero() {
			t.Errorf("where there is no end to wait for, it is due at %v", got.Life.Due)
		}
	})
}

func TestTheAskerOpensAnAnsweredQuestionByWriting(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Close it."})
		w.state(q.Thread, forum.Answered)
		w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a.Post, Body: "It does not help."})
		w.state(q.Thread, forum.Open)
		w.must(w.forum.Remove(t.Context(), bob, a.Post, "", item.Web))
		w.must(w.forum.Restore(t.Context(), w.admin, a.Post, item.Web))
		w.state(q.Thread, forum.Open)
		w.must(w.forum.Solve(t.Context(), ada, q.Thread, item.Mail))
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Good."})
		if got := w.state(q.Thread, forum.Solved); got.Answers != 1 || got.Accepted != 0 {
			t.Errorf("%d answers, accepted %d; want one, and none accepted", got.Answers, got.Accepted)
		}
		w.must(w.forum.Accept(t.Context(), ada, q.Thread, a.Post, item.Web))
		w.must(w.forum.Reopen(t.Context(), ada, q.Thread, item.Web))
		if got := w.state(q.Thread, forum.Open); got.Accepted != 0 {
			t.Error("a question that was opened again still has an accepted answer")
		}
		w.refused(w.forum.Reopen(t.Context(), ada, q.Thread, item.Web), fault.Conflict)
		w.refused(w.forum.Solve(t.Context(), bob, q.Thread, item.Web), fault.Forbidden)
	})
}

func TestADuplicatePointsToItsOriginalAndKeepsItsAnswers(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		first, second, third := w.ask(ada, "first"), w.ask(bob, "second"), w.ask(bob, "third")
		w.reply(ada, forum.NewPost{Thread: second.Thread, Body: "An answer"})
		w.must(w.forum.Duplicate(t.Context(), bob, third.Thread, second.Thread, item.Web))
		w.must(w.forum.Duplicate(t.Context(), w.admin, second.Thread, first.Thread, item.Web))
		got := w.state(second.Thread, forum.Duplicate)
		if len(got.Page) != 1 || got.Life.Original == nil || got.Life.Original.Thread != first.Thread {
			t.Errorf("the duplicate shows %d answers and points to %+v; want one, and the first", len(got.Page), got.Life.Original)
		}
		if got := w.state(first.Thread, forum.Open).Life.Duplicates; len(got) != 2 || got[0].Thread != second.Thread || got[1].Thread != third.Thread {
			t.Errorf("the original names %+v; want both", got)
		}
		w.refused(w.forum.Duplicate(t.Context(), ada, first.Thread, third.Thread, item.Web), fault.Invalid)
		w.refused(w.forum.Duplicate(t.Context(), bob, first.Thread, third.Thread, item.Web), fault.Forbidden)
		_, err := w.forum.Reply(t.Context(), ada, forum.NewPost{Thread: second.Thread, Kind: forum.Answer, Body: "Another", Via: item.Web})
		w.refused(err, fault.Forbidden)
		w.must(w.forum.NotADuplicate(t.Context(), bob, second.Thread, item.Web))
		if got := w.state(second.Thread, forum.Answered); got.Life.Original != nil {
			t.Error("what is no duplicate any more still points to another")
		}
	})
}

func TestADuplicateSaysNothingOfWhatItsReaderMayNotSee(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		hidden, err := w.forum.Start(t.Context(), w.admin, forum.NewThread{Board: "staff", Kind: forum.Question, Title: "hidden", Body: "b", Via: item.Web})
		w.must(err)
		q := w.ask(ada, "public")
		w.refused(w.forum.Duplicate(t.Context(), w.admin, q.Thread, hidden.Thread, item.Web), fault.Invalid)
		w.must(w.forum.Duplicate(t.Context(), w.admin, hidden.Thread, q.Thread, item.Web))
		if got := w.thread(bob, q.Thread, forum.View{}); len(got.Life.Duplicates) != 0 {
			t.Errorf("a member reads of %+v", got.Life.Duplicates)
		}
		if got := w.thread(w.admin, q.Thread, forum.View{}); len(got.Life.Duplicates) != 1 {
			t.Errorf("the staff read of %+v; want the hidden one", got.Life.Duplicates)
		}
	})
}

func TestNotAQuestionSaysWhatIsMissing(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Hello everybody")
		w.refused(w.forum.NotAQuestion(t.Context(), w.admin, q.Thread, " ", item.Web), fault.Invalid)
		w.refused(w.forum.NotAQuestion(t.Context(), ada, q.Thread, "mine", item.Web), fault.Forbidden)
		w.must(w.forum.NotAQuestion(t.Context(), w.admin, q.Thread, "Say what you have tried.", item.Web))
		if got := w.state(q.Thread, forum.Invalid); got.Life.Why != "Say what you have tried." {
			t.Errorf("why = %q", got.Life.Why)
		}
		w.must(w.forum.Reopen(t.Context(), ada, q.Thread, item.Web))
		w.state(q.Thread, forum.Open)
		w.must(w.forum.NotAQuestion(t.Context(), w.admin, q.Thread, "Still nothing.", item.Web))
		w.must(w.forum.Remove(t.Context(), w.admin, q.Post, "", item.Web))
		w.must(w.forum.Restore(t.Context(), w.admin, q.Post, item.Web))
		w.state(q.Thread, forum.Invalid)
	})
}
