package web_test

import (
	"bufio"
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
)

// page is one that stays open.
type livePage struct {
	*http.Response
	said chan string
	stop context.CancelFunc
}

// live opens a stream, and waits until the server has it.
func (b *browser) live(path string) *livePage {
	b.Helper()
	ctx, stop := context.WithCancel(b.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", b.base+path, nil)
	b.must(err)
	res, err := b.Do(r)
	b.must(err)
	p := &livePage{Response: res, said: make(chan string, 100), stop: stop}
	begun := make(chan struct{})
	go func() {
		defer close(p.said)
		lines := bufio.NewScanner(res.Body)
		for first := true; lines.Scan(); first = false {
			if first {
				close(begun)
			}
			if line := lines.Text(); strings.HasPrefix(line, "id: ") || strings.HasPrefix(line, "data: ") {
				p.said <- line
			}
		}
	}()
	b.Cleanup(func() { stop(); res.Body.Close() })
	if res.StatusCode == http.StatusOK {
		<-begun
	}
	return p
}

// hears waits for the next thing that a page is told.
func (p *livePage) hears(t *testing.T, want string) string {
	t.Helper()
	for {
		select {
		case line, open := <-p.said:
			if !open {
				t.Fatalf("the stream ended; want %s", want)
			}
			if strings.HasPrefix(line, "data: ") {
				if !strings.Contains(line, want) {
					t.Fatalf("the page is told %s; want %s", line, want)
				}
				return line
			}
		case <-time.After(patience):
			t.Fatalf("the page is told nothing; want %s", want)
		}
	}
}

// ended waits for the end of a stream.
func (p *livePage) ended(t *testing.T) {
	t.Helper()
	for {
		select {
		case _, open := <-p.said:
			if !open {
				return
			}
		case <-time.After(patience):
			t.Fatal("the stream goes on")
		}
	}
}

func (s *site) listening() {
	s.Helper()
	s.must(s.app.FollowLive(s.Context()))
}

// TestAnOpenPageIsToldWhatIsNew and nobody is told of what they may not read, or did
// themselves.
func TestAnOpenPageIsToldWhatIsNew(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSiteOn(t, d)
		asker, helper := s.person("asker", account.Member), s.person("helper", account.Member)
		asked, closed := s.ask(asker, "python", "How?", "Please."), s.ask(s.admin, "staff", "Secret", "Secret.")
		thread, secret := fmt.Sprint("/live?thread=", asked.Thread), fmt.Sprint("/live?thread=", closed.Thread)
		visitor, board, questions, own := s.visitor().live(thread), s.visitor().live("/live?board=python"), s.visitor().live("/live?list=questions"), s.member(helper).live(thread)
		hidden, staff := s.member(asker).live(secret), s.member(s.person("guard", account.Moderator)).live(secret)
		if visitor.Header.Get("Content-Type") != "text/event-stream; charset=utf-8" || visitor.Header.Get("X-Accel-Buffering") != "no" || visitor.Header.Get("Cache-Control") != "private, no-store" {
			t.Errorf("the header is %v", visitor.Header)
		}
		s.listening()
		inside := s.reply(s.admin, forum.NewPost{Thread: closed.Thread, Body: "Among us."})
		answer := s.reply(helper, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
		more := s.reply(asker, forum.NewPost{Thread: asked.Thread, Body: "Thanks."})
		for _, p := range []*livePage{visitor, board, questions} {
			p.hears(t, fmt.Sprintf(`"post":%d,`, answer.Post))
			p.hears(t, fmt.Sprintf(`"post":%d,`, more.Post))
		}
		own.hears(t, fmt.Sprintf(`"post":%d,`, more.Post))
		staff.hears(t, fmt.Sprintf(`"post":%d,`, inside.Post))
		if len(hidden.said) != 0 {
			t.Errorf("a member is told %s of a closed board", <-hidden.said)
		}
		s.must(s.db.Write(t.Context(), func(tx *db.Tx) error { return s.items.TellOne(t.Context(), tx, answer.Event, asker.ID, "thread") }))
		hidden.hears(t, `"label":"Notifications, 1 unread","n":1`)
		again := s.visitor().live(thread + fmt.Sprint("&after=", answer.Event))
		again.hears(t, fmt.Sprintf(`"post":%d,`, more.Post))
	})
}

// TestLivePagesAreBounded for each network, and for pages that nothing can be told.
func TestLivePagesAreBounded(t *testing.T) {
	s := newSite(t)
	v := s.visitor()
	v.get("/live").has(t, http.StatusNoContent)
	v.do("HEAD", "/live?list=questions", nil, nil).has(t, http.StatusNoContent)
	v.do("GET", "/live?list=questions", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}).has(t, http.StatusForbidden)
	var all []*livePage
	for range 12 {
		all = append(all, v.live("/live?list=questions"))
	}
	v.get("/live?list=questions").has(t, http.StatusNoContent)
	all[0].stop()
	until(t, func() bool { return v.live("/live?list=questions").StatusCode == http.StatusOK }, "the place of a page that went away is free")
	for _, p := range all {
		if p.StatusCode != http.StatusOK {
			t.Errorf("a page within the bound gets %d", p.StatusCode)
		}
	}
}

