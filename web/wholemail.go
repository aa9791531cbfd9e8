package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/views"
)

// wholeMail shows the mail that a post came by, with its quotes and its signature.
func (a *App) wholeMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	o, err := a.Mail.Whole(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.WholeMail(views.WholeMailPage{Page: v.page(v.lang.T("The whole mail")), Whole: o}))
}
