package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/views"
	"picus/wiki"
)

// A question's whole life, by forms alone: no script runs here.
func TestAQuestionLivesWithoutScripts(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, nil)
		keeper := c.setUp()
		ada, lin, bob := c.member("ada", account.Member), c.member("lin", account.Member), c.member("bob", account.Member)
		first := ada.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "How do I close a loop?", "body", "It stays open.", "tags", "asyncio").at("/t/1/").address.Path

		lin.open("/p/1/needinfo").send("#small", "body", " ").refused(422)
		lin.open("/p/1/needinfo").send("#small", "body", "Which version?").at(first).says("needs information from the asker – just now", "expires on", "Which version?")
		ada.open(first).says("Somebody needs to know more")
		ada.open("/p/1/reply?comment=1").send("#write", "body", "3.12").at(first).says("no answer – just now")

		lin.open(first).send("/t/1/metoo", "on", "1").at(first).says("You have this question, too", "You are watching this")
		lin.open("/questions").says("1 person has this question, too")

		answered := bob.open(first).send("#write", "body", "Call `clos()`.").at(first).says("answered – just now")
		answer := strings.TrimPrefix(answered.address.Fragment, "p")
		lin.open(first).send("/p/"+answer+"/vote", "value", "-1").at("/p/"+answer+"/vote").says("What is wrong with it?").send("#small", "reason", "other", "note", "").refused(422)
		lin.open("/p/"+answer+"/vote").send("#small", "reason", "wrong", "note", "There is no clos.").at(first)
		bob.open(first).says("1 vote against it").follow("/p/"+answer+"/votes").says("It is wrong, or does not work", "There is no clos.").silent("@lin", " lin ")
		ada.open("/p/" + answer + "/votes").refused(403)

		suggested := lin.open("/p/"+answer+"/suggest").send("#write", "body", "Call `close()`.", "summary", "a letter").at("/suggestions/1").says("waits", "Take it back")
		bob.open("/notifications").says("somebody suggests an edit")
		waiting := bob.open("/suggestions").at("/suggestions").says("a letter")
		waiting.send("/suggestions/1", "why", "").refused(422)
		bob.open("/suggestions").send("/suggestions/1", "do", "approve").at("/suggestions/1").says("taken")
		suggested.open(first).says("Call close().", "edited once")

		lin.open(first).send("/p/"+answer+"/vote", "value", "1")
		ada.open(first).send("/t/1/accept", "post", answer).at(first).says("solved – just now", "Accepted as the answer by who asked")
		ada.open(first).send("/p/1/reopen").at(first).says("open – just now").silent("Accepted as the answer")
		ada.open(first).send("/p/1/solved").at(first).says("solved – just now")

		second := bob.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "Closing loops", "body", "How?", "tags", "").at("/t/").address.Path
		number := strings.Split(second, "/")[2]
		bob.open("/p/"+number+"/duplicate").send("#small", "original", "elsewhere").refused(422)
		bob.open("/p/"+number+"/duplicate").send("#small", "original", c.URL+first).at(second).says("asked before", "How do I close a loop?", "1 answer")
		lin.open(first).says("The same was asked in:", "Closing loops")
		bob.open(second).send("/p/" + number + "/separate").at(second).silent("This was asked before")
		keeper.open("/p/"+number+"/invalid").send("#small", "why", "Say what you have tried.").at(second).says("not a question – just now", "Say what you have tried.")
		bob.open(second).says("Edit it, and then open it again.").send("/p/" + number + "/reopen").at(second).says("no answer")
		lin.open("/p/" + number + "/invalid").refused(403)
	})
}

