package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
)

// program is somebody at the API with a token, or without one.
type program struct {
	*browser
	token string
}

// program returns a program in the hands of u; without scopes it has no token.
func (s *site) program(u account.User, scopes ...string) *program {
	s.Helper()
	p := &program{browser: s.visitor()}
	if len(scopes) > 0 {
		token, err := s.accounts.NewToken(s.Context(), u, "test", scopes)
		s.must(err)
		p.token = token
	}
	return p
}

// call sends a request; headers are pairs of name and value.
func (p *program) call(method, path, body string, headers ...string) answer {
	p.Helper()
	all := http.Header{}
	if body != "" {
		all.Set("Content-Type", "application/json")
	}
	if p.token != "" {
		all.Set("Authorization", "Bearer "+p.token)
	}
	for i := 0; i < len(headers); i += 2 {
		all.Set(headers[i], headers[i+1])
	}
	a := p.do(method, "/api/v1"+path, strings.NewReader(body), all)
	book, err := rules()
	p.must(err)
	book.check(p, a)
	return a
}

// reads decodes an answer that has to be of a status.
func reads[T any](t testing.TB, a answer, status int) (v T) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s %s = %d %s; want %d", a.Request.Method, a.Request.URL, a.StatusCode, a.text, status)
	}
	if err := json.Unmarshal([]byte(a.text), &v); err != nil {
		t.Fatalf("%s %s: %v in %s", a.Request.Method, a.Request.URL, err, a.text)
	}
	return v
}

type person struct {
	ID        int64
	Name, URL string
}

type post struct {
	ID, Thread      int64
	Kind            string
	Parent          *int64
	Author          *person
	Body, HTML      *string
	Score           int
	Accepted        bool
	Status          string
	Revision        *int64
	MessageID       *string `json:"message_id"`
	Created, Edited *string
	URL             string
	Number          int64
}

type thread struct {
	ID                 int64
	Title, Kind, Board string
	Tags               []string
	Author             person
	State              string
	Locked             bool
	Answers            int
	Accepted           *int64
	Created, URL       string
	Posts              []post
	Next               *string
}

type listed[T any] struct {
	Items []T
	Next  *string
}

func fill(format string, args ...any) string { return fmt.Sprintf(format, args...) }

func TestAConversationThroughTheAPI(t *testing.T) {
	s := newSite(t)
	ada, bob := s.program(s.person("ada", account.Member), "read", "write"), s.program(s.person("bob", account.Member), "read", "write")

	made := ada.call("POST", "/threads", `{"board":"python","kind":"question","title":"Why 超时?","body":"It **stops**.","tags":["asyncio","超时"],"role":"administrator","score":99,"created":"1999-01-01T00:00:00Z","author":1}`)
	th := reads[thread](t, made, 201)
	if want := s.base + fill("/api/v1/threads/%d", th.ID); made.Header.Get("Location") != want {
		t.Errorf("Location = %q; want %q", made.Header.Get("Location"), want)
	}
	first := th.Posts[0]
	if th.Author.Name != "ada" || th.Board != "python" || !slices.Equal(th.Tags, []string{"asyncio", "超时"}) || th.State != "open" || first.Score != 0 || strings.HasPrefix(th.Created, "1999") {
		t.Errorf("POST /threads = %+v", th)
	}
	if first.Parent != nil || *first.Body != "It **stops**." || !strings.Contains(*first.HTML, "<strong>stops</strong>") || !strings.HasSuffix(*first.MessageID, "@picus.example") {
		t.Errorf("its first post = %+v", first)
	}

	a1 := reads[post](t, bob.call("POST", fill("/threads/%d/posts", th.ID), `{"body":"Wait."}`), 201)
	a2 := reads[post](t, bob.call("POST", fill("/threads/%d/posts", th.ID), `{"body":"Cancel."}`), 201)
	c := reads[post](t, ada.call("POST", fill("/threads/%d/posts", th.ID), fill(`{"body":"How long?","parent":%d}`, a1.ID)), 201)
	if a1.Kind != "answer" || c.Kind != "comment" || *c.Parent != a1.ID {
		t.Errorf("kinds = %s, %s below %d; want an answer and a comment below %d", a1.Kind, c.Kind, *c.Parent, a1.ID)
	}
	vote := reads[struct{ Score int }](t, ada.call("PUT", fill("/posts/%d/vote", a2.ID), `{"value":1}`), 200)
	if vote.Score != 1 {
		t.Errorf("score = %d; want 1", vote.Score)
	}
	ada.call("PUT", fill("/posts/%d/vote", a2.ID), `{}`).has(t, 422, `"value":`)
	bob.call("PUT", fill("/posts/%d/vote", a2.ID), `{"value":1}`).has(t, 403)
	bob.call("PUT", fill("/threads/%d/accepted", th.ID), fill(`{"post":%d}`, a1.ID)).has(t, 403)
	th = reads[thread](t, ada.call("PUT", fill("/threads/%d/accepted", th.ID), fill(`{"post":%d}`, a1.ID)), 200)
	if th.State != "solved" || *th.Accepted != a1.ID {
		t.Errorf("after accepting: %+v", th)
	}

	th = reads[thread](t, s.program(account.User{}).call("GET", fill("/threads/%d", th.ID), ""), 200)
	var order []int64
	for _, p := range th.Posts {
		order = append(order, p.ID)
	}
	if want := []int64{th.ID, a1.ID, c.ID, a2.ID}; !slices.Equal(order, want) {
		t.Errorf("posts = %v; want %v: first, accepted, its comment, the other", order, want)
	}
	if !th.Posts[1].Accepted || th.Posts[3].Accepted {
		t.Error("the accepted answer is not marked, or another is")
	}
	ada.call("DELETE", fill("/threads/%d/accepted", th.ID), "").has(t, 204)
	if th = reads[thread](t, ada.call("GET", fill("/threads/%d", th.ID), ""), 200); th.State != "answered" || th.Accepted != nil {
		t.Errorf("after accepting none: %+v", th)
	}
}

