package web

import (
	"context"
	"strconv"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
	"picus/views"
)

// questionRoutes are what can be done with a question and with the posts in it. They
// begin with the number of a post: what follows the number of a thread is its title.
func (a *App) questionRoutes() {
	r := a.fiber
	r.Post("/t/:id/metoo", a.page(a.meToo))
	r.Post("/p/:id/solved", a.page(a.turned((*forum.Forum).Solve)))
	r.Post("/p/:id/reopen", a.page(a.turned((*forum.Forum).Reopen)))
	r.Post("/p/:id/separate", a.page(a.turned((*forum.Forum).NotADuplicate)))
	a.both("/p/:id/needinfo", a.askBackPage, a.askBack)
	a.both("/p/:id/invalid", a.dismissPage, a.dismiss)
	a.both("/p/:id/duplicate", a.duplicatePage, a.duplicate)
	a.both("/p/:id/vote", a.votePage, a.vote)
	r.Get("/p/:id/votes", a.page(a.objections))
	r.Post("/p/:id/wiki", a.page(a.makeWiki))
	a.both("/p/:id/convert", a.convertPage, a.convert)
	a.both("/p/:id/split", a.splitPage, a.split)
	r.Post("/p/:id/apart", a.page(a.apart))
	a.both("/p/:id/bookmark", a.bookmarkPage, a.bookmark)
	a.both("/bookmarks/:id", a.bookmarkPage, a.bookmark)
	r.Get("/bookmarks", a.page(a.bookmarks))
	a.both("/p/:id/suggest", a.suggestPage, a.suggest)
	r.Get("/suggestions", a.page(a.suggestions))
	a.both("/suggestions/:id", a.suggestion, a.decide)
}

// questionBox is what the reader may do with a question as a whole.
func (v *visit) questionBox(t *forum.Thread) *views.QuestionBox {
	if t.Kind != forum.Question {
		return nil
	}
	b := &views.QuestionBox{MayShare: t.MayShare(v.by) == nil, MaySolve: t.MaySolve(v.by) == nil && t.State != forum.Solved, MayReopen: t.MayReopen(v.by) == nil,
		MayAskBack: t.MayAskBack(v.by) == nil, MayDismiss: t.MayDismiss(v.by) == nil && t.State != forum.Invalid,
		MayPoint: t.MayPoint(v.by) == nil && t.State != forum.Duplicate, MaySeparate: t.MaySeparate(v.by) == nil,
		Mine: v.by.Signed() && v.by.ID == t.First.Author.ID}
	if b.MaySeparate {
		b.MayReopen = false
	}
	return b
}

// meToo says that the reader has the same question, or not any more.
func (a *App) meToo(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if _, err := a.Forum.MeToo(v.ctx(), v.by, id, v.value("on") == "1"); err != nil {
		return err
	}
	return v.backTo(id)
}

// turned is a button that brings a question into another state.
func (a *App) turned(turn func(*forum.Forum, context.Context, account.User, int64, item.Via) error) handler {
	return func(v *visit) error {
		id, err := v.number("id")
		if err != nil {
			return err
		}
		if err := turn(a.Forum, v.ctx(), v.by, id, item.Web); err != nil {
			return err
		}
		return v.backTo(id)
	}
}

// askBackPage asks what is missing in a question.
func (a *App) askBackPage(v *visit) error { return v.drawAskBack("", nil) }

// askBack asks whoever asked for more.
func (a *App) askBack(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	ref, err := a.Forum.NeedInfo(v.ctx(), v.by, forum.NewPost{Thread: id, Body: v.value("body"), Via: item.Web})
	if err != nil {
		return v.drawAskBack(v.value("body"), err)
	}
	return v.backTo(ref.Post)
}

