package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
	"picus/wiki"
)

// wikiHome lists the pages by what changed last and by title.
func (a *App) wikiHome(v *visit) error {
	recent, err := a.Wiki.Recent(v.ctx(), v.by, 30)
	if err != nil {
		return err
	}
	all, err := a.Wiki.All(v.ctx(), v.by, v.Query("after"), 200)
	if err != nil {
		return err
	}
	p := views.WikiHomePage{Page: v.page(v.lang.T("Wiki")), Recent: recent, All: all}
	if len(all) == 200 {
		p.Next = all[199].Title
	}
	p.Nav, p.Feeds = "wiki", v.feedsOf(v.lang.T("Wiki"), "/wiki")
	return v.draw(fiber.StatusOK, views.WikiHome(p))
}

// wikiNew asks for a title, and leads to the page with it.
func (a *App) wikiNew(v *visit) error {
	return v.goTo(views.WikiPath(v.value("title")) + "/edit")
}

// wikiPage shows a page, or says that nobody has written it yet.
func (a *App) wikiPage(v *visit) error {
	title := v.wikiTitle()
	page, err := a.Wiki.Page(v.ctx(), v.by, title)
	if fault.Is(err, fault.Missing) {
		p := views.WikiMissingPage{Page: v.page(title), Name: title}
		p.Nav, p.NoIndex = "wiki", true
		return v.draw(fiber.StatusNotFound, views.WikiMissing(p))
	}
	if err != nil {
		return err
	}
	if want := views.WikiPath(page.Title); want != views.WikiPath(title) {
		return v.moved(want)
	}
	links, err := a.Items.Backlinks(v.ctx(), v.by, page.ID, page.Title, mostLinks)
	if err != nil {
		return err
	}
	p := views.WikiPagePage{Page: v.page(page.Title), Wiki: page, Backlinks: links}
	if p.Kept, err = v.kept(page.ID); err != nil {
		return err
	}
	p.Nav, p.Canonical = "wiki", a.BaseURL+views.WikiPath(page.Title)
	return v.draw(fiber.StatusOK, views.WikiRead(p))
}

// wikiTitle is the page's title as the address has it, underscores for spaces.
func (v *visit) wikiTitle() string { return strings.ReplaceAll(v.param("title"), "_", " ") }

func (a *App) wikiEditPage(v *visit) error {
	e := wiki.Edit{Title: v.wikiTitle()}
	page, err := a.Wiki.Page(v.ctx(), v.by, e.Title)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	if err == nil {
		e = wiki.Edit{Title: page.Title, Base: page.Revision, Body: page.Source, Tags: strings.Join(page.Tags, " ")}
		was, back, err := v.asItWas(page.ID)
		if err != nil {
			return err
		}
		if back {
			e.Body, e.Summary = was.Source, v.lang.T("Back to revision %d", was.Seq)
			return a.drawWikiEdit(v, e, nil)
		}
	}
	begun, err := v.begun(views.WikiPath(e.Title) + "/edit")
	if err != nil {
		return err
	}
	if begun {
		e.Base, e.Body, e.Tags, e.Summary = v.draft.Base, v.draft.Body, v.draft.Tags, v.draft.Summary
	}
	return a.drawWikiEdit(v, e, nil)
}

func (a *App) wikiEdit(v *visit) error {
	e := wiki.Edit{Title: v.wikiTitle(), Base: v.valueID("base"), Body: v.value("body"), Tags: v.value("tags"), Summary: v.value("summary"), Via: item.Web,
		Sent: v.sent(views.WikiPath(v.wikiTitle()) + "/edit")}
	if v.pressed("preview") {
		return a.drawWikiEdit(v, e, nil)
	}
	_, err := a.Wiki.Save(v.ctx(), v.by, e)
	if err != nil {
		return a.drawWikiEdit(v, e, err)
	}
	return v.goTo(views.WikiPath(e.Title) + "?done=saved")
}

func (a *App) drawWikiEdit(v *visit, e wiki.Edit, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Sign in to write here.")
	}
	if refused != nil && len(fault.All(refused)) == 0 {
		return refused
	}
	p := views.WikiEditPage{Page: v.page(e.Title), Edit: e, Errors: v.lang.Refusals(refused), Draft: v.draftBox(views.WikiPath(e.Title)+"/edit", e.Title)}
	p.Nav, p.NoIndex = "wiki", true
	if v.pressed("preview") {
		p.Preview = a.Wiki.Preview(v.ctx(), e)
	}
	if refused == nil && v.files.refused != nil {
		refused, p.Errors = v.files.refused, v.lang.Refusals(v.files.refused)
	}
	status := fiber.StatusOK
	if refused != nil {
		status = statusOf[fault.KindOf(refused)]
	}
	if status == fiber.StatusConflict {
		page, err := a.Wiki.Page(v.ctx(), v.by, e.Title)
		if err != nil {
			return err
		}
		p.Theirs, p.Edit.Base = page.Source, page.Revision // what is saved next is on top of theirs
	}
	v.private = true
	return v.draw(status, views.WikiEditing(p))
}

func (a *App) wikiHistory(v *visit) error {
	page, all, err := a.Wiki.History(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	p := views.RevisionsPage{Page: v.page(v.lang.T("History of “%s”", page.Title)), Way: []views.Crumb{{Label: page.Title, Href: views.WikiPath(page.Title)}, {Label: v.lang.T("History")}}}
	p.Nav, p.NoIndex, p.Heading, p.Revisions = "wiki", true, p.Title, compared(p.Page, all)
	if v.by.Signed() {
		p.Edit = views.WikiPath(page.Title) + "/edit"
	}
	return v.draw(fiber.StatusOK, views.Revisions(p))
}

func (a *App) wikiRaw(v *visit) error {
	page, err := a.Wiki.Page(v.ctx(), v.by, v.wikiTitle())
	if err != nil {
		return err
	}
	v.Set(fiber.HeaderContentType, "text/markdown; charset=utf-8")
	v.Response().SetBodyString(page.Source)
	v.cacheable(fiber.StatusOK)
	return nil
}
