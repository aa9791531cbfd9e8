package web

import (
	"slices"

	"picus/internal/websub"
	"picus/public"
)

// routes is every address of the site, in the order in which they are tried.
func (a *App) routes() {
	a.fiber.Use(a.recovered)
	a.houseRoutes()
	a.doorRoutes()
	a.ownRoutes()
	a.deskRoutes()
	a.wikiRoutes()
	a.blogRoutes()
	a.listRoutes()
	a.threadRoutes()
	a.postRoutes()
	a.privateRoutes()
	a.questionRoutes()
	a.apiRoutes()
}

// houseRoutes are what machines ask for, and the pages of no one room.
func (a *App) houseRoutes() {
	r := a.fiber
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
	a.feedRoutes("/index", a.siteFeed)
	r.Get("/live", a.page(a.listen))
	r.Get("/search", a.page(a.search))
	r.Get("/opensearch.xml", a.openSearch)
	r.Get("/about", a.page(a.about))
	r.Get("/help/mail", a.page(a.mailHelp))
	r.Get("/feeds", a.page(a.feedsHelp))
	if a.Hub != nil {
		r.Post(websub.Path, a.askHub)
	}
	r.Get("/lists/:file", a.page(a.archive))
	r.Get("/sitemap.xml", a.page(a.sitemap))
	r.Get("/sitemap/:page", a.page(a.sitemapPage))
}

// doorRoutes let people in and out.
func (a *App) doorRoutes() {
	r := a.fiber
	a.both("/setup", a.setupPage, a.setup)
	a.both("/register", a.registerPage, a.register)
	a.both("/confirm", a.confirmPage, a.confirm)
	r.Get("/confirm/:token", a.page(a.confirmMailPage))
	r.Post("/confirm/:token", a.page(a.confirmMail))
	a.both("/login", a.loginPage, a.login)
	r.Post("/logout", a.page(a.logout))
	a.both("/forgot", a.forgotPage, a.forgot)
	a.both("/reset", a.resetPage, a.reset)
	a.both("/address", a.addressPage, a.address)
}

// ownRoutes are what belongs to the person who asks.
func (a *App) ownRoutes() {
	r := a.fiber
	r.Get("/settings", a.page(a.settings))
	r.Post("/settings/profile", a.page(a.saveProfile))
	a.both("/settings/password", a.passwordPage, a.savePassword)
	a.both("/settings/claim", a.newClaimPage, a.saveClaim)
	a.both("/claim", a.claimPage, a.claim)
	r.Get("/settings/addresses", a.page(a.addresses))
	r.Post("/settings/addresses/drop", a.page(a.dropAddress))
	a.both("/settings/address", a.newAddressPage, a.saveAddress)
	r.Post("/settings/sessions/end", a.page(a.endSession))
	r.Post("/settings/tokens", a.page(a.newToken))
	r.Post("/settings/tokens/end", a.page(a.endToken))
	r.Post("/settings/subscriptions/end", a.page(a.endSubscription))
	a.both("/settings/mail", a.habitsPage, a.saveHabits)
	r.Post("/settings/mail/resume", a.page(a.resumeOwnMail))
	a.both("/resume/:token", a.resumePage, a.resumeMail)
	r.Get("/unsubscribe/:token", a.page(a.unsubscribePage))
	r.Post("/unsubscribe/:token", a.unsubscribe)
	a.pushRoutes()
	r.Get("/notifications", a.page(a.notifications))
	r.Post("/notifications/read", a.page(a.readNotifications))
	r.Get("/complete/people", a.page(a.completeNames))
	r.Get("/complete/tags", a.page(a.completeTags))
	a.both("/drafts", a.drafts, a.keepDraft)
	r.Post("/drafts/drop", a.page(a.dropDraft))
	r.Post("/uploads", a.form(a.upload, true))
	r.Get("/f/:id/:name", a.page(a.file))
}

// deskRoutes are for those who run the site and keep it in order.
func (a *App) deskRoutes() {
	r := a.fiber
	r.Get("/admin", a.desk(a.admin))
	a.boardDesk()
	r.Get("/admin/outbox", a.desk(a.outbox))
	r.Get("/admin/outbox/:id", a.desk(a.outboxMail))
	r.Post("/admin/outbox/:id/retry", a.desk(a.retryMail))
	r.Post("/admin/outbox/:id/hold", a.desk(a.holdMail))
	r.Get("/admin/outbox/:id/delete", a.desk(a.discardMailPage))
	r.Post("/admin/outbox/:id/delete", a.desk(a.discardMail))
	r.Get("/admin/queue", a.desk(a.mailQueue))
	r.Post("/admin/queue/retry", a.desk(a.retryAllMail))
	r.Get("/admin/mail", a.desk(a.inbox))
	r.Get("/admin/mail/:id<int>", a.desk(a.mailTrace))
	r.Post("/admin/mail/:id/replay", a.desk(a.replayMail))
	r.Get("/admin/mail/:id/raw", a.desk(a.rawMail))
	r.Post("/admin/mail/:id/release", a.desk(a.releaseMail))
	r.Get("/admin/people", a.desk(a.people))
	r.Get("/admin/people/:name/suspend", a.desk(a.suspendPage))
	r.Post("/admin/people/:name/suspend", a.desk(a.suspend))

	r.Get("/mod/queue", a.page(a.held))
	r.Post("/mod/queue/:id", a.page(a.decideHeld))
	r.Get("/mod/log", a.page(a.modLog))
	a.both("/mod/log/:id/undo", a.undoPage, a.undo)
}

