package web_test

import (
	"fmt"
	"net/url"
	"slices"
)

// routes says for every route what the matrix fetches there. Nil is a route that shows
// nothing of what people write, or that does nothing when it is fetched; it is tried
// once all the same.
func (z *zoo) routes() map[string][]string {
	all := map[string][]string{}
	for _, quiet := range []string{"/healthz", "/readyz", "/robots.txt", "/favicon.ico", "/-/style", "/setup", "/register", "/confirm", "/login", "/forgot", "/reset", "/address",
		"/settings", "/settings/password", "/settings/address", "/settings/claim", "/claim", "/settings/addresses", "/settings/mail", "/settings/private", "/settings/push", "/sw.js", "/live", "/mod/private", "/notifications", "/", "/about", "/help/mail", "/feeds", "/opensearch.xml", "/blog", "/blog/-/new", "/b", "/ask", "/sitemap.xml",
		"/drafts", "/mod/queue", "/api/v1/drafts", "/bookmarks", "/api/v1/bookmarks", "/suggestions", "/api/v1/suggestions", "/api/v1/tags", "/admin/queue", "/admin", "/admin/boards", "/admin/boards/new", "/admin/groups", "/admin/mirrors", "/admin/outbox", "/admin/mail", "/admin/people", "/wiki", "/api/v1/openapi.json", "/api/v1/boards", "/api/v1/articles",
		"/api/v1/me", "/api/v1/notifications", "/api/v1/subscriptions", "/api/v1/uploads"} {
		all[quiet] = []string{quiet}
	}
	for _, path := range []string{"/index", "/wiki", "/blog", "/questions"} {
		for _, ending := range []string{".atom", ".rss", ".json"} {
			all[path+ending] = []string{path + ending}
		}
	}
	all["/-/static/:file"], all["/confirm/:token"], all["/resume/:token"], all["/unsubscribe/:token"] = nil, []string{"/confirm/x"}, []string{"/resume/x"}, []string{"/unsubscribe/x"}
	all["/admin/boards/:board/list"] = []string{"/admin/boards/closed/list"}
	all["/admin/mirrors/:board"] = []string{"/admin/mirrors/closed"}
	all["/admin/boards/:board"], all["/admin/groups/:id"] = []string{"/admin/boards/closed"}, []string{fmt.Sprint("/admin/groups/", int64(z.closed))}
	all["/admin/outbox/:id"], all["/admin/mail/:id/raw"] = []string{"/admin/outbox/1"}, []string{"/admin/mail/1/raw"}
	all["/admin/outbox/:id/delete"], all["/admin/people/:name/suspend"] = []string{"/admin/outbox/1/delete"}, []string{"/admin/people/author-x/suspend"}
	all["/admin/groups/:id/delete"], all["/admin/mirrors/:board/end"] = []string{fmt.Sprint("/admin/groups/", int64(z.closed), "/delete")}, []string{"/admin/mirrors/closed/end"}
	all["/admin/mail/:id<int>"] = []string{"/admin/mail/1"}
	all["/questions"] = []string{"/questions", "/questions?sort=unanswered", "/questions?sort=votes", "/questions?sort=newest",
		"/questions?sort=unaccepted", "/questions?sort=waiting", "/questions?sort=mine", "/questions?tag=common&lang=en", "/questions?not=nothing&board=closed"}
	all["/tags"] = []string{"/tags"}
	all["/wiki/:title"], all["/wiki/:title/edit"] = []string{"/wiki/Home", "/wiki/Open_page"}, []string{"/wiki/Home/edit"}
	all["/wiki/:title/history"], all["/wiki/:title/raw"], all["/api/v1/wiki/:title"] = []string{"/wiki/Home/history"}, []string{"/wiki/Home/raw"}, []string{"/api/v1/wiki/Home"}
	all["/api/v1/wiki/:title/revisions"] = []string{"/api/v1/wiki/Home/revisions"}
	for id := range 5 {
		all["/suggestions/:id"] = append(all["/suggestions/:id"], fmt.Sprint("/suggestions/", id))
		all["/api/v1/suggestions/:id"] = append(all["/api/v1/suggestions/:id"], fmt.Sprint("/api/v1/suggestions/", id))
	}
	for id := range 60 { // pages, articles and drafts are among them
		all["/bookmarks/:id"] = append(all["/bookmarks/:id"], fmt.Sprint("/bookmarks/", id))
	}
	all["/blog/:author"] = []string{"/blog/author-x", "/blog/author-x.atom"}
	z.aboutRoutes(all)
	all["/api/v1/articles/:id"] = append(all["/api/v1/articles/:id"], "/api/v1/articles/1")
	all["/complete/tags"] = []string{"/complete/tags?q=zq", "/complete/tags?q=common"}
	all["/complete/people"] = []string{"/complete/people", "/complete/people?q=auth&in=/b/closed/new", "/complete/people?q=auth&in=/wiki/Home/edit"}
	all["/sitemap/:page"] = []string{"/sitemap/0.xml", "/sitemap/1.xml", "/sitemap/rooms.xml"}
	all["/u/:name"], all["/api/v1/users/:name"] = nil, nil
	for _, w := range z.watchers[1:] {
		all["/u/:name"] = append(all["/u/:name"], "/u/"+w.user.Name, "/u/"+w.user.Name+"?show=posts", "/u/"+w.user.Name+".atom")
		all["/api/v1/users/:name"] = append(all["/api/v1/users/:name"], "/api/v1/users/"+w.user.Name)
	}
	all["/u/:name"] = append(all["/u/:name"], "/u/banned-x", "/u/banned-x?show=posts")
	all["/u/:name/private"], all["/u/:name/report"] = []string{"/u/banned-x/private", "/u/author-x/private"}, []string{"/u/banned-x/report", "/u/author-x/report"}
	all["/f/:id/:name"] = z.files
	all["/mod/log"], all["/mod/log/:id/undo"] = []string{"/mod/log", "/mod/log?board=closed", "/mod/log?board=python"}, []string{"/mod/log/1/undo", "/mod/log/2/undo", "/mod/log/3/undo"}
	z.boardRoutes(all)
	z.thingRoutes(all)
	for pattern, paths := range all {
		slices.Sort(paths)
		all[pattern] = slices.Compact(paths)
	}
	return all
}

