package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/views"
)

// addresses lists the addresses that stand for the reader.
func (a *App) addresses(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	p := views.AddressesPage{Page: v.page(v.lang.T("Your addresses")), Own: v.by.Email}
	all, err := a.Accounts.Owned(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p.Others = slices.DeleteFunc(all, func(address string) bool { return address == v.by.Email })
	v.private = true
	return v.draw(fiber.StatusOK, views.Addresses(p))
}

func (a *App) dropAddress(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	if err := a.Accounts.Disown(v.ctx(), v.by, v.value("email")); err != nil {
		return err
	}
	return v.goTo("/settings/addresses?done=dropped")
}

// newClaimPage asks for another address that the reader has written from.
func (a *App) newClaimPage(v *visit) error { return v.drawNewClaim("", nil) }

func (a *App) saveClaim(v *visit) error {
	email := v.value("email")
	if err := a.Accounts.RequestClaim(v.ctx(), v.by, v.value("password"), email); err != nil {
		return v.drawNewClaim(email, err)
	}
	return v.goTo("/settings/addresses?done=claim-asked")
}

func (v *visit) drawNewClaim(email string, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("I have written from another address")), Way: v.settingsWay(), Action: "/settings/claim", Person: v.by.Name, Button: v.lang.T("Send me a letter"),
		Intro: []string{
			v.lang.T("What you have sent to the lists from another address becomes yours here: posts, votes and subscriptions, with their dates."),
			v.lang.T("We send a letter to that address. From when you open its link, mail from there is yours, too; your own mail still goes to %s.", v.by.Email),
		},
		Fields: []views.Field{
			{Name: "email", Label: v.lang.T("Your other address"), Value: email, Type: "email", Autocomplete: "off", Required: true, Focus: true},
			{Name: "password", Label: v.lang.T("Your password"), Type: "password", Autocomplete: "current-password", Required: true},
		}}, refused)
}

// claimPage is behind the link of the letter; only its button uses the link up.
func (a *App) claimPage(v *visit) error {
	token := v.Query("token")
	if err := a.Accounts.Peek(v.ctx(), token, account.ForClaim); err != nil {
		return v.stale(v.askAgain(v.lang.T("I have written from another address"), "/settings/claim"), err)
	}
	return v.drawClaim(token, nil)
}

func (a *App) claim(v *visit) error {
	token := v.value("token")
	if err := a.Accounts.Claim(v.ctx(), v.by, token); err != nil {
		return v.drawClaim(token, err)
	}
	return v.goTo("/settings/addresses?done=claimed")
}

func (v *visit) drawClaim(token string, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return v.gate(views.GatePage{Page: v.page(v.lang.T("Your other address")), Action: "/claim", Person: v.by.Name, Button: v.lang.T("Make it mine"),
		Intro:  []string{v.lang.T("Everything that was written from that address becomes yours. This cannot be undone.")},
		Hidden: []views.Sent{{Name: "token", Value: token}}}, refused)
}
