package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/views"
)

// boards lists the boards that the reader may know of.
func (a *App) boards(v *visit) error {
	all, err := a.Forum.Boards(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.BoardsPage{Page: v.page(v.lang.T("Boards")), Boards: all, MailDomain: a.MailDomain}
	p.Nav = "boards"
	return v.draw(fiber.StatusOK, views.Boards(p))
}
