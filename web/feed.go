package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/feeds"

	"picus/blog"
	"picus/forum"
	"picus/views"
	"picus/wiki"
)

// perFeed is how many entries a feed holds.
const perFeed = 40

// formats are the endings under which a list is a feed, and what each is.
var formats = []struct{ ending, kind, name string }{
	{"atom", "application/atom+xml", "Atom"},
	{"rss", "application/rss+xml", "RSS"},
	{"json", "application/feed+json", "JSON"},
}

// feedsOf announces the feeds of a list page.
func (v *visit) feedsOf(title, path string) []views.Feed {
	all := make([]views.Feed, len(formats))
	for i, f := range formats {
		all[i] = views.Feed{Title: title + " (" + f.name + ")", Type: f.kind, URL: path + "." + f.ending}
	}
	return all
}

// orFeed answers /name with the page and /name.atom and so on with the feed.
func orFeed(param string, page handler, feed func(v *visit, name, ending string) error) handler {
	return func(v *visit) error {
		name := v.param(param)
		for _, f := range formats {
			if base, ok := strings.CutSuffix(name, "."+f.ending); ok && base != "" {
				return feed(v, base, f.ending)
			}
		}
		return page(v)
	}
}

// feedRoutes adds the feeds of a list that has a fixed address.
func (a *App) feedRoutes(path string, feed func(v *visit, ending string) error) {
	for _, f := range formats {
		a.fiber.Get(path+"."+f.ending, a.page(func(v *visit) error { return feed(v, f.ending) }))
	}
}

// feed sends entries as a feed in one of the formats.
func (v *visit) feed(ending, title, path string, items []*feeds.Item) error {
	f := &feeds.Feed{Title: title + " · " + v.app.Site, Id: v.app.tagURI(path), Link: &feeds.Link{Href: v.app.BaseURL + path}, Items: items}
	for _, i := range items {
		if i.Updated.After(f.Updated) {
			f.Updated = i.Updated
		}
	}
	around := feedAround{self: v.app.BaseURL + feedPath(path, ending), hub: v.hubURL()}
	body, err := around.write(f, ending)
	if err != nil {
		return err
	}
	for _, kind := range formats {
		if kind.ending == ending {
			v.Set(fiber.HeaderContentType, kind.kind+"; charset=utf-8")
		}
	}
	v.Set(fiber.HeaderLink, around.header())
	v.Response().SetBodyString(body)
	v.cacheable(fiber.StatusOK)
	return nil
}

// feedPath is the address of a list as a feed: the ending stands before the query.
func feedPath(path, ending string) string {
	path, query, _ := strings.Cut(path, "?")
	if path == "/" {
		path = "/index"
	}
	return withQuery(path+"."+ending, query)
}

// tagURI names a thing for ever, wherever the site may move (RFC 4151).
func (a *App) tagURI(path string) string { return "tag:" + withoutPort(a.host) + ",2026:" + path }

func (v *visit) entryOfPost(e forum.Entry) *feeds.Item {
	title := e.ThreadTitle
	if !e.First() {
		title = "Re: " + title
	}
	return &feeds.Item{
		Id: v.app.tagURI("/p/" + itoa(e.ID)), Title: title, Link: &feeds.Link{Href: v.app.BaseURL + "/p/" + itoa(e.ID)},
		Author: &feeds.Author{Name: e.Author.Display}, Content: v.absolute(e.HTML), Created: e.Created, Updated: e.Changed(),
	}
}

func (v *visit) entryOfPage(p wiki.Page) *feeds.Item {
	return &feeds.Item{
		Id: v.app.tagURI("/wiki/" + itoa(p.ID) + "/" + itoa(p.Seq)), Title: p.Title, Link: &feeds.Link{Href: v.app.BaseURL + views.WikiPath(p.Title)},
		Author: &feeds.Author{Name: p.Author.Display}, Content: v.absolute(p.HTML), Created: p.Updated, Updated: p.Updated,
	}
}

func (v *visit) entryOfArticle(a blog.Article) *feeds.Item {
	changed := a.Published
	if a.Edited.After(changed) {
		changed = a.Edited
	}
	return &feeds.Item{
		Id: v.app.tagURI("/article/" + itoa(a.ID)), Title: a.Title, Link: &feeds.Link{Href: v.app.BaseURL + views.ArticlePath(a)},
		Author: &feeds.Author{Name: a.Author.Display}, Content: v.absolute(a.HTML), Created: a.Published, Updated: changed,
	}
}