func TestEditingThroughTheAPI(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	ada, bob := s.program(u, "read", "write"), s.program(s.person("bob", account.Member), "read", "write")
	keeper := s.program(s.admin, "read", "write", "moderate")
	q := s.ask(u, "python", "Title", "Body")
	at := fill("/threads/%d", q.Thread)

	th := reads[thread](t, ada.call("PATCH", at, `{"body":"Better","summary":"clearer"}`), 200)
	if th.Title != "Title" || *th.Posts[0].Body != "Better" || !slices.Equal(th.Tags, []string{"asyncio", "超时"}) {
		t.Errorf("what was not named has changed: %+v", th)
	}
	th = reads[thread](t, ada.call("PATCH", at, `{"title":"Other","tags":["one"]}`), 200)
	if th.Title != "Other" || *th.Posts[0].Body != "Better" || !slices.Equal(th.Tags, []string{"one"}) {
		t.Errorf("PATCH %s = %+v", at, th)
	}
	clash := reads[struct {
		Yours  string
		Theirs post
	}](t, ada.call("PATCH", at, fill(`{"body":"Mine","base_revision":%d}`, q.Revision)), 409)
	if clash.Yours != "Mine" || *clash.Theirs.Body != "Better" {
		t.Errorf("409 holds %+v; want both texts", clash)
	}
	bob.call("PATCH", at, `{"body":"Worse"}`).has(t, 403)
	ada.call("PATCH", at, `{"locked":true}`).has(t, 403)
	if th = reads[thread](t, keeper.call("PATCH", at, `{"locked":true}`), 200); !th.Locked {
		t.Error("the thread is not locked")
	}
	bob.call("POST", at+"/posts", `{"body":"Late"}`).has(t, 403)
	keeper.call("PATCH", at, `{"locked":false}`).has(t, 200)

	revisions := reads[listed[post]](t, bob.call("GET", fill("/posts/%d/revisions", q.Post), ""), 200)
	if len(revisions.Items) != 3 || revisions.Items[2].Number != 1 || *revisions.Items[2].Body != "Body" {
		t.Errorf("revisions = %+v", revisions.Items)
	}

	a := s.reply(s.admin, forum.NewPost{Thread: q.Thread, Body: "secret words"})
	bob.call("DELETE", fill("/posts/%d", a.Post), "").has(t, 403)
	ada.call("DELETE", fill("/threads/%d", a.Post), "").has(t, 404)
	keeper.call("DELETE", fill("/posts/%d?why=spam", a.Post), "").has(t, 204)
	bob.call("GET", fill("/posts/%d", a.Post), "").has(t, 404)
	bob.call("GET", at, "").hasNot(t, "secret words")
	th = reads[thread](t, bob.call("GET", at, ""), 200)
	if grave := th.Posts[1]; grave.Status != "deleted" || grave.Body != nil || grave.HTML != nil || grave.Author != nil || grave.MessageID != nil {
		t.Errorf("a deleted post = %+v; want its place only", grave)
	}
	keeper.call("GET", at, "").has(t, 200, "secret words")
	keeper.call("DELETE", at, "").has(t, 204)
	bob.call("GET", at, "").has(t, 404)
}

