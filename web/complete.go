package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"
)

// mostCompleted is how many tags are offered while one is typed.
const mostCompleted = 8

// choice is a line of the list under a field: what is put into it, and what it stands for.
type choice struct {
	Value string `json:"value"`
	Label string `json:"label"`
}

// completeNames offers the script of a form the people whom a word after an @ may mean.
func (a *App) completeNames(v *visit) error {
	if err := a.Accounts.MayLookUp(v.by); err != nil {
		return v.offer(nil, err)
	}
	people, err := a.Forum.Mentionable(v.ctx(), v.by, v.Query("in"), v.Query("q"))
	all := make([]choice, len(people))
	for i, n := range people {
		all[i] = choice{n.Name, n.Display}
	}
	return v.offer(all, err)
}

// completeTags offers the tags that a word may be the beginning of.
func (a *App) completeTags(v *visit) error {
	if err := a.Accounts.MayLookUp(v.by); err != nil {
		return v.offer(nil, err)
	}
	tags, err := a.Items.TagsBegin(v.ctx(), v.by, v.Query("q"), mostCompleted)
	all := make([]choice, len(tags))
	for i, tag := range tags {
		all[i] = choice{tag, ""}
	}
	return v.offer(all, err)
}

func (v *visit) offer(all []choice, err error) error {
	v.private = true
	if err != nil {
		status := statusFor(err)
		v.note(status, err)
		return v.problem(status, err)
	}
	return v.send(fiber.StatusOK, struct {
		Choices []choice `json:"choices"`
	}{slices.Clip(all)})
}
