package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/internal/push"
	"picus/public"
	"picus/views"
)

func (a *App) pushRoutes() {
	a.fiber.Get("/sw.js", a.serviceWorker)
	a.both("/settings/push", a.pushPage, a.addBrowser)
	a.fiber.Post("/settings/push/:id", a.page(a.changeBrowser))
}

// serviceWorker is the script that a browser keeps to show notices. Its address says which
// pages it is for, so it cannot have a checksum in it.
func (a *App) serviceWorker(c *fiber.Ctx) error {
	f, ok := public.Find(strings.TrimPrefix(public.URL("sw.js"), public.Prefix))
	if !ok {
		return fiber.ErrNotFound
	}
	return send(c, f, "no-cache")
}

// Notice draws what a browser shows of a notification.
func (a *App) Notice(to account.User, n item.Notification) push.Notice {
	return views.NoticeOf(lang.Match(to.Lang), n)
}

// pushPage is where a member says which browsers show notices.
func (a *App) pushPage(v *visit) error { return a.drawPush(v, nil) }

func (a *App) drawPush(v *visit, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	if refused != nil && len(fault.All(refused)) == 0 {
		return refused
	}
	p := views.PushPage{Page: v.page(v.lang.T("Notices in your browsers")), User: v.by, Key: a.Push.PublicKey(), Errors: v.lang.Refusals(refused)}
	var err error
	if p.Browsers, err = a.Push.Browsers(v.ctx(), v.session); err != nil && !fault.Is(err, fault.Missing) {
		return err
	}
	v.private = true
	status := fiber.StatusOK
	if refused != nil {
		status = statusOf[fault.KindOf(refused)]
	}
	return v.draw(status, views.Push(p))
}

// addBrowser takes in what the script of the page has got from the browser.
func (a *App) addBrowser(v *visit) error {
	err := a.Push.Add(v.ctx(), v.session, push.Browser{Endpoint: v.value("endpoint"), Key: v.value("key"), Auth: v.value("auth"), Name: v.Get(fiber.HeaderUserAgent)})
	if err != nil {
		return a.drawPush(v, err)
	}
	return v.goTo("/settings/push?done=saved")
}

// changeBrowser says what a browser shows, or has it show nothing.
func (a *App) changeBrowser(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if v.pressed("away") {
		err = a.Push.Remove(v.ctx(), v.by, id)
	} else {
		var kinds []string
		for _, kind := range push.Kinds {
			if v.pressed(kind) {
				kinds = append(kinds, kind)
			}
		}
		err = a.Push.SetKinds(v.ctx(), v.by, id, kinds)
	}
	if err != nil {
		return err
	}
	return v.goTo("/settings/push?done=saved")
}
