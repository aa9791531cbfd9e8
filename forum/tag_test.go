package forum_test

import (
	"fmt"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

func TestATagsListFollowsItsThreads(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		a, b, c := w.ask(ada, "a"), w.ask(ada, "b"), w.ask(ada, "c")
		order := func(sort forum.Sort) string {
			var titles string
			for _, r := range w.list(bob, forum.Filter{Tags: []string{"asyncio"}, Sort: sort}) {
				titles += r.Title
			}
			return titles
		}
		check := func(rule string, sort forum.Sort, want string) {
			t.Helper()
			if got := order(sort); got != want {
				t.Errorf("%s: the list is %s; want %s", rule, got, want)
			}
		}
		check("the newest stands first", forum.SortActive, "cba")
		w.reply(bob, forum.NewPost{Thread: a.Thread, Body: "up"})
		check("a reply brings a thread up", forum.SortActive, "acb")
		check("but does not make it newer", forum.SortNewest, "cba")
		check("nor leaves it unanswered", forum.SortUnanswered, "cb")
		w.vote(bob, b.Post, 1)
		check("a vote counts", forum.SortVotes, "bca")
		edit := forum.Edit{Post: c.Post, Base: c.Revision, Title: "c", Body: "no tag any more", Tags: "超时", Via: item.Web}
		if _, err := w.forum.Edit(w.Context(), ada, edit); err != nil {
			t.Fatal(err)
		}
		check("what lost the tag is not listed", forum.SortNewest, "ba")
		if err := w.forum.Remove(w.Context(), w.admin, b.Post, "gone", item.Web); err != nil {
			t.Fatal(err)
		}
		check("nor what was deleted", forum.SortVotes, "a")
	})
}

func TestEveryListIsPaged(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		for i := range 7 {
			q := w.ask(ada, fmt.Sprint("question ", i))
			if i%3 == 0 {
				w.vote(bob, q.Post, 1) // several have the same score: the id decides
			}
		}
		for name, f := range map[string]forum.Filter{"all": {}, "kind": {Kind: forum.Question}, "board": {Board: "python"}, "tag": {Tags: []string{"asyncio"}}, "author": {Author: ada.ID}} {
			for _, f.Sort = range []forum.Sort{forum.SortActive, forum.SortNewest, forum.SortVotes, forum.SortUnanswered} {
				whole := fmt.Sprint(ids(w.list(ada, f)))
				if got := fmt.Sprint(w.pages(ada, f, 2)); got != whole {
					t.Errorf("%s, %s: two at a time is %s; all at once %s", name, f.Sort, got, whole)
				}
			}
		}
	})
}

// pages reads a list to its end, some threads at a time.
func (w *world) pages(by account.User, f forum.Filter, limit int) (all []int64) {
	w.Helper()
	for f.Limit = limit; ; {
		rows, next, err := w.forum.List(w.Context(), by, f)
		if err != nil {
			w.Fatalf("List(%+v) = %v", f, err)
		}
		all = append(all, ids(rows)...)
		if f.Cursor = next; next == "" {
			return all
		}
	}
}

func ids(rows []forum.Row) (all []int64) {
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return all
}
