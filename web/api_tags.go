package web

import (
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/internal/item"
)

// apiTagName is another name of a tag.
type apiTagName struct {
	Name string     `json:"name"`
	By   apiPerson  `json:"by"`
	At   *time.Time `json:"at"`
}

// apiTags lists the tags that are used most where the asker may read.
func (a *App) apiTags(v *visit) error {
	all, err := a.Items.Tags(v.ctx(), v.by, v.limit(100))
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(all, "", func(t item.Tag) apiTag {
		return apiTag{Name: t.Name, Items: t.Items, URL: v.app.BaseURL + "/tags/" + url.PathEscape(t.Name)}
	}))
}

// apiTagNames lists the other names of a tag to those who look after them.
func (a *App) apiTagNames(v *visit) error {
	if err := item.MayNameTags(v.by); err != nil {
		return err
	}
	t, err := a.Items.TagNamed(v.ctx(), v.by, v.param("tag"))
	if err != nil {
		return err
	}
	all, err := a.Items.TagNames(v.ctx(), t.ID)
	if err != nil {
		return err
	}
	return v.send(fiber.StatusOK, listOf(all, "", func(n item.TagName) apiTagName {
		return apiTagName{Name: n.Name, By: v.apiPerson(n.By), At: moment(n.At)}
	}))
}

// apiNameTag gives a tag another name; a tag that has it is merged into this one.
func (a *App) apiNameTag(v *visit) error {
	var sent struct{ Name string }
	if err := v.read(&sent); err != nil {
		return err
	}
	if err := a.Forum.NameTag(v.ctx(), v.by, v.param("tag"), sent.Name); err != nil {
		return err
	}
	return v.done()
}

// apiUnnameTag takes another name away from the tag that it stands for.
func (a *App) apiUnnameTag(v *visit) error {
	t, err := a.Items.TagNamed(v.ctx(), v.by, v.param("tag"))
	if err != nil {
		return err
	}
	if err := a.Items.UnnameTag(v.ctx(), v.by, t.ID, v.Query("name")); err != nil {
		return err
	}
	return v.done()
}
