// Package web is the door for browsers and scripts. A handler reads the request,
// calls one method of a room and draws a page or sends the reader on; every rule
// about the subject stands in the room.
package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/item"
	"picus/internal/push"
	"picus/internal/websub"
	"picus/mail"
	"picus/views"
	"picus/wiki"
)

// The edge of the house (SECURITY.md, H-3 to H-5).
const (
	maxBody      = 1 << 20
	maxDrain     = 2 * maxBody // what is read of a refused body, so that the refusal arrives: a connection closed over unread bytes is reset
	maxHeader    = 16 << 10
	readTimeout  = 10 * time.Second
	writeTimeout = 30 * time.Second
	idleTimeout  = 60 * time.Second
	concurrency  = 12_000
	requestTime  = slowness * 10 * time.Second // what a handler may take
	stoppingTime = 15 * time.Second            // what running requests get when the program ends
)

// Config is what the operator says about the site.
type Config struct {
	BaseURL    string         // scheme and host, without a slash at the end; every absolute link begins with it
	Site       string         // the name of the community
	MailDomain string         // of the lists' addresses, or the mailbox that they all go to
	Licence    string         // of the public texts, as views.ReadLicence reads it
	Trusted    []netip.Prefix // proxies whose X-Forwarded-For is believed
	Dev        bool           // shows the style page
	Zone       *time.Location // of the times on the pages; nil: UTC
}

// Rooms are what the pages are about.
type Rooms struct {
	Accounts *account.Accounts
	Forum    *forum.Forum
	Items    *item.Store
	Wiki     *wiki.Wiki
	Blog     *blog.Blog
	Mail     *mail.Gateway // for the desks, and to tell where a post goes
	Hub      *websub.Hub   // that feeds announce
	Push     *push.Pusher  // of notices to browsers
}

// App is the web server.
type App struct {
	Config
	Rooms
	licence views.Licence
	host    string // of BaseURL, without its port
	secure  bool   // BaseURL is https
	local   bool   // requests for localhost are answered
	fiber   *fiber.App
	inner   fasthttp.RequestHandler // the routes without the edge around them
	now     func() time.Time

	measures measures
	kept     *cache        // pages that everybody sees
	live     *live         // pages that are open
	archives chan struct{} // a place for each archive that is being written
}

// New returns the server with all its routes. BaseURL has to be an absolute
// http or https address.
func New(conf Config, rooms Rooms) (*App, error) {
	conf.BaseURL = strings.TrimRight(conf.BaseURL, "/")
	base, err := url.Parse(conf.BaseURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("the base URL %q is not of the form https://host", conf.BaseURL)
	}
	licence, err := views.ReadLicence(conf.Licence)
	if err != nil {
		return nil, err
	}
	if conf.Zone == nil {
		conf.Zone = time.UTC
	}
	a := &App{Config: conf, Rooms: rooms, licence: licence, host: strings.ToLower(base.Hostname()), secure: base.Scheme == "https", now: rooms.Items.Now,
		archives: make(chan struct{}, maxArchives), kept: newCache(cacheSize), live: newLive()}
	a.local = conf.Dev || isLocal(base.Hostname())
	a.fiber = fiber.New(a.fiberConfig())
	a.routes()
	server := a.fiber.Server()
	a.inner = a.fiber.Handler()
	server.Handler = a.edge(a.inner)
	server.ErrorHandler = a.unreadable
	server.HeaderReceived = patience
	return a, nil
}

// fiberConfig is SECURITY.md's safe configuration. Immutable, because otherwise
// what a handler keeps of a request changes with the next one on the connection.
func (a *App) fiberConfig() fiber.Config {
	return fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true,
		BodyLimit: maxBody,
		// A body is read by edge, up to its limit, and a form with files by the handler
		// that has made sure who sends it: see takeBody and readForm.
		StreamRequestBody: true,
		ReadTimeout:       readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		ReadBufferSize: maxHeader, Concurrency: concurrency,
		EnableTrustedProxyCheck: true, EnableIPValidation: true,
		DisableStartupMessage:        true,
		DisablePreParseMultipartForm: true,
		RequestMethods:               []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"},
		ErrorHandler:                 a.fail,
	}
}

// Handler answers one request without a network around it.
func (a *App) Handler() fasthttp.RequestHandler { return a.fiber.Server().Handler }

// Serve answers requests until ctx ends, then lets the running ones finish.
func (a *App) Serve(ctx context.Context, ln net.Listener) error {
	stopped := make(chan error, 1)
	serving, done := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { a.runLive(serving) })
	go func() {
		<-serving.Done()
		stopped <- a.fiber.ShutdownWithTimeout(stoppingTime)
	}()
	err := a.fiber.Server().Serve(ln)
	done()
	following.Wait()
	if stopErr := <-stopped; stopErr != nil {
		slog.Warn("requests were cut off at the end", "error", stopErr)
	}
	return err
}
