package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

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
	p.Nav = "questions"
	return v.draw(fiber.StatusOK, views.List(p))
}

func (a *App) questionsFeed(v *visit, ending string) error {
	n, err := v.narrow("/questions", forum.Filter{Kind: forum.Question})
	if err != nil {
		return err
	}
	return v.listFeed(n, ending, v.lang.T("Questions"))
}

// tags shows what there are threads about.
func (a *App) tags(v *visit) error {
	all, err := a.Items.Tags(v.ctx(), v.by, mostTags)
	if err != nil {
		return err
	}
	p := views.TagsPage{Page: v.page(v.lang.T("Tags"))}
	for _, t := range all {
		p.Tags = append(p.Tags, views.TagCount{Name: t.Name, N: t.Items, More: t.Items >= item.MostCounted})
	}
	return v.draw(fiber.StatusOK, views.Tags(p))
}

const mostTags = 200

// tag lists the threads that carry a tag.
func (a *App) tag(v *visit) error {
	name := v.param("tag")
	folded, err := item.ReadTags(name)
	if err != nil || len(folded) != 1 {
		return errNothing
	}
	path := "/tags/" + url.PathEscape(folded[0])
	if folded[0] != name {
		return v.moved(path)
	}
	n, err := v.narrow(path, forum.Filter{Tags: folded})
	if err != nil {
		return err
	}
	rows, next, err := a.Forum.List(v.ctx(), v.by, n.Filter)
	if err != nil {
		return err
	}
	p, err := v.list(n, "#"+name, v.lang.T("No thread has this tag."), rows, next)
	if err != nil {
		return err
	}
	p.Way = []views.Crumb{{Label: v.lang.T("Tags"), Href: "/tags"}, {Label: name}}
	return v.draw(fiber.StatusOK, views.List(p))
}

func (a *App) tagFeed(v *visit, tag, ending string) error {
	n, err := v.narrow("/tags/"+url.PathEscape(tag), forum.Filter{Tags: []string{tag}})
	if err != nil {
		return err
	}
	if n.Sort == "" {
		n.Sort = forum.SortNewest
	}
	return v.listFeed(n, ending, "#"+tag)
}

// person shows what somebody has written.
func (a *App) person(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	path := "/u/" + url.PathEscape(u.Name)
	if u.Name != v.param("name") {
		return v.moved(path)
	}
	p := views.PersonPage{Page: v.page(u.Display), Name: u.Name, Display: u.Display}
	posts := v.Query("show") == "posts"
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
	}
	if next != "" {
		p.Next = address(path, "show", v.Query("show"), "cursor", next)
	}
	if v.Query("cursor") != "" {
		p.Start = address(path, "show", v.Query("show"))
	}
	return v.draw(fiber.StatusOK, views.Person(p))
}
