package web

import (
	"picus/internal/item"
	"picus/views"
)

// removePage asks before a post is deleted.
func (a *App) removePage(v *visit) error { return v.drawRemove(nil) }

// remove takes a post out of sight.
func (a *App) remove(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Remove(v.ctx(), v.by, id, v.value("why"), item.Web); err != nil {
		return v.drawRemove(err)
	}
	return v.backTo(id)
}

func (v *visit) drawRemove(refused error) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if err := q.MayRemove(v.by); err != nil {
		return err
	}
	p := views.RemovePage{Page: v.page(v.lang.T("Delete post %s?", itoa(n))), Title: v.lang.T("Delete post %s?", itoa(n)),
		Way: v.wayTo(t, q), Post: views.Post{Post: &q}, Refused: v.lang.Fault(refused), Why: v.value("why")}
	return v.drawForm(views.Remove(p), refused)
}

// restore brings a deleted post back.
func (a *App) restore(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.Restore(v.ctx(), v.by, id, item.Web); err != nil {
		return err
	}
	return v.backTo(id)
}
