package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/views"
)

// gate draws a page of one form; a refused one comes back with what was typed.
func (v *visit) gate(p views.GatePage, refused error) error {
	status := fiber.StatusOK
	if refused != nil {
		if len(fault.All(refused)) == 0 {
			return refused // our failure, not theirs
		}
		p.Errors = v.lang.Refusals(refused)
		status = statusOf[fault.KindOf(refused)]
	}
	v.private = true
	p.NoIndex = true
	return v.draw(status, views.Gate(p))
}

// registration reads the fields that sign-up and set-up share.
func (v *visit) registration() account.Registration {
	return account.Registration{Name: v.value("name"), Display: v.value("display"), Email: v.value("email"), Password: v.value("password"), Lang: string(v.lang)}
}

// registrationFields are the same fields as controls. A password is never sent back.
func (v *visit) registrationFields(r account.Registration) []views.Field {
	return []views.Field{
		{Name: "name", Label: v.lang.T("Name"), Hint: v.lang.T("Letters and digits of any script. It is part of your page's address, so everybody sees it."),
			Value: r.Name, Autocomplete: "username", Required: true, MaxLength: 30},
		{Name: "email", Label: v.lang.T("Mail address"), Hint: v.lang.T("Only you and the administrators see it."),
			Value: r.Email, Type: "email", Autocomplete: "email", Required: true},
		{Name: "password", Label: v.lang.T("Password"), Hint: v.lang.T("Eight characters or more. A sentence is easy to remember and hard to guess."),
			Type: "password", Autocomplete: "new-password", Required: true},
	}
}

func (a *App) setupPage(v *visit) error { return a.drawSetup(v, account.Registration{}, "", nil) }

func (a *App) setup(v *visit) error {
	r, code := v.registration(), v.value("code")
	cookie, err := a.Accounts.Setup(v.ctx(), r, code, v.door())
	if err != nil {
		return a.drawSetup(v, r, code, err)
	}
	v.signIn(cookie, "")
	return v.goTo("/?done=setup")
}

func (a *App) drawSetup(v *visit, r account.Registration, code string, refused error) error {
	needed, err := a.Accounts.NeedsSetup(v.ctx())
	if err != nil {
		return err
	}
	if !needed {
		return fault.Gone("This site has its administrator already. Sign in instead.")
	}
	fields := append([]views.Field{{Name: "code", Label: v.lang.T("Set-up code"), Hint: v.lang.T("It was printed on the terminal when the program started."),
		Value: code, Autocomplete: "one-time-code", Required: true, Focus: true}}, v.registrationFields(r)...)
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Set up this site")), Action: "/setup", Button: v.lang.T("Create the administrator"), Fields: fields,
		Intro: []string{v.lang.T("You are the first one here. The account you make now administers the site.")}}, refused)
}

func (a *App) registerPage(v *visit) error {
	if v.by.Signed() {
		return v.found("/settings")
	}
	return v.drawRegister(account.Registration{}, nil)
}

func (a *App) register(v *visit) error {
	r := v.registration()
	if err := a.Accounts.Register(v.ctx(), r, v.door()); err != nil {
		return v.drawRegister(r, err)
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Look into your mail")), Intro: []string{
		v.lang.T("We have sent a letter to %s. Open the link in it within an hour to finish.", r.Email),
		v.lang.T("Nothing there? Look into the spam folder, or register again in a few minutes.")}}, nil)
}

func (v *visit) drawRegister(r account.Registration, refused error) error {
	return v.gate(v.registerGate(r), refused)
}

func (v *visit) registerGate(r account.Registration) views.GatePage {
	return views.GatePage{Page: v.page(v.lang.T("Register")), Action: "/register", Button: v.lang.T("Register"), Fields: v.registrationFields(r),
		Intro: []string{v.lang.T("Members ask, answer and edit; reading needs no account.")},
		After: []views.Crumb{{Label: v.lang.T("I have an account already"), Href: "/login"}}}
}

func (a *App) confirmPage(v *visit) error { return a.drawConfirm(v, v.Query("token"), "", nil) }

func (a *App) confirm(v *visit) error {
	token, name := v.value("token"), v.value("name")
	_, err := a.Accounts.ConfirmAs(v.ctx(), token, name)
	if err != nil {
		return a.drawConfirm(v, token, name, err)
	}
	return v.goTo("/login?done=confirmed")
}

// drawConfirm asks for a press of a button, because programs that look for
// viruses open every link in a mail.
func (a *App) drawConfirm(v *visit, token, name string, refused error) error {
	if refused == nil || fault.KindOf(refused) == fault.Missing {
		if err := a.Accounts.Peek(v.ctx(), token, account.ForConfirm); err != nil {
			return v.stale(v.registerGate(account.Registration{}), err)
		}
	}
	p := views.GatePage{Page: v.page(v.lang.T("Finish your registration")), Action: "/confirm", Button: v.lang.T("Confirm the address"),
		Intro: []string{v.lang.T("Press the button, then sign in with the password you chose.")}, Hidden: []views.Sent{{Name: "token", Value: token}}}
	if refused != nil {
		p.Fields = []views.Field{{Name: "name", Label: v.lang.T("Another name"), Value: name, Autocomplete: "username"}}
	}
	return v.gate(p, refused)
}

