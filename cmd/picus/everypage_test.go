package main

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/web"
)

// pages are the pages of the site, in the order of the pictures. The first ones are
// looked at before anybody has signed in. What inhabit and order write has the numbers
// that stand here.
var pages = []struct {
	name, path string
	refused    bool // it answers with an error, of which the browser complains
}{
	{name: "login", path: "/login"},
	{name: "register", path: "/register"},
	{name: "confirm", path: "/confirm", refused: true},
	{name: "confirm-mail", path: "/confirm/nothing", refused: true},
	{name: "forgot", path: "/forgot"},
	{name: "reset", path: "/reset", refused: true},
	{name: "address", path: "/address", refused: true},
	{name: "claim", path: "/claim", refused: true},
	{name: "resume", path: "/resume/nothing", refused: true},
	{name: "unsubscribe", path: "/unsubscribe/nothing", refused: true},
	{name: "visitor-question", path: "/t/1"},
	{name: "visitor-poll", path: "/t/12"},
	{name: "start", path: "/"},
	{name: "questions", path: "/questions"},
	{name: "waiting", path: "/questions?sort=waiting"},
	{name: "filtered", path: "/questions?tag=asyncio&not=web&lang=en"},
	{name: "boards", path: "/b"},
	{name: "ask", path: "/ask"},
	{name: "board", path: "/b/talk"},
	{name: "group-board", path: "/b/weekly"},
	{name: "old-board", path: "/b/attic"},
	{name: "rest", path: "/b/talk/-/archive"},
	{name: "question", path: "/t/1"},
	{name: "to-post", path: "/p/1"},
	{name: "chinese", path: "/mid/chinese@mail.example"},
	{name: "whole-mail", path: "/p/6/original", refused: true},
	{name: "poll", path: "/t/12"},
	{name: "voted-poll", path: "/t/13"},
	{name: "needinfo-question", path: "/t/14"},
	{name: "closed", path: "/t/16"},
	{name: "duplicate-question", path: "/t/17"},
	{name: "invalid-question", path: "/t/18"},
	{name: "locked", path: "/t/19"},
	{name: "new-thread", path: "/b/talk/new"},
	{name: "edit", path: "/p/2/edit"},
	{name: "history", path: "/p/2/history"},
	{name: "title-history", path: "/p/14/history"},
	{name: "reply", path: "/p/2/reply?quote=1"},
	{name: "comment", path: "/p/2/reply?comment=1"},
	{name: "delete", path: "/p/2/delete"},
	{name: "vote", path: "/p/2/vote"},
	{name: "votes", path: "/p/4/votes"},
	{name: "needinfo", path: "/p/7/needinfo"},
	{name: "invalid", path: "/p/7/invalid"},
	{name: "convert", path: "/p/2/convert"},
	{name: "split", path: "/p/2/split"},
	{name: "suggest", path: "/p/2/suggest", refused: true},
	{name: "bookmark", path: "/p/1/bookmark"},
	{name: "duplicate", path: "/p/1/duplicate"},
	{name: "retag", path: "/t/1/-/tags"},
	{name: "links", path: "/t/1/-/links"},
	{name: "close", path: "/t/1/-/close"},
	{name: "reopen", path: "/t/16/-/reopen"},
	{name: "pin", path: "/t/1/-/pin"},
	{name: "unpin", path: "/t/19/-/unpin"},
	{name: "lock", path: "/t/1/-/lock"},
	{name: "unlock", path: "/t/19/-/unlock"},
	{name: "slow", path: "/t/1/-/slow"},
	{name: "archive", path: "/t/1/-/archive"},
	{name: "move", path: "/t/1/-/move"},
	{name: "merge", path: "/t/1/-/merge"},
	{name: "log", path: "/mod/log"},
	{name: "undo", path: "/mod/log/1/undo"},
	{name: "queue", path: "/mod/queue"},
	{name: "reports", path: "/mod/private"},
	{name: "drafts", path: "/drafts"},
	{name: "bookmarks", path: "/bookmarks"},
	{name: "bookmark-page", path: "/bookmarks/10"},
	{name: "suggestions", path: "/suggestions"},
	{name: "suggestion", path: "/suggestions/1"},
	{name: "clash", path: "/suggestions/2"},
	{name: "about", path: "/about"},
	{name: "feeds", path: "/feeds"},
	{name: "mail-help", path: "/help/mail"},
	{name: "person", path: "/u/lin"},
	{name: "private", path: "/u/lin/private"},
	{name: "report", path: "/u/lin/report"},
	{name: "settings", path: "/settings"},
	{name: "push", path: "/settings/push"},
	{name: "private-settings", path: "/settings/private"},
	{name: "password", path: "/settings/password"},
	{name: "new-address", path: "/settings/address"},
	{name: "other-address", path: "/settings/claim"},
	{name: "addresses", path: "/settings/addresses"},
	{name: "mail-settings", path: "/settings/mail"},
	{name: "notifications", path: "/notifications"},
	{name: "admin", path: "/admin"},
	{name: "board-list", path: "/admin/boards"},
	{name: "board-new", path: "/admin/boards/new"},
	{name: "board-form", path: "/admin/boards/talk"},
	{name: "board-mail", path: "/admin/boards/talk/list"},
	{name: "groups", path: "/admin/groups"},
	{name: "group", path: "/admin/groups/10"},
	{name: "outbox", path: "/admin/outbox"},
	{name: "outbox-mail", path: "/admin/outbox/1"},
	{name: "mirrors", path: "/admin/mirrors"},
	{name: "mirror", path: "/admin/mirrors/talk"},
	{name: "group-delete", path: "/admin/groups/10/delete"},
	{name: "outbox-delete", path: "/admin/outbox/1/delete"},
	{name: "mirror-end", path: "/admin/mirrors/talk/end"},
	{name: "suspend", path: "/admin/people/lin/suspend"},
	{name: "mail-queue", path: "/admin/queue"},
	{name: "inbox", path: "/admin/mail"},
	{name: "inbox-mail", path: "/admin/mail/1"},
	{name: "people", path: "/admin/people"},
	{name: "wiki", path: "/wiki"},
	{name: "wiki-page", path: "/wiki/Event_loop"},
	{name: "wiki-edit", path: "/wiki/Event_loop/edit"},
	{name: "wiki-history", path: "/wiki/Event_loop/history"},
	{name: "wiki-talk", path: "/wiki/Event_loop/talk"},
	{name: "blog", path: "/blog"},
	{name: "author", path: "/blog/ada"},
	{name: "article", path: "/blog/ada/ten-years-of-loops"},
	{name: "article-commented", path: "/blog/ada/what-loops-are-for"},
	{name: "article-comment", path: "/blog/ada/ten-years-of-loops/comment"},
	{name: "article-edit", path: "/blog/ada/ten-years-of-loops/edit"},
	{name: "article-history", path: "/blog/ada/ten-years-of-loops/history"},
	{name: "write", path: "/blog/-/new"},
	{name: "search", path: "/search?q=loop"},
	{name: "tags", path: "/tags"},
	{name: "tag", path: "/tags/asyncio"},
	{name: "tag-names", path: "/tags/asyncio/names"},
	{name: "nothing", path: "/search?q=nothinghere"},
	{name: "missing", path: "/nowhere", refused: true},
	{name: "missing-thread", path: "/t/999", refused: true},
	{name: "forbidden", path: "/p/3/suggest", refused: true},
}

