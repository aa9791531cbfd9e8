package web

import "picus/views"

// resumePage is where the letter about mail that came back leads. Opening it changes
// nothing, because programs that look for viruses open every link.
func (a *App) resumePage(v *visit) error {
	u, err := a.Mail.ResumeInfo(v.ctx(), v.param("token"))
	if err != nil {
		return err
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Send me mail again")), Action: v.Path(), Button: v.lang.T("Send me mail again"),
		Intro: []string{v.lang.T("The lists and threads that %s follows will come by mail again.", u.Name)}}, nil)
}

func (a *App) resumeMail(v *visit) error {
	u, err := a.Mail.Resume(v.ctx(), v.param("token"))
	if err != nil {
		return err
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Send me mail again")),
		Intro: []string{v.lang.T("Thank you. From now on %s gets mail again.", u.Name)}}, nil)
}

// resumeOwnMail is the button on the settings page.
func (a *App) resumeOwnMail(v *visit) error {
	return a.settled(v, a.Mail.ResumeOwn(v.ctx(), v.by), "saved")
}
