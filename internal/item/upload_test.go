package item_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/job"
)

// shelf is a store of files with two people, at a time that the test sets.
type shelf struct {
	*testing.T
	*item.Store
	ada, bob account.User
	at       time.Time
}

func newShelf(t *testing.T, d *db.DB) *shelf {
	t.Helper()
	s := &shelf{T: t, at: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return s.at }
	s.Store = &item.Store{DB: d, Jobs: job.New(d, now), Now: now}
	accounts := account.New(d, s.Jobs, now)
	s.must(accounts.Open(t.Context()))
	for name, u := range map[string]*account.User{"ada": &s.ada, "bob": &s.bob} {
		made, err := accounts.Add(t.Context(), account.Registration{Name: name, Email: name + "@example.org", Password: "a woodpecker knocks twice"}, account.Member)
		s.must(err)
		*u = made
	}
	return s
}

func (s *shelf) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func (s *shelf) keep(by account.User, name string, data []byte) item.Upload {
	s.Helper()
	u, err := s.Keep(s.Context(), by, item.Sent{Name: name, Data: data, Via: item.Web})
	s.must(err)
	return u
}

// everybody may see whatever mentions a file.
func everybody(context.Context, account.User, item.Kind, int64, string) error { return nil }

func (s *shelf) read(by account.User, id string) ([]byte, error) {
	f, err := s.File(s.Context(), by, id, false, everybody)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(f.Content)
	if err == nil && int64(len(data)) != f.Length {
		s.Errorf("the file holds %d bytes and says %d", len(data), f.Length)
	}
	return data, err
}

func (s *shelf) count(table string) int {
	s.Helper()
	n, err := db.Value[int](s.Context(), s.DB, "SELECT count(*) FROM "+table)
	s.must(err)
	return n
}

// post writes something that mentions files.
func (s *shelf) post(by account.User, space int64, f item.Format, source string, files ...string) int64 {
	s.Helper()
	var saved item.Saved
	s.must(s.DB.Write(s.Context(), func(tx *db.Tx) (err error) {
		saved, err = s.Create(s.Context(), tx, item.New{Kind: item.Thread, Space: space, Author: by, Status: item.Live, Via: item.Mail, At: s.at, Files: files,
			Text: item.Render("A title", f, source, true, nil)})
		return err
	}))
	return saved.Item
}

func (s *shelf) html(id int64) string {
	s.Helper()
	html, err := db.Value[string](s.Context(), s.DB, "SELECT r.html FROM item i JOIN revision r ON r.id = i.head_rev WHERE i.id = ?", id)
	s.must(err)
	return html
}

func (s *shelf) board() int64 {
	s.Helper()
	b, err := s.AddSpace(s.Context(), item.Space{Kind: "board", Slug: "python", Title: "Python"})
	s.must(err)
	return b.ID
}

func TestAFileIsKeptOnceAndReadAsItWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newShelf(t, d)
		data := []byte(strings.Repeat("a line of a long log\n", 150_000)) // three parts
		one, two := s.keep(s.ada, "one.log", data), s.keep(s.ada, "two.log", data)
		if one.ID == two.ID || s.keep(s.ada, "one.log", data).ID != one.ID {
			t.Errorf("the uploads are %s and %s; the same name and bytes are one upload, another name is another", one.ID, two.ID)
		}
		if got, err := s.read(s.ada, one.ID); err != nil || !bytes.Equal(got, data) {
			t.Errorf("read %d bytes, %v; want %d", len(got), err, len(data))
		}
		if blobs, parts := s.count("blob"), s.count("blob_part"); blobs != 1 || parts != 4 {
			t.Errorf("the content is kept %d times in %d parts; want once in 4", blobs, parts)
		}
		s.must(s.CheckFiles(t.Context()))
		s.must(d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE blob_part SET data = ? WHERE seq = 1", []byte("another line"))
			return err
		}))
		if err := s.CheckFiles(t.Context()); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("CheckFiles() of a damaged file = %v", err)
		}
	})
}

