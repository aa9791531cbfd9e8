package mail_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picus/internal/db"
	"picus/internal/dbtest"
)

// TestKilledWhileReadingAMailboxLosesNothing kills the whole program with SIGKILL at
// random moments while mails wait in a mailbox of a real Dovecot. Meanwhile connections
// break, mails come a second time, the server numbers everything anew, and others are
// handed in by `picus mail receive` (SECURITY.md, FT-4). In the end each is one post.
// `make kills` does it more often.
func TestKilledWhileReadingAMailboxLosesNothing(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killedWhileReading(t, "") })
	if database := dbtest.Postgres(t); database != "" {
		t.Run("postgres", func(t *testing.T) { killedWhileReading(t, database) })
	}
}

// reread is a mailbox under a program that is killed, and what was put into it.
type reread struct {
	*program
	box           *dovecot
	perLife       int // mails that wait for each life
	mails, copies int
}

func killedWhileReading(t *testing.T, database string) {
	const piped = 20
	kills := max(4, fromEnv(t, "PICUS_TEST_KILLS_IMAP", 20))
	d := newDovecot(t)
	r := &reread{box: d, perLife: fromEnv(t, "PICUS_TEST_MAILS_IMAP", 300) / kills, program: newProgram(t, database, "PICUS_MAIL_DOMAIN=picus.example", "PICUS_BASE_URL=http://localhost", "PICUS_IMAP="+d.address(believing))}
	if code, out := r.run("", "user", "add", "alice", "--email", "alice@example.org", "--role", "admin"); code != 0 { // the staff have no limit of speed
		t.Fatalf("picus user add: %s", out)
	}
	numbered, dropped := 0, 0
	for life := range kills {
		r.fill()
		if life > 0 && life%(kills/4) == 0 && numbered < 3 {
			d.stop()
			numbered++
			d.renumber(numbered)
			d.start()
		}
		s := r.serve()
		if life%5 == 2 {
			d.stop()
			d.start()
			dropped++
		}
		time.AfterFunc(time.Duration(rand.IntN(200+10*r.perLife))*time.Millisecond, func() { s.Process.Kill() })
		s.Wait()
	}
	r.serve()
	r.pipe(piped)
	r.check(piped)
	t.Logf("%d kills, %d restarts of the mailbox, %d times new numbers, %d mails in the mailbox, %d of them twice, %d by the pipe", kills, dropped, numbered, r.mails, r.copies, piped)
}

// toTalk is mail n to a board that is there from the start.
func toTalk(n int) string { return strings.Replace(judged(n), "To: python@", "To: talk@", 1) }

// fill puts mails into the mailbox, and two of them again: one as it was, one that has come
// by another server.
func (r *reread) fill() {
	for range r.perLife {
		r.box.deliver("alice@example.org", toTalk(r.mails))
		r.mails++
	}
	for i := range 2 {
		raw := toTalk(r.mails - 1 - rand.IntN(r.perLife)) // the other one may wait to be marked
		if i == 1 {
			raw = fmt.Sprintf("Received: from again%d.example.org by mx.picus.example; Mon, 23 Nov 2026 12:00:00 +0000\r\n", r.copies) + raw
		}
		r.box.deliver("alice@example.org", raw)
		r.copies++
	}
}

// pipe hands mails in as a mail server's pipe does.
func (r *reread) pipe(mails int) {
	r.Helper()
	for n := range mails {
		if code, out := r.run(toTalk(r.mails+n), "mail", "receive", "--to", "talk@picus.example", "--from", "alice@example.org"); code != 0 {
			r.Errorf("picus mail receive = %d: %s", code, out)
		}
	}
	if code, _ := r.run(toTalk(0), "mail", "receive", "--to", "nobody@picus.example", "--from", "alice@example.org"); code != 67 { // EX_NOUSER
		r.Errorf("picus mail receive to an address that leads nowhere = %d; want 67", code)
	}
}

// check has each mail be one post, and nothing be left in the mailbox.
func (r *reread) check(piped int) {
	r.Helper()
	n := r.mails + piped
	posts := r.count("SELECT count(*) FROM post", n)
	ids := r.count("SELECT count(DISTINCT message_id) FROM message WHERE fate = 'posted'", n)
	deadline := time.After(3*aWhile + time.Duration(n)*20*time.Millisecond)
	for r.box.count("INBOX", "all") > 0 || r.count("SELECT CASE WHEN count(*) = 0 THEN 1 ELSE 0 END FROM message WHERE fate = 'received'", 1) == 0 {
		select {
		case <-deadline:
			r.Fatalf("%d mails lie in Done and %d in the inbox; want %d and none", r.box.count("Done", "all"), r.box.count("INBOX", "all"), r.mails+r.copies)
		case <-time.After(50 * time.Millisecond):
		}
	}
	if again := r.count("SELECT count(*) FROM post", n); posts != n || again != n || ids != n {
		r.Errorf("of %d mails there are %d posts of %d ids", n, max(posts, again), ids)
	}
	if got := r.box.count("Done", "all"); got != r.mails+r.copies {
		r.Errorf("%d mails lie in Done; want %d", got, r.mails+r.copies)
	}
	if err := r.db.Check(r.Context()); err != nil {
		r.Errorf("the database is damaged: %v", err)
	}
}

// program is the whole program, built as it is released, with its settings.
type program struct {
	*testing.T
	file, dir string
	env       []string
	database  string // where it keeps everything
	db        *db.DB // opened when it is first asked
}

// newProgram builds the program. Without a PostgreSQL it keeps everything in a file.
func newProgram(t *testing.T, database string, env ...string) *program {
	t.Helper()
	dir := t.TempDir()
	p := &program{T: t, file: filepath.Join(dir, "picus"), dir: dir, env: append(env, "PICUS_DATA="+filepath.Join(dir, "data"), "PICUS_DATABASE="+database), database: database}
	if database == "" {
		p.database = filepath.Join(dir, "data", "picus.db")
	}
	if out, err := exec.Command("go", "build", "-tags", "sqlite_fts5", "-o", p.file, "picus/cmd/picus").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return p
}

func (p *program) command(args ...string) *exec.Cmd {
	c := exec.CommandContext(p.Context(), p.file, args...)
	c.Dir = p.dir
	c.Env = append(os.Environ(), p.env...)
	return c
}

// run runs it to its end and returns its exit code and what it said.
func (p *program) run(stdin string, args ...string) (code int, said string) {
	p.Helper()
	c := p.command(args...)
	c.Stdin = strings.NewReader(stdin)
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		p.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(out)
}

// serve starts the server and returns when it serves.
func (p *program) serve() *exec.Cmd {
	p.Helper()
	c := p.command("serve", "--listen", "127.0.0.1:0", "--smtp", "", "--lmtp", "")
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(func() { c.Process.Kill(); c.Wait() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if strings.Contains(lines.Text(), "serves http") {
			return c
		}
	}
	p.Fatal("the server ended before it served")
	return nil
}

// count waits until a query counts so many, as long as the lease of a job lasts and a
// little for each at most, and returns what it counts.
func (p *program) count(query string, want int) (n int) {
	p.Helper()
	p.open()
	deadline := time.After(3*aWhile + time.Duration(want)*20*time.Millisecond)
	for {
		var err error
		if n, err = db.Value[int](p.Context(), p.db, query); err != nil {
			p.Fatal(fmt.Errorf("%s: %w", query, err))
		}
		if n >= want {
			return n
		}
		select {
		case <-deadline:
			return n
		case <-time.After(50 * time.Millisecond):
		}
	}
}
