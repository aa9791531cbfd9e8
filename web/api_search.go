package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/item"
	"picus/views"
)

type apiHit struct {
	ID      int64      `json:"id"`
	Kind    item.Kind  `json:"kind"`
	Title   string     `json:"title"`
	Author  apiPerson  `json:"author"`
	Created *time.Time `json:"created"`
	Excerpt string     `json:"excerpt"`
	URL     string     `json:"url"`
}

// apiSearch looks for words in everything the asker may read, the newest first.
func (a *App) apiSearch(v *visit) error {
	before, err := v.idCursor()
	if err != nil {
		return err
	}
	hits, before, err := a.Items.Find(v.ctx(), v.by, v.Query("q"), before, v.limit(hitsPerPage))
	if err != nil {
		return err
	}
	next := ""
	if before != 0 {
		next = itoa(before)
	}
	return v.send(fiber.StatusOK, listOf(hits, next, v.apiHit))
}

func (v *visit) apiHit(h item.Hit) apiHit {
	return apiHit{ID: h.ID, Kind: h.Kind, Title: h.Title, Author: v.apiPerson(account.User{ID: h.ByID, Name: h.By, Display: h.Display}),
		Created: moment(h.At), Excerpt: h.Excerpt, URL: v.app.BaseURL + views.ItemPath(h.Kind, h.ID, h.Title, h.Slug, h.By)}
}
