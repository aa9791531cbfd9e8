package web_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

// sent is one part of a form: a field, or a file where it has a name.
type sent struct{ field, name, content string }

// multipartOf writes a form as a browser does.
func multipartOf(t testing.TB, parts ...sent) (string, *bytes.Buffer) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		head := textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + p.field + `"`}}
		if p.name != "" {
			head.Set("Content-Disposition", `form-data; name="`+p.field+`"; filename="`+p.name+`"`)
		}
		part, err := w.CreatePart(head)
		if err == nil {
			_, err = part.Write([]byte(p.content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), &body
}

// sendFiles posts a form with files, the token in front.
func (b *browser) sendFiles(path string, parts ...sent) answer {
	b.Helper()
	kind, body := multipartOf(b, append([]sent{{field: "csrf", content: b.token()}}, parts...)...)
	return b.do("POST", path, body, http.Header{"Content-Type": {kind}, "Sec-Fetch-Site": {"same-origin"}})
}

// sendAnyway is asked what the images of a form show, says nothing, and sends it again.
func (b *browser) sendAnyway(path string, parts ...sent) answer {
	b.Helper()
	asked := b.sendFiles(path, parts...)
	asked.has(b, 200, "has no description yet", `name="alt"`)
	_, rest, _ := strings.Cut(asked.text, `name="pictured" value="`)
	picture, _, _ := strings.Cut(rest, `"`)
	return b.sendFiles(path, append([]sent{{field: "asked", content: picture}}, parts...)...)
}

type uploaded struct{ ID, URL, Name, Type, Markdown string }

// keeps sends one file and returns what it became.
func (b *browser) keeps(name, content string) uploaded {
	b.Helper()
	return reads[uploaded](b, b.sendFiles("/uploads", sent{"file", name, content}), 201)
}

func pngOf(t testing.TB, w, h int) string {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	noise := uint32(1) // or its small one would not be smaller
	for i := range m.Pix {
		noise = noise*1664525 + 1013904223
		m.Pix[i] = byte(noise >> 24)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func pathOf(t testing.TB, u uploaded) string {
	t.Helper()
	_, p, ok := strings.Cut(u.URL, "/f/")
	if !ok {
		t.Fatalf("the address of a file is %q", u.URL)
	}
	return "/f/" + p
}

func TestAnUploadIsItsSendersAloneUntilAPostMentionsIt(t *testing.T) {
	s := newSite(t)
	adaUser, bobUser := s.person("ada", account.Member), s.person("bob", account.Member)
	ada, bob, keeper, stranger := s.member(adaUser), s.member(bobUser), s.member(s.admin), s.visitor()
	u := ada.keeps("screen shot.png", pngOf(t, 1600, 900))
	if u.Name != "screen-shot.png" || u.Type != "image/png" || u.Markdown != "![screen-shot]("+pathOf(t, u)+")" {
		t.Errorf("the upload is %+v", u)
	}
	if got := ada.keeps("screen shot.png", pngOf(t, 1600, 900)); got.ID != u.ID {
		t.Errorf("the same file sent again is %q; want %q", got.ID, u.ID)
	}
	own := ada.get(pathOf(t, u))
	own.has(t, 200)
	if got := own.Header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
		t.Errorf("Cache-Control of an upload that nothing mentions = %q; want private", got)
	}
	for who, b := range map[string]*browser{"another member": bob, "the staff": keeper, "a stranger": stranger} {
		if a := b.get(pathOf(t, u)); a.StatusCode != 404 {
			t.Errorf("%s gets an upload that nothing mentions: %d", who, a.StatusCode)
		}
	}
	s.ask(bobUser, "python", "Look at this", u.Markdown) // bob claims what is not his
	bob.get(pathOf(t, u)).has(t, 404)

	ref := s.ask(adaUser, "python", "Why is it red?", "Look:\n\n"+u.Markdown)
	stranger.get("/t/"+itoa(ref.Thread)+"/x").hasNot(t, "no such")
	page := stranger.get("/t/" + itoa(ref.Thread) + "/" + ref.Slug)
	page.has(t, 200, `<a class="shot" href="`+pathOf(t, u)+`"><img src="`+pathOf(t, u)+`?small=1" alt="screen-shot" width="1280" height="720" loading="lazy"></a>`)
	public := stranger.get(pathOf(t, u))
	public.has(t, 200)
	for name, want := range map[string]string{"Cache-Control": "public, max-age=86400, immutable", "Content-Type": "image/png", "X-Content-Type-Options": "nosniff",
		"Content-Disposition": `inline; filename="screen-shot.png"; filename*=UTF-8''screen-shot.png`} {
		if got := public.Header.Get(name); got != want {
			t.Errorf("%s = %q; want %q", name, got, want)
		}
	}
	if size, err := png.DecodeConfig(strings.NewReader(public.text)); err != nil || size.Width != 1600 {
		t.Errorf("the image is %d wide, %v", size.Width, err)
	}
	small := stranger.get(pathOf(t, u) + "?small=1")
	if size, err := png.DecodeConfig(strings.NewReader(small.text)); err != nil || size.Width != 1280 {
		t.Errorf("the small image is %d wide, %v", size.Width, err)
	}
	stranger.do("GET", pathOf(t, u), nil, http.Header{"If-None-Match": {public.Header.Get("ETag")}}).has(t, 304)
	if head := stranger.do("HEAD", pathOf(t, u), nil, nil); head.StatusCode != 200 || head.ContentLength != int64(len(public.text)) {
		t.Errorf("HEAD = %d, %d bytes; want 200, %d", head.StatusCode, head.ContentLength, len(public.text))
	}

	s.must(s.forum.Remove(t.Context(), s.admin, ref.Post, "spam", item.Web))
	stranger.get(pathOf(t, u)).has(t, 404)
	bob.get(pathOf(t, u)).has(t, 404)
	if a := keeper.get(pathOf(t, u)); a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Cache-Control"), "private") {
		t.Errorf("the staff gets a deleted post's file: %d, %q; want 200, private", a.StatusCode, a.Header.Get("Cache-Control"))
	}
	s.must(s.forum.Restore(t.Context(), s.admin, ref.Post, item.Web))
	stranger.get(pathOf(t, u)).has(t, 200)
}

func TestAPrivateBoardsFilesArePrivate(t *testing.T) {
	s := newSite(t)
	keeper := s.member(s.admin)
	u := keeper.keeps("plan.pdf", "%PDF-1.7 the secret plan")
	s.ask(s.admin, "staff", "The plan", u.Markdown)
	s.visitor().get(pathOf(t, u)).has(t, 404)
	s.member(s.person("ada", account.Member)).get(pathOf(t, u)).has(t, 404)
	a := keeper.get(pathOf(t, u))
	a.has(t, 200, "the secret plan")
	if got := a.Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("Cache-Control = %q; want private, no-cache", got)
	}
	// A public reply that mentions it as well makes it public only for who sent it.
	s.ask(s.admin, "python", "The plan, for all", u.Markdown)
	s.visitor().get(pathOf(t, u)).has(t, 200)
}

