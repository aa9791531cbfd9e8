package mail_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"picus/mail"
)

// scripted is an IMAP server that does its work, but for the faults of a script.
type scripted struct {
	*testing.T
	address string
	caps    string
	mails   []string // their numbers are 1, 2, 3, …
	expunge bool     // mail 2 is found by a search, and gone when it is fetched
	// fault answers a command of connection n in its own way; false: as usual.
	fault func(n int, c net.Conn, tag, command string) bool
	set   sync.Mutex // guards what a test sets while the server listens: the mails too

	connections atomic.Int64
	coming      atomic.Int64 // how many of the mails have not arrived yet
	searches    atomic.Int64
	validity    atomic.Int64
	moved       sync.Map
}

func newScripted(t *testing.T, mails int) *scripted {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scripted{T: t, address: l.Addr().String(), caps: "IMAP4rev1 IDLE MOVE UIDPLUS"}
	s.validity.Store(7)
	for n := range mails {
		s.mails = append(s.mails, judged(n+1))
	}
	var serving sync.WaitGroup
	var open sync.Map
	serving.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open.Store(c, true)
			n := int(s.connections.Add(1))
			serving.Go(func() { defer c.Close(); s.serve(n, c) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Range(func(c, _ any) bool { c.(net.Conn).Close(); return true })
		serving.Wait()
	})
	return s
}

// misbehave has the server do something wrong from now on.
func (s *scripted) misbehave(fault func(n int, c net.Conn, tag, command string) bool) {
	s.set.Lock()
	defer s.set.Unlock()
	s.fault = fault
}

func (s *scripted) serve(n int, c net.Conn) {
	s.set.Lock()
	fault := s.fault
	s.set.Unlock()
	if fault != nil && fault(n, c, "", "GREETING") {
		return
	}
	fmt.Fprintf(c, "* OK [CAPABILITY %s] ready\r\n", s.caps)
	lines := bufio.NewScanner(c)
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		if fault != nil && fault(n, c, tag, command) {
			continue
		}
		if tag != "DONE" && !s.answer(c, tag, strings.ToUpper(command)) {
			return
		}
	}
}

// answer is what a good server says.
func (s *scripted) answer(c net.Conn, tag, command string) bool {
	var uid int
	switch {
	case strings.HasPrefix(command, "IDLE"):
		fmt.Fprintf(c, "+ idling\r\n")
		bufio.NewReader(c).ReadString('\n') // DONE
	case strings.HasPrefix(command, "SELECT"):
		fmt.Fprintf(c, "* %d EXISTS\r\n* OK [UIDVALIDITY %d] x\r\n* OK [PERMANENTFLAGS (\\Seen)] x\r\n", len(s.there()), s.validity.Load())
	case strings.HasPrefix(command, "UID SEARCH"):
		s.searches.Add(1)
		fmt.Fprintf(c, "* SEARCH")
		for i := range s.there() {
			if _, gone := s.moved.Load(i + 1); !gone {
				fmt.Fprintf(c, " %d", i+1)
			}
		}
		fmt.Fprint(c, "\r\n")
	case strings.Contains(command, "RFC822.SIZE"):
		for i, m := range s.there() {
			if !s.expunges() || i != 1 {
				fmt.Fprintf(c, "* %d FETCH (UID %d RFC822.SIZE %d)\r\n", i+1, i+1, len(m))
			}
		}
	case strings.HasPrefix(command, "UID FETCH"):
		fmt.Sscanf(command, "UID FETCH %d", &uid)
		m := s.there()[uid-1]
		fmt.Fprintf(c, "* %d FETCH (UID %d BODY[] {%d}\r\n", uid, uid, len(m))
		io.WriteString(c, m) // not by way of fmt, which would keep a copy of a large mail
		io.WriteString(c, ")\r\n")
	case strings.HasPrefix(command, "UID MOVE"):
		set := strings.Fields(command)[2]
		for _, part := range strings.Split(set, ",") {
			var from, to int
			if n, _ := fmt.Sscanf(part, "%d:%d", &from, &to); n < 2 {
				to = from
			}
			for uid := from; uid <= to; uid++ {
				s.moved.Store(uid, true)
			}
		}
	case strings.HasPrefix(command, "CAPABILITY"):
		fmt.Fprintf(c, "* CAPABILITY %s\r\n", s.caps)
	}
	_, err := fmt.Fprintf(c, "%s OK done\r\n", tag)
	return err == nil
}

