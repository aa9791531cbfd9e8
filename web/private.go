package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/views"
)

// privatePage is a form to write to somebody in private, with the address that does the
// same from a mail program.
func (a *App) privatePage(v *visit) error {
	to, err := v.privateTo()
	if err != nil {
		return err
	}
	subject := ""
	if id := v.QueryInt("post"); id > 0 {
		p, err := a.Forum.Find(v.ctx(), v.by, int64(id))
		if err != nil {
			return err
		}
		t, err := a.Forum.Thread(v.ctx(), v.by, p.Thread, forum.View{Limit: 1})
		if err != nil {
			return err
		}
		subject = "Re: " + t.Title
	}
	if err := a.Mail.MayWritePrivately(v.ctx(), v.by, to); err != nil {
		return v.drawNoPrivate(to, err)
	}
	return v.drawPrivate(to, subject, "", nil)
}

// sendPrivately brings what was written in the form on its way.
func (a *App) sendPrivately(v *visit) error {
	to, err := v.privateTo()
	if err != nil {
		return err
	}
	subject, text := v.value("subject"), v.value("text")
	if err := a.Mail.SendPrivately(v.ctx(), v.by, to.Name, subject, text); err != nil {
		return v.drawPrivate(to, subject, text, err)
	}
	return v.goTo("/u/" + url.PathEscape(to.Name) + "?done=sent")
}

// privateTo is whom the address of the page names; only members hear anything about them.
func (v *visit) privateTo() (account.User, error) {
	if !v.by.Signed() {
		return account.User{}, fault.SignIn("Please sign in first.")
	}
	return v.app.Accounts.ByName(v.ctx(), v.param("name"))
}

// drawNoPrivate says why the reader cannot write to somebody now.
func (v *visit) drawNoPrivate(to account.User, why error) error {
	if len(fault.All(why)) == 0 {
		return why
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Write privately to %s", to.Display)), Intro: []string{v.lang.Fault(why)},
		After: []views.Crumb{{Label: to.Display, Href: "/u/" + url.PathEscape(to.Name)}, {Label: v.lang.T("Private mail"), Href: "/settings/private"}}}, nil)
}

func (v *visit) drawPrivate(to account.User, subject, text string, refused error) error {
	path := "/u/" + url.PathEscape(to.Name) + "/private"
	address, err := v.app.Mail.PrivateAddress(v.ctx(), v.by, to)
	if err != nil {
		return err
	}
	status := fiber.StatusOK
	if refused != nil {
		if len(fault.All(refused)) == 0 {
			return refused
		}
		status = statusFor(refused)
	}
	p := views.PrivatePage{Page: v.page(v.lang.T("Write privately to %s", to.Display)), Action: path, Name: to.Name, Display: to.Display,
		Subject: subject, Text: text, Address: address, Errors: v.lang.Refusals(refused)}
	v.private, p.NoIndex = true, true
	return v.draw(status, views.Private(p))
}

// privateDoor shows whether the reader takes private mail, from whom it came, and from
// whom they take none.
func (a *App) privateDoor(v *visit) error {
	door, err := a.Accounts.PrivateDoor(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.PrivateDoorPage{Page: v.page(v.lang.T("Private mail")), Door: door}
	if p.Heard, err = a.Mail.HeardFrom(v.ctx(), v.by); err != nil {
		return err
	}
	v.private = true
	return v.draw(fiber.StatusOK, views.PrivateDoor(p))
}

func (a *App) turnPrivateDoor(v *visit) error {
	if err := a.Accounts.SetPrivateDoor(v.ctx(), v.by, v.value("open") == "1"); err != nil {
		return err
	}
	return v.goTo("/settings/private?done=saved")
}

// block has the reader take no private mail from somebody, or takes that back.
func (a *App) block(v *visit) error {
	turn := a.Accounts.Block
	if v.value("on") == "0" {
		turn = a.Accounts.Unblock
	}
	if err := turn(v.ctx(), v.by, v.value("name")); err != nil {
		return err
	}
	return v.goTo("/settings/private?done=saved")
}

func (a *App) reportPage(v *visit) error {
	about, err := v.privateTo()
	if err != nil {
		return err
	}
	return v.drawReport(about, "", nil)
}

// report hands to the staff what a private mail said.
func (a *App) report(v *visit) error {
	about, err := v.privateTo()
	if err != nil {
		return err
	}
	said := v.value("said")
	if err := a.Mail.ReportPrivately(v.ctx(), v.by, about.Name, said); err != nil {
		return v.drawReport(about, said, err)
	}
	return v.goTo("/settings/private?done=reported")
}

func (v *visit) drawReport(about account.User, said string, refused error) error {
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Report a private mail of %s", about.Display)),
		Action: "/u/" + url.PathEscape(about.Name) + "/report", Button: v.lang.T("Hand it to the staff"),
		Intro: []string{v.lang.T("Nobody but you has the mail. What you put here is read by the moderators and administrators, and deleted when they have seen to it.")},
		Fields: []views.Field{
			{Name: "said", Label: v.lang.T("The text of the mail, and what is wrong with it"), Type: "area", Value: said, Required: true},
		},
		After: []views.Crumb{{Label: v.lang.T("Private mail"), Href: "/settings/private"}}}, refused)
}

// privateDesk shows the staff how much private mail there is, and what was handed over.
func (a *App) privateDesk(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	d, err := a.Mail.PrivateDesk(v.ctx(), v.by)
	if err != nil {
		return err
	}
	v.private = true
	return v.draw(fiber.StatusOK, views.PrivateDesk(views.PrivateDeskPage{Page: v.page(v.lang.T("Private mail")), Desk: d}))
}

func (a *App) endReport(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Mail.EndReport(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.goTo("/mod/private?done=saved")
}

// privateRoutes are the addresses of private mail.
func (a *App) privateRoutes() {
	a.both("/u/:name/private", a.privatePage, a.sendPrivately)
	a.both("/u/:name/report", a.reportPage, a.report)
	a.both("/settings/private", a.privateDoor, a.turnPrivateDoor)
	a.fiber.Post("/settings/private/block", a.page(a.block))
	a.fiber.Get("/mod/private", a.page(a.privateDesk))
	a.fiber.Post("/mod/private/:id", a.page(a.endReport))
}
