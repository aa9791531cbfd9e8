package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sync/errgroup"

	"picus/web"
)

type serveCmd struct {
	Listen  string `help:"Address of the site." env:"PICUS_LISTEN" default:":8080" placeholder:"ADDR"`
	SMTP    string `help:"Address of the mail door; empty: closed." env:"PICUS_SMTP" default:"localhost:2525" placeholder:"ADDR"`
	LMTP    string `help:"Address of the door for a mail server on this machine; empty: closed." env:"PICUS_LMTP" default:"localhost:2524" placeholder:"ADDR"`
	Metrics string `help:"Address of the Prometheus metrics; empty: none." env:"PICUS_METRICS" placeholder:"ADDR"`
}

// Run serves until the process is told to stop.
func (s *serveCmd) Run(ctx context.Context, c *config) error {
	running, err := s.start(ctx, c, os.Stdout)
	if err != nil {
		return err
	}
	return running.wait()
}

// site is a running house: what `picus serve` and the browser tests start.
type site struct {
	*house
	URL        string // of the site as it listens
	SMTP, LMTP net.Addr
	group      *errgroup.Group
	stop       context.CancelFunc
	lock       *os.File
}

// start opens the doors and returns when they are open. Everything it started
// ends with ctx; wait returns then.
func (s *serveCmd) start(ctx context.Context, c *config, out io.Writer) (*site, error) {
	lock, err := c.lock()
	if err != nil {
		return nil, err
	}
	h, err := c.open(ctx)
	if err != nil {
		lock.Close()
		return nil, err
	}
	doors, err := s.listen()
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	if err := h.jobs.Recover(ctx); err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	return s.welcome(ctx, c, h, doors, lock, out)
}

// doors are the open listeners; nil is a door that is closed.
type doors struct{ http, smtp, lmtp net.Listener }

func (s *serveCmd) listen() (d doors, err error) {
	for _, door := range []struct {
		name, addr string
		l          *net.Listener
	}{{"the site", s.Listen, &d.http}, {"mail (SMTP)", s.SMTP, &d.smtp}, {"mail (LMTP)", s.LMTP, &d.lmtp}} {
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
	return d, nil
}

// welcome starts the rooms and says where they are.
func (s *serveCmd) welcome(ctx context.Context, c *config, h *house, d doors, lock *os.File, out io.Writer) (*site, error) {
	proxies, err := prefixes("trusted-proxies", c.TrustedProxies)
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	code, err := h.accounts.SetupCode(ctx)
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	domain, err := c.mailDomain()
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	app, err := web.New(web.Config{BaseURL: c.BaseURL, Site: c.Site, MailDomain: domain, Trusted: proxies, Dev: c.Dev},
		web.Rooms{Accounts: h.accounts, Forum: h.forum, Items: h.items, Mail: h.mail, Wiki: h.wiki, Blog: h.blog})
	if err != nil {
		return nil, errors.Join(err, h.close(), lock.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	running := &site{house: h, group: group, stop: stop, lock: lock, URL: "http://" + reachable(d.http.Addr())}
	group.Go(func() error { return app.Serve(ctx, d.http) })
	group.Go(func() error { h.jobs.Run(ctx); return nil })
	group.Go(func() error { h.mail.Run(ctx); return nil })
	if d.smtp != nil {
		running.SMTP = d.smtp.Addr()
		group.Go(func() error { return h.mail.ServeSMTP(ctx, d.smtp) })
	}
	if d.lmtp != nil {
		running.LMTP = d.lmtp.Addr()
		group.Go(func() error { return h.mail.ServeLMTP(ctx, d.lmtp) })
	}
	running.greet(out, code)
	return running, nil
}

func (s *site) greet(out io.Writer, code string) {
	fmt.Fprintf(out, "Picus %s serves %s\n", version, s.URL)
	if s.SMTP != nil {
		fmt.Fprintf(out, "Mail comes in by SMTP on %s", s.SMTP)
		if s.LMTP != nil {
			fmt.Fprintf(out, " and by LMTP on %s", s.LMTP)
		}
		fmt.Fprintln(out)
	}
	if code != "" {
		fmt.Fprintf(out, "\nThere is no administrator yet. Open %s/setup and enter this set-up code:\n\n    %s\n\n", s.URL, code)
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
	slog.Info("stopped")
	return errors.Join(err, s.close(), s.lock.Close())
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