func TestTheSameRequestCountsOnce(t *testing.T) {
	s := newSite(t)
	ada := s.program(s.person("ada", account.Member), "read", "write")
	bob := s.program(s.person("bob", account.Member), "read", "write")
	const body = `{"board":"python","kind":"discussion","title":"Once","body":"Only"}`
	one := reads[thread](t, ada.call("POST", "/threads", body, "Idempotency-Key", "k1"), 201)
	again := ada.call("POST", "/threads", body, "Idempotency-Key", "k1")
	if two := reads[thread](t, again, 201); two.ID != one.ID || again.Header.Get("Idempotency-Replayed") != "true" {
		t.Errorf("the second thread is %d; want %d, replayed", two.ID, one.ID)
	}
	ada.call("POST", "/threads", strings.Replace(body, "Only", "Other", 1), "Idempotency-Key", "k1").has(t, 422, "Idempotency-Key")
	ada.call("POST", "/articles", body, "Idempotency-Key", "k1").has(t, 422, "Idempotency-Key")
	if others := reads[thread](t, bob.call("POST", "/threads", body, "Idempotency-Key", "k1"), 201); others.ID == one.ID {
		t.Error("another account's key stands for ada's thread")
	}
	ada.call("POST", "/threads", `{"board":"python"}`, "Idempotency-Key", "k2").has(t, 422)
	if two := reads[thread](t, ada.call("POST", "/threads", body, "Idempotency-Key", "k2"), 201); two.ID == one.ID {
		t.Error("a refused request was remembered")
	}

	reply := fill("/threads/%d/posts", one.ID)
	ids := make(chan int64, 8)
	for range cap(ids) {
		go func() {
			var p post
			a := ada.call("POST", reply, `{"body":"Together"}`, "Idempotency-Key", "k3")
			if err := json.Unmarshal([]byte(a.text), &p); err != nil || a.StatusCode != 201 {
				t.Errorf("POST %s = %d %s", reply, a.StatusCode, a.text)
			}
			ids <- p.ID
		}()
	}
	first := <-ids
	for range cap(ids) - 1 {
		if id := <-ids; id != first {
			t.Errorf("sent together, the request made %d and %d", first, id)
		}
	}
	article := `{"title":"Once","body":"Only"}`
	x := reads[post](t, ada.call("POST", "/articles", article, "Idempotency-Key", "k4"), 201)
	if y := reads[post](t, ada.call("POST", "/articles", article, "Idempotency-Key", "k4"), 201); y.ID != x.ID {
		t.Errorf("the second article is %d; want %d", y.ID, x.ID)
	}
}

func TestWikiThroughTheAPI(t *testing.T) {
	s := newSite(t)
	ada, bob := s.program(s.person("ada", account.Member), "read", "write"), s.program(s.person("bob", account.Member), "read", "write")
	type page struct {
		Title, Body, HTML, URL string
		Revision               int64
		Author                 person
		Tags                   []string
	}
	ada.call("GET", "/wiki/Front_Page", "").has(t, 404)
	one := reads[page](t, ada.call("PUT", "/wiki/Front_Page", `{"body":"Hello","tags":["home"]}`), 201)
	if one.Title != "Front Page" || one.Author.Name != "ada" || one.URL != s.base+"/wiki/Front_Page" {
		t.Errorf("PUT = %+v", one)
	}
	ada.call("PUT", "/wiki/Front_Page", `{"body":"Hello","tags":["home"]}`).has(t, 200) // sent twice
	two := reads[page](t, bob.call("PUT", "/wiki/Front_Page", fill(`{"body":"Hello all","base_revision":%d,"summary":"all"}`, one.Revision)), 200)
	if !slices.Equal(two.Tags, []string{"home"}) {
		t.Errorf("tags = %v; want those from before", two.Tags)
	}
	clash := reads[struct {
		Yours  string
		Theirs page
		Status int
	}](t, ada.call("PUT", "/wiki/Front_Page", fill(`{"body":"Hello me","base_revision":%d}`, one.Revision)), 409)
	if clash.Yours != "Hello me" || clash.Theirs.Body != "Hello all" || clash.Theirs.Revision != two.Revision || clash.Status != 409 {
		t.Errorf("409 = %+v; want both texts", clash)
	}
	s.program(account.User{}).call("GET", "/wiki/Front_Page", "").has(t, 200, "Hello all")
}

