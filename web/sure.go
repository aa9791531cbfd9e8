package web

import (
	"net/url"

	"picus/forum"
	"picus/mail"
	"picus/views"
)

// What cannot simply be undone is asked again: a page says what will happen, and its button
// does it. To look changes nothing.

// sure completes such a page: here is where it stands, and what leads back.
func (v *visit) sure(p views.GatePage, here views.Crumb) error {
	p.Way = append(v.deskWay(here.Label, here.Href), views.Crumb{Label: p.Title})
	p.Action, p.After = v.Path(), []views.Crumb{{Label: v.lang.T("No, leave everything as it is"), Href: here.Href}}
	return v.gate(p, nil)
}

func (a *App) removeGroupPage(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	g, _, err := a.Accounts.Group(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	return v.sure(views.GatePage{Page: v.page(v.lang.T("Delete the group “%s”?", g.Name)), Button: v.lang.T("Delete the group"), Intro: []string{
		v.lang.N(g.People, "The group and the note of who is in it, %d member, are gone then. Nobody loses their account, and what was written stays.",
			"The group and the note of who is in it, %d members, are gone then. Nobody loses their account, and what was written stays."),
		v.lang.T("This cannot be undone. A group that a board still names is not deleted."),
	}}, views.Crumb{Label: g.Name, Href: groupPath(id)})
}

func (a *App) suspendPage(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	return v.sure(views.GatePage{Page: v.page(v.lang.T("Suspend %s?", u.Name)), Button: v.lang.T("Suspend"), Intro: []string{
		v.lang.T("%s is signed out everywhere and cannot write, in the browser, by mail or by programs. What they have written stays.", u.Display),
		v.lang.T("You can let them back in later. Their API tokens and reply addresses do not come back, and they have to sign in again."),
	}}, views.Crumb{Label: v.lang.T("People"), Href: "/admin/people?q=" + url.QueryEscape(u.Name)})
}

func (a *App) discardMailPage(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	sent, _, err := a.Mail.Mail(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	said := v.lang.T("It is taken out of the queue and never sent to %s.", sent.To)
	if sent.State == mail.Done {
		said = v.lang.T("It has been sent already, so there is nothing to take back.")
	}
	p := v.page("")
	p.Title = v.lang.T("Delete the mail “%s”?", p.SentSubject(sent))
	return v.sure(views.GatePage{Page: p, Button: v.lang.T("Delete"), Intro: []string{said, v.lang.T("This cannot be undone.")}},
		views.Crumb{Label: v.lang.T("Mail queue"), Href: "/admin/queue"})
}

func (a *App) endMirrorPage(v *visit) error {
	b, err := v.listBoard()
	if err != nil {
		return err
	}
	m, err := a.Mail.MirrorOf(v.ctx(), v.by, b)
	if err != nil {
		return err
	}
	return v.sure(views.GatePage{Page: v.page(v.lang.T("Remove the mirror of %s?", m.ListID)), Button: v.lang.T("Remove"), Intro: []string{
		v.lang.T("Mail of that list is not taken in any more, and what is written in “%s” is not sent to it. What has come stays here.", views.BoardTitle(v.lang, forum.Board{Title: b.Title})),
		v.lang.T("To have it again, set the mirror up anew. What the list sends meanwhile does not come here."),
	}}, views.Crumb{Label: v.lang.T("Mirrors"), Href: "/admin/mirrors"})
}
