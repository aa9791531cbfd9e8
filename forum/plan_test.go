package forum_test

import (
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
)

// TestHotQueriesUseTheirIndexes holds SQLite's plans against the rule that a
// page costs what it shows and not what the site holds: no table is read from
// end to end, and nothing is gathered in order to be sorted.
func TestHotQueriesUseTheirIndexes(t *testing.T) {
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // it chooses its plans by what the tables hold
		}
		ada, bob := w.Person("ada", account.Member), w.Person("bob", account.Member)
		q := w.ask(ada, "Question")
		a := w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "answer"})
		article := w.article(ada, item.Live)
		w.comment(bob, article)
		for _, page := range []struct {
			name string
			read func()
		}{
			{"reply", func() { w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "answer"}) }},
			{"comment", func() { w.reply(ada, forum.NewPost{Thread: q.Thread, Parent: a.Post, Body: "comment"}) }},
			{"start", func() { w.ask(ada, "Another") }},
			{"vote", func() { w.vote(ada, a.Post, 1) }},
			{"thread, best first", func() { w.thread(ada, q.Thread, forum.View{Order: forum.ByScore}) }},
			{"thread, newest first", func() { w.thread(ada, q.Thread, forum.View{Order: forum.Newest}) }},
			{"thread, oldest first", func() { w.thread(ada, q.Thread, forum.View{Order: forum.Oldest}) }},
			{"latest posts", func() { w.latest(ada, "") }},
			{"latest posts of a board", func() { w.latest(ada, "python") }},
			{"latest posts of a thread", func() { w.inThread(ada, q.Thread) }},
			{"merge", func() { w.merge(w.ask(ada, "The same").Thread, q.Thread) }},
			{"where a post stands", func() { w.where(ada, a.Post) }},
			{"page before, best first", func() { w.pageBefore(ada, q.Thread, forum.ByScore) }},
			{"page before, by activity", func() { w.pageBefore(ada, q.Thread, forum.ByActivity) }},
			{"page before, newest first", func() { w.pageBefore(ada, q.Thread, forum.Newest) }},
			{"page before, oldest first", func() { w.pageBefore(ada, q.Thread, forum.Oldest) }},
			{"post", func() { w.find(ada, a.Post) }},
			{"what somebody said", func() { w.saidBy(ada, bob) }},
			{"comment on an article", func() { w.comment(bob, article) }},
			{"hide an article", func() { w.hide(article) }},
			{"remove", func() { w.remove(w.admin, a.Post) }},
			{"sweep", func() { w.sweep(bob) }},
		} {
			for _, p := range dbtest.Plans(t, w.DB, page.read) {
				checkPlan(t, page.name, p)
			}
		}
		for _, p := range dbtest.Plans(t, w.DB, func() { w.audience(ada, 1, q.Thread) }) {
			checkPlan(t, "audience", p, "SCAN b", "SCAN t") // each has its LIMIT
		}
		for _, p := range dbtest.Plans(t, w.DB, func() { w.split(w.reply(bob, forum.NewPost{Thread: q.Thread, Body: "aside"}).Post) }) {
			checkPlan(t, "split", p, "SCAN chosen", "USE TEMP B-TREE FOR ORDER BY", // of the posts that go, and of the files of one
				"SCAN thread_tag USING INDEX thread_tag_score") // a foreign key, whose number does not change
		}
		for _, p := range dbtest.Plans(t, w.DB, func() { w.about(ada, article) }) {
			checkPlan(t, "about", p, "USE TEMP B-TREE FOR ORDER BY") // of the threads about one thing
		}
	})
}

