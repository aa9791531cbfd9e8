package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"picus/account"
)

var styleSheet = regexp.MustCompile(`/-/static/picus\.[0-9a-f]+\.css`)

func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	s := newSite(t)
	ada, eve := s.member(s.person("ada", account.Member)), s.member(s.person("eve", account.Member))
	good, others, visitors := ada.token(), eve.token(), s.visitor().token()
	tests := []struct {
		rule    string
		token   string
		headers http.Header
		want    int
	}{
		{"our form", good, http.Header{"Sec-Fetch-Site": {"same-origin"}}, 303},
		{"our form in an older browser", good, http.Header{"Origin": {s.base}}, 303},
		{"our form in a text browser", good, nil, 303},
		{"another site", good, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		{"another host of the domain", good, http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		{"another origin", good, http.Header{"Origin": {"https://evil.example"}}, 403},
		{"no origin at all", good, http.Header{"Origin": {"null"}}, 403},
		{"another port", good, http.Header{"Origin": {"http://127.0.0.1:1"}}, 403},
		{"without a token", "", http.Header{"Sec-Fetch-Site": {"same-origin"}}, 403},
		{"somebody else's token", others, http.Header{"Sec-Fetch-Site": {"same-origin"}}, 403},
		{"a visitor's token", visitors, http.Header{"Sec-Fetch-Site": {"same-origin"}}, 403},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			ada.postRaw("/settings/lang", url.Values{"csrf": {tt.token}, "lang": {"en"}}, tt.headers).has(t, tt.want)
		})
	}
	ada.get("/settings/lang?lang=zh-Hans&csrf="+good).has(t, 405)
}

func TestVisitorsFormsNeedAToken(t *testing.T) {
	b := newSite(t).visitor()
	b.post("/settings/lang", "lang", "zh-Hans", "back", "/b").has(t, 303)
	b.get("/b").has(t, 200, `<html lang="zh-Hans">`)
	for _, token := range []string{"", "x", "zz.abc", "1.aaaaaaaaaaaaaaaaaaaaaaaaaa"} {
		b.postRaw("/settings/lang", url.Values{"csrf": {token}, "lang": {"en"}}, nil).has(t, 403)
	}
}

func TestAFormThatComesTooLateLosesNothing(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	text := "A long answer.\nWith two lines & a <tag>."
	got := b.postRaw("/settings/lang", url.Values{"csrf": {"old"}, "lang": {"en"}, "body": {text}, "password": {"secret"}}, http.Header{"Sec-Fetch-Site": {"same-origin"}})
	got.has(t, 403, "A long answer.\nWith two lines &amp; a &lt;tag&gt;.", `action="/settings/lang"`)
	got.hasNot(t, "secret")
	foreign := b.postRaw("/settings/lang", url.Values{"csrf": {"old"}, "body": {text}}, http.Header{"Sec-Fetch-Site": {"cross-site"}})
	foreign.has(t, 403)
	foreign.hasNot(t, "A long answer")
}

func TestRedirectsStayOnTheSite(t *testing.T) {
	b := newSite(t).visitor()
	for _, target := range []string{
		"//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example", "/\n/evil.example", "https://evil.example", "https:evil.example",
		"javascript:alert(1)", " //evil.example", "/%2f/evil.example", "///evil.example", "/ /evil.example", "evil.example", "?x", "", "/\x00/evil.example",
		"http:/evil.example", "/%5c/evil.example\\", "//evil.example/..", "/\r\nSet-Cookie: a=b",
	} {
		got := b.post("/settings/lang", "lang", "en", "back", target)
		got.has(t, 303)
		if where := got.Header.Get("Location"); !strings.HasPrefix(where, "/") || strings.Contains(where, "evil") && strings.HasPrefix(where, "//") || where != "/" {
			t.Errorf("back=%q leads to %q; want /", target, where)
		}
	}
	if got := b.post("/settings/lang", "lang", "en", "back", "/b?sort=new&q=超").Header.Get("Location"); got != "/b?sort=new&q=%E8%B6%85" && got != "/b?sort=new&q=超" {
		t.Errorf("a path of ours became %q", got)
	}
}

func TestCookiesAreOurs(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	cookies := b.post("/settings/lang", "lang", "en").Cookies()
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].Path != "/" {
		t.Errorf("cookies = %v; want one for this site only", cookies)
	}
	made := b.do("GET", "/b", nil, http.Header{"Cookie": {"picus=made-up-by-the-client"}})
	if c := made.Cookies(); len(c) != 1 || c[0].Value != "" {
		t.Errorf("a session that does not exist is answered with %v; want it taken away", c)
	}
}