// there are the mails that have arrived.
func (s *scripted) there() []string {
	s.set.Lock()
	defer s.set.Unlock()
	return s.mails[:len(s.mails)-int(s.coming.Load())]
}

func (s *scripted) expunges() bool {
	s.set.Lock()
	defer s.set.Unlock()
	return s.expunge
}

// is reports whether a command is one that begins so.
func is(command, begins string) bool {
	return strings.HasPrefix(strings.ToUpper(command), begins)
}

// drip sends a text byte by byte, until the other side has had enough.
func drip(c net.Conn, text string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for i := 0; ; i++ {
		if _, err := c.Write([]byte{text[i%len(text)]}); err != nil {
			return
		}
		<-tick.C
	}
}

// flood sends a text again and again, until the other side has had enough.
func flood(c net.Conn, text string) {
	for {
		if _, err := io.WriteString(c, text); err != nil {
			return
		}
	}
}

// Whatever a server does wrong on its first connections: no mail is lost or posted twice,
// little memory is used, and a server that has recovered is read at once.
func TestMailboxSurvivesItsServer(t *testing.T) {
	first := func(do func(c net.Conn, tag, command string) bool) func(int, net.Conn, string, string) bool {
		return func(n int, c net.Conn, tag, command string) bool { return n <= 3 && do(c, tag, command) }
	}
	hangUp := func(at, said string) func(int, net.Conn, string, string) bool {
		return first(func(c net.Conn, tag, command string) bool {
			if !is(command, at) {
				return false
			}
			io.WriteString(c, strings.ReplaceAll(said, "TAG", tag))
			c.Close()
			return true
		})
	}
	say := func(at, said string) func(int, net.Conn, string, string) bool {
		return first(func(c net.Conn, tag, command string) bool {
			if is(command, at) {
				io.WriteString(c, strings.ReplaceAll(said, "TAG", tag))
			}
			return is(command, at)
		})
	}
	pour := func(at, text string) func(int, net.Conn, string, string) bool {
		return first(func(c net.Conn, tag, command string) bool {
			if is(command, at) {
				flood(c, strings.ReplaceAll(text, "TAG", tag))
			}
			return is(command, at)
		})
	}
	for _, test := range []struct {
		rule  string
		fault func(int, net.Conn, string, string) bool
	}{
		{"hangs up before it says anything", hangUp("GREETING", "")},
		{"says BYE instead of a greeting", hangUp("GREETING", "* BYE too busy\r\n")},
		{"greets with rubbish", hangUp("GREETING", "220 smtp.example ESMTP\r\n")},
		{"greets without end", pour("GREETING", "* OK x")},
		{"refuses the log-in", say("LOGIN", "TAG NO [AUTHENTICATIONFAILED] no\r\n")},
		{"says BYE after the log-in", hangUp("SELECT", "* BYE shutting down\r\n")},
		{"has no such folder", say("SELECT", "TAG NO no such folder\r\n")},
		{"hangs up during a search", hangUp("UID SEARCH", "* SEARCH 1 2")},
		{"finds numbers without end", pour("UID SEARCH", " 1 2 3 4 5 6 7 8 9")},
		{"answers another command", say("UID SEARCH", "X99 OK done\r\n")},
		{"breaks off within a literal", hangUp("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[] {900}\r\nFrom: x")},
		{"announces four gigabytes", hangUp("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[] {4294967295}\r\nFrom: x")},
		{"sends more than it announced", pour("UID FETCH 2 ", "* 2 FETCH (UID 2 BODY[] {40000000}\r\n"+strings.Repeat("x", 4096))},
		{"announces a literal where there is none", hangUp("UID FETCH 1", "* 1 FETCH (UID 1 FLAGS {4294967295}\r\n")},
		{"sends a line without end", pour("UID FETCH 1", strings.Repeat("x", 4096))},
		{"speaks of new mail without end", pour("IDLE", "* 9 EXISTS\r\n")},
		{"fails to fetch", say("UID FETCH 3 ", "TAG NO internal error\r\n")},
		{"hangs up before it has moved", hangUp("UID MOVE", "")},
		{"hangs up after it has moved", hangUp("UID MOVE", "* OK [COPYUID 1 1 1] moved\r\n")},
		{"refuses to move", say("UID MOVE", "TAG NO over quota\r\n")},
		{"says BYE while we idle", hangUp("IDLE", "+ idling\r\n* BYE bored\r\n")},
		{"does not want to idle", say("IDLE", "TAG BAD no idle\r\n")},
	} {
		t.Run(test.rule, func(t *testing.T) {
			s := newScripted(t, 5)
			s.misbehave(test.fault)
			o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
			before := memory()
			stop := o.reading()
			o.until("all are posted", func() bool { return o.postings() == 5 })
			stop()
			if grown := memory() - before; grown > 64<<20 {
				t.Errorf("the memory grew by %d MB", grown>>20)
			}
			if fates := o.fates(); len(fates) != 5 || slices.ContainsFunc(fates, func(m mail.Incoming) bool { return m.Fate != mail.Posted }) {
				t.Errorf("the fates are %+v; want five posted", fates)
			}
		})
	}
}

