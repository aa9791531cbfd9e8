package mail_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
)

// script is a mail server that misbehaves at one stage of the conversation, until it
// is healed. It speaks bytes, not a library.
type script struct {
	address string
	mu      sync.Mutex
	stage   string      // greeting, ehlo, starttls, mail, rcpt, data, dot, after, quit
	fault   string      // a reply; "drop": the connection ends; "silence": no answer comes; "flood": one without end; "inject": words before TLS
	tls     *tls.Config // nil: none is offered
	ahead   bool        // it reads commands ahead
	met     bool        // the fault has been acted out
	got     map[string]int
	ended   chan struct{}
}

func newScript(t *testing.T, stage, fault string, ahead bool) *script {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &script{address: l.Addr().String(), stage: stage, fault: fault, ahead: ahead, got: map[string]int{}, ended: make(chan struct{})}
	if stage == "starttls" {
		s.tls = selfSigned(t)
	}
	t.Cleanup(func() { close(s.ended); l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return s
}

func (s *script) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = ""
}

func (s *script) wasMet() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.met
}

// meets acts out the fault if this is its stage, and reports whether to go on.
func (s *script) meets(stage string, conn net.Conn) (replied, gone bool) {
	s.mu.Lock()
	fault := s.fault
	if stage != s.stage {
		fault = ""
	}
	s.met = s.met || fault != ""
	s.mu.Unlock()
	switch fault {
	case "":
		return false, false
	case "drop":
		return true, true
	case "silence":
		<-s.ended
		return true, true
	case "flood":
		flood(conn, "250-and\r\n")
		return true, true
	case "inject":
		fmt.Fprint(conn, "220 2.0.0 go on\r\n250-injected.example\r\n250 AUTH PLAIN\r\n")
		return true, false
	}
	fmt.Fprintf(conn, "%s\r\n", fault)
	return true, strings.HasPrefix(fault, "421")
}

// tells reports what the fault is.
func (s *script) tells(fault string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault == fault
}

func (s *script) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	say := func(stage, reply string) (refused, gone bool) {
		replied, gone := s.meets(stage, conn)
		if !replied {
			fmt.Fprintf(conn, "%s\r\n", reply)
		}
		return replied, gone
	}
	if _, gone := say("greeting", "220 script.example"); gone {
		return
	}
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		stage, reply := "quit", "221 2.0.0 bye"
		switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
		case "EHLO", "HELO":
			stage, reply = "ehlo", "250-script.example\r\n250 8BITMIME"
			if s.ahead {
				reply = "250-script.example\r\n250-PIPELINING\r\n250 8BITMIME"
			}
			if _, private := conn.(*tls.Conn); s.tls != nil && !private {
				reply = strings.Replace(reply, "\r\n", "\r\n250-STARTTLS\r\n", 1)
			}
		case "STARTTLS":
			stage, reply = "starttls", "220 2.0.0 go on"
		case "MAIL", "NOOP", "RSET":
			stage, reply = strings.ToLower(verb), "250 2.0.0 ok"
		case "RCPT":
			to = line
			stage, reply = "rcpt", "250 2.1.5 ok"
		case "DATA":
			stage, reply = "data", "354 go on"
		}
		refused, gone := say(stage, reply)
		if gone || stage == "quit" {
			return
		}
		if stage == "starttls" && (!refused || s.tells("inject")) {
			conn = tls.Server(conn, s.tls)
			in = bufio.NewReader(conn)
		}
		if stage == "data" && !refused && s.take(in, conn, to) {
			return
		}
	}
}

// take reads a message and answers it; it reports whether the connection is over. At
// the stage "after" the message was taken before the fault.
func (s *script) take(in *bufio.Reader, conn net.Conn, to string) (gone bool) {
	var id string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return true
		}
		if strings.HasPrefix(line, "Message-Id:") {
			id = strings.TrimSpace(line)
		}
		if line == ".\r\n" {
			break
		}
	}
	note := func() {
		if id == "" {
			return // the empty text that ends what was refused
		}
		s.mu.Lock()
		s.got[id+" "+strings.TrimSpace(to)]++
		s.mu.Unlock()
	}
	if replied, gone := s.meets("dot", conn); replied {
		return gone
	}
	note()
	if replied, gone := s.meets("after", conn); replied {
		return gone
	}
	fmt.Fprintf(conn, "250 2.0.0 taken\r\n")
	return false
}

// relayFault is what goes wrong at a stage, and what comes of it.
type relayFault struct {
	stage, fault string
	state        mail.State // after it was tried
	attempts     int        // that are booked: none where the relay could not be reached
	copies       int        // after it was healed
}

