package web

import (
	"strings"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// editPage is the form to change a post.
func (a *App) editPage(v *visit) error {
	p, t, err := v.editable()
	if err != nil {
		return err
	}
	e := forum.Edit{Post: p.ID, Base: p.Revision, Title: p.Title, Body: p.Source, Tags: strings.Join(t.Tags, " ")}
	was, back, err := v.asItWas(p.ID)
	if err != nil {
		return err
	}
	if back {
		e.Body, e.Summary = was.Source, v.lang.T("Back to revision %d", was.Seq)
		if p.First() && was.Title != "" { // a thread that was split off was a post without one
			e.Title = was.Title
		}
		return v.drawEdit(p, t, e, nil)
	}
	begun, err := v.begun(views.PostPath(p.ID) + "/edit")
	if err != nil {
		return err
	}
	if begun {
		e.Body, e.Summary, e.Base = v.draft.Body, v.draft.Summary, v.draft.Base
		if p.First() {
			e.Title, e.Tags = v.draft.Title, v.draft.Tags
		}
	}
	return v.drawEdit(p, t, e, nil)
}

// edit saves a change, or shows what it would look like.
func (a *App) edit(v *visit) error {
	p, t, err := v.editable()
	if err != nil {
		return err
	}
	e := forum.Edit{Post: p.ID, Base: v.valueID("base"), Title: v.value("title"), Body: v.value("body"), Tags: v.value("tags"),
		Summary: v.value("summary"), Via: item.Web, Sent: v.sent(views.PostPath(p.ID) + "/edit")}
	if v.pressed("preview") {
		return v.drawEdit(p, t, e, nil)
	}
	if _, err := a.Forum.Edit(v.ctx(), v.by, e); err != nil {
		return v.drawEdit(p, t, e, err)
	}
	return v.backTo(p.ID)
}

func (v *visit) editable() (forum.Post, *forum.Thread, error) {
	id, err := v.number("id")
	if err != nil {
		return forum.Post{}, nil, err
	}
	p, err := v.app.Forum.Find(v.ctx(), v.by, id)
	if err != nil {
		return p, nil, err
	}
	if err := p.MayEdit(v.by); err != nil {
		return p, nil, err
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, p.Thread, forum.View{Limit: 1})
	return p, t, err
}

// drawEdit draws the form. After a conflict it goes on from the newest version, and
// shows how the text differs from it.
func (v *visit) drawEdit(p forum.Post, t *forum.Thread, e forum.Edit, refused error) error {
	why := v.lang.Refusals(refused)
	form := views.Compose{
		Action: views.PostPath(p.ID) + "/edit", Refused: why, Submit: v.lang.T("Save"), NoFiles: p.Format == item.PlainText,
		Body:    v.bodyField(e.Body, v.lang.T("Text"), why),
		Summary: &views.Field{Name: "summary", Label: v.lang.T("What did you change?"), Value: e.Summary, Error: why.On("summary"), MaxLength: 200},
		What:    v.lang.T("Whoever may read it can see every version. Edits are not mailed."), Licensed: t.Board.MayRead == 0,
		Draft: v.draftBox(views.PostPath(p.ID)+"/edit", t.Title),
	}
	if p.First() {
		form.Title, form.Tags = v.titleField(e.Title, why), v.tagsField(e.Tags, why)
	}
	page := v.page(t.Title)
	if fault.Is(refused, fault.Conflict) {
		e.Base = p.Revision
		form.Difference = views.DiffLines(page, item.Diff(p.Source, e.Body))
	}
	form.Hidden = []views.Sent{{Name: "base", Value: itoa(e.Base)}}
	v.preview(&form, p.Kind, e.Body)
	if p.First() && v.pressed("preview") {
		var err error
		if form.TagNews, err = v.tagNews(e.Tags); err != nil {
			return err
		}
	}
	drawn := views.ComposePage{Page: page, Heading: v.lang.T("Edit post %s", itoa(p.ID)), Form: form,
		Way: []views.Crumb{{Label: views.BoardTitle(v.lang, t.Board), Href: boardPath(t.Board.Slug)}, {Label: t.Title, Href: views.PostPath(p.ID)}}}
	drawn.Nav = navOf(t.Kind)
	return v.drawForm(views.Write(drawn), refused)
}