func TestWhatCouldActIsADownload(t *testing.T) {
	s := newSite(t)
	ada := s.member(s.person("ada", account.Member))
	const script = `<script>alert(1)</script>`
	for _, tt := range []struct{ name, content, kind, disposition string }{
		{"a.svg", `<svg xmlns="http://www.w3.org/2000/svg">` + script + `</svg>`, "application/octet-stream", `attachment; filename="a.svg"; filename*=UTF-8''a.svg`},
		{"a.html", "<!DOCTYPE html>" + script, "application/octet-stream", `attachment; filename="a.html"; filename*=UTF-8''a.html`},
		{"a.xml", "<?xml version='1.0'?><x/>", "application/octet-stream", `attachment; filename="a.xml"; filename*=UTF-8''a.xml`},
		{"a.js", "alert(1)", "application/octet-stream", `attachment; filename="a.js"; filename*=UTF-8''a.js`},
		{"a.pdf", "%PDF-1.7 PK\x03\x04", "application/pdf", `attachment; filename="a.pdf"; filename*=UTF-8''a.pdf`},
		{"日志.txt", "一", "text/plain; charset=utf-8", `attachment; filename="__.txt"; filename*=UTF-8''%E6%97%A5%E5%BF%97.txt`},
		{`a%22%0D%0AX:1.html`, script, "application/octet-stream", `attachment; filename="a-22-0D-0AX-1.html"; filename*=UTF-8''a-22-0D-0AX-1.html`},
		{`a\"` + "\u202e" + `X:1.html`, script, "application/octet-stream", `attachment; filename="a-X-1.html"; filename*=UTF-8''a-X-1.html`},
	} {
		u := ada.keeps(tt.name, tt.content)
		a := ada.get(pathOf(t, u))
		a.has(t, 200, tt.content)
		for name, want := range map[string]string{"Content-Type": tt.kind, "Content-Disposition": tt.disposition, "X-Content-Type-Options": "nosniff", "X": ""} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q; want %q", tt.name, name, got, want)
			}
		}
		if policy := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(policy, "sandbox; default-src 'none'") {
			t.Errorf("%s: the policy is %q; want a sandbox", tt.name, policy)
		}
	}
}

