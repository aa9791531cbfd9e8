package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/views"
)

// mailTrace shows a mail that came in, and its way step by step.
func (a *App) mailTrace(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	t, err := a.Mail.Trace(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.MailTrace(views.MailTracePage{Page: v.page(v.lang.T("A mail that came in")), Trace: t}))
}

// replayMail has a mail read again.
func (a *App) replayMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	done, err := a.Mail.Replay(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.goTo("/admin/mail/" + itoa(id) + "?done=" + string(done))
}
