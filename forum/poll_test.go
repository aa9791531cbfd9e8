package forum_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

func (w *world) ballot(by account.User, n forum.NewPoll) forum.Ref {
	w.Helper()
	ref, err := w.forum.Start(w.Context(), by, forum.NewThread{Board: "python", Kind: forum.Voting, Title: "Which one?", Body: "Vote.", Poll: n, Via: item.Web})
	w.must(err)
	return ref
}

func TestAPollCountsEachPersonOnce(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		ref := w.ballot(ada, forum.NewPoll{Options: []string{"Tabs", "", " Spaces "}, Closes: w.Clock.Add(time.Hour)})
		before, err := w.forum.Poll(t.Context(), bob, ref.Thread)
		if err != nil || len(before.Options) != 2 || before.Options[1].Text != "Spaces" || before.Shown || before.Why != nil {
			t.Fatalf("Poll() = %+v, %v; want two options, and nothing shown", before, err)
		}
		_, err = w.forum.Choose(t.Context(), ada, ref.Thread, []int{1})
		w.must(err)
		for _, choice := range [][]int{{1}, {2}, {2, 2}} {
			_, err = w.forum.Choose(t.Context(), bob, ref.Thread, choice)
			w.must(err)
		}
		got, err := w.forum.Poll(t.Context(), bob, ref.Thread)
		if err != nil || !got.Shown || got.Voters != 2 || got.Options[0].Votes != 1 || got.Options[1].Votes != 1 || !got.Options[1].Chosen {
			t.Errorf("after a change of mind: %+v, %v; want one vote each", got, err)
		}
		if visitor, _ := w.forum.Poll(t.Context(), account.User{}, ref.Thread); visitor.Shown || visitor.Options[0].Votes != 0 {
			t.Errorf("a visitor sees %+v before it closes; want no result", visitor)
		}
		if _, err := w.forum.Choose(t.Context(), bob, ref.Thread, []int{1, 2}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Choose() of two = %v; want fault.Invalid", err)
		}
		if _, err := w.forum.Choose(t.Context(), bob, ref.Thread, []int{3}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Choose(3) of 2 = %v; want fault.Invalid", err)
		}
		w.Clock = w.Clock.Add(time.Hour)
		if _, err := w.forum.Choose(t.Context(), bob, ref.Thread, []int{1}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Choose() after the end = %v; want fault.Forbidden", err)
		}
		if visitor, _ := w.forum.Poll(t.Context(), account.User{}, ref.Thread); !visitor.Shown || visitor.Options[1].Votes != 1 {
			t.Errorf("a visitor sees %+v after it has closed; want the result", visitor)
		}
	})
}

func TestAPollNeedsOptions(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		for name, n := range map[string]forum.NewPoll{
			"one option": {Options: []string{"Yes"}}, "the same twice": {Options: []string{"Yes", "yes"}},
			"over already": {Options: []string{"Yes", "No"}, Closes: w.Clock.Add(-time.Hour)},
		} {
			_, err := w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Voting, Title: "T", Body: "B", Poll: n, Via: item.Web})
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("Start() with %s = %v; want fault.Invalid", name, err)
			}
		}
	})
}

func TestFortyVotersAtOnceLoseNothing(t *testing.T) {
	each(t, func(w *world) {
		ref := w.ballot(w.admin, forum.NewPoll{Options: []string{"a", "b", "c"}, Several: true})
		var people []account.User
		for i := range 40 {
			people = append(people, w.Person(fmt.Sprint("voter", i), account.Member))
		}
		var all sync.WaitGroup
		for i, p := range people {
			all.Go(func() {
				for _, choice := range [][]int{{1}, {1, 2 + i%2}} {
					if _, err := w.forum.Choose(t.Context(), p, ref.Thread, choice); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		got, err := w.forum.Poll(t.Context(), people[0], ref.Thread)
		if err != nil || got.Voters != 40 || got.Options[0].Votes != 40 || got.Options[1].Votes != 20 || got.Options[2].Votes != 20 {
			t.Errorf("after 40 voters: %+v, %v; want 40, 20 and 20", got, err)
		}
	})
}
