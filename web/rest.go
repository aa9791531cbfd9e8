package web

import (
	"strconv"

	"picus/forum"
	"picus/views"
)

// restPage asks a moderator when the threads of a board become archives.
func (a *App) restPage(v *visit) error { return v.drawRest(nil) }

func (a *App) rest(v *visit) error {
	days, err := v.count("days")
	if err == nil {
		err = a.Forum.RestBoard(v.ctx(), v.by, v.param("board"), days, v.value("why"))
	}
	if err != nil {
		return v.drawRest(err)
	}
	return v.goTo(address(boardPath(v.param("board")), "done", "saved"))
}

func (v *visit) drawRest(refused error) error {
	b, err := v.app.Forum.Board(v.ctx(), v.by, v.param("board"))
	if err != nil {
		return err
	}
	if err := forum.MayOrder(v.by, b); err != nil {
		return err
	}
	days, err := v.app.Forum.RestOf(v.ctx(), b)
	if err != nil {
		return err
	}
	heading := v.lang.T("Archive of threads")
	p := views.DeedPage{Page: v.page(heading), Heading: heading, Action: boardPath(b.Slug) + "/-/archive", Refused: v.lang.Refusals(refused), Button: v.lang.T("Set it"),
		Intro: []string{v.lang.T("A thread becomes an archive after some days without a post: it can be read, but only moderators add to it.")},
		Back:  boardPath(b.Slug), Way: []views.Crumb{{Label: views.BoardTitle(v.lang, b), Href: boardPath(b.Slug)}}}
	p.Nav, p.NoIndex = "boards", true
	p.Lines = []views.Field{{Name: "days", Label: v.lang.T("Days without a post"), Type: "number", Value: v.sentOr("days", strconv.Itoa(days)), Error: p.Refused.On("days"),
		Hint: v.lang.T("0: never. A thread can say otherwise.")}}
	if err := whyOnly(v, nil, &p); err != nil {
		return err
	}
	return v.drawForm(views.Deed(p), refused)
}