// TestWhatARelayCanDoWrong tries each fault at each stage (FT-8): what is passing is
// tried again later, what is for good is not, and no mail comes twice but where its
// answer was lost, with the same Message-ID.
func TestWhatARelayCanDoWrong(t *testing.T) {
	const queued, failed = mail.Queued, mail.Failed
	inVain := map[string]*meeting{}
	for _, c := range []relayFault{
		{"greeting", "421 4.3.2 Busy", queued, 0, 1},
		{"greeting", "554 5.3.2 Not today", queued, 0, 1},
		{"greeting", "drop", queued, 0, 1},
		{"greeting", "silence", queued, 0, 1},
		{"ehlo", "421 4.3.2 Busy", queued, 0, 1},
		{"ehlo", "drop", queued, 0, 1},
		{"ehlo", "silence", queued, 0, 1},
		{"greeting", "What?", queued, 0, 1},
		{"greeting", "flood", queued, 0, 1},
		{"ehlo", "flood", queued, 0, 1},
		{"mail", "flood", queued, 1, 1},
		{"rcpt", "flood", queued, 1, 1},
		{"data", "flood", queued, 1, 1},
		{"starttls", "454 4.7.0 No TLS today", queued, 0, 1},
		{"starttls", "220 2.0.0 go on\r\nbut this is no TLS", queued, 0, 1},
		{"starttls", "drop", queued, 0, 1},
		{"starttls", "silence", queued, 0, 1},
		{"starttls", "inject", mail.Done, 1, 1}, // what was said before TLS is not heard
		{"mail", "421 4.3.2 Busy", queued, 1, 1},
		{"mail", "451 4.3.0 Try later", queued, 1, 1},
		{"mail", "452 4.3.1 No space", queued, 1, 1},
		{"mail", "550 5.7.1 Who are you?", queued, 1, 1}, // it is about us, not about the recipient
		{"mail", "530 5.7.0 Sign in first", queued, 1, 1},
		{"mail", "drop", queued, 1, 1},
		{"mail", "silence", queued, 1, 1},
		{"rcpt", "421 4.3.2 Busy", queued, 1, 1},
		{"rcpt", "450 4.2.0 Greylisted", queued, 1, 1},
		{"rcpt", "451 4.3.0 Try later", queued, 1, 1},
		{"rcpt", "452 4.2.2 Mailbox full", queued, 1, 1},
		{"rcpt", "550 5.1.1 No such user", failed, 1, 0},
		{"rcpt", "552 5.2.2 Mailbox full", failed, 1, 0},
		{"rcpt", "554 5.7.1 Policy", failed, 1, 0},
		{"rcpt", "drop", queued, 1, 1},
		{"rcpt", "silence", queued, 1, 1},
		{"data", "451 4.3.0 Try later", queued, 1, 1},
		{"data", "554 5.5.1 No", failed, 1, 0},
		{"data", "drop", queued, 1, 1},
		{"data", "silence", queued, 1, 1},
		{"rcpt", "What?", queued, 1, 1},
		{"dot", "flood", queued, 1, 1},
		{"dot", "421 4.3.2 Busy", queued, 1, 1},
		{"dot", "451 4.3.0 Try later", queued, 1, 1},
		{"dot", "552 5.3.4 Too big", failed, 1, 0},
		{"dot", "554 5.6.0 Spam", failed, 1, 0},
		{"dot", "drop", queued, 1, 1},
		{"dot", "silence", queued, 1, 1},
		{"after", "drop", queued, 1, 2}, // nobody can know
		{"after", "silence", queued, 1, 2},
		{"after", "flood", queued, 1, 2},
	} {
		for _, ahead := range []bool{false, true} {
			name := fmt.Sprint(c.stage, " ", c.fault, " ahead=", ahead)
			if c.waits() {
				inVain[name] = c.begin(t, ahead)
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				c.begin(t, ahead).end(t)
			})
		}
	}
	for name, m := range inVain { // all of them have waited at the same time
		t.Run(name, m.end)
	}
}

// waits reports whether the end of the fault is that somebody has waited long enough. A
// flood has to end before that.
func (c relayFault) waits() bool { return c.fault == "silence" }

// meeting is a mail on its way to what goes wrong.
type meeting struct {
	*sender
	relayFault
	relay *script
}

func (c relayFault) begin(t *testing.T, ahead bool) *meeting {
	relay := newScript(t, c.stage, c.fault, ahead)
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{Relay: "smtp://" + relay.address})
	if c.waits() {
		s.gateway.HurryAll(3 * time.Second) // a busy machine is slow to answer as well
	}
	s.run()
	s.reader("reader", "")
	s.start(s.ada, forum.NewThread{Title: "Hello"})
	return &meeting{sender: s, relayFault: c, relay: relay}
}

