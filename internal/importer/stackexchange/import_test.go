package stackexchange_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/importer"
	"picus/internal/importer/stackexchange"
	"picus/internal/item"
	"picus/internal/job"
)

// site is a fresh site that dumps are imported into.
type site struct {
	*testing.T
	db    *db.DB
	rooms stackexchange.Rooms
	clock time.Time
}

func newSite(t *testing.T, d *db.DB) *site {
	t.Helper()
	s := &site{T: t, db: d, clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return s.clock }
	jobs := job.New(d, now)
	accounts := account.New(d, jobs, now)
	if err := accounts.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.rooms = stackexchange.Rooms{DB: d, Accounts: accounts, Forum: forum.New(&item.Store{DB: d, Jobs: jobs, Now: now})}
	return s
}

// each runs test on a fresh site on both databases.
func each(t *testing.T, test func(s *site)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(newSite(t, d)) })
}

func (s *site) bring(o stackexchange.Options) importer.Summary {
	s.Helper()
	sum, err := stackexchange.Import(s.Context(), s.rooms, o)
	if err != nil {
		s.Fatalf("Import(%s) = %v", o.Dir, err)
	}
	return sum
}

// count returns the number that a query selects.
func (s *site) count(query string, args ...any) int {
	s.Helper()
	n, err := db.Value[int](s.Context(), s.db, query, args...)
	if err != nil {
		s.Fatalf("%s: %v", query, err)
	}
	return n
}

// word returns the text that a query selects.
func (s *site) word(query string, args ...any) string {
	s.Helper()
	text, err := db.Value[string](s.Context(), s.db, query, args...)
	if err != nil {
		s.Fatalf("%s: %v", query, err)
	}
	return text
}

// target returns what a row of the dump became.
func (s *site) target(key string) int64 {
	s.Helper()
	id, err := db.Value[int64](s.Context(), s.db, "SELECT target FROM origin WHERE key = ?", key)
	if err != nil {
		s.Fatalf("the origin %s: %v", key, err)
	}
	return id
}

func (s *site) status(key string) string {
	s.Helper()
	return s.word("SELECT status FROM item WHERE id = ?", s.target(key))
}

// member makes somebody who takes part here.
func (s *site) member(name string, role account.Role) account.User {
	s.Helper()
	u := account.User{Name: name, Display: name, Role: role, Status: account.Active}
	err := s.db.Write(s.Context(), func(tx *db.Tx) (err error) {
		u.ID, err = tx.Insert(s.Context(), `
			INSERT INTO account (name, name_key, display, status, role, reply_key, created)
			VALUES (?, ?, ?, 'active', ?, ?, 0) RETURNING id`, name, name, name, role, []byte("0123456789abcdef"))
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
	return u
}

// small is a dump of a few rows; files are changed with its methods.
type small struct {
	t                      *testing.T
	dir                    string
	users, posts, comments []string
}

const (
	ada      = `<row Id="1" DisplayName="Ada" />`
	bob      = `<row Id="2" DisplayName="Bob" />`
	question = `<row Id="10" PostTypeId="1" AcceptedAnswerId="11" CreationDate="2020-01-01T10:00:00.120" Score="3" Body="&lt;p&gt;Why &lt;em&gt;hops&lt;/em&gt;?&lt;/p&gt;" OwnerUserId="1" Title="Why hops?" Tags="&lt;hops&gt;&lt;ale&gt;" />`
	answer   = `<row Id="11" PostTypeId="2" ParentId="10" CreationDate="2020-01-02T10:00:00.000" Score="5" Body="&lt;p&gt;Because.&lt;/p&gt;" OwnerUserId="2" />`
	other    = `<row Id="12" PostTypeId="2" ParentId="10" CreationDate="2020-01-03T10:00:00.000" Score="-1" Body="&lt;p&gt;No idea.&lt;/p&gt;" OwnerDisplayName="user77" />`
	comment  = `<row Id="20" PostId="11" Score="1" Text="1. Thanks &lt;b&gt;" CreationDate="2020-01-04T10:00:00.000" UserId="1" />`
)

func newSmall(t *testing.T) *small {
	return &small{t: t, dir: filepath.Join(t.TempDir(), "hops.stackexchange.com-2020-03"), users: []string{ada, bob},
		posts: []string{question, answer, other}, comments: []string{comment}}
}

// write puts the files into the folder and returns the options that import it.
func (d *small) write() stackexchange.Options {
	d.t.Helper()
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		d.t.Fatal(err)
	}
	for name, rows := range map[string][]string{"Users.xml": d.users, "Posts.xml": d.posts, "Comments.xml": d.comments} {
		root := strings.ToLower(strings.TrimSuffix(name, ".xml"))
		text := "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<" + root + ">\n  " + strings.Join(rows, "\n  ") + "\n</" + root + ">"
		if err := os.WriteFile(filepath.Join(d.dir, name), []byte(text), 0o644); err != nil {
			d.t.Fatal(err)
		}
	}
	return stackexchange.Options{Dir: d.dir}
}
