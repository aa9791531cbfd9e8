package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"picus/web"
)

type serveCmd struct {
	Listen  string `help:"Address of the site." env:"PICUS_LISTEN" default:":8080" placeholder:"ADDR"`
	SMTP    string `help:"Address of the mail door; empty: closed." env:"PICUS_SMTP" default:"localhost:2525" placeholder:"ADDR"`
	LMTP    string `help:"Address of the door for a mail server on this machine; empty: closed." env:"PICUS_LMTP" default:"localhost:2524" placeholder:"ADDR"`
	Metrics string `help:"Address of the Prometheus metrics; empty: none." env:"PICUS_METRICS" placeholder:"ADDR"`
}

// collectAt is how much may be thrown away before the collector runs, in hundredths of
// what is in use. Little is: a collection less for each second one costs some twenty
// megabytes. GOGC overrules it.
const collectAt = 200

// Run serves until the process is told to stop.
func (s *serveCmd) Run(ctx context.Context, c *config) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	running, err := s.start(ctx, c, os.Stdout)
	if err != nil {
		return err
	}
	return running.wait()
}

// site is a running house: what `picus serve` and the browser tests start.
type site struct {
	*house
	doors
	URL        string // of the site as it listens
	SMTP, LMTP net.Addr
	Metrics    net.Addr // nil: none are given out
	group      *errgroup.Group
	stop       context.CancelFunc
	lock       *os.File
	leave      func() // says that this process works no more
}

// doors are the open listeners; nil is a door that is closed.
type doors struct{ http, smtp, lmtp, metrics net.Listener }

// start opens the doors and returns when they are open. Everything it started
// ends with ctx; wait returns then.
func (s *serveCmd) start(ctx context.Context, c *config, out io.Writer) (running *site, err error) {
	running = &site{}
	defer func() {
		if err != nil {
			err = errors.Join(err, running.shut())
		}
	}()
	if running.lock, err = c.lock(); err != nil {
		return running, err
	}
	if running.doors, err = s.listen(); err != nil {
		return running, err
	}
	running.URL = "http://" + reachable(running.http.Addr())
	if c.BaseURL == "" {
		c.BaseURL = running.URL
	}
	if running.house, err = c.open(ctx); err != nil {
		return running, err
	}
	if running.leave, err = running.db.Work(ctx, running.recover); err != nil {
		return running, err
	}
	code, err := running.accounts.SetupCode(ctx)
	if err != nil {
		return running, err
	}
	app, err := c.app(running.house)
	if err != nil {
		return running, err
	}
	running.hub.Draws(app.PublicFeed)
	running.push.Draws(app.Notice)
	running.run(ctx, app)
	running.greet(out, code)
	return running, nil
}

// recover takes up at once what a process that died has left half done. Where another
// process may be doing it right now, on PostgreSQL, it waits until the lease is over.
func (s *site) recover(ctx context.Context) error {
	if err := errors.Join(s.jobs.Recover(ctx), s.mail.Recover(ctx)); err != nil {
		return err
	}
	return s.mail.ClearSuspicions(ctx)
}

func (s *serveCmd) listen() (d doors, err error) {
	for _, door := range []struct {
		name, addr string
		l          *net.Listener
	}{{"the site", s.Listen, &d.http}, {"mail (SMTP)", s.SMTP, &d.smtp}, {"mail (LMTP)", s.LMTP, &d.lmtp}, {"the metrics", s.Metrics, &d.metrics}} {
		if door.addr == "" {
			continue
		}
		*door.l, err = net.Listen("tcp", door.addr)
		if errors.Is(err, syscall.EADDRINUSE) {
			return d, fmt.Errorf("the address %s for %s is in use already; stop the other program or choose another one", door.addr, door.name)
		}
		if err != nil {
			return d, fmt.Errorf("cannot listen on %s for %s: %w", door.addr, door.name, err)
		}
	}
	if d.http == nil {
		return d, errors.New("the site needs an address to listen on, such as :8080")
	}
	return d, nil
}

// app builds the web server on the rooms.
func (c *config) app(h *house) (*web.App, error) {
	proxies, err := prefixes("trusted-proxies", c.TrustedProxies)
	if err != nil {
		return nil, err
	}
	domain, err := c.mailDomain()
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{BaseURL: c.BaseURL, Site: c.Site, MailDomain: cmp.Or(strings.ToLower(c.MailMailbox), domain), Licence: c.Licence, Trusted: proxies, Dev: c.Dev},
		web.Rooms{Accounts: h.accounts, Forum: h.forum, Items: h.items, Mail: h.mail, Wiki: h.wiki, Blog: h.blog, Hub: h.hub, Push: h.push})
}

