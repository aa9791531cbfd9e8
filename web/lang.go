package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"picus/internal/lang"
)

// langCookie is the language a visitor has chosen. It is no secret.
const langCookie = "picus-lang"

// languageOf returns the language of a page: the account's, else what the visitor
// has chosen, else what the browser asks for.
func languageOf(c *fiber.Ctx, account string) lang.Lang {
	for _, tag := range []string{account, c.Cookies(langCookie)} {
		if l := lang.Lang(tag); slices.Contains(lang.All(), l) {
			return l
		}
	}
	return lang.Match(c.Get(fiber.HeaderAcceptLanguage))
}

// chooseLanguage is for visitors and members alike; a member's choice is kept with
// the account.
func (a *App) chooseLanguage(v *visit) error {
	l := lang.Lang(v.value("lang"))
	if !slices.Contains(lang.All(), l) {
		return v.goTo(ownPath(v.value("back")))
	}
	if v.by.Signed() {
		if err := a.Accounts.SetProfile(v.ctx(), v.by, v.by.Display, string(l)); err != nil {
			return err
		}
	}
	v.keep(langCookie, string(l), langAge)
	return v.goTo(ownPath(v.value("back")))
}