func TestWhoMaySendFiles(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	ada, stranger := s.member(u), s.visitor()
	file := sent{"file", "a.txt", "hello"}
	stranger.sendFiles("/uploads", file).has(t, 401)
	own := http.Header{"Sec-Fetch-Site": {"same-origin"}}
	send := func(headers http.Header, parts ...sent) answer {
		kind, body := multipartOf(t, parts...)
		all := headers.Clone()
		all.Set("Content-Type", kind)
		return ada.do("POST", "/uploads", body, all)
	}
	send(own, file).has(t, 403)
	send(own, sent{field: "csrf", content: "wrong"}, file).has(t, 403)
	send(own, file, sent{field: "csrf", content: ada.token()}).has(t, 403) // the token stands in front
	send(http.Header{"Sec-Fetch-Site": {"cross-site"}}, sent{field: "csrf", content: ada.token()}, file).has(t, 403)
	ada.sendFiles("/uploads").has(t, 422, `"file":`)
	ada.sendFiles("/uploads", file, sent{"file", "b.txt", "two"}).has(t, 422, `"file":`)
	ada.sendFiles("/uploads", sent{"file", "a.png", "no image"}).has(t, 422, "not what its name says")
	ada.sendFiles("/settings/lang", file).has(t, 415)

	reader, writer := s.program(u, "read"), s.program(u, "read", "write")
	post := func(p *program) answer {
		kind, body := multipartOf(t, file)
		return p.do("POST", "/api/v1/uploads", body, http.Header{"Content-Type": {kind}, "Authorization": {"Bearer " + p.token}})
	}
	post(reader).has(t, 403)
	got := reads[uploaded](t, post(writer), 201)
	if got.Name != "a.txt" || !strings.HasPrefix(got.URL, s.base+"/f/") {
		t.Errorf("POST /api/v1/uploads = %+v", got)
	}
}

