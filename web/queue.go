package web

import (
	"context"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/views"
)

// mailQueue shows the administrator at a glance what waits, what went, and what came
// back.
func (a *App) mailQueue(v *visit) error {
	d, err := a.Mail.Desk(v.ctx(), v.by)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.Queue(views.QueuePage{Page: v.page(v.lang.T("Mail queue")), Desk: d, Relay: a.Mail.Relayed(), Late: d.SelfTest.Late(a.now())}))
}

func (a *App) retryAllMail(v *visit) error {
	if err := a.Mail.RetryAll(v.ctx(), v.by); err != nil {
		return err
	}
	return v.goTo("/admin/queue?done=saved")
}

func (a *App) holdMail(v *visit) error { return a.changeMail(v, a.Mail.Hold) }

func (a *App) discardMail(v *visit) error { return a.changeMail(v, a.Mail.Discard) }

func (a *App) changeMail(v *visit, change func(context.Context, account.User, int64) error) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := change(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.goTo("/admin/queue?done=saved")
}