func TestPostsAreTurnedIntoSomethingElseWithoutScripts(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada, lin := c.member("ada", account.Member), c.member("lin", account.Member)
	path := ada.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "How do I close a loop?", "body", "It stays open.", "tags", "").at("/t/1/").address.Path
	said := lin.open("/p/1/reply?comment=1").send("#write", "body", "Call close.").at(path)
	number := strings.TrimPrefix(said.address.Fragment, "p")
	convert := "/p/" + number + "/convert"
	lin.open(path).follow(convert).send("#small").refused(422)
	lin.open(convert).send("#small", "to", "answer").at(path).says("1 answer", "answered")
	lin.open(convert).send("#small", "to", "comment", "under", "").at(path).says("0 answers")
	lin.open(convert).send("#small", "to", "question", "title", "").refused(422)
	lin.open(convert).send("#small", "to", "question", "title", "Does it close?").at("/t/").says("Does it close?", "This began as another post")
	ada.open(path).says("This goes on in a post of its own.")
	ada.open("/p/" + number).at(path)

	lin.open("/p/1/bookmark").send("#small", "note", "for the talk", "due", "yesterday").refused(422)
	next := strconv.Itoa(time.Now().Year() + 1) // it has to be to come
	lin.open("/p/1/bookmark").send("#small", "note", "for the talk", "due", next+"-01-02T09:00").at(path)
	lin.open("/bookmarks").says("How do I close a loop?", "for the talk", "2 Jan "+next+", 09:00").follow("/p/1/bookmark").send("#small", "remove", "1").at("/bookmarks").says("Nothing is kept yet.")
	c.visitor().open("/bookmarks").at("/login")
	_, err := c.wiki.Save(c.Context(), c.known("ada"), wiki.Edit{Title: "Closing loops", Body: "Some notes.", Via: item.Web})
	c.must(err)
	page, err := c.wiki.Page(c.Context(), account.User{}, "Closing loops")
	c.must(err)
	keep := "/bookmarks/" + strconv.FormatInt(page.ID, 10)
	c.visitor().open("/wiki/Closing_loops").silent("Bookmark")
	lin.open("/wiki/Closing_loops").says("Bookmark").follow(keep).says("(UTC)").send("#small", "note", "read this", "due", "").at("/wiki/Closing_loops").says("Your bookmark")
	lin.open("/bookmarks").says("Closing loops", "read this", "wiki page").follow(keep).send("#small", "remove", "1").at("/bookmarks").says("Nothing is kept yet.")
	c.visitor().open(keep).at("/login")

	answer := strings.TrimPrefix(lin.open(path).send("#write", "body", "A list.").at(path).address.Fragment, "p")
	lin.open(path).send("/p/"+answer+"/wiki", "on", "1").at(path).says("everybody's")
	own := ada.open(path)
	own.post("/p/"+answer+"/wiki", url.Values{"csrf": {own.hidden("/logout", "csrf")}, "on": {"0"}}).refused(403)
}

func TestASuggestionThatCameTooLateIsJoinedWithoutScripts(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	ada, lin, bob := c.member("ada", account.Member), c.member("lin", account.Member), c.member("bob", account.Member)
	ada.open("/b/talk/new").send("/b/talk/new", "kind", "question", "title", "Lop", "body", "First.\n\nSecond in 3.11.", "tags", "asyncio").at("/t/1/")
	lin.open("/p/1/suggest").send("#write", "title", "Loop", "body", "First!\n\nSecond in 3.11.").at("/suggestions/1")
	bob.open("/p/1/suggest").send("#write", "body", "First.\n\nSecond in 3.13.", "tags", "asyncio web").at("/suggestions/2")
	early := ada.open("/suggestions/1")
	ada.open("/p/1/edit").send("#write", "body", "First.\n\nSecond in 3.12.").at("/t/1/")
	early = early.send("/suggestions/1", "do", "approve")
	early.refused(409)
	early.says("changed while you looked")
	ada.open("/suggestions/1").says("what was changed there stays").send("/suggestions/1", "do", "approve").at("/suggestions/1").says("taken")
	ada.open("/t/1").says("Loop", "First!", "Second in 3.12.")
	late := ada.open("/suggestions/2").says("Place 1 was changed here and there", "Second in 3.11.", "Second in 3.12.", "Second in 3.13.")
	undecided := late.send("/suggestions/2", "do", "approve")
	undecided.refused(409)
	undecided.says("Choose which text is to stand")
	late.send("/suggestions/2", "do", "approve", "take1", "theirs").at("/suggestions/2").says("taken")
	ada.open("/t/1").says("Loop", "First!", "Second in 3.13.")
	ada.open("/p/1/history").says("“asyncio” becomes “asyncio web”")
	lin.open("/t/1").follow("/t/1/-/tags").at("/p/1/suggest")
	ada.open("/t/1").follow("/t/1/-/tags").send("#small", "tags", "a/b").refused(422)
	ada.open("/t/1/-/tags").send("#small", "tags", "loops").at("/t/1/").says("loops")
	ada.open("/p/1/history").says("“asyncio web” becomes “loops”")
}