func TestBodiesOfFormsWithFilesHaveAnEnd(t *testing.T) {
	s := newSite(t)
	ada := s.member(s.person("ada", account.Member))
	ada.sendFiles("/uploads", sent{"file", "a.txt", strings.Repeat("a", 10<<20)}).has(t, 201)
	ada.sendFiles("/uploads", sent{"file", "a.txt", strings.Repeat("a", 10<<20+1)}).has(t, 422, "too large")
	ada.sendFiles("/uploads", sent{"text", "", strings.Repeat("a", 1<<20+1)}, sent{"file", "a.txt", "x"}).has(t, 413)
	kind, body := multipartOf(t, sent{"file", "a.txt", "x"})
	for _, coding := range []string{"gzip", "br", "deflate", "zstd"} {
		ada.do("POST", "/uploads", strings.NewReader(body.String()), http.Header{"Content-Type": {kind}, "Content-Encoding": {coding}}).has(t, 415)
	}
	second := "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n"
	for rule, request := range map[string]string{
		"a form with files that nobody reads is not the next request": "POST /settings/lang HTTP/1.1\nHost: localhost\nContent-Type: multipart/form-data; boundary=b\nContent-Length: 30\n\n",
		"a form with files has a length":                              "POST /uploads HTTP/1.1\nHost: localhost\nContent-Type: multipart/form-data; boundary=b\nTransfer-Encoding: chunked\n\n0\n\n",
	} {
		if got := s.raw(request + second); strings.Contains(got, "ok\n") || strings.Count(got, "HTTP/1.") != 1 {
			t.Errorf("%s: %q", rule, got)
		}
	}
}

func TestADayHasItsQuota(t *testing.T) {
	s := newSite(t)
	s.items.Free = func() (uint64, error) { return 10 << 30, nil }
	ada := s.member(s.person("ada", account.Member))
	big := strings.Repeat("a", 10<<20-1)
	for i := range 10 {
		ada.sendFiles("/uploads", sent{"file", "a.txt", big + string(rune('a'+i))}).has(t, 201)
	}
	over := ada.sendFiles("/uploads", sent{"file", "b.txt", big})
	over.has(t, 429, "in a day")
	if over.Header.Get("Retry-After") == "" {
		t.Error("who has sent too much does not hear when to come back")
	}
	bob := s.member(s.person("bob", account.Member))
	bob.sendFiles("/uploads", sent{"file", "b.txt", "one"}).has(t, 201)
	s.items.Free = func() (uint64, error) { return 100 << 20, nil }
	bob.sendFiles("/uploads", sent{"file", "b.txt", "two"}).has(t, 429, "nearly full")
	s.ask(s.person("lin", account.Member), "python", "Texts go on", "as they did")
}

func itoa(n int64) string { return json.Number(fill("%d", n)).String() }

