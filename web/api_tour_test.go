package web_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// TestEveryOperationIsDescribedAsItAnswers uses each operation with success, which
// holds the answers against the description: see program.call.
func TestEveryOperationIsDescribedAsItAnswers(t *testing.T) {
	s := newSite(t)
	adaUser, bobUser := s.person("ada", account.Member), s.person("bob", account.Member)
	ada, bob := s.program(adaUser, "read", "write"), s.program(bobUser, "read", "write")
	staff, anyone := s.program(s.admin, "read", "write", "moderate", "admin"), s.program(account.User{})
	do := func(p *program, method, path, body string) answer {
		t.Helper()
		a := p.call(method, path, body)
		if a.StatusCode >= 300 {
			t.Fatalf("%s %s = %d %s", method, path, a.StatusCode, a.text)
		}
		return a
	}
	made := func(p *program, path, body string) int64 {
		t.Helper()
		return reads[post](t, do(p, "POST", path, body), 201).ID
	}

	q := made(ada, "/threads", `{"board":"python","kind":"question","title":"Why 超时?","body":"It stops. @bob","tags":["asyncio"]}`)
	thread := fill("/threads/%d", q)
	answered := made(bob, thread+"/posts", `{"body":"Wait."}`)
	made(ada, thread+"/posts", fill(`{"body":"How long?","parent":%d}`, answered))
	do(ada, "PUT", fill("/posts/%d/vote", answered), `{"value":1}`)
	do(ada, "PUT", thread+"/accepted", fill(`{"post":%d}`, answered))
	for _, path := range []string{"/boards", "/threads", "/threads?sort=newest&limit=1", thread, fill("/posts/%d", answered), "/tags", "/search?q=stops", "/users/ada"} {
		do(anyone, "GET", path, "")
	}
	do(ada, "PATCH", thread, `{"title":"Why does it 超时?"}`)
	do(bob, "PATCH", fill("/posts/%d", answered), `{"body":"Wait a second.","summary":"how long"}`)
	do(anyone, "GET", fill("/posts/%d/revisions", answered), "")
	do(ada, "DELETE", thread+"/accepted", "")

	other := made(bob, "/threads", `{"board":"python","kind":"question","title":"The same","body":"It stops."}`)
	same := fill("/threads/%d", other)
	do(ada, "PUT", same+"/me-too", "")
	do(ada, "GET", same, "")
	do(ada, "DELETE", same+"/me-too", "")
	do(bob, "PUT", same+"/duplicate", fill(`{"original":%d}`, q))
	if got := reads[struct{ Original *int64 }](t, do(ada, "GET", same, ""), 200); got.Original == nil || *got.Original != q {
		t.Errorf("the original of a duplicate is %v; want %d", got.Original, q)
	}
	do(bob, "DELETE", same+"/duplicate", "")
	for _, state := range []string{"solved", "open"} {
		if got := reads[moved](t, do(bob, "PUT", same+"/state", `{"state":"`+state+`"}`), 200); got.State != state {
			t.Errorf("the state is %q; want %q", got.State, state)
		}
	}
	do(ada, "PUT", same+"/state", `{"state":"needinfo","body":"Which version?"}`)
	do(staff, "PUT", same+"/state", `{"state":"invalid","why":"Say what stops."}`)

	do(staff, "PATCH", same, `{"closed":true,"reason":"unclear","note":"Say what stops.","pinned":1,"slow":5,"archive_after":-1,"why":"order"}`)
	do(anyone, "GET", same, "")
	do(staff, "POST", same+"/merge", fill(`{"into":%d,"why":"the same"}`, q))
	do(staff, "POST", fill("/posts/%d/split", made(bob, thread+"/posts", `{"body":"And in 3.13?"}`)), `{"title":"And in 3.13?","kind":"question"}`)

	poll := fill("/threads/%d/poll", made(ada, "/threads", `{"board":"python","kind":"poll","title":"When?","body":"Choose.","options":["today","tomorrow"]}`))
	do(anyone, "GET", poll, "")
	do(bob, "PUT", poll, `{"options":[1]}`)
	do(bob, "GET", poll, "")

	remind := time.Now().UTC().AddDate(1, 0, 0).Format(time.RFC3339) // it has to be to come
	do(ada, "PUT", fill("/posts/%d/bookmark", answered), fill(`{"note":"try it","remind":%q}`, remind))
	if all := reads[listed[map[string]any]](t, do(ada, "GET", "/bookmarks", ""), 200); len(all.Items) != 1 || all.Items[0]["remind"] != remind {
		t.Errorf("the bookmarks are %v", all.Items)
	}
	do(ada, "DELETE", fill("/posts/%d/bookmark", answered), "")
	do(ada, "PUT", fill("/items/%d/bookmark", answered), `{"note":"as any other object"}`)
	do(ada, "DELETE", fill("/items/%d/bookmark", answered), "")

	suggested := func() string {
		return fill("/suggestions/%d", made(ada, fill("/posts/%d/suggestions", answered), `{"body":"Wait two seconds.","summary":"longer"}`))
	}
	one := suggested()
	do(ada, "GET", one, "")
	do(ada, "GET", "/suggestions?mine=1", "")
	do(bob, "GET", "/suggestions", "")
	do(ada, "DELETE", one, "")
	do(bob, "PUT", suggested(), `{"state":"refused","why":"One is enough."}`)
	do(bob, "PUT", suggested(), `{"state":"approved"}`)

	do(staff, "PUT", "/tags/asyncio/names", `{"name":"异步"}`)
	if got := reads[listed[struct{ Name string }]](t, do(staff, "GET", "/tags/asyncio/names", ""), 200); len(got.Items) != 1 || got.Items[0].Name != "异步" {
		t.Errorf("the names of the tag are %+v", got.Items)
	}
	ada.call("GET", "/tags/asyncio/names", "").has(t, 403)
	ada.call("PUT", "/tags/asyncio/names", `{"name":"aio"}`).has(t, 403)
	staff.call("DELETE", "/tags/asyncio/names?name=aio", "").has(t, 404)
	do(staff, "DELETE", "/tags/asyncio/names?name="+url.QueryEscape("异步"), "")

	do(ada, "PUT", "/wiki/Event_loop", `{"body":"A loop."}`)
	page := reads[struct{ Revision int64 }](t, do(anyone, "GET", "/wiki/Event_loop", ""), 200)
	do(ada, "PUT", "/wiki/Event_loop", fill(`{"body":"A loop waits.","base_revision":%d}`, page.Revision))
	do(anyone, "GET", "/wiki/Event_loop/revisions", "")
	article := fill("/articles/%d", made(ada, "/articles", `{"title":"Ten years","body":"It began.","draft":true}`))
	do(ada, "PATCH", article, `{"body":"It began in 3.4.","tags":["history"],"draft":false}`)
	do(anyone, "GET", article, "")
	do(anyone, "GET", "/articles", "")
	bob.call("PATCH", article, `{"body":"mine"}`).has(t, 403)
	ada.call("PATCH", article, `{"body":"late","base_revision":1}`).has(t, 409)

	do(ada, "PUT", "/subscriptions", `{"target":{"tag":"asyncio"},"level":"watch","channel":"web"}`)
	for _, path := range []string{"/subscriptions", "/me", "/notifications"} {
		do(ada, "GET", path, "")
	}
	do(ada, "POST", "/notifications/read", "")

	do(ada, "PUT", "/drafts", fill(`{"place":"/p/%d/reply","body":"Perhaps"}`, answered))
	do(ada, "GET", "/drafts", "")
	do(ada, "DELETE", fill("/drafts?place=/p/%d/reply", answered), "")

	kind, body := multipartOf(t, sent{"file", "a.png", pngOf(t, 20, 20)})
	up := ada.do("POST", "/api/v1/uploads", body, http.Header{"Content-Type": {kind}, "Authorization": {"Bearer " + ada.token}})
	book, err := rules()
	s.must(err)
	book.check(t, up)
	do(ada, "GET", "/uploads", "")
	do(bob, "DELETE", fill("/posts/%d", made(bob, thread+"/posts", `{"body":"Forget it."}`)), "")
	do(ada, "DELETE", fill("/threads/%d", made(ada, "/threads", `{"board":"python","kind":"discussion","title":"T","body":"b"}`)), "")

	// A thread with a deleted post, as the staff and a visitor see it.
	ref := s.reply(adaUser, forum.NewPost{Thread: q, Body: "Never mind."})
	s.must(s.forum.Remove(t.Context(), s.admin, ref.Post, "spam", item.Web))
	for _, p := range []*program{anyone, ada, staff} {
		do(p, "GET", thread, "")
	}
	for _, r := range book.routes {
		for status := range r.operation.Responses {
			if strings.HasPrefix(status, "2") && !book.met[r.name+" "+status] && !slices.Contains(notHere, r.name) {
				t.Errorf("%s: no test has met its answer %s", r.name, status)
			}
		}
	}
}

type moved struct{ State string }

// notHere are the operations that have a test of their own.
var notHere = []string{"GET /openapi.json"}
