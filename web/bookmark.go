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
	id, err := v.number("id")
	if err != nil {
		return err
	}
	b, err := a.Forum.BookmarkOf(v.ctx(), v.by, id)
	if err != nil {
		return err
	}
	due := ""
	if !b.Due.IsZero() {
		due = b.Due.In(a.Zone).Format(timeForm)
	}
	return v.drawBookmark(b, due, nil)
}

// bookmark keeps a post, or does not keep it any more.
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
	b := forum.Bookmark{Post: id, Note: v.value("note")}
	b.Due, err = a.readTime(v.value("due"))
	if err == nil {
		err = a.Forum.Keep(v.ctx(), v.by, b)
	}
	if err != nil {
		return v.drawBookmark(b, v.value("due"), err)
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
	q, t, err := v.postAndThread()
	if err != nil {
		return err
	}
	if !v.by.Signed() {
		return fault.SignIn("Sign in to keep bookmarks.")
	}
	why := v.lang.Refusals(refused)
	p := views.SmallForm{Page: v.page(v.lang.T("Bookmark post %s", itoa(q.ID))), Way: v.wayTo(t, q), To: q.HTML, ToName: q.Author.Display,
		Action: views.PostPath(q.ID) + "/bookmark", Refused: why, Submit: v.lang.T("Keep it"), Back: views.PostPath(q.ID),
		Fields: []views.Field{
			{Name: "note", Label: v.lang.T("Note"), Value: b.Note, Error: why.On("note"), MaxLength: 500, Hint: v.lang.T("For yourself alone.")},
			{Name: "due", Type: "datetime-local", Label: v.lang.T("Remind me"), Value: due, Error: why.On("due"), Hint: v.lang.T("With a notification and a mail, at this time (%s). Left empty, you are not reminded.", v.now.Format("MST"))},
		}}
	if !b.Created.IsZero() {
		p.Also = &views.Option{Value: "remove", Label: v.lang.T("Remove the bookmark")}
	}
	return v.drawSmall(t, p, refused)
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
