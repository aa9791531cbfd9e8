package mbox_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/realdata"
)

// newSite is a site on SQLite with an empty board.
func newSite(t *testing.T) *site {
	t.Helper()
	h := &dbtest.House{T: t, DB: dbtest.SQLite(t), Clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.Clock }
	h.Jobs = job.New(h.DB, now)
	h.Items = &item.Store{DB: h.DB, Jobs: h.Jobs, Now: now}
	return openSite(h)
}

// placed is where a post stands, by whom and from when, in words that are the same on
// every site.
type placed struct{ thread, parent, author, at, title string }

// placed returns the posts of the board by their Message-ID.
func (s *site) placed() map[string]placed {
	s.Helper()
	type row struct {
		id, thread, parent int64
		mid                string
		placed
	}
	rows, err := db.All(s.Context(), s.DB, func(r db.Row) (p row, err error) {
		var at int64
		err = r.Scan(&p.id, &p.thread, &p.parent, &at, &p.author, &p.title, &p.mid)
		p.at = time.UnixMilli(at).UTC().Format(time.RFC3339)
		return p, err
	}, `SELECT p.item, p.thread, coalesce(i.parent, 0), p.created, a.display, root.title,
			coalesce((SELECT min(m.message_id) FROM message m WHERE m.item = p.item AND m.fate = 'posted'), '')
		FROM post p JOIN item i ON i.id = p.item JOIN item root ON root.id = p.thread JOIN account a ON a.id = i.author`)
	if err != nil {
		s.Fatal(err)
	}
	ids := map[int64]string{0: "nothing"}
	for _, r := range rows {
		if ids[r.id] = r.mid; r.mid == "" {
			ids[r.id] = s.gateway.MessageID(r.id)
		}
	}
	all := map[string]placed{}
	for _, r := range rows {
		r.placed.thread, r.placed.parent = ids[r.thread], ids[r.parent]
		all[ids[r.id]] = r.placed
	}
	return all
}

// TestRoundTripOfRealArchives takes the mails of a real list and what members wrote to them
// in the browser, exports the board and reads the file into an empty site: there the same
// posts stand in the same threads, below the same ones, by the same authors, at the same
// time. A mail program and another reader of such files count the same mails, and
// public-inbox, which threads by itself, the same threads.
func TestRoundTripOfRealArchives(t *testing.T) {
	from, to := newSite(t), newSite(t)
	from.load(realdata.Open(t, "linux-erofs-zh-threads.mbox.gz"))
	from.converse()
	box := filepath.Join(t.TempDir(), "erofs.mbox")
	from.export(box)
	want := from.placed()
	if sum := to.load(box); sum.New != len(want) || sum.Refused != 0 {
		t.Errorf("Import() = %+v; want %d new", sum, len(want))
	}
	got := to.placed()
	wrong := 0
	for mid, p := range want {
		if got[mid] != p {
			if wrong++; wrong < 10 {
				t.Errorf("%s is %+v; want %+v", mid, got[mid], p)
			}
		}
	}
	if len(got) != len(want) || len(want) < 1300 || wrong > 0 {
		t.Errorf("%d posts became %d, of which %d stand elsewhere", len(want), len(got), wrong)
	}
	if a, b := from.authors(), to.authors(); a != b {
		t.Errorf("%d authors became %d", a, b)
	}
	threads := from.count("SELECT count(DISTINCT thread) FROM post")
	t.Logf("%d posts in %d threads by %d authors", len(want), threads, from.authors())
	if got, both := publicInbox(t, box), fmt.Sprintf("mails: %d. threads: %d.\n", len(want), threads); got != both {
		t.Errorf("public-inbox counts %q; want %q", got, both)
	}
	for _, reader := range []*exec.Cmd{neomutt(t, box), python(box)} {
		out, err := reader.CombinedOutput()
		if err != nil || !strings.Contains(string(out), fmt.Sprintf("mails: %d.", len(want))) {
			t.Errorf("%s counts %q, %v; want %d mails", reader.Args[0], out, err, len(want))
		}
	}
}

