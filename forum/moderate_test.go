package forum_test

import (
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// log returns the moderation log as somebody reads it, the newest first.
func (w *world) log(by account.User) []forum.Action {
	w.Helper()
	all, _, err := w.forum.Log(w.Context(), by, "", 0)
	if err != nil {
		w.Fatalf("Log() = %v", err)
	}
	return all
}

// undoes takes back the newest line of the log.
func (w *world) undo(by account.User) {
	w.Helper()
	if err := w.forum.Undo(w.Context(), by, w.log(by)[0].ID, "wrong thread"); err != nil {
		w.Fatalf("Undo() = %v", err)
	}
}

func TestOnlyModeratorsKeepOrder(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q := w.ask(ada, "Mine")
		for name, err := range map[string]error{
			"Lock":   w.forum.Lock(t.Context(), ada, q.Thread, true, ""),
			"Pin":    w.forum.Pin(t.Context(), ada, q.Thread, 1, ""),
			"Close":  w.forum.Close(t.Context(), ada, q.Thread, forum.Closing{Reason: forum.Settled}),
			"Reopen": w.forum.OpenAgain(t.Context(), ada, q.Thread, ""),
			"Slow":   w.forum.Slow(t.Context(), ada, q.Thread, 5, ""),
			"Rest":   w.forum.Rest(t.Context(), ada, q.Thread, 5, ""),
			"Board":  w.forum.RestBoard(t.Context(), ada, "python", 5, ""),
		} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s by a member = %v; want fault.Forbidden", name, err)
			}
		}
		if _, err := w.forum.Start(t.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Announcement, Title: "T", Body: "B", Via: item.Web}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Start(announcement) by a member = %v; want fault.Invalid", err)
		}
		if got := w.log(w.admin); len(got) != 0 {
			t.Errorf("the log holds %+v; want nothing, because nothing was done", got)
		}
	})
}

func TestAClosedThreadTellsItsAuthorWhatToDo(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "It does not work")
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "What does not?"})
		if err := w.forum.Close(t.Context(), w.admin, q.Thread, forum.Closing{Reason: forum.Unclear}); !fault.Is(err, fault.Invalid) {
			t.Errorf("Close() without a note = %v; want fault.Invalid", err)
		}
		w.must(w.forum.Close(t.Context(), w.admin, q.Thread, forum.Closing{Reason: forum.Unclear, Note: "Add the error message."}))
		got := w.thread(ada, q.Thread, forum.View{})
		c, err := w.forum.Closing(t.Context(), got)
		if err != nil || got.State != forum.Closed || c.Reason != forum.Unclear || c.Note != "Add the error message." || c.By.Name != "admin" {
			t.Errorf("state %s, Closing() = %+v, %v", got.State, c, err)
		}
		news, err := w.Items.Notifications(t.Context(), ada, 0, 10)
		if err != nil || len(news) != 1 || news[0].Reasons[0] != "closed" {
			t.Errorf("Notifications() = %+v, %v; want that the thread was closed", news, err)
		}
		if _, err := w.forum.Reply(t.Context(), bob, forum.NewPost{Thread: q.Thread, Body: "late", Via: item.Mail}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Reply() by another = %v; want fault.Forbidden", err)
		}
		w.reply(ada, forum.NewPost{Thread: q.Thread, Body: "Here it is."})
		if err := w.forum.AskReopen(t.Context(), ada, q.Thread); !fault.Is(err, fault.Forbidden) {
			t.Errorf("AskReopen() before a change = %v; want fault.Forbidden", err)
		}
		w.Tick()
		_, err = w.forum.Edit(t.Context(), ada, forum.Edit{Post: q.Post, Title: "It raises", Body: "KeyError: 1", Via: item.Web})
		w.must(err)
		w.must(w.forum.AskReopen(t.Context(), ada, q.Thread))
		if asked, err := w.forum.Asked(t.Context(), w.admin); err != nil || len(asked) != 1 || asked[0].ID != q.Thread {
			t.Errorf("Asked() = %+v, %v; want the thread", asked, err)
		}
		if asked, err := w.forum.Asked(t.Context(), bob); err != nil || len(asked) != 0 {
			t.Errorf("Asked() for a member = %+v, %v; want none", asked, err)
		}
		w.must(w.forum.OpenAgain(t.Context(), w.admin, q.Thread, "clear now"))
		if got := w.thread(ada, q.Thread, forum.View{}); got.State != forum.Answered {
			t.Errorf("state after Reopen() = %s; want answered, as before", got.State)
		}
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Use get."})
	})
}

func TestSlowModeHasPeopleWait(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Heated")
		w.must(w.forum.Slow(t.Context(), w.admin, q.Thread, 5, "calm down"))
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "no"})
		for _, via := range []item.Via{item.Web, item.API, item.Mail} {
			_, err := w.forum.Reply(t.Context(), bob, forum.NewPost{Thread: q.Thread, Body: "NO", Via: via})
			if !fault.Is(err, fault.Limited) || !strings.Contains(err.Error(), "5 min") {
				t.Errorf("Reply() by %s at once = %v; want fault.Limited that names the pause", via, err)
			}
		}
		w.reply(w.admin, forum.NewPost{Thread: q.Thread, Body: "Stay calm."})
		w.reply(w.admin, forum.NewPost{Thread: q.Thread, Body: "Please."})
		w.Clock = w.Clock.Add(5 * time.Minute)
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "sorry"})
		w.undo(w.admin)
		w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "thanks"})
	})
}