func (a *App) wikiRoutes() {
	r := a.fiber
	r.Get("/wiki", a.page(a.wikiHome))
	r.Post("/wiki", a.page(a.wikiNew))
	a.feedRoutes("/wiki", a.wikiFeed)
	r.Get("/wiki/:title", a.page(a.wikiPage))
	a.withFiles("/wiki/:title/edit", a.wikiEditPage, a.wikiEdit)
	a.withFiles("/wiki/:title/talk", a.wikiTalk, a.newTalk)
	r.Get("/wiki/:title/history", a.page(a.wikiHistory))
	r.Get("/wiki/:title/raw", a.page(a.wikiRaw))
}

func (a *App) blogRoutes() {
	r := a.fiber
	r.Get("/blog", a.page(a.blogHome))
	a.feedRoutes("/blog", a.blogFeed)
	a.withFiles("/blog/-/new", a.newArticlePage, a.newArticle)
	r.Get("/blog/:author", a.page(a.orPersonFeed("author", a.authorHome, a.authorFeed)))
	r.Get("/blog/:author/:slug", a.page(a.articlePage))
	r.Get("/blog/:author/:slug/history", a.page(a.articleHistory))
	a.withFiles("/blog/:author/:slug/comment", a.commentPage, a.comment)
	a.withFiles("/blog/:author/:slug/edit", a.editArticlePage, a.editArticle)
}

// listRoutes are the lists of threads.
func (a *App) listRoutes() {
	r := a.fiber
	r.Get("/b", a.page(a.boards))
	r.Get("/b/:board", a.page(orFeed("board", a.board, a.boardFeed)))
	a.withFiles("/b/:board/new", a.newThreadPage, a.newThread)
	a.both("/b/:board/-/archive", a.restPage, a.rest)
	r.Post("/b/:board/watch", a.page(a.watchBoard))
	r.Get("/questions", a.page(a.questions))
	r.Get("/ask", a.page(a.ask))
	a.feedRoutes("/questions", a.questionsFeed)
	a.tagRoutes()
	r.Get("/u/:name", a.page(a.orPersonFeed("name", a.person, a.personFeed)))
	r.Post("/u/:name/watch", a.page(a.watchPerson))
	r.Post("/u/:name/sweep", a.page(a.sweep))
}

func (a *App) threadRoutes() {
	r := a.fiber
	r.Post("/t/:id/accept", a.page(a.accept))
	r.Get("/t/:id/-/links", a.page(a.links))
	a.both("/t/:id/-/tags", a.retagPage, a.retag)
	a.both("/t/:id/-/:deed", a.moderatePage, a.moderate)
	r.Post("/t/:id/poll", a.page(a.choose))
	r.Post("/t/:id/ask", a.page(a.askReopen))
	r.Post("/t/:id/watch", a.page(a.watchThread))
	r.Post("/t/:id/read", a.page(a.markRead))
	r.Post("/read", a.page(a.catchUp))
	r.Get("/t/:id", a.page(a.threadInForm(orFeed("id", a.thread, a.threadFeed))))
	r.Get("/t/:id/:slug", a.page(a.thread))
}

func (a *App) postRoutes() {
	r := a.fiber
	r.Get("/p/:id", a.page(a.toPost))
	r.Get("/mid/*", a.page(a.toMail))
	r.Get("/p/:id/original", a.page(a.wholeMail))
	a.withFiles("/p/:id/reply", a.replyPage, a.reply)
	a.withFiles("/p/:id/edit", a.editPage, a.edit)
	a.both("/p/:id/delete", a.removePage, a.remove)
	r.Post("/p/:id/restore", a.page(a.restore))
	r.Post("/p/:id/unsend", a.page(a.unsend))
	r.Get("/p/:id/history", a.page(a.history))
	a.feedRoutes("/p/:id/history", a.historyFeed)
}

// Pages is the path of everything that can be fetched, as the routes name it, in the
// order in which they are tried.
func (a *App) Pages() []string {
	var all []string
	for _, r := range a.fiber.GetRoutes(true) {
		if r.Method == "GET" && !slices.Contains(all, r.Path) {
			all = append(all, r.Path)
		}
	}
	return all
}

// both is a page with a form, and the form's answer, at one address.
func (a *App) both(path string, get, post handler) {
	a.fiber.Get(path, a.page(get))
	a.fiber.Post(path, a.page(post))
}

// withFiles is a page with a form for a text, and for the files that it mentions.
func (a *App) withFiles(path string, get, post handler) {
	a.fiber.Get(path, a.page(get))
	a.fiber.Post(path, a.form(post, true))
}
