package web

import (
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gorilla/feeds"

	"picus/forum"
	"picus/views"
)

// home shows what is going on everywhere, or, where nothing is yet, how to begin.
func (a *App) home(v *visit) error {
	p := views.HomePage{Page: v.page(""), Mail: a.MailDomain, Outbox: !a.Mail.Relayed()}
	var err error
	if p.Setup, err = a.Accounts.NeedsSetup(v.ctx()); err != nil {
		return err
	}
	if p.Boards, err = a.Forum.Boards(v.ctx(), v.by); err != nil {
		return err
	}
	q := forum.Filter{Cursor: v.Query("cursor")}
	next := ""
	if p.Rows, next, err = a.Forum.List(v.ctx(), v.by, q); err != nil {
		return err
	}
	if next != "" {
		p.Next = "/?cursor=" + next
	}
	if p.Pages, err = a.Wiki.Recent(v.ctx(), v.by, 6); err != nil {
		return err
	}
	if p.Articles, err = a.Blog.Recent(v.ctx(), v.by, 0, time.Time{}, 6); err != nil {
		return err
	}
	p.Fresh = len(p.Rows)+len(p.Pages)+len(p.Articles) == 0
	p.Feeds = v.feedsOf(v.lang.T("What is new"), "/index")
	return v.draw(fiber.StatusOK, views.Home(p))
}

// newest sorts entries of several rooms by their time and keeps as many as a feed holds.
func newest(items []*feeds.Item) []*feeds.Item {
	slices.SortStableFunc(items, func(a, b *feeds.Item) int { return b.Updated.Compare(a.Updated) })
	return items[:min(len(items), perFeed)]
}
