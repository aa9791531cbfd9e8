package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/item"
)

// Forms read as well: a preview, what is similar, the page that comes back with what was
// refused, the answer of the API to a change. This is the matrix for all that is sent.

// sending is something that is sent to an address; the API gets the fields as JSON.
type sending struct {
	path   string
	fields url.Values
}

// silent are the forms whose answers hold nothing that people write, whatever is sent:
// they lead elsewhere, or back to the settings and the desk that they belong to. Who may
// use the desk is another test's.
var silent = []string{"/settings/*", "/setup", "/register", "/confirm", "/confirm/:token", "/login", "/logout", "/forgot", "/reset", "/address", "/claim", "/resume/:token", "/unsubscribe/:token",
	"/notifications/read", "/u/:name/sweep", "/drafts/drop", "/uploads", "/read", "/websub", "/admin/*", "/wiki", "/api/v1/uploads", "/api/v1/notifications/read"}

func isSilent(path string) bool {
	return slices.ContainsFunc(silent, func(s string) bool {
		room, all := strings.CutSuffix(s, "*")
		return path == s || all && strings.HasPrefix(path, room)
	})
}

// forms says for a form what is sent to it about nothing in particular, and about what a
// thing is that the sender may not know of. False: nobody has said.
func (z *zoo) forms(form string, hidden *thing) (all []sending, known bool) {
	_, pattern, _ := strings.Cut(form, " ")
	send := func(format string, args ...any) {
		all = append(all, sending{fmt.Sprintf(format, args...), anything(hidden)})
	}
	switch {
	case isSilent(pattern):
		return nil, true
	case hidden == nil:
		return z.openForms(form)
	case strings.HasSuffix(pattern, "/:deed"):
		for _, deed := range []string{"close", "reopen", "pin", "unpin", "lock", "unlock", "slow", "archive", "move", "merge", "split"} {
			send("/t/%d/-/%s", hidden.thread, deed)
		}
	case strings.HasPrefix(pattern, "/t/:id") || strings.HasPrefix(pattern, "/api/v1/threads/:id"):
		send("%s", strings.Replace(pattern, ":id", fmt.Sprint(hidden.thread), 1))
	case strings.HasPrefix(pattern, "/p/:id") || strings.HasPrefix(pattern, "/api/v1/posts/:id"):
		send("%s", strings.Replace(pattern, ":id", fmt.Sprint(hidden.post), 1))
	case pattern == "/bookmarks/:id" || pattern == "/api/v1/items/:id/bookmark":
		send("%s", strings.Replace(pattern, ":id", fmt.Sprint(hidden.post), 1))
	case pattern == "/u/:name/private", pattern == "/u/:name/report":
		send("%s", strings.Replace(pattern, ":name", "author-x", 1))
	case pattern == "/drafts", pattern == "/api/v1/drafts", pattern == "/api/v1/subscriptions":
		send("%s", pattern)
	}
	return all, true
}

// openForms is what is sent about nothing in particular.
func (z *zoo) openForms(form string) (all []sending, known bool) {
	send := func(paths ...string) ([]sending, bool) {
		for _, path := range paths {
			all = append(all, sending{path, anything(nil)})
		}
		return all, true
	}
	_, pattern, _ := strings.Cut(form, " ")
	switch pattern {
	case "/b/:board/new", "/b/:board/-/archive", "/b/:board/watch":
		return send(strings.Replace(pattern, ":board", "python", 1), strings.Replace(pattern, ":board", "closed", 1), strings.Replace(pattern, ":board", "oldclosed", 1))
	case "/wiki/:title/edit", "/wiki/:title/talk", "/api/v1/wiki/:title":
		return send(strings.Replace(pattern, ":title", "Home", 1), strings.Replace(pattern, ":title", "Open_page", 1))
	case "/blog/-/new", "/api/v1/threads", "/api/v1/articles", "/drafts", "/api/v1/drafts", "/api/v1/subscriptions":
		return send(pattern)
	case "/blog/:author/:slug/edit", "/blog/:author/:slug/comment":
		for _, path := range z.articles {
			send(path + strings.TrimPrefix(pattern, "/blog/:author/:slug"))
		}
		return all, true
	case "/api/v1/articles/:id":
		for _, thing := range z.things {
			if thing.about != 0 {
				send(fmt.Sprint("/api/v1/articles/", thing.about))
			}
		}
		return all, true
	case "/suggestions/:id", "/api/v1/suggestions/:id", "/mod/queue/:id", "/mod/log/:id/undo", "/mod/private/:id":
		for id := range 12 {
			send(strings.Replace(pattern, ":id", fmt.Sprint(id), 1))
		}
		return all, true
	case "/bookmarks/:id", "/api/v1/items/:id/bookmark":
		for id := range 40 { // pages, articles and drafts are among them
			send(strings.Replace(pattern, ":id", fmt.Sprint(id), 1))
		}
		return all, true
	case "/tags/:tag/watch", "/tags/:tag/names", "/api/v1/tags/:tag/names":
		return send(strings.Replace(pattern, ":tag", "common", 1))
	case "/u/:name/private", "/u/:name/report", "/u/:name/watch":
		return send(strings.Replace(pattern, ":name", "author-x", 1))
	}
	return nil, strings.HasPrefix(pattern, "/t/:id") || strings.HasPrefix(pattern, "/p/:id") || strings.HasPrefix(pattern, "/api/v1/threads/:id") || strings.HasPrefix(pattern, "/api/v1/posts/:id")
}

