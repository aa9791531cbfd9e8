package web

import (
	"net/url"

	"github.com/gofiber/fiber/v2"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
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

// ask leads to the form of a new thread: at once, where only one board is open to the reader.
func (a *App) ask(v *visit) error {
	if !v.by.Signed() {
		return fault.SignIn("Sign in to write something.")
	}
	all, err := a.Forum.Profiles(v.ctx(), v.by)
	if err != nil {
		return err
	}
	p := views.AskPage{Page: v.page(v.lang.T("Ask a question")), Query: address("", "title", v.Query("title"), "tags", v.Query("tags"))}
	for _, b := range all {
		if b.Postable(v.by) == nil {
			p.Boards = append(p.Boards, b)
		}
	}
	if len(p.Boards) == 1 {
		return v.goTo(boardPath(p.Boards[0].Slug) + "/new" + p.Query)
	}
	p.Nav = "questions"
	return v.draw(fiber.StatusOK, views.Ask(p))
}

// board lists the threads of a board.
func (a *App) board(v *visit) error {
	about, err := a.Forum.Profile(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	b := about.Board
	path := boardPath(b.Slug)
	n, err := v.narrow(path, forum.Filter{Board: b.Slug})
	if err != nil {
		return err
	}
	rows, next, err := a.Forum.Front(v.ctx(), v.by, about, n.Filter)
	if err != nil {
		return err
	}
	nothing := v.lang.T("Nobody has written here yet. The first thread is the hardest; begin with what you would have liked to find.")
	if b.Archived {
		nothing = v.lang.T("Nobody has written here, and nobody writes here any more.")
	}
	p, err := v.list(n, views.BoardTitle(v.lang, b), nothing, rows, next)
	if err != nil {
		return err
	}
	p.Board, p.About, p.Intro, p.Mail, p.Nav = &b, &about, views.BoardPurpose(v.lang, b), a.MailDomain, "boards"
	p.Order = forum.MayOrder(v.by, b) == nil
	p.NoIndex = p.NoIndex || b.MayRead > account.Everyone
	if v.by.Signed() {
		sub, err := a.Items.Level(v.ctx(), v.by, item.ToBoard, b.ID)
		if err != nil {
			return err
		}
		p.Follow = &views.Follow{Heading: v.lang.T("Follow this board"), Action: path + "/watch", Level: followed(sub), Digest: true}
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
