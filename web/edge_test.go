package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/web"
)

// raw sends bytes to the site and returns everything that comes back until the
// site closes the connection.
func (s *site) raw(request string) string {
	s.Helper()
	conn, err := net.Dial("tcp", s.address)
	s.must(err)
	defer conn.Close()
	s.must(conn.SetDeadline(time.Now().Add(patience)))
	_, err = io.WriteString(conn, strings.ReplaceAll(request, "\n", "\r\n"))
	s.must(err)
	all, err := io.ReadAll(bufio.NewReader(conn))
	s.must(err)
	return string(all)
}

func TestAmbiguousFramingIsRefused(t *testing.T) {
	s := newSite(t)
	const second = "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n"
	tests := []struct{ rule, request string }{
		{"a length together with chunks", "POST /settings/lang HTTP/1.1\nHost: localhost\nContent-Length: 4\nTransfer-Encoding: chunked\n\n0\n\n"},
		{"two lengths", "POST /settings/lang HTTP/1.1\nHost: localhost\nContent-Length: 4\nContent-Length: 4\n\nlang"},
		{"two lengths that differ", "POST /settings/lang HTTP/1.1\nHost: localhost\nContent-Length: 4\nContent-Length: 0\n\nlang"},
		{"a folded transfer encoding", "POST /settings/lang HTTP/1.1\nHost: localhost\nTransfer-Encoding:\n chunked\n\n0\n\n"},
		{"the identity transfer encoding", "POST /settings/lang HTTP/1.1\nHost: localhost\nTransfer-Encoding: identity\n\n"},
		{"two transfer encodings", "POST /settings/lang HTTP/1.1\nHost: localhost\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n\n0\n\n"},
		{"chunks in HTTP/1.0", "POST /settings/lang HTTP/1.0\nHost: localhost\nTransfer-Encoding: chunked\n\n0\n\n"},
		{"a name with a space before the colon", "GET /healthz HTTP/1.1\nHost: localhost\nX-One : 1\n\n"},
		{"a name with a space in it", "GET /healthz HTTP/1.1\nHost: localhost\nContent Length: 4\n\n"},
		{"a folded header", "GET /healthz HTTP/1.1\nHost: localhost\nX-One: 1\n two\n\n"},
		{"an absolute address", "GET http://evil.example/healthz HTTP/1.1\nHost: localhost\n\n"},
		{"two hosts", "GET /healthz HTTP/1.1\nHost: localhost\nHost: evil.example\n\n"},
		{"no host", "GET /healthz HTTP/1.1\n\n"},
		{"an unknown version", "GET /healthz HTTP/9.9\nHost: localhost\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			got := s.raw(tt.request + second)
			if got != "" && !strings.HasPrefix(got, "HTTP/1.1 4") && !strings.HasPrefix(got, "HTTP/1.0 4") {
				t.Errorf("answer begins %.60q; want a refusal", got)
			}
			if strings.Contains(got, "ok\n") || strings.Count(got, "HTTP/1.") > 1 {
				t.Errorf("the second request was served: %q", got)
			}
		})
	}
}

func TestRequestsBeyondTheLimitsAreRefused(t *testing.T) {
	b := newSite(t).visitor()
	many := strings.Repeat("a=1&", 70)
	tests := []struct {
		rule, method, path, body string
		headers                  http.Header
		want                     int
	}{
		{"another host", "GET", "/", "", http.Header{"Host": {"evil.example"}}, 421},
		{"a forwarded host changes nothing", "GET", "/", "", http.Header{"X-Forwarded-Host": {"evil.example"}}, 200},
		{"a long address", "GET", "/?q=" + strings.Repeat("a", 9000), "", nil, 414},
		{"large headers", "GET", "/", "", http.Header{"X-One": {strings.Repeat("a", 17000)}}, 431},
		{"many parts in the address", "GET", "/?" + many, "", nil, 422},
		{"many fields", "POST", "/settings/lang", many, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 422},
		{"a large body", "POST", "/settings/lang", strings.Repeat("a", 1<<20+1), nil, 413},
		{"a packed body", "POST", "/settings/lang", "x", http.Header{"Content-Encoding": {"gzip"}}, 415},
		{"a packed body of a GET", "GET", "/", "x", http.Header{"Content-Encoding": {"br"}}, 415},
		{"a form of another type", "POST", "/settings/lang", "{}", http.Header{"Content-Type": {"application/json"}}, 415},
		{"a method we do not know", "TRACE", "/", "", nil, 400},
		{"a method that the page does not take", "POST", "/b", "", nil, 405},
		{"an unknown page", "GET", "/nowhere", "", nil, 404},
		{"another case of the path", "GET", "/HEALTHZ", "", nil, 404},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			got := b.do(tt.method, tt.path, strings.NewReader(tt.body), tt.headers)
			got.has(t, tt.want)
			got.hasNot(t, "evil.example", "goroutine", ".go:")
		})
	}
}