// anything is fields for every form there is, about a thing or about nothing. What may
// be previewed is.
func anything(hidden *thing) url.Values {
	fields := url.Values{"preview": {"1"}, "title": {alikeTitle}, "body": {"needles [[Home]]"}, "tags": {""}, "kind": {"question"}, "base": {"1"}, "value": {"1"}, "on": {"1"},
		"level": {"normal"}, "channel": {"web"}, "do": {"approve"}, "state": {"approved"}, "board": {"closed"}, "to": {"closed"}, "why": {""}, "reason": {"other"}, "name": {"common"},
		"place": {"/b/closed/new"}, "target": {"board"}, "slug": {"closed"}}
	if hidden == nil {
		return fields
	}
	id := fmt.Sprint(hidden.post)
	for name, value := range map[string]string{"post": id, "original": id, "under": id, "into": fmt.Sprint(hidden.thread), "posts": id, "id": fmt.Sprint(hidden.thread),
		"target": "thread", "place": "/p/" + id + "/reply"} {
		fields.Set(name, value)
	}
	return fields
}

// sends sends something as somebody: programs to the API, with their token.
func (w *watcher) sends(form string, s sending, csrf string) answer {
	w.Helper()
	method, _, _ := strings.Cut(form, " ")
	if !strings.HasPrefix(s.path, "/api/") {
		fields := url.Values{"csrf": {csrf}}
		for name, values := range s.fields {
			fields[name] = values
		}
		return w.postRaw(s.path, fields, http.Header{"Sec-Fetch-Site": {"same-origin"}})
	}
	sent := map[string]any{}
	for name := range s.fields {
		sent[name] = s.fields.Get(name)
	}
	sent["tags"], sent["post"], sent["posts"], sent["options"] = []string{}, 1, []int{1}, []int{1}
	for _, number := range []string{"value", "into", "original", "id", "base"} {
		var n int64
		_, _ = fmt.Sscan(s.fields.Get(number), &n)
		sent[number] = n
	}
	body, err := json.Marshal(sent)
	w.must(err)
	return w.do(method, s.path, strings.NewReader(string(body)), http.Header{"Authorization": {"Bearer " + w.token}, "Content-Type": {"application/json"}})
}

// alikeTitle is what a closed question is called, and what others call theirs: it may be
// offered only to those who may know of it.
const alikeTitle = "Winter gardens everywhere"

func (z *zoo) alike() {
	z.Helper()
	t := z.add("a closed question that is alike", ofTheClosed)
	t.words = append(t.words, "zqalike")
	ref, err := z.forum.Start(z.Context(), z.by("author"), forum.NewThread{Board: "closed", Kind: forum.Question, Title: alikeTitle + " zqalike", Body: t.text(""), Via: item.API})
	z.must(err)
	t.thread, t.post, t.slug = ref.Thread, ref.Post, ref.Slug
}

func TestNoFormGivesAwayWhatIsNotForItsSender(t *testing.T) {
	eachZoo(t, func(t *testing.T, z *zoo) {
		z.alike()
		z.fill()
		shown := map[string]bool{}
		for _, w := range z.watchers[1:] {
			csrf := w.browser.token()
			for _, form := range z.app.Forms() {
				open, known := z.forms(form, nil)
				if !known {
					t.Errorf("the matrix does not know %s: say in matrixforms_test.go what to send there, or that it tells nothing", form)
				}
				for _, s := range open {
					z.holds(w, form, s, csrf, shown)
				}
				if w.name != "member" && w.name != "former" {
					continue // those who may know the least
				}
				for _, thing := range z.things {
					if thing.may(w) || thing.post == 0 {
						continue
					}
					about, _ := z.forms(form, thing)
					for _, s := range about {
						z.holds(w, form, s, csrf, shown)
					}
				}
			}
		}
		for _, want := range []string{"POST /b/:board/new reader: a closed question that is alike", "POST /suggestions/:id reader: what was suggested for a closed answer by the reader"} {
			if !shown[want] {
				t.Errorf("it was not seen that %s is shown", want)
			}
		}
	})
}

// holds sends something and holds the answer against what its sender may know.
func (z *zoo) holds(w *watcher, form string, s sending, csrf string, shown map[string]bool) {
	z.Helper()
	got := w.sends(form, s, csrf)
	if got.StatusCode >= 500 {
		z.Errorf("%s to %s by %s = %d", form, s.path, w.name, got.StatusCode)
	}
	for _, thing := range z.things {
		words := thing.found(s.path+s.fields.Encode(), got)
		if len(words) > 0 && !thing.may(w) {
			z.Errorf("%s to %s shows %s to the %s: %s", form, s.path, thing.state, w.name, strings.Join(words, " "))
		}
		if len(words) > 0 {
			shown[form+" "+w.name+": "+thing.state] = true
		}
	}
}
