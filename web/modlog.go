package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/views"
)

// modLog shows what moderators did, of one board or of all.
func (a *App) modLog(v *visit) error {
	before, err := v.idCursor()
	if err != nil {
		return err
	}
	board := v.Query("board")
	actions, next, err := a.Forum.Log(v.ctx(), v.by, board, before)
	if err != nil {
		return err
	}
	p := views.ModLogPage{Page: v.page(v.lang.T("Moderation log")), Actions: actions}
	p.NoIndex = true
	if board != "" {
		b, err := a.Forum.Board(v.ctx(), v.by, board)
		if err != nil {
			return err
		}
		p.Board = &b
	}
	if v.by.Signed() {
		if p.Asked, err = a.Forum.Asked(v.ctx(), v.by); err != nil {
			return err
		}
	}
	if next != 0 {
		p.Next = address("/mod/log", "board", board, "cursor", itoa(next))
	}
	if before != 0 {
		p.Start = address("/mod/log", "board", board)
	}
	return v.draw(fiber.StatusOK, views.ModLog(p))
}

// undoPage asks before something is undone.
func (a *App) undoPage(v *visit) error { return v.drawUndo(nil) }

func (a *App) undo(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Undo(v.ctx(), v.by, id, v.value("why")); err != nil {
		return v.drawUndo(err)
	}
	return v.goTo("/mod/log?done=undone")
}

func (v *visit) drawUndo(refused error) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	line, err := v.app.Forum.Action(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	p := views.DeedPage{Page: v.page(v.lang.T("Undo")), Action: "/mod/log/" + itoa(id) + "/undo", Refused: v.lang.Refusals(refused), Button: v.lang.T("Undo it"),
		Back: "/mod/log#a" + itoa(id), Way: []views.Crumb{{Label: v.lang.T("Moderation log"), Href: "/mod/log"}}}
	p.Heading, p.NoIndex = v.lang.T("Undo: %s", views.ActionWords(p.Page, line)), true
	p.Intro = []string{v.lang.T("The log keeps both lines.")}
	if err := whyOnly(v, nil, &p); err != nil {
		return err
	}
	return v.drawForm(views.Deed(p), refused)
}