// TestAnOpenPageEndsWithItsSession within a minute.
func TestAnOpenPageEndsWithItsSession(t *testing.T) {
	s := newSite(t)
	b := s.member(s.person("somebody", account.Member))
	p := b.live("/live?list=questions")
	b.post("/logout")
	p.ended(t)
}

// hearing opens the stream of a page as its script does, knowing what the page says.
func (p answer) hearing(b *browser) *livePage {
	b.Helper()
	m := regexp.MustCompile(`data-news="([^"]*)" data-since="([^"]*)"`).FindStringSubmatch(p.text)
	if m == nil {
		b.Fatal("the page says nothing of what is told about it")
	}
	return b.live(html.UnescapeString(m[1]) + "&since=" + m[2])
}

// TestNothingIsMissedBetweenAPageAndItsStream though nobody listens when it is written.
func TestNothingIsMissedBetweenAPageAndItsStream(t *testing.T) {
	s := newSite(t)
	asker, v := s.person("asker", account.Member), s.visitor()
	asked := s.ask(asker, "python", "How?", "Please.")
	for _, path := range []string{fmt.Sprintf("/t/%d/%s", asked.Thread, asked.Slug), "/questions", "/b/python"} {
		p := v.get(path)
		answer := s.reply(s.admin, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
		open := p.hearing(v)
		open.hears(t, fmt.Sprintf(`"post":%d,`, answer.Post))
		open.stop()
		open.ended(t)
	}
	v.get("/questions?sort=votes").hasNot(t, "data-news")
	s.member(asker).get("/questions?sort=mine").hasNot(t, "data-news")
}

// TestAnOpenPageKnowsHowManyNoticesThereAre though they came before it listened.
func TestAnOpenPageKnowsHowManyNoticesThereAre(t *testing.T) {
	s := newSite(t)
	asker := s.person("asker", account.Member)
	asked := s.ask(asker, "python", "How?", "Please.")
	b := s.member(asker)
	b.get(fmt.Sprintf("/t/%d/%s", asked.Thread, asked.Slug)).has(t, http.StatusOK, `data-unread="0"`)
	answer := s.reply(s.admin, forum.NewPost{Thread: asked.Thread, Body: "Like this."})
	s.must(s.db.Write(t.Context(), func(tx *db.Tx) error { return s.items.TellOne(t.Context(), tx, answer.Event, asker.ID, "thread") }))
	b.live("/live?list=questions&unread=0").hears(t, `"n":1`)
}

// TestANarrowedListHearsOfWhatBelongsToIt and of nothing else.
func TestANarrowedListHearsOfWhatBelongsToIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSiteOn(t, d)
		ask := func(board, tags string) forum.Ref {
			ref, err := s.forum.Start(t.Context(), s.admin, forum.NewThread{Board: board, Kind: forum.Question, Title: "How do I do it?", Body: "It is not in the manual.", Tags: tags, Via: item.Web})
			s.must(err)
			return ref
		}
		ask("python", "asyncio web 设计")
		v := s.visitor()
		paths := []string{"/tags/asyncio", "/tags/asyncio?not=web", "/tags/asyncio?sort=newest", "/questions?tag=設計", "/questions?tag=asyncio&board=python",
			"/questions?lang=en", "/questions?sort=unanswered", "/b/python?tag=-web"}
		open := map[string]*livePage{}
		for _, path := range paths {
			open[path] = v.get(path).hearing(v)
		}
		s.listening()
		told := func(post int64, to ...string) {
			t.Helper()
			s.listening()
			for _, path := range to {
				open[path].hears(t, fmt.Sprintf(`"post":%d,`, post))
			}
		}
		first := ask("python", "asyncio")
		told(first.Post, "/tags/asyncio", "/tags/asyncio?not=web", "/tags/asyncio?sort=newest", "/questions?tag=asyncio&board=python", "/questions?lang=en", "/questions?sort=unanswered", "/b/python?tag=-web")
		second := ask("python", "web 设计")
		told(second.Post, "/questions?tag=設計", "/questions?lang=en", "/questions?sort=unanswered")
		answer := s.reply(s.person("helper", account.Member), forum.NewPost{Thread: first.Thread, Body: "So."})
		told(answer.Post, "/tags/asyncio", "/tags/asyncio?not=web", "/questions?tag=asyncio&board=python", "/questions?lang=en", "/b/python?tag=-web")
		last := ask("python", "asyncio 设计")
		told(last.Post, paths...)
	})
}
