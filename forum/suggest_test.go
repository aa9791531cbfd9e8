package forum_test

import (
	"fmt"
	"slices"
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
		_, err = w.forum.Approve(t.Context(), bob, forum.Approval{Suggestion: id, Via: item.Web})
		w.refused(err, fault.Forbidden)
		_, err = w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: id, Via: item.Mail})
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
	})
}

// changing is a question that was changed after two edits of it were suggested.
func (w *world) changing(ada account.User, now forum.Edit, suggested ...forum.Edit) (q forum.Ref, ids []int64) {
	w.Helper()
	q, err := w.forum.Start(w.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Question, Title: "Lop", Body: "First.\n\nSecond in 3.11.\n\nThird.", Tags: "asyncio web", Via: item.Web})
	w.must(err)
	for i, e := range suggested {
		e.Post, e.Via = q.Post, item.Web
		id, err := w.forum.Suggest(w.Context(), w.Person("helper"+string(rune('a'+i)), account.Member), e)
		w.must(err)
		ids = append(ids, id)
	}
	w.Tick()
	now.Post, now.Via = q.Post, item.Web
	_, err = w.forum.Edit(w.Context(), ada, now)
	w.must(err)
	return q, ids
}

func TestASuggestionIsJoinedWithWhatHappenedSince(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		q, ids := w.changing(ada, forum.Edit{Title: "Lop", Body: "First.\n\nSecond in 3.12.\n\nThird.\n\nFourth.", Tags: "asyncio 超时 web"},
			forum.Edit{Title: "Loop", Body: "First!\n\nSecond in 3.11.\n\nThird.", Tags: "asyncio"})
		s, err := w.forum.Suggestion(t.Context(), ada, ids[0])
		if title, body, tags := s.Outcome(nil); err != nil || !s.Stale() || len(s.Clashes()) != 0 || title != "Loop" || body != "First!\n\nSecond in 3.12.\n\nThird.\n\nFourth." || strings.Join(tags, " ") != "asyncio 超时" {
			t.Errorf("the outcome is %q, %q, %q with %v, %v", title, body, tags, s.Clashes(), err)
		}
		_, err = w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[0], Seen: s.Base, Via: item.Web})
		w.refused(err, fault.Conflict)
		_, err = w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[0], Seen: s.Post.Revision, Via: item.Web})
		w.must(err)
		p, all, err := w.forum.Revisions(t.Context(), ada, q.Post)
		if _, body, _ := s.Outcome(nil); err != nil || len(all) != 3 || all[0].By != "helpera" || p.Title != "Loop" || all[0].Source != body {
			t.Errorf("the post is %q with %+v, %v", p.Title, all, err)
		}
		if tags := [][]string{all[0].Tags, all[1].Tags, all[2].Tags}; !slices.EqualFunc(tags, [][]string{{"asyncio", "超时"}, {"asyncio", "超时", "web"}, {"asyncio", "web"}}, slices.Equal) {
			t.Errorf("the revisions have the tags %q", tags)
		}
	})
}

func TestWhatClashesIsChosen(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		now := forum.Edit{Title: "A loop", Body: "First.\n\nSecond in 3.12.\n\nThird.", Tags: "asyncio web"}
		q, ids := w.changing(ada, now,
			forum.Edit{Title: "The loop", Body: "First!\n\nSecond in 3.13.\n\nThird.", Tags: "asyncio web"},
			forum.Edit{Title: "A loop", Body: "First.\n\nSecond in 3.12.\n\nThird.", Tags: "asyncio web"})
		s, err := w.forum.Suggestion(t.Context(), ada, ids[0])
		want := []forum.Clash{{Was: "Lop", Now: "A loop", Suggested: "The loop", Title: true}, {Was: "Second in 3.11.", Now: "Second in 3.12.", Suggested: "Second in 3.13."}}
		if err != nil || !slices.Equal(s.Clashes(), want) {
			t.Errorf("Clashes() = %+v, %v; want %+v", s.Clashes(), err, want)
		}
		for _, tt := range []struct {
			rule string
			take []item.Side
			want fault.Kind
		}{
			{"nothing is chosen", nil, fault.Conflict},
			{"one place is left out", []item.Side{item.Mine}, fault.Invalid},
			{"a title is not both", []item.Side{item.Both, item.Mine}, fault.Invalid},
			{"a choice is one of those there are", []item.Side{item.Mine, "other"}, fault.Invalid},
		} {
			if _, err := w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[0], Take: tt.take, Via: item.Web}); !fault.Is(err, tt.want) {
				t.Errorf("%s: Approve() = %v; want a fault of kind %d", tt.rule, err, tt.want)
			}
		}
		_, err = w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[1], Via: item.Web}) // says what the post says by now
		w.must(err)
		if _, all, err := w.forum.Revisions(t.Context(), ada, q.Post); err != nil || len(all) != 2 {
			t.Errorf("there are %d revisions, %v; want 2, because nothing was changed", len(all), err)
		}
		_, err = w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[0], Take: []item.Side{item.Theirs, item.Both}, Via: item.Web})
		w.must(err)
		p, err := w.forum.Find(t.Context(), ada, q.Post)
		if want := "First!\n\nSecond in 3.12.\nSecond in 3.13.\n\nThird."; err != nil || p.Title != "The loop" || p.Source != want {
			t.Errorf("the post is %q: %q, %v; want The loop: %q", p.Title, p.Source, err, want)
		}
	})
}