// run starts everything that goes on by itself.
func (s *site) run(ctx context.Context, app *web.App) {
	ctx, s.stop = context.WithCancel(ctx)
	s.group, ctx = errgroup.WithContext(ctx)
	s.group.Go(func() error { return app.Serve(ctx, s.http) })
	s.group.Go(func() error { s.jobs.Run(ctx); return nil })
	s.group.Go(func() error { s.mail.Run(ctx); return nil })
	s.group.Go(func() error { s.mail.RunDigests(ctx); return nil })
	s.group.Go(func() error { s.mail.RunMirrors(ctx); return nil })
	s.group.Go(func() error { s.mail.ReadInbox(ctx); return nil })
	s.group.Go(func() error { s.hub.Run(ctx); return nil })
	s.group.Go(func() error { return s.sweep(ctx) })
	s.group.Go(func() error { return s.watch(ctx) })
	s.group.Go(func() error { return s.forum.KeepReading(ctx) })
	s.group.Go(func() error { return s.spellTags(ctx) })
	s.group.Go(func() error { return s.findLinks(ctx) })
	if s.smtp != nil {
		s.SMTP = s.smtp.Addr()
		s.group.Go(func() error { return s.mail.ServeSMTP(ctx, s.smtp) })
	}
	if s.lmtp != nil {
		s.LMTP = s.lmtp.Addr()
		s.group.Go(func() error { return s.mail.ServeLMTP(ctx, s.lmtp) })
	}
	if s.metrics != nil {
		s.Metrics = s.metrics.Addr()
		s.group.Go(func() error { return s.serveMetrics(ctx, app) })
	}
}

// sweep takes out every hour what has run out: sessions, links, mail long sent, files
// that nothing mentions. It counts the boards' figures as well.
func (s *site) sweep(ctx context.Context) error {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := errors.Join(s.accounts.Sweep(ctx), s.mail.Sweep(ctx), s.items.SweepFiles(ctx), s.forum.Tally(ctx), s.hub.Sweep(ctx)); err != nil && ctx.Err() == nil {
			slog.Error("sweep", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// watch does every minute what has become due in the forum.
func (s *site) watch(ctx context.Context) error {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		if err := errors.Join(s.forum.Expire(ctx), s.forum.Remind(ctx)); err != nil && ctx.Err() == nil {
			slog.Error("what is due in the forum", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
}

func (s *site) greet(out io.Writer, code string) {
	fmt.Fprintf(out, "Picus %s serves %s\n", version, s.URL)
	if s.SMTP != nil {
		fmt.Fprintf(out, "Mail comes in by SMTP on %s\n", s.SMTP)
	}
	if s.LMTP != nil {
		fmt.Fprintf(out, "Mail comes in by LMTP on %s\n", s.LMTP)
	}
	if inbox := s.mail.Inbox(); inbox != "" {
		fmt.Fprintf(out, "Mail is taken by IMAP out of %s\n", inbox)
	}
	if s.Metrics != nil {
		fmt.Fprintf(out, "Metrics are at http://%s/metrics\n", reachable(s.Metrics))
	}
	if code != "" {
		fmt.Fprintf(out, "\nThere is no administrator yet. Open %s/setup and enter this set-up code:\n\n    %s\n\n", s.items.BaseURL, code)
	}
}

// reachable turns an address that listens on every interface into one that a
// browser can open.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if err != nil {
		return a.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}

// wait returns when everything has ended, with the first failure.
func (s *site) wait() error {
	err := s.group.Wait()
	s.stop()
	return errors.Join(err, s.shut())
}

// shut closes what start has opened, as far as it came. The listeners that have
// been served are closed already, which is no failure.
func (s *site) shut() error {
	for _, l := range []net.Listener{s.http, s.smtp, s.lmtp, s.metrics} {
		if l != nil {
			l.Close()
		}
	}
	if s.leave != nil {
		s.leave()
	}
	var err error
	if s.house != nil {
		err = s.close()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	return err
}

// lock makes sure that one process serves a data folder. The system frees the
// lock when the process ends, however it ends.
func (c *config) lock() (*os.File, error) {
	if _, err := c.database(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be made: %w", c.Data, reason(err))
	}
	f, err := os.OpenFile(filepath.Join(c.Data, "picus.lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("the data folder %s cannot be written: %w", c.Data, reason(err))
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("another Picus serves the data folder %s already", c.Data)
	}
	return f, nil
}

// spellTags brings the tags of an older Picus up to date. A tag that is not is found by
// its name alone, which is no reason to stop.
func (s *site) spellTags(ctx context.Context) error {
	if err := s.items.SpellTags(ctx); err != nil && ctx.Err() == nil {
		slog.Error("note how tags are found", "error", err)
	}
	return nil
}

// findLinks has the pages of threads know of the links that an older Picus, or an import,
// did not follow. A page without them is no reason to stop.
func (s *site) findLinks(ctx context.Context) error {
	if err := s.items.FindLinks(ctx); err != nil && ctx.Err() == nil {
		slog.Error("note where links lead", "error", err)
	}
	return nil
}
