package web

import "picus/views"

// confirmMailPage is where the letter about a held mail leads: it says what would
// become of the mail. Opening it changes nothing, because programs that look for
// viruses open every link.
func (a *App) confirmMailPage(v *visit) error {
	c, err := a.Mail.ConfirmInfo(v.ctx(), v.param("token"))
	if err != nil {
		return v.stale(v.askAgain(v.lang.T("How to take part by mail"), "/help/mail"), err)
	}
	said := v.lang.T("Your mail “%s” will be posted in “%s”.", c.Subject, c.Board)
	if c.Private != "" {
		said = v.lang.T("Your private mail to %s will be passed on. Whoever writes such mail takes it from members, too.", c.Private)
	}
	switch c.Command {
	case "subscribe", "digest":
		said = v.lang.T("The list “%s” will come to you by mail.", c.Board)
	case "vacation":
		said = v.lang.T("The mails of your lists will pause, as your mail says.")
	case "request":
		said = v.lang.T("What your mail to the list “%s” asks for will be done.", c.Board)
	case "unsubscribe":
		said = v.lang.T("The mails of the list “%s” will end.", c.Board)
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Confirm your mail")), Action: v.Path(), Button: v.lang.T("Confirm"),
		Intro: []string{said, v.lang.T("If you did not write it, close this page. Nothing will happen.")}}, nil)
}

// confirmMail lets the held mail through.
func (a *App) confirmMail(v *visit) error {
	c, err := a.Mail.Confirm(v.ctx(), v.param("token"))
	if err != nil {
		return v.stale(v.askAgain(v.lang.T("How to take part by mail"), "/help/mail"), err)
	}
	p := views.GatePage{Page: v.page(v.lang.T("Confirm your mail")), Intro: []string{v.lang.T("Thank you. It will be done in a moment.")}}
	if c.Slug != "" {
		p.After = []views.Crumb{{Label: c.Board, Href: boardPath(c.Slug)}}
	}
	return v.gate(p, nil)
}
