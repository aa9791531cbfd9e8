package web

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"picus/internal/fault"
	"picus/internal/item"
)

func (a *App) apiDrafts(v *visit) error {
	before, err := v.idCursor()
	if err != nil {
		return err
	}
	limit := v.limit(draftsShown)
	all, err := a.Items.Drafts(v.ctx(), v.by, before, limit+1)
	if err != nil {
		return err
	}
	next := ""
	if len(all) > limit {
		all = all[:limit]
		next = itoa(all[limit-1].Version)
	}
	return v.send(fiber.StatusOK, listOf(all, next, draftJSON))
}

// apiKeepDraft saves a draft; where another version is in the way, it is the problem's.
func (a *App) apiKeepDraft(v *visit) error {
	var sent apiDraft
	if err := v.read(&sent); err != nil {
		return err
	}
	u := item.Unsent{Place: sent.Place, Kind: sent.Kind, Title: sent.Title, Body: sent.Body, Tags: strings.Join(sent.Tags, " "), Summary: sent.Summary, Version: sent.Version,
		Asked: item.Asked{Options: strings.Join(sent.Options, "\n"), Several: sent.Several, Closes: sent.Closes}}
	if sent.Base != nil {
		u.Base = *sent.Base
	}
	kept, err := a.Items.KeepDraft(v.ctx(), v.by, u)
	if fault.Is(err, fault.Conflict) {
		return v.problemWith(fiber.StatusConflict, err, map[string]any{"draft": draftJSON(kept)})
	}
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, draftJSON(kept))
}

func (a *App) apiDropDraft(v *visit) error {
	if err := a.Items.DropDraft(v.ctx(), v.by, v.Query("place")); err != nil {
		return err
	}
	return v.SendStatus(fiber.StatusNoContent)
}