func TestArticlesThroughTheAPI(t *testing.T) {
	s := newSite(t)
	ada, bob := s.program(s.person("ada", account.Member), "read", "write"), s.program(s.person("bob", account.Member), "read", "write")
	draft := reads[post](t, ada.call("POST", "/articles", `{"title":"Later","body":"hidden words","draft":true}`), 201)
	live := reads[post](t, ada.call("POST", "/articles", `{"title":"Now","body":"seen words"}`), 201)
	bob.call("GET", "/articles", "").hasNot(t, "hidden words")
	bob.call("GET", fill("/articles/%d", draft.ID), "").has(t, 404)
	ada.call("GET", fill("/articles/%d", draft.ID), "").has(t, 200, "hidden words")
	bob.call("GET", fill("/articles/%d", live.ID), "").has(t, 200, s.base+"/blog/ada/now")
	bob.call("GET", "/articles?author=ada", "").has(t, 200, "seen words")
	bob.call("GET", "/articles?author=bob", "").has(t, 200, `"items":[]`)
	bob.call("GET", "/articles?author=nobody", "").has(t, 404)
}

func TestBadJSONIsRefused(t *testing.T) {
	s := newSite(t)
	ada := s.program(s.person("ada", account.Member), "read", "write")
	for _, tt := range []struct {
		rule, body, kind string
		want             int
	}{
		{"a form", `{}`, "application/x-www-form-urlencoded", 415},
		{"plain text", `{}`, "text/plain", 415},
		{"no JSON", `{"body":`, "application/json", 400},
		{"two values", `{} {}`, "application/json", 400},
		{"nothing", ` `, "application/json", 400},
		{"a list", `[]`, "application/json; charset=utf-8", 422},
		{"a number for a text", `{"body":1}`, "application/json", 422},
		{"33 levels", strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), "application/json", 422},
		{"500,000 levels", strings.Repeat("[", 500_000), "application/json", 422},
		{"1,001 tags", `{"tags":["a"` + strings.Repeat(`,"a"`, 1000) + `]}`, "application/json", 422},
		{"U+0000", `{"body":"a\u0000b"}`, "application/json", 400},
		{"a large body", `{"body":"` + strings.Repeat("a", 1<<20) + `"}`, "application/json", 413},
	} {
		a := ada.call("POST", "/threads", tt.body, "Content-Type", tt.kind)
		if a.StatusCode != tt.want || a.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s; want a problem, %d", tt.rule, a.StatusCode, a.Header.Get("Content-Type"), tt.want)
		}
	}
	deep := `{"board":"python","kind":"discussion","title":"T","body":"a\\u0000b","more":` + strings.Repeat(`[`, 31) + strings.Repeat("]", 31) + `}`
	ada.call("POST", "/threads", deep).has(t, 201)
}

func TestWritingTooFastIsRefused(t *testing.T) {
	s := newSite(t)
	s.stopClock()
	ada := s.program(s.person("ada", account.Member), "read", "write")
	a := ada.call("POST", "/threads", `{"board":"python","kind":"discussion","title":"T","body":"b"}`)
	if got := a.Header.Get("X-RateLimit-Limit") + " " + a.Header.Get("X-RateLimit-Remaining"); got != "40 39" {
		t.Errorf("limit and rest = %s; want 40 39", got)
	}
	for range 45 {
		if a = ada.call("POST", "/threads", `{"board":"python","kind":"discussion","title":"T","body":"b"}`); a.StatusCode == 429 {
			break
		}
	}
	if a.StatusCode != 429 || a.Header.Get("Retry-After") == "" || a.Header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("the answer to the last of many = %d, Retry-After %q", a.StatusCode, a.Header.Get("Retry-After"))
	}
}
