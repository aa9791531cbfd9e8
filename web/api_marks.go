package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/views"
)

type apiBookmark struct {
	Item    int64      `json:"item"`
	Post    *int64     `json:"post"`
	Kind    string     `json:"kind"`
	Thread  *int64     `json:"thread"`
	Title   string     `json:"title"`
	Board   string     `json:"board"`
	Author  apiPerson  `json:"author"`
	Note    string     `json:"note"`
	Remind  *time.Time `json:"remind"`
	Created *time.Time `json:"created"`
	URL     string     `json:"url"`
}

func (v *visit) apiBookmark(b forum.Bookmark) apiBookmark {
	shown := apiBookmark{Item: b.Item, Kind: string(b.Kind), Title: b.Title, Board: b.Board.Slug, Author: v.apiPerson(b.Author),
		Note: b.Note, Remind: moment(b.Due), Created: moment(b.Created), URL: v.app.BaseURL + string(views.KeptPath(b))}
	if b.Thread != 0 {
		shown.Post, shown.Thread, shown.Kind = &b.Item, &b.Thread, string(b.As)
	}
	return shown
}

func (a *App) apiBookmarks(v *visit) error {
	all, next, err := a.Forum.Bookmarks(v.ctx(), v.by, v.Query("cursor"))
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(all, next, v.apiBookmark))
}

// apiKeep makes or changes a bookmark.
func (a *App) apiKeep(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		Note   string
		Remind time.Time
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	if err := a.Forum.Keep(v.ctx(), v.by, forum.Bookmark{Item: n, Note: sent.Note, Due: sent.Remind}); err != nil {
		return err
	}
	b, err := a.Forum.Kept(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiBookmark(b))
}

func (a *App) apiUnkeep(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Unkeep(v.ctx(), v.by, n); err != nil {
		return err
	}
	return v.done()
}

type apiTag struct {
	Name  string `json:"name"`
	Items int    `json:"items"`
	URL   string `json:"url"`
}

// apiReadNotifications says that the asker has seen their notifications.
func (a *App) apiReadNotifications(v *visit) error {
	if err := a.Items.MarkRead(v.ctx(), v.by); err != nil {
		return err
	}
	return v.done()
}

type apiSuggestion struct {
	ID           int64      `json:"id"`
	Post         int64      `json:"post"`
	By           apiPerson  `json:"by"`
	At           *time.Time `json:"at"`
	BaseRevision int64      `json:"base_revision"`
	Title        *string    `json:"title"`
	Body         string     `json:"body"`
	Tags         []string   `json:"tags"`
	Summary      string     `json:"summary"`
	State        string     `json:"state"`
	Decider      *apiPerson `json:"decider"`
	Decided      *time.Time `json:"decided"`
	Why          string     `json:"why"`
	Clashes      []apiClash `json:"clashes"`
}

// apiClash is a place where the post was changed in another way since.
type apiClash struct {
	Part      string `json:"part"`
	Was       string `json:"was"`
	Now       string `json:"now"`
	Suggested string `json:"suggested"`
}

func (v *visit) apiSuggestion(s forum.Suggestion) apiSuggestion {
	shown := apiSuggestion{ID: s.ID, Post: s.Post.ID, By: v.apiPerson(s.By), At: moment(s.At), BaseRevision: s.Base, Title: orNull(s.Title), Body: s.Body,
		Tags: tagsOf(strings.Fields(strings.ReplaceAll(s.Tags, ",", " "))), Summary: s.Summary, State: s.State, Decided: moment(s.Decided), Why: s.Why}
	shown.Clashes = make([]apiClash, len(s.Clashes()))
	for i, c := range s.Clashes() {
		shown.Clashes[i] = apiClash{"body", c.Was, c.Now, c.Suggested}
		if c.Title {
			shown.Clashes[i].Part = "title"
		}
	}
	if s.Decider != (account.User{}) {
		decider := v.apiPerson(s.Decider)
		shown.Decider = &decider
	}
	return shown
}