// end looks at what came of the fault, heals the relay, and has the mail go.
func (m *meeting) end(t *testing.T) {
	m.TB = t
	m.told()
	var got mail.Sent
	m.until("the first attempt", func() bool {
		got = m.outbox()[0]
		return m.relay.wasMet() && got.State == m.state && got.Attempts == m.attempts && (got.Error != "" || m.attempts == 0 || m.state == mail.Done)
	})
	if wait := got.Due.Sub(m.items.Now()); m.attempts == 1 && m.state == mail.Queued && (wait < 4*time.Minute || wait > 6*time.Minute) {
		t.Errorf("it is tried again in %v; want about five minutes", wait)
	}
	m.relay.heal()
	if m.state == mail.Queued {
		m.until("the end of the trouble", func() bool {
			got := m.outbox()[0]
			if got.State == mail.Queued { // what was under way when it was healed makes the pool rest once more
				m.pass(max(time.Second, got.Due.Sub(m.items.Now())))
			}
			return got.State == mail.Done
		})
	}
	m.relay.mu.Lock()
	defer m.relay.mu.Unlock()
	if len(m.relay.got) != min(1, m.copies) {
		t.Errorf("mails with %d different ids arrived; want %d", len(m.relay.got), min(1, m.copies))
	}
	for id, n := range m.relay.got {
		if n != m.copies {
			t.Errorf("%s arrived %d times; want %d", id, n, m.copies)
		}
	}
}

// TestEachRecipientHasAnEndOfTheirOwn mixes good and bad recipients on the same
// connections: what one of them meets changes nothing for the others.
func TestEachRecipientHasAnEndOfTheirOwn(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		faults := map[string]answer{
			"none": {}, "unknown": {rcpt: reply(550, "No such user")}, "full": {rcpt: reply(452, "Mailbox full")}, "grey": {rcpt: reply(450, "Greylisted")},
			"spam": {data: reply(554, "Spam")}, "later": {data: reply(451, "Try later")}, "cut": {drop: true},
		}
		want := map[string]mail.State{"none": mail.Done, "unknown": mail.Failed, "full": mail.Queued, "grey": mail.Queued, "spam": mail.Failed, "later": mail.Queued, "cut": mail.Queued}
		for i := range 5 {
			for kind, a := range faults {
				name := fmt.Sprint(kind, i)
				s.watch(s.personAt(name, "", name+"@same.example"), item.ToBoard, s.boardID("python"), "watch")
				s.sink.answer(name+"@same.example", a)
			}
		}
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		ends := func() (wrong []mail.Sent) {
			for _, m := range s.outbox() {
				kind := strings.TrimRight(strings.TrimSuffix(m.To, "@same.example"), "01234")
				// What a broken connection took along was not tried, or in vain, as its own.
				if m.State != want[kind] || m.Attempts != 1 {
					wrong = append(wrong, m)
				}
			}
			return wrong
		}
		s.until("an end for each", func() bool { return len(s.outbox()) == 5*len(faults) && len(ends()) == 0 })
		for kind := range faults {
			for i := range 5 {
				s.sink.answer(fmt.Sprint(kind, i, "@same.example"), answer{})
			}
		}
		s.pass(6 * time.Minute)
		s.until("an end for all", func() bool {
			for _, m := range s.outbox() {
				failed := want[strings.TrimRight(strings.TrimSuffix(m.To, "@same.example"), "01234")] == mail.Failed
				if failed != (m.State == mail.Failed) || !failed && m.State != mail.Done {
					return false
				}
			}
			return true
		})
	})
}

// TestOneNoticeIsWrittenAboutAMailThatIsGivenUp sees to it that five days of trying
// are one report, not one for each attempt.
func TestOneNoticeIsWrittenAboutAMailThatIsGivenUp(t *testing.T) {
	relay := newScript(t, "rcpt", "450 4.2.0 Greylisted", false)
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{Relay: "smtp://" + relay.address})
	s.run()
	s.reader("reader", "")
	s.start(s.ada, forum.NewThread{Title: "Hello"})
	for n := 1; n < 60 && s.attempted(n).State != mail.Failed; n++ {
		s.pass(4 * time.Hour)
	}
	if m := s.settled(1, mail.Failed)[0]; m.Due.Sub(m.Created) < 5*24*time.Hour || m.Due.Sub(m.Created) > 6*24*time.Hour {
		t.Errorf("it was given up after %v; want five days", m.Due.Sub(m.Created))
	}
	if n, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM mail_report WHERE class = 'soft'"); err != nil || n != 1 {
		t.Errorf("%d reports, %v; want one", n, err)
	}
}
