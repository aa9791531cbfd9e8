package web_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// TestAThreadHasOtherForms asks for each form, by who may see what.
func TestAThreadHasOtherForms(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	q := s.ask(ada, "python", "How do loops close?", "It says **closed**.\n\n- one")
	answer := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Use `run()`."})
	gone := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "canary"})
	s.must(s.forum.Remove(s.Context(), s.admin, gone.Post, "off topic", item.Web))
	s.must(s.forum.Accept(s.Context(), ada, q.Thread, answer.Post, item.Web))
	secret := s.ask(s.admin, "staff", "Only for the staff", "hidden canary")
	path := "/t/" + number(q.Thread)
	for ending, want := range map[string][]string{
		".md":   {"# How do loops close?\n", "It says **closed**.\n\n- one", "## #" + number(answer.Post) + " · bob · ", "accepted", "off topic"},
		".txt":  {"How do loops close?\n", "It says **closed**.", "off topic"},
		".json": {`"posts":[{`, `"body":"Use ` + "`run()`" + `."`},
		".mbox": {"Subject: Re: How do loops close?", "From: ada <python@picus.example>"},
		".atom": {"<entry>"},
		".rss":  {"<item>"},
	} {
		got := s.visitor().get(path + ending)
		got.has(t, http.StatusOK, want...)
		got.hasNot(t, "canary", "@example.org")
		s.member(ada).get("/t/"+number(secret.Thread)+ending).has(t, http.StatusNotFound)
		s.member(s.admin).get("/t/"+number(secret.Thread)+ending).has(t, http.StatusOK, "nly for the staff")
	}
	var thread struct {
		Title string
		Posts []struct{ Kind string }
	}
	if err := json.Unmarshal([]byte(s.visitor().get(path+".json").text), &thread); err != nil || thread.Title != "How do loops close?" || len(thread.Posts) != 3 {
		t.Errorf("the thread as JSON is %+v, %v", thread, err)
	}
	s.visitor().get("/t/"+number(q.Thread)+"/how-do-loops-close").has(t, http.StatusOK, `type="text/markdown"`, `href="`+path+`.mbox"`)
}

func TestABoardsArchiveIsPacked(t *testing.T) {
	s := newSite(t)
	s.ask(s.admin, "python", "In the open", "text")
	s.ask(s.admin, "staff", "Closed", "canary")
	got := s.visitor().get("/lists/python.mbox.gz")
	z, err := gzip.NewReader(strings.NewReader(got.text))
	s.must(err)
	text, err := io.ReadAll(z)
	if err != nil || !strings.HasPrefix(string(text), "From MAILER-DAEMON ") || !strings.Contains(string(text), "Subject: In the open") {
		t.Errorf("the archive is %q, %v", text, err)
	}
	for _, path := range []string{"/lists/staff.mbox.gz", "/lists/nothing.mbox.gz", "/lists/python.zip"} {
		s.visitor().get(path).has(t, http.StatusNotFound)
	}
}

func TestTheMapNamesWhatEverybodyMayRead(t *testing.T) {
	s := newSite(t)
	q := s.ask(s.admin, "python", "In the open", "text")
	s.ask(s.admin, "staff", "Closed", "text")
	gone := s.ask(s.admin, "python", "Deleted", "text")
	s.must(s.forum.Remove(s.Context(), s.admin, gone.Post, "", item.Web))
	s.visitor().get("/sitemap.xml").has(t, http.StatusOK, s.base+"/sitemap/rooms.xml", s.base+"/sitemap/0.xml")
	s.visitor().get("/sitemap/rooms.xml").has(t, http.StatusOK, s.base+"/b/python</loc><lastmod>")
	page := s.member(s.admin).get("/sitemap/0.xml")
	page.has(t, http.StatusOK, s.base+"/t/"+number(q.Thread)+"/in-the-open</loc><lastmod>")
	page.hasNot(t, "closed", "deleted")
	s.visitor().get("/sitemap/rooms.xml").hasNot(t, "staff")
	s.visitor().get("/robots.txt").has(t, http.StatusOK, "Sitemap: "+s.base+"/sitemap.xml")
	for _, path := range []string{"/sitemap/x.xml", "/sitemap/-1.xml", "/sitemap/0"} {
		s.visitor().get(path).has(t, http.StatusNotFound)
	}
}

// TestAThreadSaysWhatItIs reads what a page tells programs about itself.
func TestAThreadSaysWhatItIs(t *testing.T) {
	s := newSite(t)
	ada, bob := s.person("ada", account.Member), s.person("bob", account.Member)
	q := s.ask(ada, "python", "</script> closes?", "It says <b>closed</b>.")
	answer := s.reply(bob, forum.NewPost{Thread: q.Thread, Body: "Use `run()`."})
	s.must(s.forum.Accept(s.Context(), ada, q.Thread, answer.Post, item.Web))
	talk, err := s.forum.Start(s.Context(), ada, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: "Talk", Body: "Well.", Lang: "en", Via: item.Web})
	s.must(err)
	page := s.visitor().get(s.visitor().get("/t/" + number(q.Thread)).Header.Get("Location"))
	page.has(t, http.StatusOK, `property="og:title"`, `"@type":"QAPage"`, `"acceptedAnswer":{"@type":"Answer"`, `"text":"Use run()."`, `<link rel="canonical" href="`+s.base+"/t/")
	if n := strings.Count(page.text, "</script>"); n != strings.Count(page.text, "<script") {
		t.Errorf("a title ends the data: %d ends of scripts", n)
	}
	s.visitor().get("/t/"+number(talk.Thread)+"/talk").has(t, http.StatusOK, `"@type":"DiscussionForumPosting"`, `hreflang="en"`, `property="article:published_time"`)
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