func TestWhatNothingMentionsIsForgotten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newShelf(t, d)
		used, idle := s.keep(s.ada, "used.txt", []byte("used")), s.keep(s.ada, "idle.txt", []byte("idle"))
		// A crash has left a content of which only a part was written.
		s.must(d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(t.Context(), "INSERT INTO blob (sha256, size, touched) VALUES (?, 5, ?)", []byte("half"), s.at.UnixMilli()); err != nil {
				return err
			}
			_, err := tx.Exec(t.Context(), "INSERT INTO blob_part (sha256, seq, data) VALUES (?, 0, ?)", []byte("half"), []byte("x"))
			return err
		}))
		s.post(s.ada, s.board(), item.Markdown, "See "+used.Markdown())
		drafted := s.keep(s.ada, "drafted.txt", []byte("drafted"))
		_, err := s.KeepDraft(t.Context(), s.ada, item.Unsent{Place: "/b/python/new", Kind: "question", Title: "A title", Body: "Look: " + drafted.Markdown()})
		s.must(err)
		s.at = s.at.Add(25 * time.Hour)
		s.must(s.SweepFiles(t.Context()))
		if got := s.count("blob"); got != 3 || s.count("blob_part") != 3 || s.count("upload") != 3 {
			t.Errorf("after a day there are %d contents; want 3, without the half one", got)
		}
		s.at = s.at.Add(30 * 24 * time.Hour)
		s.must(s.SweepFiles(t.Context()))
		if _, err := s.read(s.ada, idle.ID); !fault.Is(err, fault.Missing) || s.count("blob") != 2 {
			t.Errorf("a month later a file that nothing mentions is read with %v; %d contents", err, s.count("blob"))
		}
		if got, err := s.read(account.User{}, used.ID); err != nil || string(got) != "used" {
			t.Errorf("a month later a file that is mentioned is %q, %v", got, err)
		}
		if got, err := s.read(s.ada, drafted.ID); err != nil || string(got) != "drafted" {
			t.Errorf("a month later the file of a draft is %q, %v", got, err)
		}
	})
}

func TestFilesOfAMailStandBelowItsText(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newShelf(t, d)
		mine, other := s.keep(s.ada, "trace.log", []byte(strings.Repeat("x", 2000))), s.keep(s.bob, "secret.txt", []byte("bob's"))
		id := s.post(s.ada, s.board(), item.PlainText, "It *fails*, see the log.", mine.ID, other.ID)
		want := "<ul class=\"files\">\n<li><a href=\"" + mine.Path() + "\">trace.log</a> (2 KB)</li>\n</ul>\n"
		if got := s.html(id); !strings.HasSuffix(got, want) || !strings.Contains(got, "*fails*") || strings.Contains(got, "secret") {
			t.Errorf("the post is %q; want the log below it and nothing of bob's", got)
		}
		if _, err := s.read(s.ada, other.ID); !fault.Is(err, fault.Missing) {
			t.Errorf("ada reads bob's file: %v", err)
		}
		// An edit keeps what is listed, and does not list what is mentioned.
		edit := func(source string) string {
			s.must(d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := s.Update(t.Context(), tx, item.Change{Item: id, Author: s.ada, Via: item.Web, At: s.at, Text: item.Render("A title", item.Markdown, source, true, nil)})
				return err
			}))
			return s.html(id)
		}
		if got := edit("Solved."); !strings.HasSuffix(got, want) {
			t.Errorf("after an edit the post is %q; want the list below it", got)
		}
		if got := edit("Solved: " + mine.Markdown()); strings.Contains(got, "files") || !strings.Contains(got, mine.Path()) {
			t.Errorf("after the file was mentioned the post is %q; want no list", got)
		}
	})
}

func TestTheRoomThatAFileBelongsToIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newShelf(t, d)
		u := s.keep(s.ada, "a.txt", []byte("a"))
		id := s.post(s.ada, s.board(), item.Markdown, u.Markdown())
		members := func(_ context.Context, by account.User, kind item.Kind, one int64, _ string) error {
			if kind != item.Thread || one != id {
				t.Errorf("the room is asked for the %s %d; want the thread %d", kind, one, id)
			}
			if !by.Signed() {
				return fault.Gone("There is nothing at this address.")
			}
			return nil
		}
		if f, err := s.File(t.Context(), s.bob, u.ID, false, members); err != nil || f.Public {
			t.Errorf("a member reads a file for members: %v, public: %v", err, f.Public)
		}
		if _, err := s.File(t.Context(), account.User{}, u.ID, false, members); !fault.Is(err, fault.Missing) {
			t.Errorf("a visitor reads a file for members: %v", err)
		}
		broken := errors.New("the disk is gone")
		down := func(context.Context, account.User, item.Kind, int64, string) error { return broken }
		if _, err := s.File(t.Context(), s.ada, u.ID, false, down); !errors.Is(err, broken) {
			t.Errorf("File() where the room has failed = %v; want its failure", err)
		}
	})
}