func TestEveryListUsesAnIndex(t *testing.T) {
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // it chooses its plans by what the tables hold
		}
		ada := w.Person("ada", account.Member)
		w.ask(ada, "Question")
		w.subscribe(ada, item.ToTag, 1)
		for name, filter := range map[string]forum.Filter{
			"all": {}, "questions": {Kind: forum.Question}, "board": {Board: "python"}, "tag": {Tags: []string{"asyncio"}},
			"feed of a tag": {Tags: []string{"asyncio"}, Text: true}, "questions of a board": {Board: "python", Kind: forum.Question},
			"author": {Author: ada.ID}, "two tags": {Tags: []string{"asyncio", "超时"}}, "without a tag": {Not: []string{"web"}, Kind: forum.Question},
			"language": {Lang: "en"}, "everything": {Board: "python", Kind: forum.Question, Tags: []string{"asyncio", "超时"}, Not: []string{"web"}, Lang: "en"},
			"language in a board": {Board: "python", Lang: "zh"},
		} {
			for _, sort := range []forum.Sort{forum.SortActive, forum.SortNewest, forum.SortVotes, forum.SortUnanswered, forum.SortUnaccepted, forum.SortWaiting} {
				for _, by := range []account.User{{}, ada} {
					filter.Sort = sort
					checkList(t, name+", "+string(sort), dbtest.Plans(t, w.DB, func() { w.list(by, filter) }))
				}
			}
		}
		for _, p := range dbtest.Plans(t, w.DB, func() { w.list(ada, forum.Filter{Sort: forum.SortMine}) }) {
			checkPlan(t, "mine", p, "SCAN source", "SCAN picked", "SCAN shown", "SCAN own", // each has its LIMIT
				"USE TEMP B-TREE FOR ORDER BY", "USE TEMP B-TREE FOR DISTINCT", "UNION USING TEMP B-TREE")
		}
	})
}

// checkList looks at the plans of one list as well: it begins at its cursor, and so does
// the search for its end.
func checkList(t *testing.T, name string, plans []dbtest.Plan) {
	t.Helper()
	for _, p := range plans {
		checkPlan(t, name, p)
		if first := p.Steps[0]; strings.Contains(p.Query, "ORDER BY") && !strings.Contains(first, "<?") && !strings.Contains(first, "<(?,?)") {
			t.Errorf("%s: a later page is not found by its cursor: %s\nin %s", name, first, p.Query)
		}
	}
}

// short are the steps that look long and end soon.
var short = []string{
	"SCAN page", "SCAN heads", "SCAN CONSTANT ROW", // a page has its LIMIT
	"SCAN i USING INDEX item_recent",      // from its end, to the LIMIT
	"SCAN search VIRTUAL TABLE INDEX 0:=", // one row of the search index
}

// checkPlan complains about steps that take longer the more the site holds, but
// for those that are short here.
func checkPlan(t *testing.T, page string, p dbtest.Plan, here ...string) {
	t.Helper()
	if strings.HasPrefix(strings.TrimSpace(p.Query), "INSERT") && strings.Contains(p.Query, "VALUES") {
		return // what it lists are foreign keys, which an insert skips when it runs
	}
	for _, step := range p.Steps {
		if slices.Contains(short, step) || slices.Contains(here, step) {
			continue
		}
		if strings.HasPrefix(step, "SCAN") || strings.Contains(step, "TEMP B-TREE") || strings.Contains(step, "AUTOMATIC") {
			t.Errorf("%s: %s\nin %s", page, step, p.Query)
		}
	}
}

func (w *world) vote(by account.User, post int64, value int) {
	w.Helper()
	if _, err := w.forum.Vote(w.Context(), by, post, value); err != nil {
		w.Fatalf("Vote(%d) = %v", post, err)
	}
}

func (w *world) find(by account.User, post int64) {
	w.Helper()
	if _, err := w.forum.Find(w.Context(), by, post); err != nil {
		w.Fatalf("Find(%d) = %v", post, err)
	}
}

func (w *world) saidBy(by, author account.User) {
	w.Helper()
	if _, _, err := w.forum.SaidBy(w.Context(), by, author.ID, ""); err != nil {
		w.Fatalf("SaidBy(%s) = %v", author.Name, err)
	}
}

func (w *world) list(by account.User, f forum.Filter) []forum.Row {
	w.Helper()
	rows, _, err := w.forum.List(w.Context(), by, f)
	if err != nil {
		w.Fatalf("List(%+v) = %v", f, err)
	}
	return rows
}