// memory is what the program has of the system.
func memory() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapSys)
}

// A mail that the server never gives out does not hold up the others for ever.
func TestAMailThatCannotBeFetchedIsPassed(t *testing.T) {
	s := newScripted(t, 3)
	s.misbehave(func(_ int, c net.Conn, tag, command string) bool {
		if is(command, "UID FETCH 2 ") {
			c.Close()
		}
		return is(command, "UID FETCH 2 ")
	})
	o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
	defer o.reading()()
	o.until("the others are posted", func() bool { return o.postings() == 2 })
	var left []mail.Incoming
	for _, m := range o.fates() {
		if m.Fate == mail.Refused && strings.Contains(m.Reason, "left there") {
			left = append(left, m)
		}
	}
	if len(left) != 1 {
		t.Errorf("the fates are %+v; want a trace of the mail that was left", o.fates())
	}
}

// A mailbox that can neither move nor mark is remembered here alone, also when its mails
// have new numbers; a mail that vanishes before it is fetched is no failure.
func TestMailboxIsRememberedHere(t *testing.T) {
	s := newScripted(t, 5)
	s.set.Lock()
	s.caps, s.expunge = "IMAP4rev1", true
	s.set.Unlock()
	o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
	stop := o.reading()
	o.until("all are posted", func() bool { return o.postings() == 4 })
	stop()
	s.validity.Store(8)
	s.set.Lock() // the server may not have heard that nobody listens any more
	s.mails, s.expunge = append([]string{judged(99)}, s.mails...), false
	s.set.Unlock()
	stop = o.reading()
	defer func() { stop() }()
	o.until("what is new is posted", func() bool { return o.postings() == 6 })
	if fates := o.fates(); len(fates) != 6 {
		t.Errorf("%d mails came in; want each of the six once", len(fates))
	}
}

// A server that drips is left when the time for a command is over, and not before.
func TestMailboxLeavesAServerThatDrips(t *testing.T) {
	s := newScripted(t, 1)
	var dripped atomic.Bool
	s.misbehave(func(_ int, c net.Conn, tag, command string) bool {
		if !is(command, "UID SEARCH") || dripped.Swap(true) {
			return false
		}
		drip(c, "* SEARCH 1 ")
		return true
	})
	o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
	o.gateway.HurryCommands(200 * time.Millisecond)
	defer o.reading()()
	o.until("the mail is posted", func() bool { return o.postings() == 1 })
}