func (v *visit) drawAskBack(body string, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := t.MayAskBack(v.by); err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	text := v.bodyField(body, v.lang.T("What is missing?"), why)
	text.Short = true
	return v.drawSmall(t, views.SmallForm{Page: v.page(v.lang.T("Ask for more information")), Way: v.wayTo(t, q), To: t.First.HTML, ToName: t.First.Author.Display,
		Intro:  v.lang.T("It stands below the question as a comment. The question then waits for its asker."),
		Action: views.PostPath(q.ID) + "/needinfo", Refused: why, Body: &text, Submit: v.lang.T("Ask for it"), Back: views.PostPath(q.ID)}, refused)
}

// dismissPage asks why something is no question.
func (a *App) dismissPage(v *visit) error { return v.drawDismiss("", nil) }

// dismiss says that something is no question.
func (a *App) dismiss(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.NotAQuestion(v.ctx(), v.by, id, v.value("why"), item.Web); err != nil {
		return v.drawDismiss(v.value("why"), err)
	}
	return v.backTo(id)
}

func (v *visit) drawDismiss(said string, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := t.MayDismiss(v.by); err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	return v.drawSmall(t, views.SmallForm{Page: v.page(v.lang.T("Not a question")), Way: v.wayTo(t, q), To: t.First.HTML, ToName: t.First.Author.Display,
		Intro:  v.lang.T("It takes no answers then, until its author has mended it and opens it again."),
		Action: views.PostPath(q.ID) + "/invalid", Refused: why, Back: views.PostPath(q.ID), Submit: v.lang.T("Mark it"),
		Fields: []views.Field{{Name: "why", Label: v.lang.T("What would make it a question?"), Value: said, Error: why.On("why"), MaxLength: 500, Required: true,
			Hint: v.lang.T("Everybody reads this. Say it so that somebody new here can use it.")}}}, refused)
}

// duplicatePage asks which question was there before.
func (a *App) duplicatePage(v *visit) error { return v.drawDuplicate("", nil) }

// duplicate has a question point to an earlier one.
func (a *App) duplicate(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Duplicate(v.ctx(), v.by, id, postNumber(v.value("original")), item.Web); err != nil {
		return v.drawDuplicate(v.value("original"), err)
	}
	return v.backTo(id)
}

func (v *visit) drawDuplicate(original string, refused error) error {
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := t.MayPoint(v.by); err != nil {
		return err
	}
	why := v.lang.Refusals(refused)
	return v.drawSmall(t, views.SmallForm{Page: v.page(v.lang.T("It was asked before")), Way: v.wayTo(t, q), To: t.First.HTML, ToName: t.First.Author.Display,
		Intro:  v.lang.T("The answers stay where they are, and the two questions point at each other. One click undoes it."),
		Action: views.PostPath(q.ID) + "/duplicate", Refused: why, Back: views.PostPath(q.ID), Submit: v.lang.T("Point to it"),
		Fields: []views.Field{{Name: "original", Label: v.lang.T("The earlier question"), Value: original, Error: why.On("original"), Required: true,
			Hint: v.lang.T("Its address, or its number.")}}}, refused)
}

// drawSmall draws a form about a post under its own title.
func (v *visit) drawSmall(t *forum.Thread, p views.SmallForm, refused error) error {
	p.Heading, p.Nav = p.Title, navOf(t.Kind)
	return v.drawForm(views.DrawSmallForm(p), refused)
}

// postNumber reads a post as people name it: by its number, or by an address that holds
// it after /t/ or /p/. What names none is 0.
func postNumber(s string) int64 {
	s = strings.TrimPrefix(strings.TrimSpace(s), "#")
	for _, before := range []string{"/t/", "/p/"} {
		if _, after, ok := strings.Cut(s, before); ok {
			s, _, _ = strings.Cut(after, "/")
		}
	}
	s = s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// makeWiki makes an answer everybody's, or its author's again.
func (a *App) makeWiki(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.MakeWiki(v.ctx(), v.by, id, v.value("on") == "1", item.Web); err != nil {
		return err
	}
	return v.backTo(id)
}