func (z *zoo) boardRoutes(all map[string][]string) {
	add := func(pattern string, paths ...string) { all[pattern] = append(all[pattern], paths...) }
	add("/api/v1/threads", "/api/v1/threads", "/api/v1/threads?tag=common", "/api/v1/threads?sort=newest")
	add("/search", "/search?q=needles", "/search?q=about")
	add("/api/v1/search", "/api/v1/search?q=needles")
	for _, board := range []string{"python", "members", "staff", "closed", "old", "oldclosed", "wiki-talk", "blog-comments"} {
		for _, more := range []string{"", "?sort=newest", "?sort=votes", "?sort=unanswered", ".atom", ".rss", ".json"} {
			add("/b/:board", "/b/"+board+more)
		}
		add("/b/:board/new", "/b/"+board+"/new")
		add("/b/:board/-/archive", "/b/"+board+"/-/archive")
		add("/lists/:file", "/lists/"+board+".mbox.gz")
		add("/api/v1/threads", "/api/v1/threads?board="+board)
	}
	for _, more := range []string{"", "?sort=newest", "?sort=votes", "?sort=unanswered", ".atom", ".rss", ".json"} {
		add("/tags/:tag", "/tags/common"+more)
	}
}

func (z *zoo) thingRoutes(all map[string][]string) {
	add := func(pattern, format string, args ...any) {
		all[pattern] = append(all[pattern], fmt.Sprintf(format, args...))
	}
	add("/mid/*", "/mid/%s", url.PathEscape("zqmail@example.org"))
	add("/mid/*", "/mid/%s", "nothing@example.org")
	for _, t := range z.things {
		if t.needle != "" {
			add("/search", "/search?q=%s", t.needle)
			add("/api/v1/search", "/api/v1/search?q=%s", t.needle)
		}
		for _, word := range t.words {
			add("/tags/:tag", "/tags/%s", word)
			add("/tags/:tag", "/tags/%s.atom", word)
			add("/tags/:tag/names", "/tags/%s/names", word)
			add("/api/v1/tags/:tag/names", "/api/v1/tags/%s/names", word)
		}
		if t.post == 0 {
			continue
		}
		for _, ending := range []string{"", ".atom", ".rss", ".json", ".md", ".txt", ".mbox"} {
			add("/t/:id", "/t/%d%s", t.thread, ending)
		}
		for _, query := range []string{"", "?sort=newest", "?sort=oldest", "?order=newest", "?go=unread", "?go=back&cursor=1.1", "?go=newest"} {
			add("/t/:id/:slug", "/t/%d/%s%s", t.thread, t.slug, query)
		}
		add("/t/:id/-/tags", "/t/%d/-/tags", t.thread)
		add("/t/:id/-/links", "/t/%d/-/links", t.thread)
		for _, deed := range []string{"close", "reopen", "pin", "lock", "slow", "archive", "move", "merge", "split"} {
			add("/t/:id/-/:deed", "/t/%d/-/%s", t.thread, deed)
		}
		add("/complete/people", "/complete/people?in=/p/%d/reply", t.post)
		add("/complete/tags", "/complete/tags?q=%s", t.needle[:6])
		add("/p/:id", "/p/%d", t.post)
		for _, page := range []string{"reply", "edit", "delete", "history", "vote", "votes", "needinfo", "invalid", "duplicate", "convert", "split", "bookmark", "suggest", "original"} {
			add("/p/:id/"+page, "/p/%d/%s", t.post, page)
		}
		add("/u/:name/private", "/u/author-x/private?post=%d", t.post)
		for _, ending := range []string{".atom", ".rss", ".json"} {
			add("/p/:id/history"+ending, "/p/%d/history%s", t.post, ending)
		}
		add("/p/:id/edit", "/p/%d/edit?revision=1", t.post)
		add("/mid/*", "/mid/%s", url.PathEscape(z.gateway.MessageID(t.post)))
		add("/api/v1/threads/:id", "/api/v1/threads/%d", t.thread)
		add("/api/v1/threads/:id/poll", "/api/v1/threads/%d/poll", t.thread)
		add("/api/v1/posts/:id", "/api/v1/posts/%d", t.post)
		add("/api/v1/posts/:id/revisions", "/api/v1/posts/%d/revisions", t.post)
	}
}