func TestAThreadAtRestIsAnArchive(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		old, kept := w.ask(ada, "Old"), w.ask(ada, "Evergreen")
		w.must(w.forum.RestBoard(t.Context(), w.admin, "python", 30, ""))
		w.must(w.forum.Rest(t.Context(), w.admin, kept.Thread, forum.NeverArchived, "it is a reference"))
		w.reply(bob, forum.NewPost{Thread: old.Thread, Body: "in time"})
		w.Clock = w.Clock.Add(31 * 24 * time.Hour)
		if got := w.thread(bob, old.Thread, forum.View{}); !got.Archived || got.Rest != 30 || got.MayReply(bob) == nil || got.First.MayEdit(ada) == nil {
			t.Errorf("archived %v after %d days, may reply %v, may edit %v; want an archive that nobody changes", got.Archived, got.Rest, got.MayReply(bob), got.First.MayEdit(ada))
		}
		if _, err := w.forum.Reply(t.Context(), bob, forum.NewPost{Thread: old.Thread, Body: "late", Via: item.Mail}); !fault.Is(err, fault.Forbidden) {
			t.Errorf("Reply() to an archive = %v; want fault.Forbidden", err)
		}
		w.reply(bob, forum.NewPost{Thread: kept.Thread, Body: "still"})
		for _, r := range w.list(bob, forum.Filter{}) {
			if r.Archived != (r.ID == old.Thread) {
				t.Errorf("the list says of %q: archive %v", r.Title, r.Archived)
			}
		}
		w.must(w.forum.RestBoard(t.Context(), w.admin, "python", 0, "too soon"))
		w.reply(bob, forum.NewPost{Thread: old.Thread, Body: "awake"})
	})
}

func TestPinnedThreadsStandAboveTheListInTheirOrder(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		a, b, c := w.ask(ada, "a"), w.ask(ada, "b"), w.ask(ada, "c")
		w.must(w.forum.Pin(t.Context(), w.admin, a.Thread, 1, ""))
		w.must(w.forum.Pin(t.Context(), w.admin, b.Thread, 1, ""))
		front := func() (titles string) {
			board, err := w.forum.Profile(t.Context(), ada, "python")
			w.must(err)
			rows, _, err := w.forum.Front(t.Context(), ada, board, forum.Filter{})
			w.must(err)
			for _, r := range rows {
				titles += r.Title
			}
			return titles
		}
		if got := front(); got != "bac" {
			t.Errorf("the board shows %q; want b and a first, each once", got)
		}
		w.must(w.forum.Pin(t.Context(), w.admin, c.Thread, 2, ""))
		if got := front(); got != "bca" {
			t.Errorf("with c at place 2 the board shows %q; want bca", got)
		}
		w.undo(w.admin)
		w.must(w.forum.Pin(t.Context(), w.admin, b.Thread, 0, ""))
		if got := front(); got != "acb" {
			t.Errorf("with a alone on top the board shows %q; want acb", got)
		}
	})
}

func TestEveryDeedIsInTheLogAndCanBeUndone(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Mine")
		r := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "rude"})
		w.must(w.forum.Lock(t.Context(), w.admin, q.Thread, true, "heated"))
		w.undo(w.admin)
		w.must(w.forum.Close(t.Context(), w.admin, q.Thread, forum.Closing{Reason: forum.Settled}))
		w.undo(w.admin)
		w.must(w.forum.Remove(t.Context(), w.admin, r.Post, "rude", item.Web))
		w.undo(w.admin)
		got := w.thread(ada, q.Thread, forum.View{})
		if got.Locked || got.State != forum.Answered || got.Answers != 1 {
			t.Errorf("after three undos: locked %v, state %s, %d answers; want all as before", got.Locked, got.State, got.Answers)
		}
		var verbs []string
		for _, a := range w.log(account.User{}) {
			verbs = append(verbs, string(a.Verb))
			if a.By.Name != "admin" || a.Title != "Mine" || a.MayUndo {
				t.Errorf("a visitor reads %+v; want who and what, and no way to undo", a)
			}
		}
		if got, want := strings.Join(verbs, " "), "restore delete reopen close unlock lock"; got != want {
			t.Errorf("the log says %q; want %q", got, want)
		}
		first := w.log(w.admin)[5]
		if !first.Undone || first.Why != "heated" {
			t.Errorf("the lock in the log = %+v; want its reason, and that it is undone", first)
		}
		if err := w.forum.Undo(t.Context(), w.admin, first.ID, ""); !fault.Is(err, fault.Conflict) {
			t.Errorf("Undo() once more = %v; want fault.Conflict", err)
		}
		w.must(w.forum.Remove(t.Context(), ada, w.ask(ada, "Never mind").Post, "", item.Web))
		if got := w.log(w.admin); len(got) != 6 {
			t.Errorf("what an author does is in the log of the moderators: %+v", got[0])
		}
	})
}

func TestTheLogTellsNothingOfAClosedBoard(t *testing.T) {
	each(t, func(w *world) {
		w.board(forum.Board{Slug: "desk", Title: "Desk", MayRead: 2, MayPost: 2})
		ref, err := w.forum.Start(t.Context(), w.admin, forum.NewThread{Board: "desk", Kind: forum.Announcement, Title: "canary", Body: "B", Via: item.Web})
		w.must(err)
		w.must(w.forum.Lock(t.Context(), w.admin, ref.Thread, true, "canary"))
		for _, by := range []account.User{{}, w.Person("ada", account.Member)} {
			if got := w.log(by); len(got) != 0 {
				t.Errorf("Log() for %q = %+v; want nothing, not even that something was done", by.Name, got)
			}
			if err := w.forum.Undo(t.Context(), by, 1, ""); !fault.Is(err, fault.Missing) {
				t.Errorf("Undo() for %q = %v; want fault.Missing", by.Name, err)
			}
		}
	})
}