func TestMethodsAreNamed(t *testing.T) {
	b := newSite(t).visitor()
	options := b.do("OPTIONS", "/b", nil, nil)
	options.has(t, 204)
	if got := options.Header.Get("Allow"); !strings.Contains(got, "GET") || strings.Contains(got, "POST") {
		t.Errorf("Allow = %q; want GET without POST", got)
	}
	head, get := b.do("HEAD", "/b", nil, nil), b.get("/b")
	head.has(t, 200)
	if head.text != "" || head.ContentLength != int64(len(get.text)) {
		t.Errorf("HEAD has a body of %d and announces %d; want 0 and %d", len(head.text), head.ContentLength, len(get.text))
	}
}

func TestEveryAnswerHasTheHeaders(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	answers := map[string]answer{
		"a page":         b.get("/b"),
		"a member's":     s.member(s.admin).get("/b"),
		"a redirect":     b.post("/settings/lang", "lang", "en", "back", "/b"),
		"not found":      b.get("/nowhere"),
		"not allowed":    b.do("POST", "/b", nil, nil),
		"another host":   b.do("GET", "/", nil, http.Header{"Host": {"evil.example"}}),
		"a bad method":   b.do("TRACE", "/", nil, nil),
		"too large":      b.do("POST", "/settings/lang", strings.NewReader(strings.Repeat("a", 1<<20+1)), nil),
		"large headers":  b.do("GET", "/", nil, http.Header{"X-One": {strings.Repeat("a", 17000)}}),
		"the style":      b.get(styleSheet.FindString(b.get("/b").text)),
		"robots":         b.get("/robots.txt"),
		"the heart beat": b.get("/healthz"),
		"an API failure": b.get("/api/v1/nothing"),
	}
	for what, a := range answers {
		for name, want := range map[string]string{
			"X-Content-Type-Options":     "nosniff",
			"Referrer-Policy":            "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin",
		} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s = %q; want %q", what, name, got, want)
			}
		}
		policy := a.Header.Get("Content-Security-Policy")
		for _, part := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"} {
			if !strings.Contains(policy, part) {
				t.Errorf("%s: the policy %q lacks %q", what, policy, part)
			}
		}
		if kind := a.Header.Get("Content-Type"); a.text != "" && strings.HasPrefix(kind, "text/") && !strings.HasSuffix(kind, "charset=utf-8") {
			t.Errorf("%s: Content-Type = %q; want a charset", what, kind)
		}
		if len(a.Header.Get("X-Request-Id")) != 32 {
			t.Errorf("%s: X-Request-Id = %q; want 32 digits", what, a.Header.Get("X-Request-Id"))
		}
		if a.Header.Get("Strict-Transport-Security") != "" {
			t.Errorf("%s: HSTS on a site without https", what)
		}
	}
}

func TestHTTPSBindsTheBrowser(t *testing.T) {
	s := newSite(t, func(c *web.Config) { c.BaseURL = "https://picus.example"; c.Dev = true })
	b := s.visitor()
	if got := b.get("/healthz").Header.Get("Strict-Transport-Security"); !strings.Contains(got, "max-age=31536000") {
		t.Errorf("HSTS = %q; want a year", got)
	}
	b.do("GET", "/healthz", nil, http.Header{"Host": {"picus.example"}}).has(t, 200)
	b.do("GET", "/healthz", nil, http.Header{"Host": {"picus.example:443"}}).has(t, 200)
	b.do("GET", "/healthz", nil, http.Header{"Host": {"picus.example.evil.example"}}).has(t, 421)
}

func TestWhoMayKeepAPage(t *testing.T) {
	s := newSite(t)
	b := s.visitor()
	public := b.get("/b")
	if public.Header.Get("Cache-Control") != "no-cache" || public.Header.Get("ETag") == "" || public.Header.Get("Vary") == "" {
		t.Errorf("a visitor's page has the headers %v", public.Header)
	}
	b.do("GET", "/b", nil, http.Header{"If-None-Match": {public.Header.Get("ETag")}}).has(t, 304)
	for path, a := range map[string]answer{"/b": s.member(s.person("ada", account.Member)).get("/b"), "/nowhere": b.get("/nowhere")} {
		if got := a.Header.Get("Cache-Control"); got != "private, no-store" {
			t.Errorf("Cache-Control of %s = %q; want private, no-store", path, got)
		}
	}
}
