package web

import (
	"encoding/xml"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"picus/views"
)

func (a *App) about(v *visit) error { return a.help(v, v.lang.T("About"), views.About) }

func (a *App) mailHelp(v *visit) error {
	return a.help(v, v.lang.T("How to take part by mail"), views.MailHelp)
}

func (a *App) feedsHelp(v *visit) error { return a.help(v, v.lang.T("Feeds"), views.FeedsHelp) }

// help draws one of the pages that explain the site.
func (a *App) help(v *visit, title string, page func(views.AboutPage) templ.Component) error {
	boards, err := a.Forum.Boards(v.ctx(), v.by)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, page(views.AboutPage{Page: v.page(title), Boards: boards, Mail: a.MailDomain}))
}

// openSearch describes the search for a browser's address bar (OpenSearch 1.1).
func (a *App) openSearch(c *fiber.Ctx) error {
	type link struct {
		Type     string `xml:"type,attr"`
		Template string `xml:"template,attr"`
	}
	body, err := xml.Marshal(struct {
		XMLName     xml.Name `xml:"http://a9.com/-/spec/opensearch/1.1/ OpenSearchDescription"`
		ShortName   string
		Description string
		URL         link `xml:"Url"`
	}{ShortName: a.Site, Description: a.Site, URL: link{"text/html", a.BaseURL + "/search?q={searchTerms}"}})
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, "application/opensearchdescription+xml; charset=utf-8")
	c.Set(fiber.HeaderCacheControl, "public, max-age=86400")
	return c.Send(body)
}
