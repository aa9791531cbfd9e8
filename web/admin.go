package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/mail"
	"picus/mail/message"
	"picus/views"
)

// perDesk is how many rows a desk's list holds.
const perDesk = 50

// desk lets administrators in; to anybody else the desk is not there.
func (a *App) desk(answer handler) fiber.Handler {
	return a.page(func(v *visit) error {
		if !v.by.Signed() {
			return fault.SignIn("Please sign in first.")
		}
		if !v.by.Admin() {
			return errNothing
		}
		v.private = true
		return answer(v)
	})
}

// admin is the administrator's overview.
func (a *App) admin(v *visit) error {
	p := views.AdminPage{Page: v.page(v.lang.T("Administration")), Relay: a.Mail.Relayed()}
	var err error
	if p.Boards, err = a.Forum.Profiles(v.ctx(), v.by); err != nil {
		return err
	}
	mails, err := a.Mail.Desk(v.ctx(), v.by)
	if err != nil {
		return err
	}
	for _, to := range mails.Waiting {
		p.Waiting += to.Mails
	}
	p.Failed = len(mails.Failed)
	if p.Failures, err = a.Items.Jobs.Failures(v.ctx(), perDesk); err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.Admin(p))
}

// outbox lists the mail that goes out, or is kept where there is no relay.
func (a *App) outbox(v *visit) error {
	all, err := a.Mail.Outbox(v.ctx(), v.by, queryID(v, "before"), perDesk)
	if err != nil {
		return err
	}
	p := views.OutboxPage{Page: v.page(v.lang.T("Outbox")), All: all, Relay: a.Mail.Relayed()}
	if len(all) == perDesk {
		p.Older = "/admin/outbox?before=" + itoa(all[perDesk-1].ID)
	}
	return v.draw(fiber.StatusOK, views.Outbox(p))
}

func (a *App) outboxMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	sent, raw, err := a.Mail.Mail(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.OutboxMail(views.OutboxMailPage{Page: v.page(sent.Subject), Sent: sent, Raw: string(raw), Text: message.Parse(raw).Text}))
}

func (a *App) retryMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Mail.Retry(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.goTo("/admin/outbox?done=saved")
}

// inbox lists the mail that came in through a door, with what became of each, or the mail
// of the archives that were imported.
func (a *App) inbox(v *visit) error {
	p := views.InboxPage{Page: v.page(v.lang.T("Mail that came in")), Fate: v.Query("fate"), Imported: v.Query("show") == "imported"}
	var err error
	if p.Imported {
		p.Fate = ""
		p.All, err = a.Mail.Imported(v.ctx(), v.by, queryID(v, "before"), perDesk+1)
	} else {
		p.All, err = a.Mail.Messages(v.ctx(), v.by, mail.Fate(p.Fate), queryID(v, "before"), perDesk+1)
	}
	if err != nil {
		return err
	}
	if len(p.All) > perDesk {
		p.All = p.All[:perDesk]
		p.Older = address("/admin/mail", "show", v.Query("show"), "fate", p.Fate, "before", itoa(p.All[perDesk-1].ID))
	}
	return v.draw(fiber.StatusOK, views.Inbox(p))
}

// rawMail sends a mail as it came in, as a file: nothing in it is trusted.
func (a *App) rawMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	raw, err := a.Mail.Raw(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	v.Set(fiber.HeaderContentType, "application/octet-stream")
	v.Set(fiber.HeaderContentDisposition, `attachment; filename="message-`+itoa(id)+`.eml"`)
	v.Set(fiber.HeaderCacheControl, "private, no-store")
	return v.Send(raw)
}

func (a *App) releaseMail(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Mail.Release(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.goTo("/admin/mail?fate=held&done=saved")
}

// people lists everybody, in the order of their names, or who is looked for.
func (a *App) people(v *visit) error {
	p := views.PeoplePage{Page: v.page(v.lang.T("People")), Begins: strings.TrimSpace(v.Query("q"))}
	var err error
	if p.Begins != "" {
		p.All, err = a.Accounts.LookUp(v.ctx(), p.Begins, perDesk)
		if err != nil {
			return err
		}
		return v.draw(fiber.StatusOK, views.People(p))
	}
	all, err := a.Accounts.List(v.ctx(), v.Query("after"), perDesk)
	if err != nil {
		return err
	}
	if p.All = all; len(all) == perDesk {
		p.Next = all[perDesk-1].Name
	}
	return v.draw(fiber.StatusOK, views.People(p))
}

func (a *App) suspend(v *visit) error {
	if err := a.Accounts.Suspend(v.ctx(), v.by, v.param("name"), v.value("undo") == ""); err != nil {
		return err
	}
	return v.goTo("/admin/people?done=saved&q=" + url.QueryEscape(v.param("name")))
}

// queryID reads a number from the address; 0 where it is none.
func queryID(v *visit, name string) int64 {
	id, err := strconv.ParseInt(v.Query(name), 10, 64)
	if err != nil {
		return 0
	}
	return id
}

func itoa(id int64) string { return strconv.FormatInt(id, 10) }
