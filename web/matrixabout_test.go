package web_test

import (
	"fmt"
	"strings"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/views"
	"picus/wiki"
)

// nobody may know of a thread while what it is about is not there, whatever their role.
const nobody = ""

// aside is text that speaks of another page: a page names no more than some of those
// that speak of it.
func (t *thing) aside(file string) string {
	return strings.ReplaceAll(t.text(file), "Home", "Open page")
}

// talk makes a thread about a page of the wiki, with a reply in it.
func (z *zoo) talk(state, who string, page int64, by account.User) (first, reply *thing) {
	z.Helper()
	t := z.add(state, who)
	n := len(z.things) - 1
	t.words = append(t.words, fmt.Sprintf("zq%02dtitle", n), fmt.Sprintf("zq%02dtag", n))
	ref, err := z.forum.Start(z.Context(), by, forum.NewThread{About: page, Kind: forum.Question, Title: "About " + t.words[1], Body: t.aside(z.attach(t, by)), Tags: "common " + t.words[2], Via: item.API})
	z.must(err)
	t.thread, t.post, t.slug = ref.Thread, ref.Post, ref.Slug
	reply = z.add(state+" (an answer)", who)
	ref, err = z.forum.Reply(z.Context(), z.by("reader"), forum.NewPost{Thread: t.thread, Kind: forum.Answer, Body: reply.aside(z.attach(reply, z.by("reader"))), Via: item.API})
	z.must(err)
	reply.thread, reply.post, reply.slug = ref.Thread, ref.Post, ref.Slug
	return t, reply
}

// article makes an article with a comment.
func (z *zoo) article(state, who, comment string, by account.User) (article, said *thing) {
	z.Helper()
	a := z.add(state, who)
	a.words = append(a.words, fmt.Sprintf("zq%02dhead", len(z.things)-1))
	made, err := blog.New(z.items).Save(z.Context(), by, blog.Edit{Title: a.words[1], Body: a.aside(""), Via: item.Web})
	z.must(err)
	a.about = made.ID
	z.articles = append(z.articles, views.ArticlePath(made))
	c := z.add("a comment on "+state, comment)
	ref, err := z.forum.Comment(z.Context(), z.by("reader"), forum.NewThread{About: made.ID, Body: c.aside(z.attach(c, z.by("reader"))), Via: item.API})
	z.must(err)
	c.thread, c.post, c.slug = ref.Thread, ref.Post, ref.Slug
	z.must(z.forum.Lock(z.Context(), z.by("moderator"), c.thread, true, ""))
	return a, c
}

func (z *zoo) writes(do func(tx *db.Tx) error) {
	z.Helper()
	z.must(z.db.Write(z.Context(), do))
}

// fillAbout has threads about pages and articles that are there, and that are not.
func (z *zoo) fillAbout() {
	author := z.by("author")
	page := func(title string) int64 {
		saved, err := wiki.New(z.items).Save(z.Context(), z.by("admin"), wiki.Edit{Title: title, Body: "Welcome", Via: item.Web})
		z.must(err)
		return saved.Item
	}
	open, answer := z.talk("a thread about a page", everybody, page("Open page"), author)
	open.shown = append([]string{"/wiki/:title/talk", "/questions", "/sitemap/:page", "/notifications"}, inLists...)
	answer.shown = inThread
	lost := page("Lost page")
	z.talk("a thread about a deleted page", nobody, lost, author)
	z.writes(func(tx *db.Tx) error { return z.items.Remove(z.Context(), tx, z.by("admin"), lost, "", item.Web) })

	article, comment := z.article("an article", everybody, everybody, author)
	article.shown = []string{"/blog/:author/:slug"}
	comment.shown = []string{"/blog/:author/:slug", "/t/:id/:slug", "/search", "/b/:board", "/index.atom", "/f/:id/:name", "/api/v1/posts/:id"}
	gone, _ := z.article("a deleted article", own, nobody, author)
	z.writes(func(tx *db.Tx) error { return z.items.Remove(z.Context(), tx, z.by("admin"), gone.about, "", item.Web) })
	gone.shown = []string{"/blog/:author/:slug"}
	draft, _ := z.article("an article that is a draft again", "author", nobody, author)
	z.exec("UPDATE item SET status = 'draft' WHERE id = ?", draft.about)
	z.exec("UPDATE article SET published = 0 WHERE item = ?", draft.about)
	z.writes(func(tx *db.Tx) error { return z.items.Veil(z.Context(), tx, draft.about) })
	draft.shown = []string{"/blog/:author/:slug"}
}

// aboutRoutes are the pages of what threads are about.
func (z *zoo) aboutRoutes(all map[string][]string) {
	for _, title := range []string{"Home", "Open_page", "Lost_page"} {
		all["/wiki/:title/talk"] = append(all["/wiki/:title/talk"], "/wiki/"+title+"/talk")
	}
	for _, path := range append(z.articles, "/blog/author-x/nothing") {
		for _, page := range []string{"", "/comment", "/history", "/edit"} {
			pattern := "/blog/:author/:slug" + page
			all[pattern] = append(all[pattern], path+page)
		}
	}
	for _, t := range z.things {
		if t.about != 0 {
			all["/api/v1/articles/:id"] = append(all["/api/v1/articles/:id"], fmt.Sprint("/api/v1/articles/", t.about))
		}
	}
}