// absolute makes the links of our HTML work where there is no page around it. The
// renderer writes attributes in one form only.
func (v *visit) absolute(html string) string {
	return strings.NewReplacer(`href="/`, `href="`+v.app.BaseURL+`/`, `src="/`, `src="`+v.app.BaseURL+`/`).Replace(html)
}

func entries[T any](all []T, make func(T) *feeds.Item) []*feeds.Item {
	var items []*feeds.Item
	for _, one := range all {
		items = append(items, make(one))
	}
	return items
}

// boardFeed is every post of a board, the newest first.
func (a *App) boardFeed(v *visit, slug, ending string) error {
	board, err := a.Forum.Board(v.ctx(), v.by, slug)
	if err != nil {
		return err
	}
	n, err := v.narrow("/b/"+slug, forum.Filter{Board: slug})
	if err != nil {
		return err
	}
	if n.Sort != "" || n.narrowed() {
		return v.listFeed(n, ending, board.Title)
	}
	posts, err := a.Forum.Latest(v.ctx(), v.by, slug, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, board.Title, "/b/"+slug, entries(posts, v.entryOfPost))
}

// orPersonFeed is orFeed for a page that is somebody's. A name that ends as the address of
// a feed is given to nobody; who has one from before is met there where nobody else has
// that feed, and by one of their tabs anyway.
func (a *App) orPersonFeed(param string, page handler, feed func(v *visit, name, ending string) error) handler {
	return orFeed(param, page, func(v *visit, base, ending string) error {
		if _, err := a.Accounts.ByName(v.ctx(), v.param(param)); err != nil {
			return feed(v, base, ending)
		}
		if _, err := a.Accounts.ByName(v.ctx(), base); err == nil && v.Query("show") == "" {
			return feed(v, base, ending)
		}
		return page(v)
	})
}

// personFeed is the threads, answers and replies of somebody.
func (a *App) personFeed(v *visit, name, ending string) error {
	u, err := a.Accounts.ByName(v.ctx(), name)
	if err != nil {
		return err
	}
	posts, err := a.Forum.WrittenBy(v.ctx(), v.by, u.ID, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, u.Display, personPath(u.Name), entries(posts, v.entryOfPost))
}

// siteFeed is what was written anywhere: posts, pages and articles.
func (a *App) siteFeed(v *visit, ending string) error {
	items, err := a.whatIsNew(v)
	if err != nil {
		return err
	}
	return v.feed(ending, v.lang.T("What is new"), "/", items)
}

func (a *App) whatIsNew(v *visit) ([]*feeds.Item, error) {
	posts, err := a.Forum.Latest(v.ctx(), v.by, "", perFeed)
	if err != nil {
		return nil, err
	}
	pages, err := a.Wiki.Recent(v.ctx(), v.by, perFeed)
	if err != nil {
		return nil, err
	}
	articles, err := a.Blog.Recent(v.ctx(), v.by, 0, time.Time{}, perFeed)
	if err != nil {
		return nil, err
	}
	items := append(entries(posts, v.entryOfPost), append(entries(pages, v.entryOfPage), entries(articles, v.entryOfArticle)...)...)
	return newest(items), nil
}

// threadFeed is every post of a thread.
func (a *App) threadFeed(v *visit, id, ending string) error {
	t, err := a.Forum.Thread(v.ctx(), v.by, idOf(id), forum.View{Limit: 1})
	if err != nil {
		return err
	}
	posts, err := a.Forum.InThread(v.ctx(), v.by, t.ID, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, t.Title, "/t/"+itoa(t.ID), entries(posts, v.entryOfPost))
}

func (a *App) wikiFeed(v *visit, ending string) error {
	pages, err := a.Wiki.Recent(v.ctx(), v.by, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, v.lang.T("Wiki"), "/wiki", entries(pages, v.entryOfPage))
}

func (a *App) blogFeed(v *visit, ending string) error {
	articles, err := a.Blog.Recent(v.ctx(), v.by, 0, time.Time{}, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, v.lang.T("Blogs"), "/blog", entries(articles, v.entryOfArticle))
}

func (a *App) authorFeed(v *visit, name, ending string) error {
	author, err := a.Accounts.ByName(v.ctx(), name)
	if err != nil {
		return errNothing
	}
	articles, err := a.Blog.Recent(v.ctx(), v.by, author.ID, time.Time{}, perFeed)
	if err != nil {
		return err
	}
	return v.feed(ending, author.Display, "/blog/"+author.Name, entries(articles, v.entryOfArticle))
}

// idOf reads an id; 0, which names nothing, where it is none.
func idOf(s string) int64 {
	id, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return id
}
