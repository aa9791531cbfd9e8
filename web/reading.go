package web

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/views"
)

func unixMilli(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// saw remembers how far the reader has come, where a reader it was: not a browser
// that fetches a page because somebody may want it, or a picture that is none.
func (v *visit) saw(t *forum.Thread) {
	wanted := v.Get("Sec-Fetch-Dest")
	if v.by.Signed() && v.Method() == fiber.MethodGet && (wanted == "" || wanted == "document") && v.Get("Sec-Purpose") == "" && v.Get("Purpose") == "" {
		v.app.Forum.Saw(v.by, t)
	}
}

// jump leads to a place in the thread that is another one for each reader or each day.
func (a *App) jump(v *visit, id int64, to string) error {
	post, err := id, error(nil)
	switch to {
	case goBack:
		return a.pageBefore(v, id)
	case "unread":
		post, err = a.Forum.FirstUnread(v.ctx(), v.by, id)
	case "newest":
		post, err = a.Forum.NewestPost(v.ctx(), v.by, id)
	default:
		return errNothing
	}
	if err != nil {
		return err
	}
	path, err := a.placeOf(v, post)
	if err != nil {
		return err
	}
	return v.found(path)
}

// goBack is the jump from a page of a thread to the one before. Where that begins is looked
// for when it is asked for.
const goBack = "back"

func (a *App) pageBefore(v *visit, id int64) error {
	sort := v.Query("sort")
	start, err := a.Forum.PageBefore(v.ctx(), v.by, id, forum.View{Order: forum.Order(sort), Cursor: v.Query("cursor")})
	if err != nil {
		return err
	}
	return v.found(address(views.ThreadPath(id, v.param("slug")), "sort", sort, "cursor", start))
}

// jumps are the places in a thread that a reader looks for.
func (v *visit) jumps(p *views.ThreadPage) {
	t := p.Thread
	if t.Posts < 2 {
		return
	}
	path := views.ThreadPath(t.ID, "")
	if v.by.Signed() && !t.Seen.IsZero() && t.LastAt.After(t.Seen) {
		p.Jumps = append(p.Jumps, views.Jump{Label: v.lang.T("First unread"), Href: path + "?go=unread", Key: "u"})
	}
	if t.Accepted != 0 {
		p.Jumps = append(p.Jumps, views.Jump{Label: v.lang.T("Accepted answer"), Href: views.PostPath(t.Accepted), Key: "a"})
	}
	p.Jumps = append(p.Jumps, views.Jump{Label: v.lang.T("Newest post"), Href: path + "?go=newest", Key: "n"})
}

// isNew reports whether a post was written since the reader was here last.
func (r *reader) isNew(q *forum.Post) bool {
	return r.by.Signed() && !r.thread.Seen.IsZero() && q.Created.After(r.thread.Seen) && q.Author.ID != r.by.ID && !q.Gone()
}

// markRead puts a thread behind the reader without their having opened it.
func (a *App) markRead(v *visit) error {
	id, err := v.number("id")
	if err != nil {
		return err
	}
	if err := a.Forum.MarkRead(v.ctx(), v.by, id); err != nil {
		return err
	}
	return v.goTo(views.ThreadPath(id, ""))
}
