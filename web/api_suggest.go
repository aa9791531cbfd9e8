package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// apiSuggestions lists the edits that wait for the asker's word, or those that they made.
func (a *App) apiSuggestions(v *visit) error {
	from, err := v.idCursor()
	if err != nil {
		return err
	}
	find := a.Forum.Suggestions
	if v.Query("mine") == "1" {
		find = a.Forum.Suggested
	}
	all, next, err := find(v.ctx(), v.by, from)
	if err != nil {
		return err
	}
	cursor := ""
	if next != 0 {
		cursor = itoa(next)
	}
	return v.send(fiber.StatusOK, listOf(all, cursor, v.apiSuggestion))
}

// apiSuggest proposes an edit to somebody else's post. What is not named stays as it is.
func (a *App) apiSuggest(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent apiEdit
	if err := v.read(&sent); err != nil {
		return err
	}
	q, err := a.Forum.Find(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	e, err := v.editOf(q, sent)
	if err != nil {
		return err
	}
	if n, err = a.Forum.Suggest(v.ctx(), v.by, e); err != nil {
		return err
	}
	return v.suggestion(fiber.StatusCreated, n)
}

func (v *visit) suggestion(status int, n int64) error {
	s, err := v.app.Forum.Suggestion(v.ctx(), v.by, n)
	if err != nil {
		return err
	}
	if status == fiber.StatusCreated {
		return v.created("/suggestions/"+itoa(n), v.apiSuggestion(s))
	}
	return v.send(status, v.apiSuggestion(s))
}

func (a *App) apiSuggestion(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	return v.suggestion(fiber.StatusOK, n)
}

// apiDecide takes a suggested edit, or says why not.
func (a *App) apiDecide(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		State, Why string
		Seen       int64 `json:"seen_revision"`
		Take       []item.Side
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	switch sent.State {
	case "approved":
		_, err = a.Forum.Approve(v.ctx(), v.by, forum.Approval{Suggestion: n, Seen: sent.Seen, Take: sent.Take, Via: item.API})
	case "refused":
		err = a.Forum.Refuse(v.ctx(), v.by, n, sent.Why, item.API)
	default:
		return fault.Bad("state", "The state is approved or refused.")
	}
	if err != nil {
		return err
	}
	return v.suggestion(fiber.StatusOK, n)
}

// apiTakeBack takes the asker's own suggestion back.
func (a *App) apiTakeBack(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.TakeBack(v.ctx(), v.by, n); err != nil {
		return err
	}
	return v.done()
}

// editOf is a post with what was sent over it.
func (v *visit) editOf(q forum.Post, sent apiEdit) (forum.Edit, error) {
	e := forum.Edit{Post: q.ID, Base: sent.BaseRevision, Title: q.Title, Body: q.Source, Summary: sent.Summary, Via: item.API}
	if e.Base == 0 {
		e.Base = q.Revision
	}
	if q.First() {
		t, err := v.app.Forum.Thread(v.ctx(), v.by, q.ID, forum.View{Limit: 1})
		if err != nil {
			return e, err
		}
		e.Tags = strings.Join(t.Tags, ",")
	}
	if sent.Title != nil {
		e.Title = *sent.Title
	}
	if sent.Body != nil {
		e.Body = *sent.Body
	}
	if sent.Tags != nil {
		e.Tags = strings.Join(*sent.Tags, ",")
	}
	return e, nil
}
