package web

import (
	"net/url"

	"picus/forum"
	"picus/internal/item"
)

// sweep closes an account and takes away everything that was posted from it, or undoes
// that. The account comes first, so that nothing is posted meanwhile.
func (a *App) sweep(v *visit) error {
	u, err := a.Accounts.ByName(v.ctx(), v.param("name"))
	if err != nil {
		return err
	}
	undo := v.value("undo") != ""
	if err := forum.MaySweep(v.by, u); err != nil {
		return err
	}
	if err := a.Accounts.Suspend(v.ctx(), v.by, u.Name, !undo); err != nil {
		return err
	}
	done := "swept"
	if undo {
		done = "unswept"
		_, err = a.Forum.Unsweep(v.ctx(), v.by, u, item.Web)
	} else {
		_, err = a.Forum.Sweep(v.ctx(), v.by, u, v.value("why"), item.Web)
	}
	if err != nil {
		return err
	}
	return v.goTo("/u/" + url.PathEscape(u.Name) + "?done=" + done)
}
