package web

// apiRoutes is every address of the API. A test holds openapi.json against it.
func (a *App) apiRoutes() {
	a.fiber.Get(apiRoot+"/openapi.json", a.openAPI)
	a.apiThreadRoutes()
	a.apiPostRoutes()
	a.apiPageRoutes()
	a.apiOwnRoutes()
}

func (a *App) apiThreadRoutes() {
	a.api("GET", "/boards", a.apiBoards)
	a.api("GET", "/threads", a.apiThreads)
	a.api("POST", "/threads", a.apiStart)
	a.api("GET", "/threads/:id", a.apiThread)
	a.api("PATCH", "/threads/:id", a.apiEditThread)
	a.api("DELETE", "/threads/:id", a.apiRemoveThread)
	a.api("PUT", "/threads/:id/accepted", a.apiAccept)
	a.api("DELETE", "/threads/:id/accepted", a.apiUnaccept)
	a.api("PUT", "/threads/:id/state", a.apiMove)
	a.api("PUT", "/threads/:id/duplicate", a.apiDuplicate)
	a.api("DELETE", "/threads/:id/duplicate", a.apiUnduplicate)
	a.api("PUT", "/threads/:id/me-too", a.apiMeToo)
	a.api("DELETE", "/threads/:id/me-too", a.apiMeToo)
	a.api("POST", "/threads/:id/merge", a.apiMerge)
	a.api("POST", "/threads/:id/posts", a.apiReply)
	a.api("GET", "/threads/:id/poll", a.apiPoll)
	a.api("PUT", "/threads/:id/poll", a.apiChoose)
}

func (a *App) apiPostRoutes() {
	a.api("GET", "/posts/:id", a.apiPost)
	a.api("PATCH", "/posts/:id", a.apiEditPost)
	a.api("DELETE", "/posts/:id", a.apiRemovePost)
	a.api("GET", "/posts/:id/revisions", a.apiRevisions)
	a.api("POST", "/posts/:id/split", a.apiSplit)
	a.api("PUT", "/posts/:id/vote", a.apiVote)
	a.api("PUT", "/posts/:id/bookmark", a.apiKeep)
	a.api("DELETE", "/posts/:id/bookmark", a.apiUnkeep)
	a.api("PUT", "/items/:id/bookmark", a.apiKeep)
	a.api("DELETE", "/items/:id/bookmark", a.apiUnkeep)
	a.api("POST", "/posts/:id/suggestions", a.apiSuggest)
	a.api("GET", "/suggestions", own(a.apiSuggestions))
	a.api("GET", "/suggestions/:id", own(a.apiSuggestion))
	a.api("PUT", "/suggestions/:id", a.apiDecide)
	a.api("DELETE", "/suggestions/:id", a.apiTakeBack)
	a.api("GET", "/tags", a.apiTags)
	a.api("GET", "/tags/:tag/names", own(a.apiTagNames))
	a.api("PUT", "/tags/:tag/names", a.apiNameTag)
	a.api("DELETE", "/tags/:tag/names", a.apiUnnameTag)
}

// apiPageRoutes are those of the wiki, the blogs, and what finds things in all rooms.
func (a *App) apiPageRoutes() {
	a.api("GET", "/wiki/:title", a.apiPage)
	a.api("PUT", "/wiki/:title", a.apiSavePage)
	a.api("GET", "/wiki/:title/revisions", a.apiPageRevisions)
	a.api("GET", "/articles", a.apiArticles)
	a.api("POST", "/articles", a.apiWrite)
	a.api("GET", "/articles/:id", a.apiArticle)
	a.api("PATCH", "/articles/:id", a.apiEditArticle)
	a.api("GET", "/search", a.apiSearch)
}

// apiOwnRoutes are those of people, and of what they keep for themselves.
func (a *App) apiOwnRoutes() {
	a.api("GET", "/bookmarks", own(a.apiBookmarks))
	a.api("GET", "/uploads", own(a.apiUploads))
	a.api("POST", "/uploads", a.apiUpload)
	a.api("GET", "/users/:name", a.apiUser)
	a.api("GET", "/me", own(a.apiMe))
	a.api("GET", "/notifications", own(a.apiNotifications))
	a.api("POST", "/notifications/read", a.apiReadNotifications)
	a.api("GET", "/subscriptions", own(a.apiSubscriptions))
	a.api("PUT", "/subscriptions", a.apiSubscribe)
	a.api("GET", "/drafts", own(a.apiDrafts))
	a.api("PUT", "/drafts", a.apiKeepDraft)
	a.api("DELETE", "/drafts", a.apiDropDraft)
}