func (a *App) loginPage(v *visit) error {
	if v.by.Signed() {
		return v.found(ownPath(v.Query("next")))
	}
	return v.drawLogin("", v.Query("next"), nil)
}

func (a *App) login(v *visit) error {
	who, next := v.value("who"), v.value("next")
	cookie, u, err := a.Accounts.SignIn(v.ctx(), who, v.value("password"), v.door())
	if err != nil {
		return v.drawLogin(who, next, err)
	}
	if v.by.Signed() { // this browser was somebody's before
		if err := a.Accounts.SignOut(v.ctx(), v.session); err != nil {
			return err
		}
	}
	v.signIn(cookie, a.Accounts.Device(u))
	return v.goTo(ownPath(next))
}

func (v *visit) drawLogin(who, next string, refused error) error {
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Sign in")), Action: "/login", Button: v.lang.T("Sign in"), Hidden: []views.Sent{{Name: "next", Value: ownPath(next)}},
		Fields: []views.Field{
			{Name: "who", Label: v.lang.T("Name or mail address"), Value: who, Autocomplete: "username", Required: true, Focus: true},
			{Name: "password", Label: v.lang.T("Password"), Type: "password", Autocomplete: "current-password", Required: true},
		},
		After: []views.Crumb{{Label: v.lang.T("I forgot my password"), Href: "/forgot"}, {Label: v.lang.T("Register"), Href: "/register?next=" + url.QueryEscape(ownPath(next))}}}, refused)
}

func (a *App) logout(v *visit) error {
	if err := a.Accounts.SignOut(v.ctx(), v.session); err != nil {
		return err
	}
	v.signOut()
	return v.goTo("/")
}

func (a *App) forgotPage(v *visit) error { return v.drawForgot("", nil) }

func (a *App) forgot(v *visit) error {
	email := v.value("email")
	if err := a.Accounts.RequestReset(v.ctx(), email, string(v.lang), v.door()); err != nil {
		return v.drawForgot(email, err)
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Look into your mail")), Intro: []string{
		v.lang.T("If %s belongs to an account, a letter is on its way. Its link works for an hour.", email)}}, nil)
}

func (v *visit) drawForgot(email string, refused error) error {
	return v.gate(v.forgotGate(email), refused)
}

func (v *visit) forgotGate(email string) views.GatePage {
	return views.GatePage{Page: v.page(v.lang.T("Choose a new password")), Action: "/forgot", Button: v.lang.T("Send me a letter"),
		Fields: []views.Field{{Name: "email", Label: v.lang.T("Mail address"), Value: email, Type: "email", Autocomplete: "email", Required: true, Focus: true}},
		Intro:  []string{v.lang.T("We send you a link with which you choose a new password.")}}
}

func (a *App) resetPage(v *visit) error {
	if err := a.Accounts.Peek(v.ctx(), v.Query("token"), account.ForReset); err != nil {
		return v.stale(v.forgotGate(""), err)
	}
	return v.drawReset(v.Query("token"), nil)
}

func (a *App) reset(v *visit) error {
	token := v.value("token")
	err := a.Accounts.Reset(v.ctx(), token, v.value("password"))
	if fault.Is(err, fault.Missing) {
		return v.stale(v.forgotGate(""), err)
	}
	if err != nil {
		return v.drawReset(token, err)
	}
	v.signOut()
	return v.goTo("/login?done=reset")
}

func (v *visit) drawReset(token string, refused error) error {
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Choose a new password")), Action: "/reset", Button: v.lang.T("Save the password"), Hidden: []views.Sent{{Name: "token", Value: token}},
		Fields: []views.Field{{Name: "password", Label: v.lang.T("New password"), Type: "password", Autocomplete: "new-password", Required: true, Focus: true}},
		Intro:  []string{v.lang.T("Wherever you are signed in now, you will be signed out.")}}, refused)
}

func (a *App) addressPage(v *visit) error {
	token := v.Query("token")
	if err := a.Accounts.Peek(v.ctx(), token, account.ForAddress); err != nil {
		return v.stale(v.askAgain(v.lang.T("Change the address"), "/settings/address"), err)
	}
	return v.drawAddress(token, nil)
}

func (a *App) address(v *visit) error {
	token := v.value("token")
	err := a.Accounts.ConfirmAddress(v.ctx(), token)
	if fault.Is(err, fault.Missing) {
		return v.stale(v.askAgain(v.lang.T("Change the address"), "/settings/address"), err)
	}
	if err != nil {
		return v.drawAddress(token, err)
	}
	return v.goTo("/settings?done=address")
}

func (v *visit) drawAddress(token string, refused error) error {
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Your new address")), Action: "/address", Button: v.lang.T("Confirm the address"),
		Intro: []string{v.lang.T("From now on your mail goes to the new address.")}, Hidden: []views.Sent{{Name: "token", Value: token}}}, refused)
}
