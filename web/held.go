package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/views"
)

// held shows the moderators the mails that wait for them.
func (a *App) held(v *visit) error { return v.drawHeld(0, "", nil) }

func (v *visit) drawHeld(refusedID int64, typed string, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	all, more, err := v.app.Mail.Waiting(v.ctx(), v.by, int64(v.QueryInt("after")))
	if err != nil {
		return err
	}
	p := views.HeldPage{Page: v.page(v.lang.T("Waiting mail")), All: all, RefusedID: refusedID, Typed: typed, Errors: v.lang.Refusals(refused)}
	if more {
		p.Next = "/mod/queue?after=" + itoa(all[len(all)-1].ID)
	}
	v.private = true
	status := fiber.StatusOK
	if refused != nil {
		status = statusFor(refused)
	}
	return v.draw(status, views.Held(p))
}

// decideHeld posts a mail that waits, or refuses it.
func (a *App) decideHeld(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if v.value("do") == "approve" {
		err = a.Mail.Approve(v.ctx(), v.by, id)
	} else {
		err = a.Mail.Reject(v.ctx(), v.by, id, v.value("reason"))
	}
	if fault.Is(err, fault.Invalid) {
		return v.drawHeld(id, v.value("reason"), err)
	}
	if err != nil {
		return err
	}
	return v.goTo("/mod/queue?done=saved")
}