const beforeSigningIn = 11

// noPages are the routes that answer with no page, or only once in the life of a site.
var noPages = []string{"/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/-/static/:file", "/opensearch.xml", "/sitemap.xml", "/sitemap/:page", "/lists/:file", "/f/:id/:name",
	"/complete/people", "/complete/tags", "/setup", "/sw.js", "/live", "/admin/mail/:id/raw", "/wiki/:title/raw", "/t/:id/:slug"}

// TestEveryPageIsLookedAt finds the pages that no eye of pages falls on.
func TestEveryPageIsLookedAt(t *testing.T) {
	app, err := web.New(web.Config{BaseURL: "http://localhost"}, web.Rooms{Items: &item.Store{}})
	if err != nil {
		t.Fatal(err)
	}
	patterns := app.Pages()
	known := make([]*regexp.Regexp, len(patterns))
	for i, p := range patterns {
		known[i] = regexp.MustCompile("^" + regexp.MustCompile(`:\w+(<int>)?`).ReplaceAllString(strings.ReplaceAll(p, "*", ".+"), `[^/]+`) + "$")
	}
	seen := map[string]bool{}
	for _, p := range pages {
		path, _, _ := strings.Cut(p.path, "?")
		i := slices.IndexFunc(known, func(k *regexp.Regexp) bool { return k.MatchString(path) })
		if i >= 0 {
			seen[patterns[i]] = true
		} else if !p.refused {
			t.Errorf("no route answers %s", p.path)
		}
	}
	for _, p := range patterns {
		if file := strings.Contains(p, "/api/") || regexp.MustCompile(`\.(atom|rss|json)$`).MatchString(p); !file && !seen[p] && !slices.Contains(noPages, p) {
			t.Errorf("%s is a page that TestPagesAreAccessible does not look at: add one to pages", p)
		}
	}
}

