package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
	"picus/wiki"
)

// Whatever address a link is written with, the page that it leads to knows of it; who may
// not read where it stands does not.
func TestLinksAreFollowedByEveryAddress(t *testing.T) {
	s := newSite(t)
	bob := s.person("bob", account.Member)
	q := s.ask(bob, "python", "Loops", "How?")
	archive, err := s.gateway.Archive(t.Context(), "python")
	s.must(err)
	raw := []byte("From: Carl <carl@example.net>\r\nSubject: By mail\r\nMessage-ID: <a+b@example.net>\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\n\r\nA mail.\r\n")
	filed, err := archive.File(t.Context(), mail.Archived{Message: message.Parse(raw), Raw: raw, At: time.Now()})
	s.must(err)
	_, err = wiki.New(s.items).Save(t.Context(), bob, wiki.Edit{Title: "Event 循环", Body: "It turns.", Via: item.Web})
	s.must(err)
	_, err = blog.New(s.items).Save(t.Context(), bob, blog.Edit{Title: "Ten years", Body: "It began.", Via: item.Web})
	s.must(err)
	for title, to := range map[string][]string{
		"Pointer": {"/mid/" + url.PathEscape(s.gateway.MessageID(q.Post)), s.base + "/mid/a+b@example.net", "/wiki/Event_%E5%BE%AA%E7%8E%AF#x", s.base + "/blog/bob/ten-years?from=feed"},
		"Secret":  {"/mid/a+b@example.net", "/wiki/Event_循环", "/blog/bob/ten-years"},
	} {
		n := forum.NewThread{Board: "python", Kind: forum.Discussion, Title: title, Body: "[x](" + strings.Join(to, ") [x](") + ")", Via: item.Web}
		if title == "Secret" {
			n.Board = "staff"
		}
		_, err := s.forum.Start(t.Context(), s.admin, n)
		s.must(err)
	}
	for path, secret := range map[string]bool{
		path("/t/%d/loops", q.Thread): false, path("/t/%d/by-mail", filed.Post): true, "/wiki/Event_%E5%BE%AA%E7%8E%AF": true, "/blog/bob/ten-years": true,
	} {
		seen := s.visitor().get(path)
		seen.has(t, 200, "Linked from", "Pointer", "Thread")
		seen.hasNot(t, "Secret")
		if secret {
			s.member(s.admin).get(path).has(t, 200, "Pointer", "Secret")
		}
	}
}

// A page of the wiki knows who has linked to it before it was there.
func TestLinksThatWereWrittenBeforeTheirPage(t *testing.T) {
	s := newSite(t)
	bob := s.person("bob", account.Member)
	for title, to := range map[string]string{"By path": "/wiki/Event_循环", "By address": s.base + "/wiki/Event_%E5%BE%AA%E7%8E%AF"} {
		_, err := s.forum.Start(t.Context(), bob, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: title, Body: "[x](" + to + ")", Via: item.Web})
		s.must(err)
	}
	_, err := wiki.New(s.items).Save(t.Context(), bob, wiki.Edit{Title: "Event 循环", Body: "It turns.", Via: item.Web})
	s.must(err)
	s.visitor().get("/wiki/Event_%E5%BE%AA%E7%8E%AF").has(t, 200, "Linked from", "By path", "By address")
}

// TestALinkIsFollowedByAnIndex wherever it leads: a post may have hundreds, and others wait
// to write meanwhile.
func TestALinkIsFollowedByAnIndex(t *testing.T) {
	s := newSite(t)
	bob := s.person("bob", account.Member)
	n := forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Pointer", Via: item.Web,
		Body: "[x](/mid/a@example.net) [x](/wiki/Loops) [x](/blog/bob/ten-years) [x](/t/1) [x](/p/1)"}
	plans := dbtest.Plans(t, s.db, func() {
		_, err := s.forum.Start(t.Context(), bob, n)
		s.must(err)
	})
	followed := 0
	for _, p := range plans {
		if !strings.Contains(p.Query, "SELECT ar.item") && !strings.Contains(p.Query, "FROM wiki_page WHERE title") && !strings.Contains(p.Query, "FROM message WHERE message_id") {
			continue
		}
		followed++
		for _, step := range p.Steps {
			if strings.Contains(step, "SCAN") {
				t.Errorf("%s\nreads all of a table: %s", p.Query, strings.Join(p.Steps, "\n"))
			}
		}
	}
	if followed != 3 {
		t.Errorf("%d of 3 addresses were followed", followed)
	}
}
