package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

const (
	mostTags     = 200
	mostUnderTag = 10 // pages and articles beside a tag's threads
)

func (a *App) tagRoutes() {
	r := a.fiber
	r.Get("/tags", a.page(a.tags))
	r.Get("/tags/:tag", a.page(orFeed("tag", a.tag, a.tagFeed)))
	r.Post("/tags/:tag/watch", a.page(a.watchTag))
	a.both("/tags/:tag/names", a.tagNamesPage, a.nameTag)
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

// tag shows what a tag is about and lists the threads that carry it. A tag that nothing
// in sight carries is an empty list, whether there is one or not.
func (a *App) tag(v *visit) error {
	t, err := v.tagNamed()
	if err != nil {
		return err
	}
	path := views.TagPath(t.Name)
	if t.Name != v.param("tag") {
		return v.moved(path)
	}
	n, err := v.narrow(path, forum.Filter{Tags: []string{t.Name}})
	if err != nil {
		return err
	}
	rows, next, err := a.Forum.List(v.ctx(), v.by, n.Filter)
	if err != nil {
		return err
	}
	p, err := v.list(n, "#"+t.Name, v.lang.T("No thread has this tag. Look at the tags that there are, or ask the first question with it."), rows, next)
	if err != nil {
		return err
	}
	p.Ask, p.AskWord = address("/ask", "tags", t.Name), v.lang.T("Ask a question")
	p.Way = []views.Crumb{{Label: v.lang.T("Tags"), Href: "/tags"}, {Label: t.Name}}
	if t.ID != 0 {
		if err := a.aboutTag(v, &p, t); err != nil {
			return err
		}
	}
	return v.draw(fiber.StatusOK, views.List(p))
}

// tagNamed is the tag of the address, without a number where nothing in sight carries it.
func (v *visit) tagNamed() (item.TagRef, error) {
	folded, err := item.ReadTags(v.param("tag"))
	if err != nil || len(folded) != 1 {
		return item.TagRef{}, errNothing
	}
	t, err := v.app.Items.TagNamed(v.ctx(), v.by, folded[0])
	if fault.Is(err, fault.Missing) {
		return item.TagRef{Name: folded[0]}, nil
	}
	return t, err
}

// aboutTag adds to a tag's list what the wiki says of it, and what the reader hears of it.
func (a *App) aboutTag(v *visit, p *views.ListPage, t item.TagRef) error {
	about := &views.TagAbout{Name: t.Name, Title: item.TagTitle(t.Name), MayName: item.MayNameTags(v.by) == nil}
	page, err := a.Wiki.Page(v.ctx(), v.by, about.Title)
	switch {
	case err == nil:
		about.Page = &page
		about.Lead, about.More = page.Lead()
	case !fault.Is(err, fault.Missing):
		return err
	}
	about.Write = v.by.Signed()
	if about.Names, err = a.Items.TagNames(v.ctx(), t.ID); err != nil {
		return err
	}
	if about.Under, err = a.Items.UnderTag(v.ctx(), v.by, t.ID, mostUnderTag); err != nil {
		return err
	}
	about.Under = slices.DeleteFunc(about.Under, func(b item.Backlink) bool { return b.Kind == item.Page && b.Title == about.Title })
	p.Tag = about
	if !v.by.Signed() {
		return nil
	}
	sub, err := a.Items.Level(v.ctx(), v.by, item.ToTag, t.ID)
	p.Follow = &views.Follow{Heading: v.lang.T("Follow this tag"), Action: views.TagPath(t.Name) + "/watch", Level: followed(sub), Digest: true, NoMute: true}
	return err
}

// watchTag sets how much the reader hears of a tag.
func (a *App) watchTag(v *visit) error {
	t, err := a.Items.TagNamed(v.ctx(), v.by, v.param("tag"))
	if err != nil {
		return err
	}
	return v.watch(item.ToTag, t.ID, views.TagPath(t.Name))
}

func (a *App) tagFeed(v *visit, tag, ending string) error {
	n, err := v.narrow(views.TagPath(tag), forum.Filter{Tags: []string{tag}})
	if err != nil {
		return err
	}
	if n.Sort == "" {
		n.Sort = forum.SortNewest
	}
	return v.listFeed(n, ending, "#"+tag)
}

// tagNamesPage is where moderators look after the names of a tag.
func (a *App) tagNamesPage(v *visit) error { return a.drawTagNames(v, nil) }

func (a *App) drawTagNames(v *visit, refused error) error {
	if err := item.MayNameTags(v.by); err != nil {
		return err
	}
	if refused != nil && len(fault.All(refused)) == 0 {
		return refused
	}
	t, err := a.Items.TagNamed(v.ctx(), v.by, v.param("tag"))
	if err != nil {
		return err
	}
	p := views.TagNamesPage{Page: v.page(v.lang.T("Other names of “%s”", t.Name)), Name: t.Name, Value: v.value("name")}
	p.NoIndex, p.Error = true, v.lang.Refusals(refused).On("name")
	if p.Names, err = a.Items.TagNames(v.ctx(), t.ID); err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		status = statusOf[fault.KindOf(refused)]
	}
	return v.draw(status, views.TagNames(p))
}

// nameTag gives a tag another name, or takes one away.
func (a *App) nameTag(v *visit) error {
	t, err := a.Items.TagNamed(v.ctx(), v.by, v.param("tag"))
	if err != nil {
		return err
	}
	if away := v.value("away"); away != "" {
		err = a.Items.UnnameTag(v.ctx(), v.by, t.ID, away)
	} else {
		err = a.Forum.NameTag(v.ctx(), v.by, v.param("tag"), v.value("name"))
	}
	if err != nil {
		return a.drawTagNames(v, err)
	}
	return v.goTo(views.TagPath(v.param("tag")) + "/names?done=saved")
}
