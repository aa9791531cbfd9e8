package forum_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

func (w *world) begin(by account.User, n forum.NewThread) int64 {
	w.Helper()
	w.Tick()
	if n.Board == "" {
		n.Board = "python"
	}
	if n.Kind == "" {
		n.Kind = forum.Question
	}
	if n.Body == "" {
		n.Body = "1 + 1"
	}
	n.Via = item.Import // as many as the test likes
	ref, err := w.forum.Start(w.Context(), by, n)
	if err != nil {
		w.Fatalf("Start(%q) = %v", n.Title, err)
	}
	return ref.Thread
}

// titles are a whole list, page by page.
func (w *world) titles(by account.User, f forum.Filter) (all []string) {
	w.Helper()
	for {
		rows, next, err := w.forum.List(w.Context(), by, f)
		if err != nil {
			w.Fatalf("List(%+v) = %v", f, err)
		}
		for _, r := range rows {
			all = append(all, r.Title)
		}
		if next == "" {
			slices.Sort(all)
			return all
		}
		f.Cursor = next
	}
}

func TestAListIsNarrowed(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.board(forum.Board{Slug: "go", Title: "Go", MayPost: 1})
		w.begin(ada, forum.NewThread{Title: "a", Tags: "x y", Body: "How is it that the loop does not close?"})
		w.begin(ada, forum.NewThread{Title: "b", Tags: "x z", Body: "怎么关闭 event loop？"})
		w.begin(ada, forum.NewThread{Title: "c", Tags: "y z", Board: "go", Lang: "en"})
		w.begin(ada, forum.NewThread{Title: "d", Kind: forum.Discussion, Tags: "x y z"})
		w.begin(ada, forum.NewThread{Title: "e"})
		for rule, tt := range map[string]struct {
			filter forum.Filter
			want   string
		}{
			"one tag":             {forum.Filter{Tags: []string{"x"}}, "[a b d]"},
			"two tags are both":   {forum.Filter{Tags: []string{"x", "y"}}, "[a d]"},
			"a tag, without one":  {forum.Filter{Tags: []string{"x"}, Not: []string{"y"}}, "[b]"},
			"without two":         {forum.Filter{Not: []string{"x", "z"}}, "[e]"},
			"a tag nobody has":    {forum.Filter{Tags: []string{"x", "nothing"}}, "[]"},
			"questions alone":     {forum.Filter{Kind: forum.Question, Tags: []string{"x"}}, "[a b]"},
			"a board":             {forum.Filter{Board: "go"}, "[c]"},
			"a tag in a board":    {forum.Filter{Board: "python", Tags: []string{"y"}}, "[a d]"},
			"a language, guessed": {forum.Filter{Lang: "zh"}, "[b]"},
			"and told":            {forum.Filter{Lang: "en"}, "[a c]"},
			"all of it":           {forum.Filter{Board: "python", Kind: forum.Question, Tags: []string{"x"}, Not: []string{"z"}, Lang: "en"}, "[a]"},
		} {
			for _, sort := range []forum.Sort{forum.SortActive, forum.SortNewest, forum.SortVotes} {
				tt.filter.Sort, tt.filter.Limit = sort, 2
				if got := fmt.Sprint(w.titles(account.User{}, tt.filter)); got != tt.want {
					t.Errorf("%s, %s: %s; want %s", rule, sort, got, tt.want)
				}
			}
		}
	})
}

// TestANarrowedListGoesOn looks for something rare among more threads than one page is
// chosen from.
func TestANarrowedListGoesOn(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		w.begin(ada, forum.NewThread{Title: "old", Lang: "ja"})
		w.forum.SearchThrough(10)
		for i := range 15 {
			w.begin(ada, forum.NewThread{Title: fmt.Sprint(i), Lang: "en"})
		}
		w.begin(ada, forum.NewThread{Title: "new", Lang: "ja"})
		rows, next, err := w.forum.List(w.Context(), ada, forum.Filter{Lang: "ja"})
		if err != nil || len(rows) != 1 || next == "" {
			t.Errorf("the first page is %d rows and the next %q, %v; want the new one, and that it goes on", len(rows), next, err)
		}
		if got := fmt.Sprint(w.titles(ada, forum.Filter{Lang: "ja", Sort: forum.SortNewest})); got != "[new old]" {
			t.Errorf("all pages are %s; want both", got)
		}
	})
}

