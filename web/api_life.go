package web

import (
	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
)

// apiMove says where a question is in its life.
func (a *App) apiMove(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct {
		State     forum.State
		Why, Body string
	}
	if err := v.read(&sent); err != nil {
		return err
	}
	switch sent.State {
	case forum.Open:
		err = a.Forum.Reopen(v.ctx(), v.by, n, item.API)
	case forum.Solved:
		err = a.Forum.Solve(v.ctx(), v.by, n, item.API)
	case forum.Invalid:
		err = a.Forum.NotAQuestion(v.ctx(), v.by, n, sent.Why, item.API)
	case forum.NeedsInfo:
		_, err = a.Forum.NeedInfo(v.ctx(), v.by, forum.NewPost{Thread: n, Body: sent.Body, Via: item.API})
	default:
		return fault.Bad("state", "The state is open, needinfo, solved or invalid.")
	}
	return v.moveAnswer(n, err)
}

// moveAnswer is the thread as it is now.
func (v *visit) moveAnswer(n int64, refused error) error {
	if refused != nil {
		return refused
	}
	t, err := v.app.Forum.Thread(v.ctx(), v.by, n, forum.View{Limit: 1})
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, v.apiHead(t))
}

// apiDuplicate has a question point to the one that asks the same.
func (a *App) apiDuplicate(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	var sent struct{ Original int64 }
	if err := v.read(&sent); err != nil {
		return err
	}
	return v.moveAnswer(n, a.Forum.Duplicate(v.ctx(), v.by, n, sent.Original, item.API))
}

func (a *App) apiUnduplicate(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	return v.moveAnswer(n, a.Forum.NotADuplicate(v.ctx(), v.by, n, item.API))
}

// apiMeToo says that the asker has the same question, or not any more.
func (a *App) apiMeToo(v *visit) error {
	n, err := v.number("id")
	if err != nil {
		return err
	}
	on := v.Method() == fiber.MethodPut
	wanted, err := a.Forum.MeToo(v.ctx(), v.by, n, on)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, struct {
		Thread int64 `json:"thread"`
		MeToo  bool  `json:"me_too"`
		Wanted int   `json:"wanted"`
	}{n, on, wanted})
}
