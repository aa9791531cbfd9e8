package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"regexp"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// connections is how many browsers ask at once.
const connections = 16

// browser is somebody who reads and writes.
type browser struct {
	host   *fasthttp.HostClient
	url    string
	cookie string
	csrf   string
}

var csrfField = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// visitor is somebody who is not signed in.
func (s *server) visitor() *browser {
	return &browser{url: s.url, host: &fasthttp.HostClient{Addr: s.address(), MaxConns: connections, ReadTimeout: time.Minute}}
}

// signIn goes through the form, as people do.
func (s *server) signIn(name, password string) (*browser, error) {
	b := s.visitor()
	if err := b.readForm("/login"); err != nil {
		return nil, err
	}
	var answer fasthttp.Response
	if err := b.do(b.post("/login", "who", name, "password", password), &answer); err != nil {
		return nil, err
	}
	var cookie fasthttp.Cookie
	cookie.SetKey("picus")
	if !answer.Header.Cookie(&cookie) {
		return nil, fmt.Errorf("signing in as %s gave no cookie but status %d", name, answer.StatusCode())
	}
	b.cookie = "picus=" + string(cookie.Value())
	return b, b.readForm("/")
}

// readForm takes the token from a page's form.
func (b *browser) readForm(path string) error {
	var answer fasthttp.Response
	if err := b.do(request{path: path}, &answer); err != nil {
		return err
	}
	found := csrfField.FindSubmatch(answer.Body())
	if found == nil {
		return fmt.Errorf("%s has no form", path)
	}
	b.csrf = string(found[1])
	return nil
}

// request is one thing to ask for; with a body it is a form that was sent.
type request struct{ path, body string }

func (b *browser) post(path string, fields ...string) request {
	form := url.Values{"csrf": {b.csrf}}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return request{path, form.Encode()}
}

// do sends a request and fails unless it is answered as it should be: a page with
// 200, a form with 303.
func (b *browser) do(r request, answer *fasthttp.Response) error {
	ask := fasthttp.AcquireRequest()
	defer fasthttp.ReleaseRequest(ask)
	ask.SetRequestURI(b.url + r.path)
	ask.Header.Set("Accept-Encoding", "gzip, deflate, br")
	ask.Header.Set("Accept-Language", "en")
	if b.cookie != "" {
		ask.Header.Set("Cookie", b.cookie)
	}
	want := fasthttp.StatusOK
	if r.body != "" {
		want = fasthttp.StatusSeeOther
		ask.Header.SetMethod(fasthttp.MethodPost)
		ask.Header.SetContentType("application/x-www-form-urlencoded")
		ask.Header.Set("Sec-Fetch-Site", "same-origin")
		ask.SetBodyString(r.body)
	}
	if err := b.host.Do(ask, answer); err != nil {
		return fmt.Errorf("%s: %w", r.path, err)
	}
	if answer.StatusCode() != want {
		return fmt.Errorf("%s: status %d; want %d: %.300s", r.path, answer.StatusCode(), want, answer.Body())
	}
	return nil
}

// work is what one connection does again and again.
type work func(r *rand.Rand) error

// send is do for who does not want the answer.
func (b *browser) send(r request) error {
	answer := fasthttp.AcquireResponse()
	defer fasthttp.ReleaseResponse(answer)
	return b.do(r, answer)
}

// reads asks for pages that next chooses.
func (b *browser) reads(next func(r *rand.Rand) string) work {
	return func(r *rand.Rand) error { return b.send(request{path: next(r)}) }
}

// done is what a server did in a time.
type done struct {
	n      int
	counts []int // of each connection
	wall   time.Duration
	cpu    time.Duration // of the server
}

// each is the server's work for one request, in milliseconds.
func (d done) each() float64 { return d.cpu.Seconds() * 1000 / float64(d.n) }

// rate is requests in a second.
func (d done) rate() float64 { return float64(d.n) / d.wall.Seconds() }

// drive lets each of several do its work again and again for a time.
func (s *server) drive(ctx context.Context, seed uint64, d time.Duration, all ...work) (done, error) {
	before, err := s.cpu()
	if err != nil {
		return done{}, err
	}
	counts, errs := make([]int, len(all)), make([]error, len(all))
	begun := time.Now()
	var wg sync.WaitGroup
	for i, work := range all {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(i)))
			for time.Since(begun) < d && ctx.Err() == nil {
				if errs[i] = work(r); errs[i] != nil {
					return
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	result := done{wall: time.Since(begun), counts: counts}
	for _, n := range counts {
		result.n += n
	}
	after, err := s.cpu()
	result.cpu = after - before
	return result, errors.Join(append(errs, err, ctx.Err())...)
}

// sixteen is the same work on every connection.
func sixteen(w work) []work {
	all := make([]work, connections)
	for i := range all {
		all[i] = w
	}
	return all
}
