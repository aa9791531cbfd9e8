package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"picus/forum"
	"picus/internal/item"
	"picus/views"
)

// threadForms are the endings under which a thread has another form than its page,
// beside the feeds: see orFeed.
var threadForms = []struct {
	ending, kind, name string
}{
	{"md", "text/markdown", "Markdown"},
	{"txt", fiber.MIMETextPlain, "Text"},
	{"json", fiber.MIMEApplicationJSON, "JSON"},
	{"mbox", "application/mbox", "mbox"},
}

// formsOf announces the other forms of a thread.
func (v *visit) formsOf(id int64) []views.Feed {
	path := views.ThreadPath(id, "")
	all := v.feedsOf(v.lang.T("This thread"), path)[:2] // its JSON is the thread, and no feed
	for _, f := range threadForms {
		all = append(all, views.Feed{Title: v.lang.T("This thread") + " (" + f.name + ")", Type: f.kind, URL: path + "." + f.ending})
	}
	return all
}

// threadInForm answers /t/12.md and its like, and leaves the rest to the next handler.
func (a *App) threadInForm(next handler) handler {
	forms := map[string]func(*visit, int64) error{"md": a.threadText, "txt": a.threadText, "json": a.threadJSON, "mbox": a.threadMailbox}
	return func(v *visit) error {
		id, ending, _ := strings.Cut(v.param("id"), ".")
		form := forms[ending]
		if form == nil {
			return next(v)
		}
		return form(v, idOf(id))
	}
}

// readInForm reads a page of 200 posts, or leads to the thread that took this one over.
func (v *visit) readInForm(id int64) (*forum.Thread, error) {
	t, err := v.wholeThread(id)
	if err != nil || t.ID == id {
		return t, err
	}
	_, ending, _ := strings.Cut(v.param("id"), ".")
	return nil, v.moved(withQuery(views.ThreadPath(t.ID, "")+"."+ending, string(v.Context().URI().QueryString())))
}

func (a *App) threadJSON(v *visit, id int64) error {
	t, err := v.readInForm(id)
	if t == nil {
		return err
	}
	v.Vary(fiber.HeaderCookie)
	return v.sendThread(fiber.StatusOK, t)
}

// threadText is the thread as its authors typed it.
func (a *App) threadText(v *visit, id int64) error {
	t, err := v.readInForm(id)
	if t == nil {
		return err
	}
	w := threadWriter{visit: v, thread: t, markdown: strings.HasSuffix(v.param("id"), ".md")}
	kind := fiber.MIMETextPlain
	if w.markdown {
		kind = "text/markdown"
	}
	v.Set(fiber.HeaderContentType, kind+"; charset=utf-8")
	v.Response().SetBodyString(w.write())
	v.cacheable(fiber.StatusOK)
	return nil
}

// threadWriter writes a thread as text.
type threadWriter struct {
	*visit
	strings.Builder
	thread   *forum.Thread
	markdown bool
}

func (w *threadWriter) write() string {
	t := w.thread
	path := w.app.BaseURL + views.ThreadPath(t.ID, t.Slug)
	w.heading(1, t.Title)
	facts := []string{t.Board.Title, views.StateWord(w.lang, t)}
	if len(t.Tags) > 0 {
		facts = append(facts, "#"+strings.Join(t.Tags, " #"))
	}
	fmt.Fprintf(w, "%s\n%s\n\n", strings.Join(facts, " · "), path)
	if w.Query("cursor") == "" {
		w.posts(&t.First)
	}
	if t.Best != nil {
		w.posts(t.Best)
	}
	w.posts(t.Page...)
	if t.Next != "" {
		_, ending, _ := strings.Cut(w.param("id"), ".")
		next := w.app.BaseURL + address(views.ThreadPath(t.ID, "")+"."+ending, "cursor", t.Next)
		w.Append(fiber.HeaderLink, "<"+next+`>; rel="next"`)
		fmt.Fprintf(w, "%s\n", w.lang.T("This thread goes on at %s", next))
	}
	return w.String()
}

// heading is a line that stands out in either form.
func (w *threadWriter) heading(level int, text string) {
	switch {
	case w.markdown:
		fmt.Fprintf(w, "%s %s\n\n", strings.Repeat("#", level), text)
	case level == 1:
		fmt.Fprintf(w, "%s\n\n", text)
	default:
		fmt.Fprintf(w, "%s\n%s\n\n", strings.Repeat("-", 72), text)
	}
}

func (w *threadWriter) posts(all ...*forum.Post) {
	for _, p := range all {
		w.post(p)
		w.posts(p.Comments...)
	}
}

func (w *threadWriter) post(p *forum.Post) {
	level := 2
	if p.Kind == forum.Comment {
		level = 3
	}
	if p.Gone() && p.Source == "" {
		w.heading(level, strings.TrimSpace("#"+itoa(p.ID)+" · "+w.lang.T("Deleted")+" · "+p.Removal.Why))
		return
	}
	facts := []string{"#" + itoa(p.ID), p.Author.Display, p.Created.In(w.now.Location()).Format(time.DateTime)}
	if p.Via == item.Mail {
		facts = append(facts, w.lang.T("mail"))
	}
	if p.Score != 0 {
		facts = append(facts, fmt.Sprintf("%+d", p.Score))
	}
	if p.ID == w.thread.Accepted {
		facts = append(facts, w.lang.T("accepted"))
	}
	w.heading(level, strings.Join(facts, " · "))
	w.WriteString(w.source(p) + "\n\n")
}

// source is what the author typed. A mail's plain text has to stay plain where
// everything else is Markdown.
func (w *threadWriter) source(p *forum.Post) string {
	text := strings.TrimRight(p.Source, "\n")
	if !w.markdown || p.Format != item.PlainText {
		return text
	}
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}

// describe tells programs what the page is about. Those who are signed in are none, so
// that their pages go without.
func (v *visit) describe(p *views.ThreadPage) {
	if v.by.Signed() {
		return
	}
	t := p.Thread
	p.Description = views.Excerpt(t.First.HTML, 200)
	p.Meta = &views.Meta{Type: "article", Lang: t.Lang, Published: t.Created, Modified: t.LastAt, Tags: t.Tags}
	if !p.NoIndex {
		licence := v.app.licence
		if t.First.Via == item.Import {
			licence = views.Licence{} // whose texts they are did not ask for ours
		}
		p.Meta.Data = views.ThreadData(v.app.BaseURL, licence, t)
	}
}
