package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// settings shows everything a member can change about their account, on one page.
func (a *App) settings(v *visit) error { return a.drawSettings(v, nil, "") }

// drawSettings draws the page again with what was refused, or with a new token,
// which is shown this once.
func (a *App) drawSettings(v *visit, refused error, token string) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	if refused != nil && len(fault.All(refused)) == 0 {
		return refused
	}
	p := views.SettingsPage{Page: v.page(v.lang.T("Settings")), User: v.by, Here: v.session.ID(), Errors: v.lang.Refusals(refused), NewToken: token}
	var err error
	if p.Sessions, err = a.Accounts.Sessions(v.ctx(), v.by); err != nil {
		return err
	}
	if p.Tokens, err = a.Accounts.Tokens(v.ctx(), v.by); err != nil {
		return err
	}
	if p.Subscriptions, err = a.Items.Subscriptions(v.ctx(), v.by); err != nil {
		return err
	}
	if p.Trouble, err = a.Mail.Trouble(v.ctx(), v.by); err != nil {
		return err
	}
	p.Scopes = account.Scopes(v.by)
	v.private = true
	status := fiber.StatusOK
	if refused != nil {
		status = statusOf[fault.KindOf(refused)]
		p.Typed = map[string]string{"display": v.value("display"), "label": v.value("label")}
	}
	return v.draw(status, views.Settings(p))
}

// settled answers a form of the settings page.
func (a *App) settled(v *visit, err error, done string) error {
	if err != nil {
		return a.drawSettings(v, err, "")
	}
	return v.goTo("/settings?done=" + url.QueryEscape(done))
}

func (a *App) saveProfile(v *visit) error {
	l := lang.Lang(v.value("lang"))
	err := a.Accounts.SetProfile(v.ctx(), v.by, v.value("display"), string(l))
	return a.settled(v, err, "saved")
}

func (a *App) passwordPage(v *visit) error { return v.drawPassword(nil) }

func (a *App) savePassword(v *visit) error {
	cookie, err := a.Accounts.ChangePassword(v.ctx(), v.session, v.value("old"), v.value("password"))
	if err != nil {
		return v.drawPassword(err)
	}
	v.signIn(cookie, "")
	return v.goTo("/settings?done=saved")
}

func (v *visit) drawPassword(refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Change the password")), Way: v.settingsWay(), Action: "/settings/password", Person: v.by.Name, Button: v.lang.T("Save the password"),
		Intro: []string{v.lang.T("Everywhere else you will be signed out, and your tokens and reply addresses end.")},
		Fields: []views.Field{
			{Name: "old", Label: v.lang.T("Your password now"), Type: "password", Autocomplete: "current-password", Required: true, Focus: true},
			{Name: "password", Label: v.lang.T("New password"), Type: "password", Autocomplete: "new-password", Required: true},
		}}, refused)
}

func (a *App) newAddressPage(v *visit) error { return v.drawNewAddress(v.Query("email"), nil) }

func (a *App) saveAddress(v *visit) error {
	email := v.value("email")
	if err := a.Accounts.RequestAddress(v.ctx(), v.by, v.value("password"), email); err != nil {
		return v.drawNewAddress(email, err)
	}
	return v.goTo("/settings?done=asked")
}

func (v *visit) drawNewAddress(email string, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Change the address")), Way: v.settingsWay(), Action: "/settings/address", Person: v.by.Name, Button: v.lang.T("Send me a letter"),
		Intro: []string{v.lang.T("We send a letter to the new address; the old one stays until you open its link.")},
		Fields: []views.Field{
			{Name: "email", Label: v.lang.T("New address"), Value: email, Type: "email", Autocomplete: "email", Required: true, Focus: true},
			{Name: "password", Label: v.lang.T("Your password"), Type: "password", Autocomplete: "current-password", Required: true},
		}, After: []views.Crumb{{Label: v.lang.T("I have written from another address"), Href: "/settings/claim"}}}, refused)
}

func (a *App) endSession(v *visit) error {
	if v.value("id") == "" {
		return a.settled(v, a.Accounts.EndOthers(v.ctx(), v.session), "ended")
	}
	return a.settled(v, a.Accounts.EndSession(v.ctx(), v.by, v.value("id")), "ended")
}

func (a *App) newToken(v *visit) error {
	var scopes []string
	for _, s := range account.Scopes(v.by) {
		if v.pressed("scope-" + s) {
			scopes = append(scopes, s)
		}
	}
	token, err := a.Accounts.NewToken(v.ctx(), v.by, v.value("label"), scopes)
	return a.drawSettings(v, err, token)
}

func (a *App) endToken(v *visit) error {
	return a.settled(v, a.Accounts.EndToken(v.ctx(), v.by, v.value("id")), "saved")
}

func (a *App) endSubscription(v *visit) error {
	sub := item.Subscription{Target: item.Target(v.value("target")), ID: v.valueID("id"), Level: "normal", Channel: "mail"}
	return a.settled(v, a.Items.Subscribe(v.ctx(), v.by, sub), "saved")
}

// notifications shows what concerns the reader; a button says they have seen it.
func (a *App) notifications(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	const perPage = 50
	all, err := a.Items.Notifications(v.ctx(), v.by, int64(v.QueryInt("before")), perPage)
	if err != nil {
		return err
	}
	p := views.NotificationsPage{Page: v.page(v.lang.T("Notifications")), All: all}
	if len(all) == perPage {
		p.Older = "/notifications?before=" + itoa(all[perPage-1].ID)
	}
	v.private = true
	return v.draw(fiber.StatusOK, views.Notifications(p))
}

func (a *App) readNotifications(v *visit) error {
	if err := a.Items.MarkRead(v.ctx(), v.by); err != nil {
		return err
	}
	return v.goTo("/notifications")
}