func (s *site) authors() int {
	return s.count("SELECT count(DISTINCT author) FROM item WHERE kind IN ('thread', 'post')")
}

// converse has members write in the browser, to what came by mail too. Two of them show
// the same name.
func (s *site) converse() {
	s.Helper()
	var people []account.User
	for _, name := range []string{"ann", "ann2", "xiaoming"} {
		people = append(people, s.Person(name, account.Member))
	}
	s.exec("UPDATE account SET display = 'Ann Example' WHERE name IN ('ann', 'ann2')")
	s.exec("UPDATE account SET display = '王小明 (某某大学)' WHERE name = 'xiaoming'")
	old, err := s.forum.ByMessageID(s.Context(), account.User{}, s.firstID())
	if err != nil {
		s.Fatal(err)
	}
	ref, err := s.forum.Start(s.Context(), people[2], forum.NewThread{Board: "erofs", Kind: forum.Question, Title: "[安装] From here on: 怎么办？", Body: "From 这里\n\n-- \n> quoted\n\n写道:", Via: item.Web})
	if err != nil {
		s.Fatal(err)
	}
	answers := []forum.NewPost{{Thread: ref.Thread, Body: "> 这里\n\nHere.", Kind: forum.Answer}, {Thread: ref.Thread, Body: "Not so."}, {Thread: old.Thread, Parent: old.ID, Body: "From the browser."}}
	for i, p := range answers {
		p.Via = item.Web
		s.Tick()
		if _, err := s.forum.Reply(s.Context(), people[i%2], p); err != nil {
			s.Fatal(err)
		}
	}
}

func (s *site) firstID() string {
	s.Helper()
	mid, err := db.Value[string](s.Context(), s.DB, "SELECT message_id FROM message ORDER BY id LIMIT 1")
	if err != nil {
		s.Fatal(err)
	}
	return mid
}

func (s *site) exec(query string) {
	s.Helper()
	err := s.DB.Write(s.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(s.Context(), query)
		return err
	})
	if err != nil {
		s.Fatal(err)
	}
}

// export writes the board as a file.
func (s *site) export(path string) {
	s.Helper()
	box, err := s.gateway.BoardMailbox(s.Context(), s.admin, "erofs")
	if err != nil {
		s.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		s.Fatal(err)
	}
	if err := errors.Join(box.Write(s.Context(), file), file.Close()); err != nil {
		s.Fatal(err)
	}
}

// needs skips the test where a program is not installed, which CI does not stand.
func needs(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
}

// publicInbox reads a mailbox into an inbox of public-inbox and says how many mails and
// threads are in it then.
func publicInbox(t *testing.T, box string) string {
	t.Helper()
	needs(t, "public-inbox-init")
	dir := t.TempDir()
	cmd := exec.Command("perl", filepath.Join("testdata", "public-inbox.pl"), box, filepath.Join(dir, "inbox"))
	cmd.Env = append(os.Environ(), "HOME="+dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("public-inbox reads %s: %v", box, err)
	}
	return string(out)
}

// neomutt opens a mailbox and says how many mails it has.
func neomutt(t *testing.T, box string) *exec.Cmd {
	t.Helper()
	needs(t, "neomutt")
	dir := t.TempDir()
	rc := filepath.Join(dir, "rc")
	conf := `set sleep_time = 0 quit = yes wait_key = no read_only = yes
set status_format = "mails: %m. " ts_enabled = no
push "<shell-escape>true<enter><quit>"
`
	if err := os.WriteFile(rc, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("script", "-qec", "neomutt -n -R -F "+rc+" -f "+box, "/dev/null") // it speaks to a terminal only
	cmd.Env = append(os.Environ(), "TERM=xterm", "HOME="+dir, "LC_ALL=C.UTF-8")
	return cmd
}

// python reads a mailbox with the library of that language.
func python(box string) *exec.Cmd {
	return exec.Command("python3", "-c", "import mailbox, sys; print('mails: %d.' % len(mailbox.mbox(sys.argv[1])))", box)
}