func TestWhatAQuestionWaitsFor(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		answer := func(by account.User, question int64) int64 {
			return w.reply(by, forum.NewPost{Thread: question, Kind: forum.Answer, Body: "answer", Via: item.Import}).Post
		}
		accept := func(question, post int64) {
			w.must(w.forum.Accept(w.Context(), ada, question, post, item.Web))
		}
		w.begin(ada, forum.NewThread{Title: "nothing"})
		answer(ada, w.begin(ada, forum.NewThread{Title: "answered oneself"}))
		own := w.begin(ada, forum.NewThread{Title: "solved oneself"})
		accept(own, answer(ada, own))
		answer(bob, w.begin(ada, forum.NewThread{Title: "answered"}))
		solved := w.begin(ada, forum.NewThread{Title: "solved"})
		accept(solved, answer(bob, solved))
		gone := answer(bob, w.begin(ada, forum.NewThread{Title: "answer deleted"}))
		w.must(w.forum.Remove(w.Context(), w.admin, gone, "", item.Web))
		w.begin(ada, forum.NewThread{Title: "talk", Kind: forum.Discussion})
		asked := w.begin(ada, forum.NewThread{Title: "asked back"})
		if _, err := w.forum.NeedInfo(w.Context(), bob, forum.NewPost{Thread: asked, Body: "Which version?", Via: item.Web}); err != nil {
			t.Fatal(err)
		}
		for sort, want := range map[forum.Sort]string{
			forum.SortUnanswered: "[answer deleted answered oneself nothing]",
			forum.SortUnaccepted: "[answer deleted answered answered oneself nothing]",
			forum.SortWaiting:    "[asked back]",
		} {
			for _, f := range []forum.Filter{{}, {Board: "python"}} {
				f.Sort = sort
				if got := fmt.Sprint(w.titles(account.User{}, f)); got != want {
					t.Errorf("%s in %q: %s; want %s", sort, f.Board, got, want)
				}
			}
		}
	})
}

func TestWhatConcernsMe(t *testing.T) {
	each(t, func(w *world) {
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		goBoard := w.board(forum.Board{Slug: "go", Title: "Go", MayPost: 1})
		staff := w.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		w.begin(bob, forum.NewThread{Title: "not mine", Tags: "other"})
		for i := range 3 {
			w.begin(bob, forum.NewThread{Title: fmt.Sprint("board ", i), Board: "go"})
		}
		w.begin(bob, forum.NewThread{Title: "tag", Tags: "x"})
		w.begin(w.admin, forum.NewThread{Title: "closed", Board: "staff", Tags: "x"})
		took := w.begin(bob, forum.NewThread{Title: "took part"})
		w.reply(ada, forum.NewPost{Thread: took, Body: "me too"})
		muted := w.begin(bob, forum.NewThread{Title: "muted", Board: "go"})
		tag, err := w.Items.TagNamed(w.Context(), ada, "x")
		w.must(err)
		w.subscribe(ada, item.ToBoard, goBoard.ID)
		w.subscribe(ada, item.ToBoard, staff.ID)
		w.subscribe(ada, item.ToTag, tag.ID)
		w.must(w.Items.Subscribe(w.Context(), ada, item.Subscription{Target: item.ToThread, ID: muted, Level: "mute", Channel: "web"}))
		if got := fmt.Sprint(w.titles(ada, forum.Filter{Sort: forum.SortMine, Limit: 2})); got != "[board 0 board 1 board 2 tag took part]" {
			t.Errorf("mine are %s", got)
		}
		eve := w.Person("eve", account.Member)
		w.begin(eve, forum.NewThread{Title: "of whom I follow", Tags: "other"})
		w.subscribe(ada, item.ToUser, eve.ID)
		w.subscribe(ada, item.ToUser, w.admin.ID) // whose thread is closed
		if got := fmt.Sprint(w.titles(ada, forum.Filter{Sort: forum.SortMine, Limit: 2})); got != "[board 0 board 1 board 2 of whom I follow tag took part]" {
			t.Errorf("with a person they are %s", got)
		}
		_, _, err = w.forum.List(w.Context(), account.User{}, forum.Filter{Sort: forum.SortMine})
		if err == nil {
			t.Error("a visitor has a list of their own")
		}
	})
}

