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

	r.Get("/", a.page(a.home))
	r.Get("/b", a.page(a.boards))
}
