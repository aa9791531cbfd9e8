package web

import (
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/feeds"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// mostCompared is how many revisions are compared on one page.
const mostCompared = 30

// compared is a history, newest first, with what each revision changed.
func compared(p views.Page, all []item.Revision) []views.Revision {
	shown := make([]views.Revision, min(len(all), mostCompared))
	for i := range shown {
		r := all[i]
		shown[i].Revision = r
		if i+1 == len(all) {
			shown[i].Whole = true // the first one, or the oldest that the reader may see
			continue
		}
		was := all[i+1]
		shown[i].Lines = views.DiffLines(p, item.Diff(was.Source, r.Source))
		if was.Title != r.Title {
			shown[i].TitleWas = was.Title
		}
		if was.Tags != nil && r.Tags != nil && !sameTags(was.Tags, r.Tags) {
			shown[i].Tagged = views.Change{Was: strings.Join(was.Tags, " "), Is: strings.Join(r.Tags, " ")}
		}
	}
	return shown
}

// sameTags reports whether two texts stand under the same tags, in whatever order: of the
// older revisions it was not noted.
func sameTags(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// history shows every revision of a post with what it changed.
func (a *App) history(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	post, all, err := a.Forum.Revisions(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	t, err := a.Forum.Thread(v.ctx(), v.by, post.Thread, forum.View{Limit: 1})
	if err != nil {
		return err
	}
	p := views.RevisionsPage{Page: v.page(t.Title), Heading: v.lang.T("History of post %s", itoa(post.ID)),
		Way: []views.Crumb{{Label: views.BoardTitle(v.lang, t.Board), Href: boardPath(t.Board.Slug)}, {Label: t.Title, Href: views.PostPath(post.ID)}, {Label: v.lang.T("History")}}}
	p.Nav, p.NoIndex = navOf(t.Kind), true
	p.Addresses = &views.Lasting{Short: a.BaseURL + views.PostPath(post.ID), MessageID: firstOf(post.MessageID, a.Mail.MessageID(post.ID))}
	p.Revisions = compared(p.Page, all)
	p.Feeds = v.feedsOf(p.Heading, views.PostPath(post.ID)+"/history")
	if post.MayEdit(v.by) == nil {
		p.Edit = views.PostPath(post.ID) + "/edit"
	}
	return v.draw(fiber.StatusOK, views.Revisions(p))
}

// historyFeed is the history of a post as a feed: each revision whole.
func (a *App) historyFeed(v *visit, ending string) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	post, all, err := a.Forum.Revisions(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	path := views.PostPath(post.ID) + "/history"
	return v.feed(ending, v.lang.T("History of post %s", itoa(post.ID)), path, entries(all, func(r item.Revision) *feeds.Item {
		return &feeds.Item{
			Id: v.app.tagURI(path + "/" + itoa(r.Seq)), Title: v.lang.T("Revision %d", r.Seq), Description: r.Summary,
			Link:   &feeds.Link{Href: v.app.BaseURL + path + "#r" + itoa(r.Seq)},
			Author: &feeds.Author{Name: r.Display}, Content: v.absolute(r.HTML), Created: r.At, Updated: r.At,
		}
	}))
}

// asItWas is the revision of an item that the address asks to go back to, if it does.
func (v *visit) asItWas(id int64) (item.Revision, bool, error) {
	seq := queryID(v, "revision")
	if seq == 0 {
		return item.Revision{}, false, nil
	}
	r, err := v.app.Items.Revision(v.ctx(), id, seq)
	if fault.Is(err, fault.Missing) {
		err = fault.Gone("There is no such revision.")
	}
	return r, err == nil, err
}
