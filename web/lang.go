package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"picus/internal/lang"
)

// langCookie is the language a visitor has chosen. It is no secret.
const langCookie = "picus-lang"

// languageOf returns the language of a page: the account's, else what the visitor
// has chosen, else what the browser asks for.
func languageOf(c *fiber.Ctx, account string) lang.Lang {
	if l := lang.Lang(account); slices.Contains(lang.All(), l) {
		return l
	}
	return visitorLanguage(c.Context())
}

func visitorLanguage(ctx *fasthttp.RequestCtx) lang.Lang {
	if l := lang.Lang(ctx.Request.Header.Cookie(langCookie)); slices.Contains(lang.All(), l) {
		return l
	}
	return lang.Match(string(ctx.Request.Header.Peek(fiber.HeaderAcceptLanguage)))
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