// The same pages in a browser with scripts, as axe and a narrow window see them.
func TestTheLifeOfAQuestionInABrowser(t *testing.T) {
	c := settle(t, "", nil)
	c.setUp()
	c.inhabit()
	ada, lin, bob := c.known("ada"), c.known("lin"), c.person("kim", "Kim", account.Member)
	first := int64(1)
	thread, err := c.forum.Thread(t.Context(), ada, first, forum.View{})
	c.must(err)
	answer, other := thread.Best.ID, thread.Page[0].ID
	_, err = c.forum.VoteDown(t.Context(), ada, other, forum.Reason{Word: "outdated", Note: "Since 3.10 it is not needed any more."})
	c.must(err)
	_, err = c.forum.MeToo(t.Context(), lin, first, true)
	c.must(err)
	_, err = c.forum.Suggest(t.Context(), bob, forum.Edit{Post: other, Body: "A second way is to keep a loop of your own, with `asyncio.new_event_loop()`, and to close it.", Summary: "close it too", Via: item.Web})
	c.must(err)
	c.must(c.forum.MakeWiki(t.Context(), lin, other, true, item.Web))
	c.must(c.forum.Keep(t.Context(), ada, forum.Bookmark{Item: answer, Note: "for the talk in October"}))
	asked := c.start(lin, forum.Question, "It does not work", "", "What do I do?")
	_, err = c.forum.NeedInfo(t.Context(), ada, forum.NewPost{Thread: asked.Thread, Body: "Which version do you use?", Via: item.Web})
	c.must(err)
	again := c.start(lin, forum.Question, "Event loop is closed?", "", "Why?")
	c.must(c.forum.Duplicate(t.Context(), lin, again.Thread, first, item.Web))

	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	c.must(err)
	w := c.window(true)
	w.signIn("ada")
	post := func(id int64, page string) string { return views.PostPath(id) + page }
	for _, p := range []struct{ name, path string }{
		{"life-question", views.ThreadPath(first, "")}, {"life-needinfo", post(asked.Post, "")}, {"life-duplicate", post(again.Post, "")}, {"life-list", "/questions"},
		{"life-vote", post(answer, "/vote")}, {"life-votes", post(other, "/votes")}, {"life-askback", post(asked.Post, "/needinfo")}, {"life-point", post(first, "/duplicate")},
		{"life-invalid", post(first, "/invalid")}, {"life-convert", post(answer, "/convert")}, {"life-bookmark", post(answer, "/bookmark")}, {"life-bookmarks", "/bookmarks"},
		{"life-suggestions", "/suggestions"}, {"life-suggestion", "/suggestions/1"}, {"life-notifications", "/notifications"},
	} {
		w.open(p.path)
		see(w, "open what is closed", chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('details.more').forEach(d => d.open = true)"))
		w.accessible(p.name, string(axe))
		w.picture(p.name)
	}
	w.open(views.ThreadPath(first, ""))
	w.click(".accepted .vote button[value='-1']")
	w.tap("#reason-unclear")
	w.write("#note", "What is a loop?")
	w.click("#small button")
	w.shows(".accepted .vote", "-1")
	w.click("footer button[value=zh-Hans]")
	w.open(views.ThreadPath(first, ""))
	w.shows(".accepted", "已采纳")
	for _, p := range []struct{ name, path string }{{"life-question", views.ThreadPath(first, "")}, {"life-needinfo", post(asked.Post, "")}, {"life-list", "/questions"}, {"life-suggestions", "/suggestions"}, {"life-vote", post(answer, "/vote")}} {
		w.open(p.path)
		w.picture("zh-" + p.name)
	}
}

func (c *community) known(name string) account.User {
	c.Helper()
	u, err := c.accounts.ByName(c.Context(), name)
	c.must(err)
	return u
}

// picture writes what the page looks like, for people to look at; see pictures.
func (w *window) picture(name string) {
	w.Helper()
	folder := os.Getenv("PICUS_SCREENSHOTS")
	if folder == "" {
		return
	}
	for _, width := range []int64{1280, 390} {
		w.size(width, 800)
		for _, scheme := range []string{"light", "dark"} {
			w.scheme(scheme)
			file := filepath.Join(folder, fmt.Sprintf("%s-%d-%s.png", name, width, scheme))
			if err := os.WriteFile(file, see(w, name, chromedp.FullScreenshot(100)), 0o644); err != nil {
				w.Fatal(err)
			}
		}
	}
	w.scheme("light")
}