func (w *world) latest(by account.User, board string) {
	w.Helper()
	if _, err := w.forum.Latest(w.Context(), by, board, 30); err != nil {
		w.Fatalf("Latest(%q) = %v", board, err)
	}
}

func (w *world) inThread(by account.User, thread int64) {
	w.Helper()
	if _, err := w.forum.InThread(w.Context(), by, thread, 30); err != nil {
		w.Fatalf("InThread(%d) = %v", thread, err)
	}
}

func (w *world) merge(from, into int64) {
	w.Helper()
	err := w.DB.Write(w.Context(), func(tx *db.Tx) error { return w.forum.Merge(w.Context(), tx, from, into) })
	if err != nil {
		w.Fatalf("Merge(%d, %d) = %v", from, into, err)
	}
}

func (w *world) remove(by account.User, post int64) {
	w.Helper()
	if err := w.forum.Remove(w.Context(), by, post, "off topic", item.Web); err != nil {
		w.Fatalf("Remove(%d) = %v", post, err)
	}
}

// sweep takes away what somebody has posted, and brings it back.
func (w *world) sweep(person account.User) {
	w.Helper()
	if _, err := w.forum.Sweep(w.Context(), w.admin, person, "", item.Web); err != nil {
		w.Fatalf("Sweep() = %v", err)
	}
	if _, err := w.forum.Unsweep(w.Context(), w.admin, person, item.Web); err != nil {
		w.Fatalf("Unsweep() = %v", err)
	}
}

func (w *world) audience(by account.User, board, thread int64) {
	w.Helper()
	if _, err := w.forum.Audience(w.Context(), by, board, thread, 200); err != nil {
		w.Fatalf("Audience(%d, %d) = %v", board, thread, err)
	}
}

func (w *world) where(by account.User, post int64) {
	w.Helper()
	if _, err := w.forum.Where(w.Context(), by, post); err != nil {
		w.Fatalf("Where(%d) = %v", post, err)
	}
}

func (w *world) pageBefore(by account.User, thread int64, order forum.Order) {
	w.Helper()
	if _, err := w.forum.PageBefore(w.Context(), by, thread, forum.View{Order: order, Cursor: "1.1"}); err != nil {
		w.Fatalf("PageBefore(%d, %s) = %v", thread, order, err)
	}
}

func (w *world) subscribe(by account.User, target item.Target, id int64) {
	w.Helper()
	if err := w.Items.Subscribe(w.Context(), by, item.Subscription{Target: target, ID: id, Level: "watch", Channel: "web"}); err != nil {
		w.Fatalf("Subscribe(%s %d) = %v", target, id, err)
	}
}

// TestNewsGoBackNoFurtherThanLately however little a page knows: what is older is not looked at.
func TestNewsGoBackNoFurtherThanLately(t *testing.T) {
	each(t, func(w *world) {
		ada := w.Person("ada", account.Member)
		old := w.ask(ada, "Old")
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), `
				WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
				INSERT INTO event (at, actor, verb, item) SELECT 0, CAST(? AS BIGINT), 'edited', CAST(? AS BIGINT) FROM n`, ada.ID, old.Post)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		fresh := w.ask(ada, "Fresh")
		news, err := w.forum.NewsSince(t.Context(), 0, 10)
		if err != nil || len(news) != 1 || news[0].Post != fresh.Post {
			t.Errorf("the news are %+v, %v; want the fresh thread alone", news, err)
		}
		if w.DB.Postgres() {
			return
		}
		for _, p := range dbtest.Plans(t, w.DB, func() { w.forum.NewsSince(t.Context(), 0, 10) }) {
			checkPlan(t, "news", p)
			if strings.Contains(p.Query, "e.verb") && (len(p.Steps) == 0 || p.Steps[0] != "SEARCH e USING INTEGER PRIMARY KEY (rowid>?)") {
				t.Errorf("the events are not read from where they begin: %q", p.Steps)
			}
		}
	})
}
