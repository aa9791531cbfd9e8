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
// random moments while mails wait in a mailbox of a real Dovecot, and hands in others by
// `picus mail receive` beside it. In the end each is one post, and each lies in Done.
func TestKilledWhileReadingAMailboxLosesNothing(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) { killedWhileReading(t, "") })
	if database := dbtest.Postgres(t); database != "" {
		t.Run("postgres", func(t *testing.T) { killedWhileReading(t, database) })
	}
}

func killedWhileReading(t *testing.T, database string) {
	const kills, perLife, piped = 20, 15, 20
	d := newDovecot(t)
	p := newProgram(t, database, "PICUS_MAIL_DOMAIN=picus.example", "PICUS_BASE_URL=http://localhost", "PICUS_IMAP="+d.address(believing))
	if code, out := p.run("", "user", "add", "alice", "--email", "alice@example.org", "--role", "admin"); code != 0 { // the staff have no limit of speed
		t.Fatalf("picus user add: %s", out)
	}
	n := 0
	next := func() string {
		n++
		return strings.Replace(judged(n), "To: python@", "To: talk@", 1)
	}
	for range kills {
		for range perLife {
			d.deliver("alice@example.org", next())
		}
		s := p.serve()
		time.AfterFunc(time.Duration(rand.IntN(200_000))*time.Microsecond, func() { s.Process.Kill() })
		s.Wait()
	}
	inMailbox := n
	p.serve()
	for range piped {
		if code, out := p.run(next(), "mail", "receive", "--to", "talk@picus.example", "--from", "alice@example.org"); code != 0 {
			t.Errorf("picus mail receive = %d: %s", code, out)
		}
	}
	if code, _ := p.run(next(), "mail", "receive", "--to", "nobody@picus.example", "--from", "alice@example.org"); code != 67 { // EX_NOUSER
		t.Errorf("picus mail receive to an address that leads nowhere = %d; want 67", code)
	}
	n--
	posts := p.count("SELECT count(*) FROM post", n)
	ids := p.count("SELECT count(DISTINCT message_id) FROM message WHERE fate = 'posted'", n)
	if posts != n || ids != n {
		t.Errorf("of %d mails there are %d posts of %d ids", n, posts, ids)
	}
	deadline := time.After(30 * time.Second)
	for d.count("Done", "all") < inMailbox {
		select {
		case <-deadline:
			t.Fatalf("%d mails lie in Done and %d in the inbox; want %d and none", d.count("Done", "all"), d.count("INBOX", "all"), inMailbox)
		case <-time.After(50 * time.Millisecond):
		}
	}
	if got := d.count("Done", "all"); got != inMailbox || d.count("INBOX", "all") != 0 {
		t.Errorf("%d mails lie in Done; want each of %d once", got, inMailbox)
	}
	if err := p.db.Check(t.Context()); err != nil {
		t.Errorf("the database is damaged: %v", err)
	}
	t.Logf("%d kills, %d mails in the mailbox, %d by the pipe", kills, inMailbox, piped)
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

// count waits until a query counts so many, for half a minute at most, and returns what
// it counts.
func (p *program) count(query string, want int) (n int) {
	p.Helper()
	p.open()
	deadline := time.After(30 * time.Second)
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
