package web_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/web"
)

func TestTheCacheIsBounded(t *testing.T) {
	const size = 100_000
	c, now := web.NewCache(size), time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	for i := range 1000 {
		c.Put(fmt.Sprint(i), 1, now, 1000)
		if !c.Has("0", 1, now) && i < 40 {
			t.Fatalf("the first page is forgotten after %d others", i)
		}
		if n := c.Bytes(); n > size {
			t.Fatalf("after %d pages the cache holds %d bytes; want at most %d", i, n, size)
		}
	}
	for rule, has := range map[string]bool{
		"the newest page is there":            c.Has("999", 1, now),
		"one of another version is not":       !c.Has("999", 2, now),
		"nor one that is too old":             !c.Has("999", 1, now.Add(1)),
		"nor one that nobody asked for again": !c.Has("1", 1, now),
	} {
		if !has {
			t.Error("not so: " + rule)
		}
	}
}

// TestAKeptPageIsAsGoodAsNew changes what is on a page in every way that its reader
// can see, and asks for it again at once.
func TestAKeptPageIsAsGoodAsNew(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	q := s.ask(ada, "python", "A question", "first text")
	path, v := s.visitor().get("/t/"+number(q.Thread)).Header.Get("Location"), s.visitor()
	old := v.get(path)
	old.has(t, http.StatusOK, "first text")
	if again := v.get(path); again.text != old.text || again.Header.Get("ETag") != old.Header.Get("ETag") || again.Header.Get("Content-Security-Policy") == "" {
		t.Errorf("a page asked for twice differs: %v, %v", old.Header, again.Header)
	}
	v.do("GET", path, nil, http.Header{"If-None-Match": {old.Header.Get("ETag")}}).has(t, http.StatusNotModified)
	_, err := s.forum.Edit(s.Context(), ada, forum.Edit{Post: q.Post, Title: "A question", Body: "second text", Tags: "asyncio", Via: item.Web})
	s.must(err)
	v.get(path).has(t, http.StatusOK, "second text")
	answer := s.reply(ada, forum.NewPost{Thread: q.Thread, Body: "an answer"})
	v.get(path).has(t, http.StatusOK, "an answer")
	s.must(s.forum.Remove(s.Context(), s.admin, answer.Post, "noise", item.Web))
	v.get(path).hasNot(t, "an answer")
	s.must(s.db.Write(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.Context(), "UPDATE space SET may_read = 2 WHERE slug = 'python'")
		return err
	}))
	for _, gone := range []string{path, "/t/" + number(q.Thread) + ".md", "/b/python"} {
		v.get(gone).has(t, http.StatusNotFound)
	}
}

// TestAKeptPageIsNobodysOwn asks for pages in turn as somebody and as nobody, in
// several languages, and with headers that would change what another one gets.
func TestAKeptPageIsNobodysOwn(t *testing.T) {
	s := newSite(t)
	ada := s.person("ada", account.Member)
	q := s.ask(ada, "python", "A question", "text")
	secret := s.ask(s.admin, "staff", "Closed", "canary")
	path := s.visitor().get("/t/" + number(q.Thread)).Header.Get("Location")
	me, admin := s.member(ada), s.member(s.admin)
	for _, page := range []string{path, "/", "/questions", "/b", "/b/python", "/tags", "/t/" + number(q.Thread) + ".json", "/questions.atom"} {
		for range 2 { // the second one is a kept page, where there is one
			if got := me.get(page).Header.Get("Cache-Control"); !strings.HasPrefix(got, "private") {
				t.Errorf("%s may be kept by others: %q", page, got)
			}
			admin.get(page)
			s.visitor().get(page).hasNot(t, "canary", "/logout", "Closed")
		}
	}
	for range 2 {
		admin.get("/t/"+number(secret.Thread)+"/closed").has(t, http.StatusOK, "canary")
		for _, suffix := range []string{"", "/x.css", ".md", ".json", "?sort=newest"} {
			s.visitor().get("/t/"+number(secret.Thread)+suffix).has(t, http.StatusNotFound)
		}
		chinese := s.visitor().do("GET", path, nil, http.Header{"Accept-Language": {"zh-CN,zh;q=0.9"}})
		chinese.has(t, http.StatusOK, `<html lang="zh-Hans"`)
		s.visitor().do("GET", path, nil, http.Header{"Accept-Language": {"en"}, "Cookie": {"picus-lang=zh-Hans"}}).has(t, http.StatusOK, `<html lang="zh-Hans"`)
		s.visitor().get(path).has(t, http.StatusOK, `<html lang="en"`)
	}
	for _, name := range []string{"X-Forwarded-Host", "X-Forwarded-For", "X-Forwarded-Proto", "X-Original-URL", "X-Rewrite-URL", "Forwarded", "Origin", "Referer",
		"User-Agent", "X-Request-Id", "X-Http-Method-Override", "Range", "If-Match", "Accept", "Accept-Charset", "X-Host", "Via", "Sec-Fetch-Site", "X-Real-Ip"} {
		s.reply(ada, forum.NewPost{Thread: q.Thread, Parent: q.Post, Kind: forum.Comment, Body: name}) // so that nothing is kept
		s.visitor().do("GET", path, nil, http.Header{name: {"poison.example"}})
		got := s.visitor().get(path)
		got.has(t, http.StatusOK, name)
		got.hasNot(t, "poison")
	}
	s.visitor().get(path+"?utm=poison").has(t, http.StatusOK)
	s.visitor().get(path).hasNot(t, "poison")
}

func TestAKeptPageIsSentAsTheBrowserLikes(t *testing.T) {
	s := newSite(t)
	q := s.ask(s.admin, "python", "A question", "text")
	path, v := s.visitor().get("/t/"+number(q.Thread)).Header.Get("Location"), s.visitor()
	v.Transport = &http.Transport{DisableCompression: true}
	plain := v.get(path)
	for range 2 {
		got := v.do("GET", path, nil, http.Header{"Accept-Encoding": {"br, gzip"}})
		z, err := gzip.NewReader(bytes.NewReader([]byte(got.text)))
		s.must(err)
		text, err := io.ReadAll(z)
		if err != nil || string(text) != plain.text || got.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("the packed page differs from the plain one: %v", err)
		}
		for _, accepts := range []string{"identity", "gzip;q=0"} {
			if got := v.do("GET", path, nil, http.Header{"Accept-Encoding": {accepts}}); got.text != plain.text || got.Header.Get("Content-Encoding") != "" {
				t.Errorf("a browser that takes %q gets %v", accepts, got.Header)
			}
		}
	}
}
