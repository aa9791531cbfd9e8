package web_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/push"
	"picus/internal/websub"
	"picus/mail"
	"picus/web"
	"picus/wiki"
)

const password = "a woodpecker knocks twice"

// patience is what something may take on a machine that has much to do.
const patience = 3 * time.Minute

// site is a whole site on a real socket and a real database.
type site struct {
	testing.TB
	address  string // host:port
	base     string
	db       *db.DB
	accounts *account.Accounts
	forum    *forum.Forum
	items    *item.Store
	app      *web.App
	jobs     *job.Queue
	gateway  *mail.Gateway
	hub      *websub.Hub
	push     *push.Pusher
	admin    account.User
	stopped  atomic.Int64 // where the clock stands, in milliseconds; 0: it goes
}

// newSite serves a site with the boards python (public) and staff (private).
func newSite(t testing.TB, change ...func(*web.Config)) *site {
	t.Helper()
	return newSiteOn(t, dbtest.SQLite(t), change...)
}

func newSiteOn(t testing.TB, d *db.DB, change ...func(*web.Config)) *site {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &site{TB: t, db: d, address: ln.Addr().String(), base: "http://" + ln.Addr().String()}
	jobs := job.New(d, s.now)
	s.jobs, s.items = jobs, &item.Store{DB: d, Jobs: jobs, Now: s.now, BaseURL: s.base, Grace: 3 * time.Minute}
	s.accounts, s.forum = account.New(d, jobs, s.now), forum.New(s.items)
	s.must(s.accounts.Open(t.Context()))
	gateway := mail.New(mail.Config{Domain: "picus.example", BaseURL: s.base, Site: "Picus"}, s.forum, s.items, s.accounts)
	s.gateway = gateway
	conf := web.Config{BaseURL: s.base, Site: "Picus", MailDomain: "picus.example", Dev: true}
	for _, c := range change {
		c(&conf)
	}
	s.hub = websub.New(d, jobs, s.base, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, s.now)
	s.push = push.New(s.items, s.accounts, s.base, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")})
	s.must(s.push.Open(t.Context()))
	s.app, err = web.New(conf, web.Rooms{Accounts: s.accounts, Forum: s.forum, Items: s.items, Wiki: wiki.New(s.items), Blog: blog.New(s.items), Mail: gateway, Hub: s.hub, Push: s.push})
	s.must(err)
	s.push.Draws(s.app.Notice)
	s.hub.Draws(s.app.PublicFeed)
	s.serve(ln)
	s.admin = s.person("keeper", account.Administrator)
	s.board(forum.Board{Slug: "python", Title: "Python", MayPost: 1})
	s.board(forum.Board{Slug: "staff", Title: "Staff only", MayRead: 2, MayPost: 2})
	return s
}

func (s *site) now() time.Time {
	if at := s.stopped.Load(); at != 0 {
		return time.UnixMilli(at)
	}
	return time.Now()
}

// stopClock has no time pass any more: what may be done so and so often in a while is
// refused in the end, however slow the machine is.
func (s *site) stopClock() { s.stopped.Store(time.Now().UnixMilli()) }

func (s *site) serve(ln net.Listener) {
	ctx, stop := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- s.app.Serve(ctx, ln) }()
	s.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			s.Errorf("Serve() = %v", err)
		}
	})
}

func (s *site) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *site) person(name string, role account.Role) account.User {
	s.Helper()
	u, err := s.accounts.Add(s.Context(), account.Registration{Name: name, Email: name + "@example.org", Password: password}, role)
	s.must(err)
	return u
}

func (s *site) board(b forum.Board) {
	s.Helper()
	_, err := s.forum.AddBoard(s.Context(), s.admin, b)
	s.must(err)
}

func (s *site) ask(by account.User, board, title, body string) forum.Ref {
	s.Helper()
	ref, err := s.forum.Start(s.Context(), by, forum.NewThread{Board: board, Kind: forum.Question, Title: title, Body: body, Tags: "asyncio 超时", Via: item.Web})
	s.must(err)
	return ref
}

func (s *site) reply(by account.User, n forum.NewPost) forum.Ref {
	s.Helper()
	n.Via = item.Web
	ref, err := s.forum.Reply(s.Context(), by, n)
	s.must(err)
	return ref
}

// browser is somebody at the site. Redirects are not followed, so that a test sees them.
type browser struct {
	*site
	http.Client
	headers http.Header
}

func (s *site) visitor() *browser {
	jar, err := cookiejar.New(nil)
	s.must(err)
	b := &browser{site: s, headers: http.Header{}}
	b.Client = http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return b
}

// member is somebody who has signed in.
func (s *site) member(u account.User) *browser {
	s.Helper()
	b := s.visitor()
	base, err := url.Parse(s.base)
	s.must(err)
	b.Jar.SetCookies(base, []*http.Cookie{{Name: "picus", Value: s.cookie(u), Path: "/"}})
	return b
}

// cookie signs somebody in.
func (s *site) cookie(u account.User) string {
	s.Helper()
	cookie, _, err := s.accounts.SignIn(s.Context(), u.Name, password, account.Door{Address: netip.MustParseAddr("127.0.0.1")})
	s.must(err)
	return cookie
}

// answer is a response that has been read.
type answer struct {
	*http.Response
	text string
}

func (b *browser) do(method, path string, body io.Reader, headers http.Header) answer {
	b.Helper()
	r, err := http.NewRequestWithContext(b.Context(), method, b.base+path, body)
	b.must(err)
	for _, set := range []http.Header{b.headers, headers} {
		for name, values := range set {
			r.Header[name] = values
		}
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
	}
	res, err := b.Do(r)
	b.must(err)
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	b.must(err)
	return answer{res, string(text)}
}

func (b *browser) get(path string) answer {
	b.Helper()
	return b.do("GET", path, nil, nil)
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]*)"`)

// token is what the forms of a page carry.
func (b *browser) token() string {
	b.Helper()
	m := csrfField.FindStringSubmatch(b.get("/b").text)
	if m == nil {
		b.Fatal("no page has a token")
	}
	return m[1]
}

// post sends a form as a browser does, the token included.
func (b *browser) post(path string, fields ...string) answer {
	b.Helper()
	form := url.Values{"csrf": {b.token()}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return b.postRaw(path, form, http.Header{"Sec-Fetch-Site": {"same-origin"}})
}

func (b *browser) postRaw(path string, form url.Values, headers http.Header) answer {
	b.Helper()
	all := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	for name, values := range headers {
		all[name] = values
	}
	return b.do("POST", path, strings.NewReader(form.Encode()), all)
}

func (a answer) has(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Errorf("%s %s = %d; want %d", a.Request.Method, a.Request.URL.Path, a.StatusCode, status)
	}
	for _, text := range texts {
		if !strings.Contains(a.text, text) {
			t.Errorf("%s %s does not hold %q", a.Request.Method, a.Request.URL.Path, text)
		}
	}
}

func (a answer) hasNot(t testing.TB, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.text, text) {
			t.Errorf("%s %s holds %q", a.Request.Method, a.Request.URL.Path, text)
		}
	}
}