func TestFilesAreSentWithTheFormOfAText(t *testing.T) {
	s := newSite(t)
	u := s.person("ada", account.Member)
	ada, stranger := s.member(u), s.visitor()
	made := ada.sendAnyway("/b/python/new", sent{field: "kind", content: "question"}, sent{field: "title", content: "Why is it red?"}, sent{field: "body", content: "Look:\r\n"},
		sent{"file", "a.png", pngOf(t, 20, 20)}, sent{"file", "trace.log", "line 1"}, sent{field: "tags", content: "asyncio"})
	made.has(t, 303)
	page := stranger.get(made.Header.Get("Location"))
	page.has(t, 200, "<p>Look:</p>", `alt="a" width="20" height="20"`, ">trace.log</a>", `href="/tags/asyncio"`)

	// What was refused comes back with everything else, the other file in the text.
	back := ada.sendFiles("/b/python/new", sent{field: "kind", content: "question"}, sent{field: "title", content: "Another"}, sent{field: "body", content: "My text."},
		sent{"file", "b.png", pngOf(t, 30, 20)}, sent{"file", "evil.png", "<script>"}, sent{field: "tags", content: "loops"})
	back.has(t, 422, "My text.\n\n![b](/f/", `value="Another"`, `value="loops"`, `id="file-error"`, "not what its name says", `href="#file"`)
	stranger.get("/b/python").hasNot(t, "Another")

	// A text that is refused keeps its file as well.
	ada.sendAnyway("/b/python/new", sent{field: "kind", content: "question"}, sent{field: "title", content: ""}, sent{field: "body", content: "My text."},
		sent{"file", "b.png", pngOf(t, 30, 20)}).has(t, 422, "My text.\n\n![b](/f/")

	ref := s.ask(u, "python", "With an answer", "text")
	reply := "/p/" + itoa(ref.Post) + "/reply"
	ada.sendFiles(reply, sent{field: "body", content: "See"}, sent{"file", "c.png", pngOf(t, 40, 20)}, sent{field: "preview", content: "1"}).has(t, 200, `alt="c" width="40"`, "See\n\n![c](/f/")
	ada.sendAnyway(reply, sent{field: "body", content: "See"}, sent{"file", "c.png", pngOf(t, 40, 20)}).has(t, 303)
	stranger.get("/p/"+itoa(ref.Post)).has(t, 302)
	stranger.get("/t/"+itoa(ref.Thread)+"/"+ref.Slug).has(t, 200, `alt="c" width="40"`)
	q, err := s.forum.Find(t.Context(), u, ref.Post)
	s.must(err)
	ada.sendFiles("/p/"+itoa(ref.Post)+"/edit", sent{field: "base", content: itoa(q.Revision)}, sent{field: "title", content: "With an answer"}, sent{field: "body", content: "text"},
		sent{"file", "d.txt", "notes"}).has(t, 303)
	stranger.get("/t/"+itoa(ref.Thread)+"/"+ref.Slug).has(t, 200, ">d.txt</a>")

	ada.sendAnyway("/wiki/Loops/edit", sent{field: "body", content: "A loop."}, sent{"file", "loop.png", pngOf(t, 50, 20)}).has(t, 303)
	wiki := stranger.get("/wiki/Loops")
	wiki.has(t, 200, `alt="loop" width="50"`)
	_, rest, _ := strings.Cut(wiki.text, `class="shot" href="`)
	image, _, _ := strings.Cut(rest, `"`)
	stranger.get(image).has(t, 200)
	ada.sendFiles("/wiki/Loops/edit", sent{field: "body", content: "A loop."}, sent{"file", "loop.exe", "MZ"}).has(t, 422, "not taken", "A loop.")
	ada.sendAnyway("/blog/-/new", sent{field: "title", content: "Ten years"}, sent{field: "body", content: "It began."}, sent{"file", "then.png", pngOf(t, 60, 20)}, sent{field: "mine", content: "1"}).has(t, 303)
	draft := ada.get("/blog/ada/ten-years")
	draft.has(t, 200, `alt="then" width="60"`)
	_, rest, _ = strings.Cut(draft.text, `class="shot" href="`)
	image, _, _ = strings.Cut(rest, `"`)
	ada.get(image).has(t, 200)
	stranger.get(image).has(t, 404)

	p := s.program(u, "read", "write")
	all := reads[listed[uploaded]](t, p.call("GET", "/uploads?limit=2", ""), 200)
	if len(all.Items) != 2 || all.Next == nil || all.Items[0].Name != "then.png" {
		t.Fatalf("GET /uploads = %+v", all)
	}
	next := reads[listed[uploaded]](t, p.call("GET", "/uploads?limit=100&cursor="+*all.Next, ""), 200)
	if len(next.Items) != 5 || next.Next != nil {
		t.Errorf("the next page of uploads = %+v; want the 5 older ones", next)
	}
}

func TestAFileGoesWithItsPost(t *testing.T) {
	s := newSite(t)
	adaUser := s.person("ada", account.Member)
	ada, stranger := s.member(adaUser), s.visitor()
	u := ada.keeps("a.txt", "hello")
	one, two := s.ask(s.admin, "python", "One", "text"), s.ask(s.admin, "python", "Two", "text")
	s.reply(adaUser, forum.NewPost{Thread: one.Thread, Body: u.Markdown})
	s.must(s.db.Write(t.Context(), func(tx *db.Tx) error { return s.forum.Merge(t.Context(), tx, one.Thread, two.Thread) }))
	stranger.get(pathOf(t, u)).has(t, 200, "hello")
	s.must(s.forum.Remove(t.Context(), s.admin, two.Post, "spam", item.Web)) // and with it the thread
	stranger.get(pathOf(t, u)).has(t, 404)
	s.must(s.forum.Restore(t.Context(), s.admin, two.Post, item.Web))
	stranger.get(pathOf(t, u)).has(t, 200)
}
