package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
	"picus/views"
)

// mirrorList shows the administrator every mirror with how it does.
func (a *App) mirrorList(v *visit) error {
	all, err := a.Mail.Mirrors(v.ctx(), v.by)
	if err != nil {
		return err
	}
	boards, err := a.Forum.Profiles(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.MirrorsPage{Page: v.page(v.lang.T("Mirrors")), All: all}
	taken := map[int64]bool{}
	for _, m := range all {
		taken[m.Board.ID] = true
	}
	for _, b := range boards {
		if !taken[b.ID] && b.List != "" {
			p.Free = append(p.Free, views.Crumb{Label: views.BoardTitle(v.lang, b.Board), Href: mirrorPath(b.Board)})
		}
	}
	return v.draw(fiber.StatusOK, views.Mirrors(p))
}

// mirrorPage is the form of one mirror, new or old.
func (a *App) mirrorPage(v *visit) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	m, err := a.Mail.MirrorOf(v.ctx(), v.by, b)
	if err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	return v.drawMirror(b, m, nil)
}

func (a *App) saveMirror(v *visit) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	m := mail.Mirror{ListID: v.value("list"), Address: v.value("address"), Paused: v.value("paused") != ""}
	if err := a.Mail.SetMirror(v.ctx(), v.by, b, m); err != nil {
		return v.drawMirror(b, m, err)
	}
	return v.goTo("/admin/mirrors?done=saved")
}

func (v *visit) drawMirror(b item.Space, m mail.Mirror, refused error) error {
	p := views.GatePage{Page: v.page(v.lang.T("Mirror a list in “%s”", views.BoardTitle(v.lang, forum.Board{Title: b.Title}))), Way: v.deskWay(v.lang.T("Mirrors"), "/admin/mirrors"), Action: mirrorPath(b), Button: v.lang.T("Save"),
		Intro: []string{
			v.lang.T("First subscribe %s to the other list; the mail by which it wants that confirmed is then under “Mail that came in”.", mail.AddressAt(v.app.MailDomain, b.List)),
			v.lang.T("What is sent to the other list is public there and cannot be taken back. So a board that not everybody may read is mirrored read only."),
		},
		Fields: []views.Field{
			{Name: "list", Label: v.lang.T("List-Id of its mails"), Value: m.ListID, Required: true, Hint: v.lang.T("It reads like python-list.python.org.")},
			{Name: "address", Label: v.lang.T("Address of the list, to send what is written here"), Value: m.Address, Type: "email", Hint: v.lang.T("Empty: read only.")},
		}}
	if m.Paused {
		p.Hidden = []views.Sent{{Name: "paused", Value: "1"}}
	}
	return v.gate(p, refused)
}

func (a *App) pauseMirror(v *visit) error {
	return a.afterMirror(v, func(b item.Space) error { return a.Mail.PauseMirror(v.ctx(), v.by, b, v.value("paused") != "") })
}

func (a *App) endMirror(v *visit) error {
	return a.afterMirror(v, func(b item.Space) error { return a.Mail.EndMirror(v.ctx(), v.by, b) })
}

func (a *App) afterMirror(v *visit, change func(b item.Space) error) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	if err := change(b); err != nil {
		return err
	}
	return v.goTo("/admin/mirrors?done=saved")
}

func mirrorPath(b item.Space) string { return "/admin/mirrors/" + url.PathEscape(b.Slug) }
