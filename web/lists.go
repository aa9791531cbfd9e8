package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/views"
)

// questions lists the questions of all boards.
func (a *App) questions(v *visit) error {
	n, err := v.narrow("/questions", forum.Filter{Kind: forum.Question})
	if err != nil {
		return err
	}
	rows, next, err := a.Forum.List(v.ctx(), v.by, n.Filter)
	if err != nil {
		return err
	}
	p, err := v.list(n, v.lang.T("Questions"), v.lang.T("Nobody has asked anything yet. Choose a board and ask the first question."), rows, next)
	if err != nil {
		return err
	}
	p.Nav, p.Ask, p.AskWord = "questions", "/ask", v.lang.T("Ask a question")
	return v.draw(fiber.StatusOK, views.List(p))
}

func (a *App) questionsFeed(v *visit, ending string) error {
	n, err := v.narrow("/questions", forum.Filter{Kind: forum.Question})
	if err != nil {
		return err
	}
	return v.listFeed(n, ending, v.lang.T("Questions"))
}

func personPath(name string) string { return "/u/" + url.PathEscape(name) }

// watchPerson has the reader hear of what somebody writes.
func (a *App) watchPerson(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	return v.watch(item.ToUser, u.ID, personPath(u.Name))
}

// person shows what somebody has written.
func (a *App) person(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	path := personPath(u.Name)
	if u.Name != v.param("name") {
		return v.moved(path)
	}
	p := views.PersonPage{Page: v.page(u.Display), Name: u.Name, Display: u.Display}
	p.Feeds = v.feedsOf(u.Display, path)
	if err := a.dealings(v, &p, u); err != nil {
		return err
	}
	if err := a.written(v, &p, u); err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.Person(p))
}

// dealings fills in what the reader may do with somebody.
func (a *App) dealings(v *visit, p *views.PersonPage, u account.User) (err error) {
	if forum.MaySweep(v.by, u) == nil {
		p.Sweep = &views.Sweep{Closed: u.Status == account.Suspended}
		if p.Sweep.Swept, err = a.Forum.Swept(v.ctx(), v.by, u); err != nil {
			return err
		}
	}
	p.MayWrite = v.by.Signed() && v.by.ID != u.ID && u.Status == account.Active
	if !p.MayWrite {
		return nil
	}
	level, err := a.Items.Level(v.ctx(), v.by, item.ToUser, u.ID)
	if err != nil {
		return err
	}
	p.Follow = &views.Follow{Heading: v.lang.T("Follow %s", u.Display), Action: personPath(u.Name) + "/watch", Level: followed(level), Person: true, NoMute: true}
	return nil
}

// written fills in a page of what somebody has written: the threads that they began, or
// everything.
func (a *App) written(v *visit, p *views.PersonPage, u account.User) (err error) {
	path, posts := personPath(u.Name), v.Query("show") == "posts"
	p.Tabs = []views.Tab{
		{Label: v.lang.T("Threads"), Href: path, Here: !posts},
		{Label: v.lang.T("Everything written"), Href: address(path, "show", "posts"), Here: posts},
	}
	var next string
	if posts {
		p.Said, next, err = a.Forum.SaidBy(v.ctx(), v.by, u.ID, v.Query("cursor"))
	} else {
		p.Rows, next, err = a.Forum.List(v.ctx(), v.by, forum.Filter{Author: u.ID, Sort: forum.SortNewest, Cursor: v.Query("cursor")})
	}
	if err != nil {
		return err
	}
	if len(p.Said)+len(p.Rows) == 0 {
		p.Nothing = v.lang.T("Nothing here yet.")
		if !posts {
			p.Nothing = v.lang.T("No thread begun yet. Answers and comments are under “Everything written”.")
		}
	}
	if next != "" {
		p.Next = address(path, "show", v.Query("show"), "cursor", next)
	}
	if v.Query("cursor") != "" {
		p.Start = address(path, "show", v.Query("show"))
	}
	return nil
}
