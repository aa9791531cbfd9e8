package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"regexp"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/dbtest"
)

// community is the whole program on free ports, as `picus serve` starts it.
type community struct {
	*testing.T
	*site
	terminal string // what was printed at the start
	relay    *relay // where its mail goes; nil: its outbox
}

const password = "a woodpecker knocks twice"

// eachEngine runs a test on SQLite and, where a server is given, on PostgreSQL.
func eachEngine(t *testing.T, test func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, "") })
	if database := dbtest.Postgres(t); database != "" {
		t.Run("postgres", func(t *testing.T) { test(t, database) })
	}
}

// settle starts the program; it ends with the test. Its links begin with
// http://localhost, because the port is known only after the start.
func settle(t *testing.T, database string, r *relay) *community {
	t.Helper()
	conf := config{Data: t.TempDir(), Database: database, BaseURL: "http://localhost", Site: "Picus", MailDomain: "picus.example", MailTrusted: []string{"127.0.0.0/8", "::1/128"}}
	if r != nil {
		conf.Relay = "smtp://" + r.address
	}
	serve := serveCmd{Listen: "localhost:0", SMTP: "localhost:0", LMTP: "localhost:0"}
	var out bytes.Buffer
	s, err := serve.start(t.Context(), &conf, &out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		if err := s.wait(); err != nil {
			t.Errorf("the program ended with %v", err)
		}
	})
	return &community{T: t, site: s, terminal: out.String(), relay: r}
}

var setupCode = regexp.MustCompile(`(?m)^    (\S+)$`)

// setUp makes the administrator in the browser, with the code from the terminal.
func (c *community) setUp() *visitor {
	c.Helper()
	code := setupCode.FindStringSubmatch(c.terminal)
	if code == nil {
		c.Fatalf("no set-up code was printed: %q", c.terminal)
	}
	keeper := c.visitor()
	first := keeper.open("/")
	first.follow("/setup").send("/setup", "code", code[1], "name", "keeper", "email", "keeper@example.org", "password", password).at("/")
	return keeper
}

// member makes an account behind the scenes and signs in with it in the browser.
func (c *community) member(name string, role account.Role) *visitor {
	c.Helper()
	_, err := c.accounts.Add(c.Context(), account.Registration{Name: name, Email: name + "@example.org", Password: password}, role)
	if err != nil {
		c.Fatal(err)
	}
	v := c.visitor()
	v.signIn(name, password)
	return v
}

// visitor is somebody with a browser that follows redirects and keeps cookies.
type visitor struct {
	*community
	http.Client
}

func (c *community) visitor() *visitor {
	c.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		c.Fatal(err)
	}
	return &visitor{community: c, Client: http.Client{Jar: jar, Timeout: patience}}
}

func (v *visitor) signIn(who, password string) *page {
	v.Helper()
	return v.open("/login").send("/login", "who", who, "password", password).at("/")
}

// eventually waits until something is so, and fails the test when it does not come to that.
// It then tells what it came to instead, where the test says so.
func (c *community) eventually(what string, so func() bool, instead ...*string) {
	c.Helper()
	late := time.After(patience)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for !so() {
		select {
		case <-late:
			for _, text := range instead {
				what += fmt.Sprintf("; it is %q", *text)
			}
			c.Fatalf("not so after %v: %s", patience, what)
		case <-again.C:
		}
	}
}

// Behind a proxy only the address that people type has the cookies' scheme and host.
func TestTheSetUpIsOpenedWherePeopleFindTheSite(t *testing.T) {
	conf := config{Data: t.TempDir(), BaseURL: "https://forum.example.org/"}
	if got := greeting(t, conf); !strings.Contains(got, "Open https://forum.example.org/setup and enter") {
		t.Errorf("the terminal says %q", got)
	}
}

func TestTheTerminalNamesTheMailboxWithoutItsPassword(t *testing.T) {
	conf := config{Data: t.TempDir(), BaseURL: "http://localhost", MailDomain: "picus.example", IMAP: "imaps://picus:geheim@127.0.0.1:1/Lists"}
	if got := greeting(t, conf); !strings.Contains(got, "Mail is taken by IMAP out of picus@127.0.0.1/Lists\n") || strings.Contains(got, "geheim") {
		t.Errorf("the terminal says %q", got)
	}
}

// greeting is what a site says on the terminal when it starts.
func greeting(t *testing.T, conf config) string {
	t.Helper()
	serve := serveCmd{Listen: "localhost:0"}
	var out bytes.Buffer
	s, err := serve.start(t.Context(), &conf, &out)
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	if err := s.wait(); err != nil {
		t.Error(err)
	}
	return out.String()
}
