package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/internal/lang"
	"picus/views"
)

// boards lists the boards that the reader may know of.
func (a *App) boards(v *visit) error {
	all, err := a.Forum.Profiles(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.BoardsPage{Page: v.page(v.lang.T("Boards")), Boards: all, MailDomain: a.MailDomain}
	p.Nav = "boards"
	return v.draw(fiber.StatusOK, views.Boards(p))
}

// board lists the threads of a board.
func (a *App) board(v *visit) error {
	about, err := a.Forum.Profile(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	b := about.Board
	rows, next, err := a.Forum.ListIn(v.ctx(), v.by, b, forum.Filter{Sort: forum.Sort(v.Query("sort")), Cursor: v.Query("cursor")})
	if err != nil {
		return err
	}
	path := boardPath(b.Slug)
	p := v.list(path, b.Title, rows, next, boardSorts, forum.SortActive)
	p.Board, p.About, p.Intro, p.Mail, p.Nav = &b, &about, b.Description, a.MailDomain, "boards"
	p.NoIndex = p.NoIndex || b.MayRead > account.Everyone
	p.Nothing = v.lang.T("Nobody has written here yet. The first thread is the hardest; begin with what you would have liked to find.")
	p.Feeds = v.feedsOf(b.Title, path)
	if v.by.Signed() {
		sub, err := a.Items.Level(v.ctx(), v.by, item.ToBoard, b.ID)
		if err != nil {
			return err
		}
		p.Follow = &views.Follow{Action: path + "/watch", Level: sub.Level}
	}
	if !v.by.Signed() || b.Postable(v.by) == nil {
		p.Ask = path + "/new"
	}
	return v.draw(fiber.StatusOK, views.List(p))
}

// watchBoard sets how much the reader hears of a board.
func (a *App) watchBoard(v *visit) error {
	b, err := a.Forum.Board(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	return v.watch(item.ToBoard, b.ID, boardPath(b.Slug))
}

func boardPath(slug string) string { return "/b/" + url.PathEscape(slug) }

// sorted is one order that a list offers.
type sorted struct {
	sort  forum.Sort
	label string
}

var boardSorts = []sorted{
	{forum.SortActive, lang.Mark("Active")},
	{forum.SortNewest, lang.Mark("Newest")},
	{forum.SortVotes, lang.Mark("Most votes")},
	{forum.SortUnanswered, lang.Mark("Unanswered")},
}

// list is a page of threads in one of its orders.
func (v *visit) list(path, heading string, rows []forum.Row, next string, orders []sorted, usual forum.Sort) views.ListPage {
	p := views.ListPage{Page: v.page(heading), Heading: heading, Rows: rows}
	here := v.Query("sort")
	for _, o := range orders {
		tab := views.Tab{Label: v.lang.T(o.label), Href: path, Here: here == string(o.sort) || here == "" && o.sort == usual}
		if o.sort != usual {
			tab.Href = address(path, "sort", string(o.sort))
		}
		p.Tabs = append(p.Tabs, tab)
	}
	if next != "" {
		p.Next = address(path, "sort", here, "cursor", next)
	}
	if v.Query("cursor") != "" {
		p.Start = address(path, "sort", here)
	}
	p.Canonical, p.NoIndex = v.app.BaseURL+path, here != ""
	return p
}
