package web

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
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
	p := views.AdminPage{Page: v.page(v.lang.T("Administration")), MailDomain: a.MailDomain}
	var err error
	if p.Boards, err = a.Forum.Boards(v.ctx(), v.by); err != nil {
		return err
	}
	if p.Failures, err = a.Items.Jobs.Failures(v.ctx(), perDesk); err != nil {
		return err
	}
	return v.draw(fiber.StatusOK, views.Admin(p))
}

func (a *App) newBoardPage(v *visit) error { return a.drawNewBoard(v, forum.Board{MayPost: 1}, nil) }

func (a *App) newBoard(v *visit) error {
	b := forum.Board{Slug: v.value("slug"), Title: v.value("title"), Description: v.value("description"), List: v.value("list"),
		MayRead: level(v.value("read")), MayPost: level(v.value("post"))}
	made, err := a.Forum.AddBoard(v.ctx(), v.by, b)
	if err != nil {
		return a.drawNewBoard(v, b, err)
	}
	return v.goTo("/b/" + made.Slug + "?done=saved")
}

// level reads an audience; what is not one of ours closes the board rather than opens it.
func level(s string) account.Audience {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 2 {
		return account.Staff
	}
	return account.Audience(n)
}

func (a *App) drawNewBoard(v *visit, b forum.Board, refused error) error {
	everyone, members, staff := v.lang.T("Everyone"), v.lang.T("Members"), v.lang.T("The staff")
	return v.gate(views.GatePage{Page: v.page(v.lang.T("New board")), Action: "/admin/boards/new", Button: v.lang.T("Make the board"),
		Fields: []views.Field{
			{Name: "title", Label: v.lang.T("Title"), Value: b.Title, Required: true, Focus: true, MaxLength: 200},
			{Name: "slug", Label: v.lang.T("Name in addresses"), Hint: v.lang.T("Small letters, digits and hyphens, as in /b/python."), Value: b.Slug, Required: true, MaxLength: 40},
			{Name: "description", Label: v.lang.T("What it is for"), Value: b.Description, MaxLength: 300},
			{Name: "list", Label: v.lang.T("Mailing list"), Hint: v.lang.T("The part before @%s. Empty: the same as the name in addresses.", a.MailDomain), Value: b.List, MaxLength: 40},
			{Name: "read", Label: v.lang.T("Who may read"), Value: itoa(int64(b.MayRead)), Options: []views.Option{{Value: "0", Label: everyone}, {Value: "1", Label: members}, {Value: "2", Label: staff}}},
			{Name: "post", Label: v.lang.T("Who may write"), Value: itoa(int64(b.MayPost)), Options: []views.Option{{Value: "1", Label: members}, {Value: "2", Label: staff}}},
		}}, refused)
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

// inbox lists the mail that came in, with what became of each.
func (a *App) inbox(v *visit) error {
	all, err := a.Mail.Messages(v.ctx(), v.by, mail.Fate(v.Query("fate")), queryID(v, "before"), perDesk)
	if err != nil {
		return err
	}
	p := views.InboxPage{Page: v.page(v.lang.T("Mail that came in")), All: all, Fate: v.Query("fate")}
	if len(all) == perDesk {
		p.Older = "/admin/mail?fate=" + p.Fate + "&before=" + itoa(all[perDesk-1].ID)
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
	return v.goTo("/admin/mail?done=saved")
}

// people lists everybody, in the order of their names.
func (a *App) people(v *visit) error {
	all, err := a.Accounts.List(v.ctx(), v.Query("after"), perDesk)
	if err != nil {
		return err
	}
	p := views.PeoplePage{Page: v.page(v.lang.T("People")), All: all}
	if len(all) == perDesk {
		p.Next = all[perDesk-1].Name
	}
	return v.draw(fiber.StatusOK, views.People(p))
}

func (a *App) suspend(v *visit) error {
	if err := a.Accounts.Suspend(v.ctx(), v.by, v.param("name"), v.value("undo") == ""); err != nil {
		return err
	}
	return v.goTo("/admin/people?done=saved")
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
