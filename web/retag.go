package web

import (
	"strings"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/views"
)

// retagPage asks for other tags of a thread. Who may not give it any is led to where they
// suggest some.
func (a *App) retagPage(v *visit) error {
	q, t, err := v.retaggable()
	if fault.Is(err, fault.Forbidden) && q.MaySuggest(v.by) == nil {
		return v.goTo(views.PostPath(q.ID) + "/suggest")
	}
	if err != nil {
		return err
	}
	return v.drawRetag(q, t, forum.Tagging{Base: q.Revision, Tags: strings.Join(t.Tags, " ")}, nil)
}

// retag gives a thread other tags.
func (a *App) retag(v *visit) error {
	q, t, err := v.retaggable()
	if err != nil {
		return err
	}
	g := forum.Tagging{Thread: t.ID, Base: v.valueID("base"), Tags: v.value("tags"), Via: item.Web}
	if err := a.Forum.SetTags(v.ctx(), v.by, g); err != nil {
		if fault.Is(err, fault.Conflict) {
			g.Base = q.Revision // what it is called now stands above the form
		}
		return v.drawRetag(q, t, g, err)
	}
	return v.goTo(views.ThreadPath(t.ID, t.Slug))
}

// retaggable is the thread at the address, where the reader may give it other tags.
func (v *visit) retaggable() (forum.Post, *forum.Thread, error) {
	id, err := v.number("id")
	if err != nil {
		return forum.Post{}, nil, err
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, id, forum.View{Limit: 1})
	if err != nil {
		return forum.Post{}, nil, err
	}
	q, err := v.app.Forum.Find(v.ctx(), v.by, t.ID)
	if err != nil {
		return q, t, err
	}
	return q, t, v.app.Forum.MayRetag(v.ctx(), v.by, q)
}

func (v *visit) drawRetag(q forum.Post, t *forum.Thread, g forum.Tagging, refused error) error {
	why := v.lang.Refusals(refused)
	path := views.ThreadPath(t.ID, t.Slug)
	p := views.SmallForm{Page: v.page(t.Title), Heading: v.lang.T("Change the tags"), Way: v.wayTo(t, q), Action: views.RetagPath(t.ID), Refused: why,
		Intro: v.lang.T("The history of the post says who changed the tags, and can take it back."), Fields: []views.Field{*v.tagsField(g.Tags, why)},
		Hidden: []views.Sent{{Name: "base", Value: itoa(g.Base)}}, Submit: v.lang.T("Save"), Back: path}
	p.Nav = navOf(t.Kind)
	return v.drawForm(views.DrawSmallForm(p), refused)
}
