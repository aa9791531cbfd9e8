package web

import "picus/public"

// routes is every address of the site.
func (a *App) routes() {
	r := a.fiber
	r.Use(a.recovered)

	r.Get("/healthz", a.alive)
	r.Get("/readyz", a.ready)
	r.Get("/robots.txt", a.robots)
	r.Get("/favicon.ico", a.favicon)
	r.Get(public.Prefix+":file", a.static)
	if a.Dev {
		r.Get("/-/style", a.page(a.stylePage))
	}
	r.Post("/settings/lang", a.page(a.chooseLanguage))

	a.both("/setup", a.setupPage, a.setup)
	a.both("/register", a.registerPage, a.register)
	a.both("/confirm", a.confirmPage, a.confirm)
	a.both("/login", a.loginPage, a.login)
	r.Post("/logout", a.page(a.logout))
	a.both("/forgot", a.forgotPage, a.forgot)
	a.both("/reset", a.resetPage, a.reset)
	a.both("/address", a.addressPage, a.address)

	r.Get("/settings", a.page(a.settings))
	r.Post("/settings/profile", a.page(a.saveProfile))
	a.both("/settings/password", a.passwordPage, a.savePassword)
	a.both("/settings/address", a.newAddressPage, a.saveAddress)
	r.Post("/settings/sessions/end", a.page(a.endSession))
	r.Post("/settings/tokens", a.page(a.newToken))
	r.Post("/settings/tokens/end", a.page(a.endToken))
	r.Post("/settings/subscriptions/end", a.page(a.endSubscription))
	r.Get("/notifications", a.page(a.notifications))
	r.Post("/notifications/read", a.page(a.readNotifications))

	r.Get("/admin", a.desk(a.admin))
	r.Get("/admin/boards/new", a.desk(a.newBoardPage))
	r.Post("/admin/boards/new", a.desk(a.newBoard))
	r.Get("/admin/outbox", a.desk(a.outbox))
	r.Get("/admin/outbox/:id", a.desk(a.outboxMail))
	r.Post("/admin/outbox/:id/retry", a.desk(a.retryMail))
	r.Get("/admin/mail", a.desk(a.inbox))
	r.Get("/admin/mail/:id/raw", a.desk(a.rawMail))
	r.Post("/admin/mail/:id/release", a.desk(a.releaseMail))
	r.Get("/admin/people", a.desk(a.people))
	r.Post("/admin/people/:name/suspend", a.desk(a.suspend))

	r.Get("/", a.page(a.home))
	r.Get("/b", a.page(a.boards))
}

// both is a page with a form, and the form's answer, at one address.
func (a *App) both(path string, get, post handler) {
	a.fiber.Get(path, a.page(get))
	a.fiber.Post(path, a.page(post))
}
