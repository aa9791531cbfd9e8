package main

import (
	"bufio"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/db"
)

// TestKilledAtAnyMomentLosesNoMail kills the server with SIGKILL at random moments while
// mail comes in by LMTP. A mail is sent again until it was acknowledged; in the end each
// is one post. `make kills` does it with more of everything.
func TestKilledAtAnyMomentLosesNoMail(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		killedWhileItReceives(t, database, fromEnv(t, "PICUS_TEST_KILLS", 20), fromEnv(t, "PICUS_TEST_MAILS", 300))
	})
}

// TestShortLivesGiveNoMailUp has most mails under way at the end of many processes. None
// of them is to blame for it.
func TestShortLivesGiveNoMailUp(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) { killedWhileItReceives(t, database, 40, 40) })
}

func killedWhileItReceives(t *testing.T, database string, kills, mails int) {
	c := newCommand(t).on(database)
	c.env = []string{"PICUS_MAIL_DOMAIN=picus.example"}
	c.ok("", "user", "add", "ada", "--email", "ada@example.org", "--role", "admin") // the staff have no limit of speed
	todo := make(chan int, mails)
	for n := range mails {
		todo <- n
	}
	again := 0
	for range kills {
		began := time.Now()
		s := c.serveLMTP()
		// Each life takes in about as many mails as there are lives to fill, and ends
		// somewhere in the middle of one: while it is stored, read or posted.
		s.life.Store(1 + int64(rand.IntN(mails/kills+1)))
		again += s.feed(todo)
		s.Process.Kill() // if all mails were taken before
		s.Wait()
		if took := time.Since(began); took > patience {
			t.Fatalf("one life took %v", took)
		}
	}
	s := c.serveLMTP()
	s.life.Store(math.MaxInt64)
	again += s.feed(todo)
	if len(todo) > 0 {
		t.Fatalf("%d mails were not taken by a server that nobody kills", len(todo))
	}
	d, err := db.Open(t.Context(), c.stored())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	deadline := time.Now().Add(patience + time.Duration(mails)*20*time.Millisecond)
	for {
		waiting, err := db.Value[int](t.Context(), d, "SELECT count(*) FROM message WHERE fate = 'received'")
		if err != nil {
			t.Fatal(err)
		}
		if waiting == 0 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d mails have not been read", waiting)
		}
		<-time.After(50 * time.Millisecond)
	}
	s.Process.Kill()
	s.Wait()
	count := func(query string) int {
		n, err := db.Value[int](t.Context(), d, query)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	posted, ids, posts := count("SELECT count(*) FROM message WHERE fate = 'posted'"), count("SELECT count(DISTINCT message_id) FROM message WHERE fate = 'posted'"), count("SELECT count(*) FROM post")
	known := count("SELECT count(*) FROM message WHERE fate = 'known'")
	if posted != mails || ids != mails || posts != mails {
		other, err := db.All(t.Context(), d, func(r db.Row) (s string, err error) { return s, r.Scan(&s) },
			"SELECT message_id || ' is ' || fate || ': ' || reason FROM message WHERE fate NOT IN ('posted', 'known')")
		t.Errorf("of %d mails there are %d posted, of %d ids, and %d posts; %q, %v", mails, posted, ids, posts, other, err)
	}
	if err := d.Check(t.Context()); err != nil {
		t.Errorf("the database is damaged: %v", err)
	}
	t.Logf("%d kills, %d mails: %d sent again for want of an answer, %d of those had been taken", kills, mails, again, known)
}

func fromEnv(t *testing.T, name string, usual int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%q is no number", name, text)
	}
	return n
}

// lmtpServer is a `picus serve` with its LMTP door.
type lmtpServer struct {
	*exec.Cmd
	address string
	life    atomic.Int64 // mails that it takes before it is killed
}

var lmtpDoor = regexp.MustCompile(`by LMTP on (\S+)`)

// serveLMTP starts the server and returns when its doors are open.
func (c *command) serveLMTP() *lmtpServer {
	c.Helper()
	s := &lmtpServer{Cmd: c.process(context.Background(), "serve", "--listen", "127.0.0.1:0", "--smtp", "", "--lmtp", "127.0.0.1:0")}
	out, err := s.StdoutPipe()
	if err != nil {
		c.Fatal(err)
	}
	if err := s.Start(); err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { s.Process.Kill() })
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if found := lmtpDoor.FindStringSubmatch(lines.Text()); found != nil {
			s.address = found[1]
			return s
		}
	}
	c.Fatal("the server ended before its doors were open")
	return nil
}

// feed sends mails over four connections until all are taken or the server is
// dead, and returns how many have to be sent again.
func (s *lmtpServer) feed(todo chan int) (again int) {
	var mu sync.Mutex
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			conn, err := net.Dial("tcp", s.address)
			if err != nil {
				return
			}
			client := smtp.NewClientLMTP(conn)
			defer client.Close()
			for {
				select {
				case n := <-todo:
					if err := client.SendMail("ada@example.org", []string{"talk@picus.example"}, strings.NewReader(numbered(n))); err != nil {
						todo <- n
						mu.Lock()
						again++
						mu.Unlock()
						return
					}
					if s.life.Add(-1) == 0 {
						time.AfterFunc(time.Duration(rand.IntN(20_000))*time.Microsecond, func() { s.Process.Kill() })
					}
				default:
					return
				}
			}
		})
	}
	clients.Wait()
	return again
}

// numbered is mail n of many: each third answers an earlier one.
func numbered(n int) string {
	reply := ""
	if n%3 > 0 {
		reply = fmt.Sprintf("In-Reply-To: <kill%d@example.org>\r\n", n-n%3)
	}
	return fmt.Sprintf("From: Ada <ada@example.org>\r\nTo: talk@picus.example\r\nSubject: Mail %d\r\nMessage-ID: <kill%d@example.org>\r\n%s\r\nThis is mail %d.\r\n", n, n, reply, n)
}
