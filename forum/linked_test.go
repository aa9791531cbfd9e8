package forum_test

import (
	"fmt"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

// linked is what links to a thread as a reader sees it.
func (w *world) linked(by account.User, thread int64) string {
	w.Helper()
	var all []string
	for _, l := range w.thread(by, thread, forum.View{}).Linked {
		all = append(all, l.Title)
	}
	return strings.Join(all, ", ")
}

func TestAThreadSaysWhatLinksToIt(t *testing.T) {
	each(t, func(w *world) {
		w.Items.BaseURL = "https://picus.example"
		ada := w.Person("ada", account.Member)
		staff := w.board(forum.Board{Slug: "back", Title: "Back", MayRead: account.Staff, MayPost: account.Staff})
		q := w.ask(ada, "Loop")
		answer := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: fmt.Sprintf("See /t/%d above.", q.Thread)})
		start := func(by account.User, board, title, body string) forum.Ref {
			w.Tick()
			ref, err := w.forum.Start(t.Context(), by, forum.NewThread{Board: board, Kind: forum.Discussion, Title: title, Body: body, Via: item.Web})
			w.must(err)
			return ref
		}
		if got := w.linked(ada, q.Thread); got != "" {
			t.Errorf("the thread is linked from %q; want from nowhere, because its own posts do not count", got)
		}
		start(ada, "python", "By address", fmt.Sprintf("As in <https://picus.example/t/%d/loop#p%d>", q.Thread, answer.Post))
		start(ada, "python", "By path", fmt.Sprintf("[there](/p/%d) and [there](/t/%d/loop)", answer.Post, q.Thread))
		start(ada, "python", "Elsewhere", fmt.Sprintf("https://other.example/t/%d, /t/99999 and /tags/%d", q.Thread, q.Thread))
		start(w.admin, staff.Slug, "Secret", fmt.Sprintf("See [that](/t/%d).", q.Thread))
		gone := start(ada, "python", "Gone", fmt.Sprintf("[x](/p/%d)", q.Post))
		w.must(w.forum.Remove(t.Context(), w.admin, gone.Post, "", item.Web))
		if got := w.linked(ada, q.Thread); got != "By path, By address" {
			t.Errorf("a member sees the thread linked from %q; want By path, By address", got)
		}
		if got := w.linked(w.admin, q.Thread); got != "Secret, By path, By address" {
			t.Errorf("the staff see the thread linked from %q; want Secret as well", got)
		}
		if all, err := w.forum.Links(t.Context(), account.User{}, q.Thread); err != nil || len(all.Linked) != 2 {
			t.Errorf("Links() = %+v, %v; want two", all, err)
		}
	})
}

func TestLinksGoWithTheirPost(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q, other := w.ask(ada, "Loop"), w.ask(ada, "Other")
		answer := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "So."})
		w.Tick()
		_, err := w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Pointer", Body: fmt.Sprintf("[there](/p/%d)", answer.Post), Via: item.Web})
		w.must(err)
		w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error { return w.forum.Merge(t.Context(), tx, q.Thread, other.Thread) }))
		if got := w.linked(ada, other.Thread); got != "Pointer" {
			t.Errorf("after the merge the thread is linked from %q; want Pointer", got)
		}
		ref, err := w.forum.Split(t.Context(), w.admin, forum.Split{Post: answer.Post, Title: "Apart", Kind: forum.Discussion})
		w.must(err)
		if got := w.linked(ada, ref.Thread); got != "Pointer" {
			t.Errorf("after the split the thread is linked from %q; want Pointer", got)
		}
	})
}

func TestLinksOfAnOlderSiteAreFound(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Loop")
		_, err := w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Pointer", Body: fmt.Sprintf("[there](/p/%d) [and](/t/88888)", q.Post), Via: item.Web})
		w.must(err)
		forget := func() {
			w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
				for _, forget := range []string{"UPDATE link SET dst = NULL", "UPDATE item SET linked = 0"} {
					if _, err := tx.Exec(t.Context(), forget); err != nil {
						return err
					}
				}
				return nil
			}))
			w.must(w.Items.FindLinks(t.Context()))
		}
		forget()
		if got := w.linked(ada, q.Thread); got != "Pointer" {
			t.Errorf("the thread is linked from %q; want Pointer", got)
		}
		_, err = w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Later", Body: fmt.Sprintf("[there](/p/%d)", q.Post), Via: item.Web})
		w.must(err)
		forget()
		if got := w.linked(ada, q.Thread); got != "Later" {
			t.Errorf("the thread is linked from %q; want Later alone, since what was read once is not read again", got)
		}
	})
}
