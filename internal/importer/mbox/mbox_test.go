package mbox_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/importer"
	"picus/internal/importer/mbox"
	"picus/internal/realdata"
	"picus/mail"
)

// site is a community with an empty board for an archive.
type site struct {
	*dbtest.House
	gateway *mail.Gateway
	forum   *forum.Forum
	admin   account.User
}

func eachSite(t *testing.T, test func(s *site)) {
	t.Helper()
	dbtest.EachHouse(t, func(h *dbtest.House) { test(openSite(h)) })
}

// openSite furnishes a house.
func openSite(h *dbtest.House) *site {
	h.Helper()
	s := &site{House: h, forum: forum.New(h.Items), admin: h.Person("admin", account.Administrator)}
	accounts := account.New(h.DB, h.Jobs, h.Items.Now)
	if err := accounts.Open(h.Context()); err != nil {
		h.Fatal(err)
	}
	s.gateway = mail.New(mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"}, s.forum, h.Items, accounts)
	if _, err := s.forum.AddBoard(h.Context(), s.admin, forum.Board{Slug: "erofs", Title: "EROFS", MayPost: 1}); err != nil {
		h.Fatal(err)
	}
	return s
}

func (s *site) options(files ...string) mbox.Options {
	return mbox.Options{Board: "erofs", Files: files, Temp: s.TempDir()}
}

func (s *site) load(files ...string) importer.Summary {
	s.Helper()
	sum, err := mbox.Import(s.Context(), s.gateway, s.options(files...))
	if err != nil {
		s.Fatalf("Import(%q) = %v", files, err)
	}
	return sum
}

// filed is a mail that was imported.
type filed struct{ mid, rule, thread, author, title string }

func (s *site) filed() []filed {
	s.Helper()
	all, err := db.All(s.Context(), s.DB, func(r db.Row) (f filed, err error) {
		var thread int64
		err = r.Scan(&f.mid, &f.rule, &thread, &f.author, &f.title)
		f.thread = fmt.Sprint(thread)
		return f, err
	}, `SELECT m.message_id, m.rule, p.thread, a.display, i.title
		FROM message m JOIN post p ON p.item = m.item JOIN item i ON i.id = m.item JOIN account a ON a.id = i.author ORDER BY m.item`)
	if err != nil {
		s.Fatal(err)
	}
	return all
}

func (s *site) count(query string) int {
	s.Helper()
	n, err := db.Value[int](s.Context(), s.DB, query)
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// write makes a file of mails, each given as its lines.
func (s *site) write(name string, mails ...string) string {
	s.Helper()
	var b strings.Builder
	for _, m := range mails {
		b.WriteString("From someone Mon Nov 23 12:00:00 2020\n" + m + "\n\n")
	}
	path := filepath.Join(s.TempDir(), name)
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		s.Fatal(err)
	}
	return path
}

func simple(id, from, date, subject, more string) string {
	return "From: " + from + "\nDate: " + date + "\nSubject: " + subject + "\nMessage-ID: <" + id + ">\n" + more + "\nText of " + id
}

func TestThreadsOfRealArchivesAreTheUnionOfTheirIDs(t *testing.T) {
	eachSite(t, func(s *site) {
		archives := []string{realdata.Open(s, "linux-erofs-3500.mbox.gz"), realdata.Open(s, "linux-erofs-zh-threads.mbox.gz")}
		if s.DB.Postgres() {
			archives = archives[1:] // the order of writes is the same on both engines
		}
		c := components{map[string]string{}}
		for _, a := range archives {
			if sum := s.load(a); sum.New == 0 || sum.New+sum.Known != sum.Read || sum.Refused > 0 {
				s.Errorf("the import of %s did %+v; want everything taken", a, sum)
			}
			c.read(s, a)
		}
		s.compare(&c)
		if again := s.load(archives...); again.New != 0 || again.Known != again.Read {
			s.Errorf("importing once more did %+v; want everything known", again)
		}
	})
}

func TestImportIsResumed(t *testing.T) {
	eachSite(t, func(s *site) {
		archive := realdata.Open(s, "linux-erofs-zh-threads.mbox.gz")
		ctx, cancel := context.WithCancel(s.Context())
		o := s.options(archive)
		o.Progress = func(done, total int64) {
			if done > total*3/4 {
				cancel()
			}
		}
		if _, err := mbox.Import(ctx, s.gateway, o); !errors.Is(err, context.Canceled) {
			s.Fatalf("the import that was stopped = %v", err)
		}
		before := s.count("SELECT count(*) FROM post")
		sum := s.load(archive)
		if before == 0 || sum.Known < before || sum.New == 0 {
			s.Errorf("%d posts before; then %+v", before, sum)
		}
		c := components{map[string]string{}}
		c.read(s, archive)
		s.compare(&c)
		if posts, mails := s.count("SELECT count(*) FROM post"), s.count("SELECT count(*) FROM message"); posts != mails {
			s.Errorf("there are %d posts of %d mails", posts, mails)
		}
	})
}

func TestOrderIsThatOfTheConversation(t *testing.T) {
	eachSite(t, func(s *site) {
		archive := s.write("a.mbox",
			simple("reply@x", "Bob <bob@example.net>", "Tue, 24 Nov 2020 10:00:00 +0000", "Re: [erofs] Begin", "In-Reply-To: <root@x>\n"),
			simple("early@x", "Eve <eve@example.net>", "Sat, 01 Jan 2000 00:00:00 +0000", "Re: Begin", "References: <root@x> <reply@x>\n"), // her clock stood still
			simple("other@x", "Ann <ann@example.net>", "Sun, 22 Nov 2020 10:00:00 +0000", "Older?", ""),
			simple("root@x", "Ann <ann@example.net>", "Mon, 23 Nov 2020 10:00:00 +0000", "[erofs] [PATCH] Begin", ""),
		)
		if sum := s.load(archive); sum.New != 4 {
			s.Fatalf("Import() = %+v; want 4 new", sum)
		}
		var order []string // of the one thread; threads are filed side by side
		var root filed
		for _, f := range s.filed() {
			if f.mid != "other@x" {
				order = append(order, f.mid)
			}
			if f.mid == "root@x" {
				root = f
			}
		}
		if want := []string{"root@x", "reply@x", "early@x"}; !slices.Equal(order, want) {
			s.Errorf("the order is %q; want %q", order, want)
		}
		if root.title != "[PATCH] Begin" || root.author != "Ann" {
			s.Errorf("the thread is %q by %s; want the root's subject and author", root.title, root.author)
		}
		post, err := s.forum.ByMessageID(s.Context(), account.User{}, "early@x")
		if err != nil || post.Source != "Text of early@x" {
			s.Errorf("ByMessageID() = %+v, %v", post, err)
		}
		parent, err := s.forum.ByMessageID(s.Context(), account.User{}, "reply@x")
		if err != nil || post.Parent != parent.ID {
			s.Errorf("the parent is %d, %v; want the post of reply@x, %d", post.Parent, err, parent.ID)
		}
		if kind := s.count("SELECT count(*) FROM thread WHERE kind = 'question'"); kind != 1 {
			s.Errorf("%d threads are questions; want the one whose subject asks", kind)
		}
		if n := s.count("SELECT count(*) FROM job"); n != 0 {
			s.Errorf("%d jobs wait; history is no news", n)
		}
	})
}

func TestAuthorsBehindLists(t *testing.T) {
	eachSite(t, func(s *site) {
		s.load(s.write("a.mbox",
			simple("1@x", "Ann Lee via erofs <erofs@lists.example>", "Mon, 23 Nov 2020 10:00:00 +0000", "One", "Reply-To: Ann Lee <ann@example.net>\nList-Post: <mailto:erofs@lists.example>\n"),
			simple("2@x", "ann at example.net (Ann Lee)", "Mon, 23 Nov 2020 11:00:00 +0000", "Two", ""),
			simple("3@x", "Ann Lee <ANN@example.net>", "Mon, 23 Nov 2020 12:00:00 +0000", "Three", ""),
			simple("4@x", "somebody", "Mon, 23 Nov 2020 13:00:00 +0000", "Four", ""),
		))
		authors := map[string]string{} // threads are filed side by side, in no order
		for _, f := range s.filed() {
			authors[f.mid] = f.author
		}
		if want := map[string]string{"1@x": "Ann Lee", "2@x": "Ann Lee", "3@x": "Ann Lee", "4@x": "somebody"}; !maps.Equal(authors, want) {
			s.Errorf("the authors are %q; want %q", authors, want)
		}
		if n := s.count("SELECT count(*) FROM account WHERE status = 'shadow'"); n != 2 {
			s.Errorf("there are %d shadows; want 2", n)
		}
		// A site's own export tells no address, but the handle, whatever the number of files.
		ours := func(id, handle string) string {
			return simple(id, "Bea <erofs@picus.example>", "Mon, 23 Nov 2020 14:00:00 +0000", "By "+id, "List-Id: EROFS <erofs.picus.example>\nX-Picus-Author: "+handle+"\n")
		}
		s.load(s.write("b.mbox", ours("5@x", "bea"), ours("6@x", "bea")))
		s.load(s.write("c.mbox", ours("7@x", "bea"), ours("8@x", "bea-the-other"), ours("9@x", "admin")))
		if n := s.count("SELECT count(*) FROM account WHERE status = 'shadow' AND display = 'Bea' AND email IS NULL"); n != 3 {
			s.Errorf("there are %d shadows called Bea; want 3: bea, bea-the-other, and one whose handle is kept for the site", n)
		}
	})
}

func TestLiveMailJoinsAnImportedThread(t *testing.T) {
	eachSite(t, func(s *site) {
		s.load(s.write("a.mbox", simple("root@x", "Ann <ann@example.net>", "Mon, 23 Nov 2020 10:00:00 +0000", "Begin", "")))
		raw := "From: admin@example.org\nSubject: Re: Begin\nMessage-ID: <live@x>\nIn-Reply-To: <root@x>\n\nLive.\n"
		if errs := s.gateway.Receive(s.Context(), mail.Envelope{From: "admin@example.org", To: []string{"erofs@picus.example"}, Raw: []byte(raw)}); errs[0] != nil {
			s.Fatal(errs[0])
		}
		// And the archive goes on, with an answer to the live mail that is not read yet.
		s.load(s.write("b.mbox", simple("late@x", "Bob <bob@example.net>", "Tue, 24 Nov 2020 10:00:00 +0000", "Re: Begin", "In-Reply-To: <root@x>\nReferences: <root@x> <live@x>\n")))
		s.work()
		if n := s.count("SELECT count(DISTINCT thread) FROM post"); n != 1 {
			s.Errorf("there are %d threads; want 1", n)
		}
		if n := s.count("SELECT count(*) FROM post"); n != 3 {
			s.Errorf("there are %d posts; want 3", n)
		}
	})
}

// work runs the queue until every mail has been read.
func (s *site) work() {
	s.Helper()
	ctx, stop := context.WithCancel(s.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		s.Jobs.Run(ctx)
	}()
	for s.count("SELECT count(*) FROM message WHERE fate = 'received'") > 0 {
		if s.Context().Err() != nil {
			s.Fatal("the mails were not read in time")
		}
	}
	stop()
	<-ended
}

func TestWhatCannotBeTakenIsNamed(t *testing.T) {
	eachSite(t, func(s *site) {
		archive := s.write("a.mbox",
			simple("1@x", "Ann <ann@example.net>", "Mon, 23 Nov 2020 10:00:00 +0000", "One", ""),
			"From: Ann <ann@example.net>\nSubject: Empty\nMessage-ID: <empty@x>\n\n",
			simple("2@x", "Ann <ann@example.net>", "no date at all", "Two", ""),
		)
		for _, dry := range []bool{true, false} {
			o := s.options(archive)
			o.DryRun = dry
			sum, err := mbox.Import(s.Context(), s.gateway, o)
			if err != nil || sum.Read != 3 || sum.New != 2 || sum.Refused != 1 {
				s.Fatalf("Import(dry %v) = %+v, %v; want 2 new, 1 refused", dry, sum, err)
			}
			if r := sum.Refusals[0]; !strings.HasPrefix(r.Where, archive+", byte ") || r.Reason != "There is no text yet." {
				s.Errorf("the refusal is %+v", r)
			}
			if n := s.count("SELECT count(*) FROM post"); dry && n != 0 {
				s.Errorf("a dry run wrote %d posts", n)
			}
		}
		for _, o := range []mbox.Options{
			{Board: "nowhere", Files: []string{archive}},
			{Board: "erofs", Files: []string{filepath.Join(s.TempDir(), "missing.mbox")}},
			{Board: "erofs", Files: []string{s.TempDir()}},
		} {
			if _, err := mbox.Import(s.Context(), s.gateway, o); err == nil {
				s.Errorf("Import(%+v) succeeds", o)
			}
		}
	})
}

func TestMaildir(t *testing.T) {
	eachSite(t, func(s *site) {
		dir := s.TempDir()
		for path, text := range map[string]string{
			"cur/1606125600.1.host:2,S":      simple("1@x", "Ann <ann@example.net>", "Mon, 23 Nov 2020 10:00:00 +0000", "One", ""),
			"new/1606125700.2.host":          simple("2@x", "Bob <bob@example.net>", "Mon, 23 Nov 2020 10:01:00 +0000", "Re: One", "In-Reply-To: <1@x>\n"),
			".Old/cur/1500000000.3.host:2,S": simple("3@x", "Bob <bob@example.net>", "Mon, 23 Nov 2015 10:01:00 +0000", "Old", ""),
			"tmp/1606125800.4.host":          simple("4@x", "Bob <bob@example.net>", "Mon, 23 Nov 2020 10:01:00 +0000", "Half written", ""),
		} {
			path = filepath.Join(dir, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				s.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				s.Fatal(err)
			}
		}
		if sum := s.load(dir); sum.New != 3 {
			s.Errorf("Import() = %+v; want 3 new", sum)
		}
		if n := s.count("SELECT count(DISTINCT thread) FROM post"); n != 2 {
			s.Errorf("there are %d threads; want 2", n)
		}
	})
}
