package web_test

import (
	"regexp"
	"strings"
	"testing"

	"picus/account"
	"picus/blog"
	"picus/internal/db"
	"picus/internal/item"
	"picus/wiki"
)

func TestAPageOfTheWikiIsTalkedAbout(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	_, err := wiki.New(s.items).Save(t.Context(), ada, wiki.Edit{Title: "Event loops", Body: "They turn.", Via: item.Web})
	s.must(err)
	b := s.member(ada)
	s.visitor().get("/wiki/Event_loops").has(t, 200, `href="/wiki/Event_loops/talk"`)
	s.visitor().get("/wiki/Event_loops/talk").has(t, 200, "Nobody has said anything about this page yet.", `href="/login?next=%2Fwiki%2FEvent_loops%2Ftalk"`)
	s.visitor().get("/wiki/Nothing/talk").has(t, 404)
	b.get("/wiki/Event_loops/talk").has(t, 200, `name="title"`, `name="body"`, "Everybody can read it.")
	b.post("/wiki/Event_loops/talk", "kind", "question", "title", "", "body", "Do they?").has(t, 422, "Do they?")
	b.post("/wiki/Event_loops/talk", "kind", "question", "title", "Turning", "body", "Do *they*?", "preview", "1").has(t, 200, "<em>they</em>")
	made := b.post("/wiki/Event_loops/talk", "kind", "question", "title", "Which way do they turn?", "body", "Left or right?")
	made.has(t, 303)
	thread := made.Header.Get("Location")
	s.visitor().get(thread).has(t, 200, "About the page", `href="/wiki/Event_loops"`)
	s.visitor().get("/wiki/Event_loops/talk").has(t, 200, "Which way do they turn?")
	s.visitor().get("/b/wiki-talk").has(t, 200, "Which way do they turn?")
}

func TestCommentsStandBelowAnArticle(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	a, err := blog.New(s.items).Save(t.Context(), ada, blog.Edit{Title: "On loops", Body: "They turn.", Via: item.Web})
	s.must(err)
	_, err = blog.New(s.items).Save(t.Context(), ada, blog.Edit{Title: "Not yet", Body: "They turn.", Draft: true, Via: item.Web})
	s.must(err)
	const article = "/blog/ada/on-loops"
	b := s.member(bob)
	s.visitor().get(article).has(t, 200, "No comments yet", `href="/login?next=%2Fblog%2Fada%2Fon-loops"`)
	b.get(article).has(t, 200, "No comments yet", `action="/blog/ada/on-loops/comment"`)
	b.get(article+"/comment").has(t, 200, `name="body"`)
	b.post(article+"/comment", "body", "").has(t, 422)
	first := b.post(article+"/comment", "body", "Well *said*.")
	first.has(t, 303)
	if to := first.Header.Get("Location"); !strings.HasPrefix(to, article+"#p") {
		t.Errorf("the first comment leads to %s; want the article", to)
	}
	s.member(ada).post(article+"/comment", "body", "Thank you.").has(t, 303)
	s.visitor().get(article).has(t, 200, "2 comments", "<em>said</em>", "Thank you.")
	s.visitor().get("/b/blog-comments").has(t, 200, "On loops")
	s.visitor().get("/blog").has(t, 200, `href="`+article+`#comments">2 comments</a>`)
	board, err := s.items.Space(t.Context(), "board", "blog-comments")
	s.must(err)
	board.MayRead, board.MayPost = account.Staff, account.Staff
	s.must(s.db.Write(t.Context(), func(tx *db.Tx) error { return s.items.ChangeSpace(t.Context(), tx, board) }))
	s.visitor().get("/blog").hasNot(t, "2 comments")
	s.member(s.admin).get("/blog/ada").has(t, 200, "2 comments")
	board.MayRead, board.MayPost = account.Everyone, account.Members
	s.must(s.db.Write(t.Context(), func(tx *db.Tx) error { return s.items.ChangeSpace(t.Context(), tx, board) }))
	s.member(ada).get("/blog/ada/not-yet").hasNot(t, "No comments yet")
	s.member(ada).post("/blog/ada/not-yet/comment", "body", "First!").has(t, 404)
	if id, err := s.forum.ThreadAbout(t.Context(), bob, a.ID); err != nil || id == 0 {
		t.Errorf("ThreadAbout() = %d, %v; want the one thread", id, err)
	}
}

// What is taken back is a draft of the form that it was written in, and the list of
// drafts leads there.
func TestWhatIsSaidAboutSomethingIsTakenBackToItsForm(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	_, err := wiki.New(s.items).Save(t.Context(), ada, wiki.Edit{Title: "Event loops", Body: "They turn.", Via: item.Web})
	s.must(err)
	_, err = blog.New(s.items).Save(t.Context(), ada, blog.Edit{Title: "On loops", Body: "They turn.", Via: item.Web})
	s.must(err)
	b := s.member(ada)
	for _, tt := range []struct{ form, draft string }{
		{"/wiki/Event_loops/talk", "New thread: Which way?"},
		{"/blog/ada/on-loops/comment", "Comment: On loops"},
	} {
		made := b.post(tt.form, "kind", "discussion", "title", "Which way?", "body", "Left or right?")
		made.has(t, 303)
		to := made.Header.Get("Location")
		post := numbers.FindString(strings.TrimPrefix(to, "/blog/ada/on-loops"))
		back := b.post("/p/" + post + "/unsend")
		back.has(t, 303)
		if got := back.Header.Get("Location"); got != tt.form+"?done=taken" {
			t.Errorf("what was taken back leads to %s; want its form %s", got, tt.form)
		}
		b.get(tt.form).has(t, 200, "Left or right?")
		b.get("/drafts").has(t, 200, `href="`+tt.form+`">`+tt.draft)
	}
}

var numbers = regexp.MustCompile("[0-9]+")
