package mail_test

import (
	"context"
	"fmt"
	"io"
	netmail "net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	gomessage "github.com/emersion/go-message"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail"
	"picus/mail/message"
)

// sender is a site whose mail goes to a sink.
type sender struct {
	testing.TB
	db      *db.DB
	items   *item.Store
	forum   *forum.Forum
	people  *account.Accounts
	gateway *mail.Gateway
	sink    *sink
	conf    mail.Config
	admin   account.User
	ada     account.User
	clock   atomic.Int64 // milliseconds; the workers read it as well
	stop    func()
}

// eachSender runs a test on both engines, with a board "python" that ada writes in.
func eachSender(t *testing.T, test func(t *testing.T, s *sender)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := newSender(t, d, sink, mail.Config{Relay: sink.url()})
		s.run()
		test(t, s)
	})
}

func newSender(t testing.TB, d *db.DB, sink *sink, conf mail.Config) *sender {
	t.Helper()
	conf.BaseURL, conf.Site = "https://talk.example", "Talk"
	if conf.Domain == "" {
		conf.Domain = "lists.example"
	}
	dbtest.Searched(t, d, lookedThrough...)
	s := &sender{TB: t, db: d, sink: sink, conf: conf, stop: func() {}}
	s.clock.Store(time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC).UnixMilli())
	s.open()
	s.admin, s.ada = s.person("admin", ""), s.person("ada", "")
	s.exec("UPDATE account SET role = 'administrator' WHERE id = ?", s.admin.ID)
	s.admin.Role = account.Administrator
	s.board(forum.Board{Slug: "python", Title: "Python", MayPost: 1})
	return s
}

// open furnishes the site anew, as a start of the program does.
func (s *sender) open() {
	s.Helper()
	now := func() time.Time { return time.UnixMilli(s.clock.Load()).UTC() }
	jobs := job.New(s.db, now)
	s.items = &item.Store{DB: s.db, Jobs: jobs, Now: now}
	s.forum = forum.New(s.items)
	s.people = account.New(s.db, jobs, now)
	if err := s.people.Open(s.Context()); err != nil {
		s.Fatal(err)
	}
	s.gateway = mail.New(s.conf, s.forum, s.items, s.people)
	if err := s.gateway.Open(s.Context()); err != nil {
		s.Fatal(err)
	}
}

// run starts the queue and the sending pool; stop ends them.
func (s *sender) run() {
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { s.items.Jobs.Run(ctx) })
	ended.Go(func() { s.gateway.Run(ctx) })
	s.stop = sync.OnceFunc(func() {
		cancel()
		ended.Wait()
	})
	s.Cleanup(s.stop)
}

// pass lets time go by.
func (s *sender) pass(d time.Duration) {
	s.clock.Add(d.Milliseconds())
	s.gateway.Wake()
}