// What does not fit is refused with the numbers, and the suggestion waits as it was.
func TestASuggestionWithTooManyTagsIsNotLost(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		_, ids := w.changing(ada, forum.Edit{Title: "Lop", Body: "First.", Tags: "asyncio web a b c d e f"}, forum.Edit{Title: "Lop", Body: "First!", Tags: "asyncio web more"})
		_, err := w.forum.Approve(t.Context(), ada, forum.Approval{Suggestion: ids[0], Take: []item.Side{item.Theirs}, Via: item.Web})
		w.refused(err, fault.Conflict)
		if !strings.Contains(fmt.Sprint(err), "9 of them, and 8 fit") {
			t.Errorf("Approve() = %v; want how many there would be", err)
		}
		if s, err := w.forum.Suggestion(t.Context(), ada, ids[0]); err != nil || s.State != "open" || s.Body != "First!" {
			t.Errorf("the suggestion is %+v, %v; want it open", s, err)
		}
	})
}

// One row that the disk has spoilt does not take the others with it.
func TestADamagedRevisionLeavesTheOtherSuggestions(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		other := w.ask(ada, "Another")
		_, err := w.forum.Suggest(t.Context(), w.Person("eve", account.Member), forum.Edit{Post: other.Post, Title: "Other", Body: "Text.", Via: item.Web})
		w.must(err)
		_, ids := w.changing(ada, forum.Edit{Title: "Lop", Body: "First.", Tags: "web"}, forum.Edit{Title: "Loop", Body: "First!", Tags: "web"})
		w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE revision SET source = 'spoilt' WHERE id = (SELECT base FROM suggestion WHERE id = ?)", ids[0])
			return err
		}))
		all, _, err := w.forum.Suggestions(t.Context(), ada, 0)
		if err != nil || len(all) != 2 || len(all[1].Clashes()) == 0 {
			t.Errorf("Suggestions() = %d, %v; want both, the second with everything to be chosen", len(all), err)
		}
		w.must(w.forum.Refuse(t.Context(), ada, ids[0], "It is damaged.", item.Web))
		w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE revision SET source = 'spoilt' WHERE item = ?", other.Post)
			return err
		}))
		if _, _, err := w.forum.Suggestions(t.Context(), ada, 0); err != nil {
			t.Errorf("Suggestions() = %v with a damaged post", err)
		}
	})
}

func TestABookmarkReminds(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Loop")
		a := w.reply(ada, forum.NewPost{Thread: q.Thread, Kind: forum.Answer, Body: "Mine"})
		w.refused(w.forum.Keep(t.Context(), account.User{}, forum.Bookmark{Item: q.Post}), fault.Unknown)
		w.refused(w.forum.Keep(t.Context(), bob, forum.Bookmark{Item: q.Post, Due: w.Clock.Add(-time.Hour)}), fault.Invalid)
		w.must(w.forum.Keep(t.Context(), bob, forum.Bookmark{Item: q.Post, Note: "for the talk", Due: w.Clock.Add(time.Hour)}))
		w.Tick()
		w.must(w.forum.Keep(t.Context(), bob, forum.Bookmark{Item: a.Post}))
		all, _, err := w.forum.Bookmarks(t.Context(), bob, "")
		if err != nil || len(all) != 2 || all[0].Item != a.Post || all[1].Note != "for the talk" || all[1].Title != "Loop" {
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

func TestPagesAndArticlesAreKeptAsPostsAre(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Moderator)
		var ids []int64
		for i, kind := range []item.Kind{item.Page, item.Article} {
			space, err := w.Items.AddSpace(t.Context(), item.Space{Kind: []string{"wiki", "blog"}[i], Slug: "room" + string(kind), Title: "Room"})
			w.must(err)
			w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
				made, err := w.Items.Create(t.Context(), tx, item.New{Kind: kind, Space: space.ID, Author: ada, Status: item.Live, Via: item.Web, At: w.Clock,
					Text: item.Render("Of "+string(kind), item.Markdown, "x", true, func(string) bool { return false })})
				ids = append(ids, made.Item)
				return err
			}))
		}
		for _, by := range []account.User{ada, bob} {
			for _, id := range ids {
				w.must(w.forum.Keep(t.Context(), by, forum.Bookmark{Item: id, Note: "mine", Due: w.Clock.Add(time.Hour)}))
				w.Tick()
			}
		}
		all, _, err := w.forum.Bookmarks(t.Context(), ada, "")
		if err != nil || len(all) != 2 || all[0].Item != ids[1] || all[0].Kind != item.Article || all[0].Title != "Of article" || all[0].Board.Slug != "" || all[1].Kind != item.Page {
			t.Errorf("Bookmarks() = %+v, %v; want the article and the page", all, err)
		}
		w.must(w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE space SET may_read = 2 WHERE slug = 'roompage'")
			return err
		}))
		if all, _, err := w.forum.Bookmarks(t.Context(), ada, ""); err != nil || len(all) != 1 {
			t.Errorf("Bookmarks() = %+v, %v; want nothing of what ada may not read any more", all, err)
		}
		if _, err := w.forum.Kept(t.Context(), ada, ids[0]); !fault.Is(err, fault.Missing) {
			t.Errorf("Kept() = %v; want missing", err)
		}
		w.refused(w.forum.Keep(t.Context(), ada, forum.Bookmark{Item: ids[0]}), fault.Missing)
		w.Clock = w.Clock.Add(time.Hour)
		w.must(w.forum.Remind(t.Context()))
		for _, want := range []struct {
			by account.User
			n  int
		}{{ada, 1}, {bob, 2}} {
			if got, err := w.Items.Notifications(t.Context(), want.by, 0, 10); err != nil || len(got) != want.n {
				t.Errorf("%s was told %+v, %v; want %d reminders", want.by.Name, got, err, want.n)
			}
		}
		w.must(w.forum.Unkeep(t.Context(), ada, ids[0])) // one's own note goes, whatever it was of
	})
}
