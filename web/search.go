package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/views"
)

const hitsPerPage = 25

// search looks for words in everything the reader may see, the newest first.
func (a *App) search(v *visit) error {
	q := v.Query("q")
	p := views.SearchPage{Page: v.page(v.lang.T("Search")), Words: q}
	p.Query, p.NoIndex = q, true
	status := fiber.StatusOK
	if q != "" {
		hits, next, err := a.Items.Find(v.ctx(), v.by, q, queryID(v, "before"), hitsPerPage)
		if err != nil && len(fault.All(err)) == 0 {
			return err
		}
		if err != nil {
			status, p.Errors = statusOf[fault.KindOf(err)], v.lang.Refusals(err)
		}
		p.Hits = hits
		if next != 0 {
			p.Older = "/search?" + url.Values{"q": {q}, "before": {itoa(next)}}.Encode()
		}
	}
	return v.draw(status, views.Search(p))
}
