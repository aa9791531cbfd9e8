package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// stages are the moments of a conversation at which the program may die (SECURITY.md,
// FT-3). At the last one the mail has been taken, and nobody but the other server knows.
var stages = []string{"connect", "EHLO", "MAIL", "RCPT", "DATA", "dot", "answer"}

// TestKilledAtEachStageSendsEverythingOnce kills the program at each stage of handing a
// mail over. A server that drops what it has already, as mail stores do, has each mail
// once; without that, a few for each kill come again. `make kills` does it more often.
func TestKilledAtEachStageSendsEverythingOnce(t *testing.T) { eachEngine(t, killedAtEachStage) }

func killedAtEachStage(t *testing.T, database string) {
	rounds := fromEnv(t, "PICUS_TEST_KILLS_STAGE", 1)
	kills := rounds * len(stages)
	readers := 36 * kills
	c := newCommand(t).on(database)
	x := newExecutioner(t)
	c.env = []string{"PICUS_DATA=data", "PICUS_BASE_URL=http://localhost", "PICUS_MAIL_DOMAIN=picus.example", "PICUS_RELAY=smtp://" + x.address}
	c.furnished("picus.example", func(h *house) {
		ada := c.talks(h, "ada", "ada@people.example")
		for i := range readers {
			c.listens(h, fmt.Sprintf("reader%d@domain%d.example", i, i%20))
		}
		c.starts(h, ada, "Hello")
	})
	for range rounds {
		for _, i := range rand.Perm(len(stages)) {
			before := 1 + rand.IntN(50)
			if stages[i] == "connect" || stages[i] == "EHLO" {
				before = 1 // it keeps its connections, and may need no second one
			}
			x.killAt(stages[i], before, c.launch)
		}
	}
	s := c.launch()
	defer s.kill()
	x.until(t, readers)
	x.mu.Lock()
	defer x.mu.Unlock()
	total, most := 0, 0
	for _, n := range x.taken {
		total, most = total+n, max(most, n)
	}
	const inHand = 8 // connections, and the one mail in the hand of each (SECURITY.md, FT-3)
	if len(x.taken) != readers || total > readers+kills*inHand {
		t.Errorf("%d mails came, %d of them different by recipient and Message-ID; want %d, and at most %d for each kill again", total, len(x.taken), readers, inHand)
	}
	t.Logf("%d kills, %d at each stage: %d mails for %d people, one of them %d times", kills, rounds, total, readers, most)
}

// executioner is a mail server that kills whoever sends it mail, at one stage.
type executioner struct {
	address string
	mu      sync.Mutex
	stage   string
	left    int // how often the stage is met until then
	fatal   func()
	taken   map[string]int // by recipient and Message-ID
	changed chan struct{}
}

func newExecutioner(t *testing.T) *executioner {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &executioner{address: l.Addr().String(), taken: map[string]int{}, changed: make(chan struct{}, 1)}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go x.talk(conn)
		}
	}()
	return x
}

// killAt starts the program and returns when it is dead. It lies in wait before that: by the
// time that the program says it is ready it may have sent everything.
func (x *executioner) killAt(stage string, before int, launch func(...string) *server) {
	started, dead := make(chan *server, 1), make(chan struct{})
	x.mu.Lock()
	x.stage, x.left, x.fatal = stage, before, func() { (<-started).cmd.Process.Kill(); close(dead) }
	x.mu.Unlock()
	s := launch()
	started <- s
	select {
	case <-dead:
	case <-time.After(patience):
		s.Errorf("it came %s no more", stage)
		s.cmd.Process.Kill()
	}
	s.cmd.Wait()
}

// meets reports whether the client has been killed at this stage.
func (x *executioner) meets(stage string) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	if stage != x.stage || x.left == 0 {
		return false
	}
	if x.left--; x.left > 0 {
		return false
	}
	x.fatal()
	return true
}

// until waits until so many people have their mail.
func (x *executioner) until(t *testing.T, people int) {
	t.Helper()
	late := time.After(patience + time.Duration(people)*50*time.Millisecond)
	for {
		x.mu.Lock()
		n := len(x.taken)
		x.mu.Unlock()
		if n >= people {
			return
		}
		select {
		case <-x.changed:
		case <-late:
			t.Fatalf("only %d of %d people got the mail", n, people)
		}
	}
}

// talk is one conversation, read ahead of or not.
func (x *executioner) talk(conn net.Conn) {
	defer conn.Close()
	if x.meets("connect") {
		return
	}
	fmt.Fprint(conn, "220 executioner.example\r\n")
	in := bufio.NewReader(conn)
	to := ""
	greeting := "250-executioner.example\r\n250-PIPELINING\r\n250 8BITMIME"
	if rand.IntN(2) == 0 {
		greeting = "250-executioner.example\r\n250 8BITMIME"
	}
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		verb := strings.ToUpper(strings.TrimSpace(strings.SplitN(line, " ", 2)[0]))
		if x.meets(verb) {
			return
		}
		reply := "250 2.0.0 ok"
		switch verb {
		case "EHLO":
			reply = greeting
		case "RCPT":
			to = strings.TrimSpace(line)
		case "DATA":
			reply = "354 go on"
		case "QUIT":
			reply = "221 2.0.0 bye"
		}
		fmt.Fprint(conn, reply+"\r\n")
		if verb == "DATA" && !x.take(in, conn, to) {
			return
		}
	}
}

// take reads a mail. It reports whether the conversation goes on.
func (x *executioner) take(in *bufio.Reader, conn net.Conn, to string) bool {
	id := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return false
		}
		if strings.HasPrefix(strings.ToLower(line), "message-id:") {
			id = strings.TrimSpace(line[len("message-id:"):])
		}
		if line == ".\r\n" {
			break
		}
	}
	if x.meets("dot") {
		return false // it is not kept
	}
	x.mu.Lock()
	x.taken[to+" "+id]++
	x.mu.Unlock()
	select {
	case x.changed <- struct{}{}:
	default:
	}
	if x.meets("answer") {
		return false
	}
	fmt.Fprint(conn, "250 2.0.0 taken\r\n")
	return true
}
