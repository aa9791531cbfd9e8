package web

import (
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/fault"
	"picus/views"
)

// timeForm is how a browser sends a date with its time.
const timeForm = "2006-01-02T15:04"

// bookmarkPage is the form of a bookmark, new or not.
func (a *App) bookmarkPage(v *visit) error {
	b, err := v.keepable()
	if err != nil {
		return err
	}
	due := ""
	if !b.Due.IsZero() {
		due = b.Due.In(a.Zone).Format(timeForm)
	}
	return v.drawBookmark(b, due, nil)
}

// keepable is what the address names, with the reader's bookmark of it if there is one.
func (v *visit) keepable() (forum.Bookmark, error) {
	id, err := v.number("id")
	if err != nil {
		return forum.Bookmark{}, err
	}
	return v.app.Forum.Kept(v.ctx(), v.by, id)
}

// bookmark keeps something, or does not keep it any more.
func (a *App) bookmark(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if v.pressed("remove") {
		if err := a.Forum.Unkeep(v.ctx(), v.by, id); err != nil {
			return err
		}
		return v.goTo("/bookmarks")
	}
	b, err := v.keepable()
	if err != nil {
		return err
	}
	b.Note = v.value("note")
	b.Due, err = a.readTime(v.value("due"))
	if err == nil {
		err = a.Forum.Keep(v.ctx(), v.by, b)
	}
	if err != nil {
		return v.drawBookmark(b, v.value("due"), err)
	}
	if b.Thread == 0 {
		return v.goTo(views.KeptPath(b))
	}
	return v.backTo(id)
}

// readTime reads a time as it is typed, in the zone of the site; nothing is no time.
func (a *App) readTime(s string) (time.Time, error) {
	s = strings.Replace(strings.TrimSpace(s), " ", "T", 1)
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{timeForm, "2006-01-02"} {
		if t, err := time.ParseInLocation(form, s, a.Zone); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fault.Bad("due", "Write the time like 2026-12-31 09:00.")
}

func (v *visit) drawBookmark(b forum.Bookmark, due string, refused error) error {
	if !v.by.Signed() {
		return fault.SignIn("Sign in to keep bookmarks.")
	}
	why := v.lang.Refusals(refused)
	p := views.SmallForm{Action: views.KeepPath(b), Refused: why, Submit: v.lang.T("Bookmark it"), Back: views.KeptPath(b),
		Fields: []views.Field{
			{Name: "note", Label: v.lang.T("Note"), Value: b.Note, Error: why.On("note"), MaxLength: 500, Hint: v.lang.T("For yourself alone.")},
			{Name: "due", Type: "datetime-local", Label: v.lang.T("Remind me"), Value: due, Error: why.On("due"), Hint: v.lang.T("With a notification and a mail, at this time (%s). Left empty, you are not reminded.", v.zone())},
		}}
	if !b.Created.IsZero() {
		p.Also = &views.Option{Value: "remove", Label: v.lang.T("Remove the bookmark")}
	}
	if b.Thread == 0 {
		p.Page = v.page(v.lang.T("Bookmark “%s”", b.Title))
		p.Heading, p.Nav = p.Title, views.KeptNav(b)
		p.Way = []views.Crumb{{Label: b.Title, Href: views.KeptPath(b)}}
		return v.drawForm(views.DrawSmallForm(p), refused)
	}
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	p.Page, p.Way, p.To, p.ToName = v.page(v.lang.T("Bookmark post %s", itoa(q.ID))), v.wayTo(t, q), q.HTML, q.Author.Display
	return v.drawSmall(t, p, refused)
}

// zone names the zone that the times of the site are in, so that nobody takes them for
// another one: letters like CST stand for several.
func (v *visit) zone() string {
	name, offset := v.app.Zone.String(), "UTC"+v.now.Format("-07:00")
	if name == "UTC" || name == "Local" {
		return strings.TrimSuffix(offset, "+00:00")
	}
	return name + ", " + offset
}

// bookmarks lists what the reader keeps.
func (a *App) bookmarks(v *visit) error {
	all, next, err := a.Forum.Bookmarks(v.ctx(), v.by, v.Query("cursor"))
	if err != nil {
		return err
	}
	p := views.BookmarksPage{Page: v.page(v.lang.T("Bookmarks")), All: all}
	p.NoIndex = true
	if next != "" {
		p.Next = address("/bookmarks", "cursor", next)
	}
	if v.Query("cursor") != "" {
		p.Start = "/bookmarks"
	}
	return v.draw(fiber.StatusOK, views.Bookmarks(p))
}

// kept reports whether the reader has bookmarked a page or an article.
func (v *visit) kept(id int64) (bool, error) {
	if !v.by.Signed() {
		return false, nil
	}
	b, err := v.app.Forum.Kept(v.ctx(), v.by, id)
	if fault.Is(err, fault.Missing) {
		return false, nil // it is not published
	}
	return !b.Created.IsZero(), err
}
