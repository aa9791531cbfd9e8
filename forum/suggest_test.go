package forum_test

import (
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// told returns why somebody was last told of something.
func (w *world) told(by account.User) string {
	w.Helper()
	all, err := w.Items.Notifications(w.Context(), by, 0, 1)
	w.must(err)
	if len(all) == 0 {
		return ""
	}
	return strings.Join(all[0].Reasons, ",")
}

func TestASuggestedEditIsTakenInItsAuthorsName(t *testing.T) {
	each(t, func(w *world) {
		ada, bob, eve := w.Person("ada", account.Member), w.Person("bob", account.Member), w.Person("eve", account.Member)
		q := w.ask(ada, "Lop")
		e := forum.Edit{Post: q.Post, Title: "Loop", Body: "How?", Tags: "asyncio 超时", Summary: "a letter", Via: item.Web}
		_, err := w.forum.Suggest(t.Context(), ada, e)
		w.refused(err, fault.Forbidden)
		_, err = w.forum.Suggest(t.Context(), bob, forum.Edit{Post: q.Post, Title: "Lop", Body: "How?", Tags: "asyncio 超时"})
		w.refused(err, fault.Invalid)
		id, err := w.forum.Suggest(t.Context(), bob, e)
		w.must(err)
		_, err = w.forum.Suggest(t.Context(), bob, e)
		w.refused(err, fault.Conflict)
		if got := w.told(ada); got != "suggestion" {
			t.Errorf("the author was told %q; want of the suggestion", got)
		}
		for by, want := range map[account.User]int{ada: 1, w.admin: 1, bob: 0, eve: 0} {
			if all, _, err := w.forum.Suggestions(t.Context(), by, 0); err != nil || len(all) != want {
				t.Errorf("the queue of %s holds %d, %v; want %d", by.Name, len(all), err, want)
			}
		}
		_, err = w.forum.Suggestion(t.Context(), eve, id)
		w.refused(err, fault.Missing)
		_, err = w.forum.Approve(t.Context(), bob, id, item.Web)
		w.refused(err, fault.Forbidden)
		_, err = w.forum.Approve(t.Context(), ada, id, item.Mail)
		w.must(err)
		p, all, err := w.forum.Revisions(t.Context(), eve, q.Post)
		if err != nil || p.Title != "Loop" || len(all) != 2 || all[0].By != "bob" || all[0].Summary != "a letter" {
			t.Errorf("the post is called %q with %+v, %v; want Loop, by bob", p.Title, all, err)
		}
		if got := w.told(bob); got != "approved" {
			t.Errorf("bob was told %q; want that it was taken", got)
		}
		w.refused(w.forum.Refuse(t.Context(), ada, id, "too late", item.Web), fault.Conflict)
	})
}

func TestASuggestedEditIsRefusedWithAReason(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		suggest := func(body string) int64 {
			id, err := w.forum.Suggest(t.Context(), bob, forum.Edit{Post: q.Post, Title: "Loop", Body: body, Tags: "asyncio", Via: item.Web})
			w.must(err)
			return id
		}
		id := suggest("Something else")
		w.refused(w.forum.Refuse(t.Context(), ada, id, "", item.Web), fault.Invalid)
		w.must(w.forum.Refuse(t.Context(), ada, id, "It means something else then.", item.Web))
		all, _, err := w.forum.Suggested(t.Context(), bob, 0)
		if err != nil || len(all) != 1 || all[0].State != "refused" || all[0].Why != "It means something else then." || w.told(bob) != "refused" {
			t.Errorf("bob reads %+v, %v", all, err)
		}
		w.must(w.forum.TakeBack(t.Context(), bob, suggest("Better")))
		id = suggest("Best")
		_, err = w.forum.Edit(t.Context(), ada, forum.Edit{Post: q.Post, Title: "Loop", Body: "How, in 3.12?", Via: item.Web})
		w.must(err)
		_, err = w.forum.Approve(t.Context(), ada, id, item.Web)
		w.refused(err, fault.Conflict)
	})
}

func TestABookmarkReminds(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		a := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "Mine"})
		w.refused(w.forum.Keep(t.Context(), account.User{}, forum.Bookmark{Post: q.Post}), fault.Unknown)
		w.refused(w.forum.Keep(t.Context(), bob, forum.Bookmark{Post: q.Post, Due: w.Clock.Add(-time.Hour)}), fault.Invalid)
		w.must(w.forum.Keep(t.Context(), bob, forum.Bookmark{Post: q.Post, Note: "for the talk", Due: w.Clock.Add(time.Hour)}))
		w.Tick()
		w.must(w.forum.Keep(t.Context(), bob, forum.Bookmark{Post: a.Post}))
		all, _, err := w.forum.Bookmarks(t.Context(), bob, "")
		if err != nil || len(all) != 2 || all[0].Post != a.Post || all[1].Note != "for the talk" || all[1].Title != "Loop" {
			t.Errorf("Bookmarks() = %+v, %v", all, err)
		}
		if got := w.thread(bob, q.Thread, forum.View{}); !got.First.Kept || !got.Page[0].Kept {
			t.Error("the page does not say what bob has bookmarked")
		}
		w.must(w.forum.Remind(t.Context()))
		if got := w.told(bob); got != "" {
			t.Errorf("bob was reminded too early: %s", got)
		}
		w.Clock = w.Clock.Add(time.Hour)
		for range 2 {
			w.must(w.forum.Remind(t.Context()))
		}
		if got, err := w.Items.Notifications(t.Context(), bob, 0, 10); err != nil || len(got) != 1 || got[0].Reasons[0] != "reminder" || got[0].Item != q.Post {
			t.Errorf("bob was told %+v, %v; want one reminder", got, err)
		}
		letters, err := db.Value[int](t.Context(), w.DB, "SELECT count(*) FROM job WHERE kind = ?", forum.LetterJob)
		if err != nil || letters != 1 {
			t.Errorf("%d letters are to be written, %v; want one", letters, err)
		}
		w.must(w.forum.Remove(t.Context(), w.admin, q.Post, "", item.Web))
		if all, _, err := w.forum.Bookmarks(t.Context(), bob, ""); err != nil || len(all) != 0 {
			t.Errorf("Bookmarks() of what was deleted = %+v, %v; want none", all, err)
		}
	})
}