// order is what moderators and askers have done with threads: one in every state.
func (c *community) order(ada, lin account.User) {
	c.Helper()
	ctx := c.Context()
	for _, closes := range []string{"open", "voted"} {
		poll, err := c.forum.Start(ctx, lin, forum.NewThread{Board: "talk", Kind: forum.Voting, Title: "Which evening suits you, " + closes + "?", Body: "We meet in October.", Via: item.Web,
			Poll: forum.NewPoll{Options: []string{"Tuesday", "Thursday, when the library is open until ten", "周六"}, Several: closes == "open"}})
		c.must(err)
		if closes == "voted" {
			_, err = c.forum.Choose(ctx, ada, poll.Thread, []int{1})
			c.must(err)
		}
	}
	asked := c.start(lin, forum.Question, "It does not work", "asyncio", "What do I do?")
	_, err := c.forum.NeedInfo(ctx, ada, forum.NewPost{Thread: asked.Thread, Body: "Which version do you use?", Via: item.Web})
	c.must(err)
	_, err = c.forum.Edit(ctx, lin, forum.Edit{Post: asked.Post, Title: "It does not work in 3.12", Body: "What do I do?", Tags: "asyncio", Via: item.Web})
	c.must(err)
	shut := c.start(lin, forum.Discussion, "哪个编辑器最好？", "", "我喜欢 Vim。")
	c.must(c.forum.Close(ctx, ada, shut.Thread, forum.Closing{Reason: forum.Broad, Note: "Say what you write with it: a comparison needs a purpose."}))
	again := c.start(lin, forum.Question, "Event loop is closed?", "", "Why?")
	c.must(c.forum.Duplicate(ctx, lin, again.Thread, 1, item.Web))
	dismissed := c.start(lin, forum.Question, "Python", "", "It is nice.")
	c.must(c.forum.NotAQuestion(ctx, ada, dismissed.Thread, "Say what you would like to know.", item.Web))
	kept := c.start(ada, forum.Announcement, "The rules of this place", "", "Be kind.")
	c.must(c.forum.Pin(ctx, ada, kept.Thread, 1, "for everybody"))
	c.must(c.forum.Slow(ctx, ada, kept.Thread, 10, "so that everybody has their say"))
	c.must(c.forum.Lock(ctx, ada, kept.Thread, true, ""))
	_, err = c.forum.VoteDown(ctx, ada, 4, forum.Reason{Word: "outdated", Note: "Since 3.10 it is not needed any more."})
	c.must(err)
	bob := c.person("bob", "Bob", account.Member)
	_, err = c.forum.Suggest(ctx, bob, forum.Edit{Post: 4, Body: "A second way is to keep a loop of your own, with `asyncio.new_event_loop()`, and to close it.", Summary: "close it too", Via: item.Web})
	c.must(err)
	_, err = c.forum.Suggest(ctx, bob, forum.Edit{Post: asked.Post, Title: "It does not work on Windows", Body: "What do I do now?", Tags: "asyncio"})
	c.must(err)
	_, err = c.forum.Edit(ctx, lin, forum.Edit{Post: asked.Post, Title: "It does not work on Linux", Body: "What do I do then?", Tags: "asyncio", Via: item.Web})
	c.must(err)
	c.must(c.forum.Keep(ctx, ada, forum.Bookmark{Item: 2, Note: "for the talk in October"}))
	_, err = c.forum.MeToo(ctx, bob, 1, true)
	c.must(err)
}

// conflict looks at the page of who saves what another has changed meanwhile.
func (w *window) conflict(c *community, axe string) {
	w.Helper()
	w.open("/p/5/edit")
	_, err := c.forum.Edit(c.Context(), c.known("ada"), forum.Edit{Post: 5, Title: "Meeting in October", Body: "We meet on the 13th.", Via: item.Web})
	c.must(err)
	w.write("#body", " There is coffee.")
	w.click("#write button.main")
	w.forget()
	w.accessible("conflict", axe)
}

// unfold opens the menus of the page, so that what is in them is looked at.
func (w *window) unfold() {
	w.Helper()
	see(w, "open what is closed", chromedp.Evaluate[chromedp.Void]("document.querySelectorAll('details.more').forEach(d => d.open = true)"))
}

// covered are the notes that the corner of the moderators lies on.
const covered = `[...document.querySelectorAll('.deeds > summary')].flatMap(s => [...document.querySelectorAll('.note')].filter(n => {
	const a = s.getBoundingClientRect(), b = n.getBoundingClientRect()
	return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}).map(n => n.outerHTML.slice(0, 120)))`

// apart expects that nothing lies on a note.
func (w *window) apart(where string) {
	w.Helper()
	for _, note := range see(w, where, chromedp.Evaluate[[]string](covered)) {
		w.Errorf("%s: the corner of the moderators lies on %s", where, note)
	}
}

// forget passes over what the browser says of a page that answers with an error.
func (w *window) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wrong = slices.DeleteFunc(w.wrong, func(text string) bool { return strings.Contains(text, "the server responded with a status of 4") })
}