func TestWhatIsNew(t *testing.T) {
	each(t, func(w *world) {
		bob := w.Person("bob", account.Member)
		old := w.begin(bob, forum.NewThread{Title: "old", Kind: forum.Discussion})
		w.Tick()
		ada := w.Person("ada", account.Member)
		w.Tick()
		fresh := w.begin(bob, forum.NewThread{Title: "fresh", Kind: forum.Discussion})
		state := func(by account.User) map[string]string {
			all := map[string]string{}
			for _, r := range w.list(by, forum.Filter{}) {
				all[r.Title] = fmt.Sprint(r.Unread, r.New)
			}
			return all
		}
		want := func(rule string, by account.User, oldThread, freshThread string) {
			t.Helper()
			if got := state(by); got["old"] != oldThread || got["fresh"] != freshThread {
				t.Errorf("%s: %v; want old %s, fresh %s", rule, got, oldThread, freshThread)
			}
		}
		want("nothing is new to a visitor", account.User{}, "false 0", "false 0")
		want("what was there before one came is not", ada, "false 0", "true 0")
		want("nor what one has written last oneself", bob, "false 0", "false 0")
		for range 22 {
			w.reply(bob, forum.NewPost{Thread: old, Body: "more", Via: item.Import})
		}
		want("a thread that goes on is", ada, "true 0", "true 0")

		page := w.thread(ada, old, forum.View{})
		w.forum.Saw(ada, page)
		want("a page is not the whole thread", ada, "true 1", "true 0")
		first, err := w.forum.FirstUnread(w.Context(), ada, old)
		w.must(err)
		rest := w.thread(ada, old, forum.View{Cursor: page.Next})
		if first != rest.Page[0].ID {
			t.Errorf("the first unread is %d; want %d, the first of the second page", first, rest.Page[0].ID)
		}
		w.must(w.forum.SaveReading(w.Context()))
		want("it is kept", ada, "true 1", "true 0")
		w.forum.Saw(ada, rest)
		want("at the end it is", ada, "false 0", "true 0")
		w.must(w.forum.SaveReading(w.Context()))
		want("and stays so", ada, "false 0", "true 0")
		w.reply(bob, forum.NewPost{Thread: old, Body: "more", Via: item.Import})
		w.reply(bob, forum.NewPost{Thread: old, Body: "more", Via: item.Import})
		want("new posts are counted", ada, "true 2", "true 0")
		w.forum.Saw(ada, page)
		want("reading the beginning again changes nothing", ada, "true 2", "true 0")

		w.must(w.forum.MarkRead(w.Context(), ada, fresh))
		want("a thread is put behind", ada, "true 2", "false 0")
		w.must(w.forum.CatchUp(w.Context(), ada, "python", w.Clock))
		want("and a board", ada, "false 0", "false 0")
		w.reply(bob, forum.NewPost{Thread: fresh, Body: "more", Via: item.Import})
		want("what comes later is new", ada, "false 0", "true 1")
		w.must(w.forum.CatchUp(w.Context(), ada, "", w.Clock.Add(time.Hour)))
		w.Tick()
		w.reply(bob, forum.NewPost{Thread: old, Body: "more", Via: item.Import})
		want("nobody puts behind what is still to come", ada, "true 3", "false 0")
	})
}