func (s *sender) exec(query string, args ...any) {
	s.Helper()
	err := s.db.Write(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.Context(), query, args...)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

// person makes a member whose address is NAME@people.example.
func (s *sender) person(name, language string) account.User {
	s.Helper()
	return s.personAt(name, language, name+"@people.example")
}

func (s *sender) personAt(name, language, address string) account.User {
	s.Helper()
	u := account.User{Name: name, Display: name, Role: account.Member, Status: account.Active, Email: address, Lang: language}
	err := s.db.Write(s.Context(), func(tx *db.Tx) (err error) {
		u.ID, err = tx.Insert(s.Context(), `
			INSERT INTO account (name, name_key, display, email, email_key, status, role, lang, reply_key, created)
			VALUES (?, ?, ?, ?, ?, 'active', 'member', ?, ?, 0) RETURNING id`, name, name, name, u.Email, u.Email, language, []byte("key of "+name))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return u
}

func (s *sender) board(b forum.Board) forum.Board {
	s.Helper()
	made, err := s.forum.AddBoard(s.Context(), s.admin, b)
	if err != nil {
		s.Fatalf("AddBoard(%q) = %v", b.Slug, err)
	}
	return made
}

// watch subscribes a person by mail.
func (s *sender) watch(u account.User, target item.Target, id int64, level string) {
	s.Helper()
	if err := s.items.Subscribe(s.Context(), u, item.Subscription{Target: target, ID: id, Level: level, Channel: "mail"}); err != nil {
		s.Fatal(err)
	}
}

// reader is a member who has the board python by mail.
func (s *sender) reader(name, language string) account.User {
	s.Helper()
	u := s.person(name, language)
	s.watch(u, item.ToBoard, s.boardID("python"), "watch")
	return u
}

func (s *sender) boardID(slug string) int64 {
	s.Helper()
	b, err := s.forum.Board(s.Context(), s.admin, slug)
	if err != nil {
		s.Fatal(err)
	}
	return b.ID
}

func (s *sender) start(by account.User, n forum.NewThread) forum.Ref {
	s.Helper()
	if n.Board == "" {
		n.Board = "python"
	}
	if n.Kind == "" {
		n.Kind = forum.Discussion
	}
	if n.Body == "" {
		n.Body = "Some text."
	}
	if n.Via == "" {
		n.Via = item.Web
	}
	ref, err := s.forum.Start(s.Context(), by, n)
	if err != nil {
		s.Fatalf("Start(%q) = %v", n.Title, err)
	}
	return ref
}

func (s *sender) reply(by account.User, n forum.NewPost) forum.Ref {
	s.Helper()
	if n.Via == "" {
		n.Via = item.Web
	}
	ref, err := s.forum.Reply(s.Context(), by, n)
	if err != nil {
		s.Fatalf("Reply(%q) = %v", n.Body, err)
	}
	return ref
}

// outbox returns what the administrator sees, the newest first.
func (s *sender) outbox() []mail.Sent {
	s.Helper()
	all, err := s.gateway.Outbox(s.Context(), s.admin, 0, 1000)
	if err != nil {
		s.Fatal(err)
	}
	return all
}

// until waits for something that the workers bring about.
func (s *sender) until(what string, done func() bool) {
	s.Helper()
	deadline := time.After(aWhile)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline:
			s.Fatalf("%s did not come about; the outbox holds %+v", what, s.outbox())
		}
	}
}

// settled waits until the outbox holds n mails, all in one of the states.
func (s *sender) settled(n int, states ...mail.State) (all []mail.Sent) {
	s.Helper()
	s.until(fmt.Sprint(n, " mails that are ", states), func() bool {
		all = s.outbox()
		return len(all) == n && !slices.ContainsFunc(all, func(m mail.Sent) bool { return !slices.Contains(states, m.State) })
	})
	return all
}

// told waits until no job is left.
func (s *sender) told() {
	s.Helper()
	s.until("the end of all jobs", func() bool {
		n, err := db.Value[int](s.Context(), s.db, "SELECT count(*) FROM job")
		if err != nil {
			s.Fatal(err)
		}
		return n == 0
	})
}

// read parses a mail as a careful mail program does, and as our own reader does.
func (c caught) read(t testing.TB) (netmail.Header, *message.Message) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(c.raw))
	if err != nil {
		t.Fatalf("the mail to %s cannot be read: %v\n%s", c.to, err, c.raw)
	}
	return m.Header, message.Parse([]byte(c.raw))
}

// queue has the events told without a pool that sends.
func (s *sender) queue() {
	s.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { s.items.Jobs.Run(ctx) })
	s.told()
	cancel()
	ended.Wait()
}

func (s *sender) postURL(post int64) string {
	return s.conf.BaseURL + "/p/" + strconv.FormatInt(post, 10)
}

// decodedHTML returns the HTML part of a mail.
func decodedHTML(t testing.TB, c caught) string {
	t.Helper()
	e, err := gomessage.Read(strings.NewReader(c.raw))
	if err != nil {
		t.Fatal(err)
	}
	parts := e.MultipartReader()
	for {
		p, err := parts.NextPart()
		if err != nil {
			t.Fatalf("the mail has no HTML: %v", err)
		}
		if kind, _, _ := p.Header.ContentType(); kind == "text/html" {
			body, err := io.ReadAll(p.Body)
			if err != nil {
				t.Fatal(err)
			}
			return string(body)
		}
	}
}
