package mail_test

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picus/mail"
)

// A server that falls silent, at whatever stage, is left when the time for a command is
// over, and read when it speaks again.
func TestMailboxLeavesAServerThatFallsSilent(t *testing.T) {
	for _, at := range []string{"GREETING", "LOGIN", "SELECT", "UID SEARCH", "UID FETCH 1:3", "UID FETCH 2 ", "UID MOVE", "IDLE", "DONE"} {
		t.Run(at, func(t *testing.T) {
			t.Parallel()
			s := newScripted(t, 3)
			var silent atomic.Bool
			s.misbehave(func(_ int, c net.Conn, _, command string) bool {
				stage := strings.Replace(at, "DONE", "IDLE", 1)
				if !is(command, stage) || silent.Swap(true) {
					return false
				}
				if at == "DONE" {
					io.WriteString(c, "+ idling\r\n")
				}
				io.Copy(io.Discard, c)
				return true
			})
			o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
			o.gateway.HurryCommands(300 * time.Millisecond)
			defer o.reading()()
			o.until("all are posted, after a silence", func() bool { return o.postings() == 3 && silent.Load() && s.connections.Load() > 1 })
		})
	}
}

// A server that says nothing of new mail while we idle, for half an hour of looks at its
// mailbox, is not believed: a mail that comes then is found on the same connection.
func TestHalfAnHourOfSilenceHidesNoMail(t *testing.T) {
	const looks = 30 // one each minute
	s := newScripted(t, 2)
	s.coming.Store(1)
	o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, time.Millisecond)
	defer o.reading()()
	o.until("there was a long silence after the mail that was there", func() bool { return s.searches.Load() > looks && o.postings() == 1 })
	s.coming.Store(0)
	o.until("the new mail is posted", func() bool { return o.postings() == 2 })
	if n := s.connections.Load(); n != 1 {
		t.Errorf("there were %d connections; want the first to be kept", n)
	}
}

// A server that refuses every log-in is asked less and less often, at least each five
// minutes.
func TestAMailboxThatRefusesIsTriedLessAndLessOften(t *testing.T) {
	var spent time.Duration
	tries := 0
	for before := time.Duration(0); spent < time.Hour; tries++ {
		pause := mail.PauseOfInbox(tries)
		if pause < time.Second/2 || pause > 5*time.Minute || pause < before/4 {
			t.Errorf("after %d failures it waits %v, after %v", tries, pause, before)
		}
		before, spent = pause, spent+pause
	}
	if tries > 40 {
		t.Errorf("it was tried %d times in an hour", tries)
	}
	if pause := mail.PauseOfInbox(1 << 20); pause < time.Minute || pause > 5*time.Minute {
		t.Errorf("after a million failures it waits %v; want minutes", pause)
	}
	s := newScripted(t, 1)
	var refused atomic.Int64
	s.misbehave(func(_ int, c net.Conn, tag, command string) bool {
		if !is(command, "LOGIN") || refused.Add(1) > 20 {
			return false
		}
		io.WriteString(c, tag+" NO [AUTHENTICATIONFAILED] no\r\n")
		return true
	})
	o := mailboxOffice(t, "imap://box:secret@"+s.address+"/INBOX"+believing, 20*time.Millisecond)
	defer o.reading()()
	o.until("the mail is posted when it is let in", func() bool { return o.postings() == 1 })
	// The look at the mailbox ends after its mail is posted, and is then said to be good.
	o.until("the mailbox is said to be read", func() bool {
		box, err := o.gateway.Inboxes(t.Context(), o.admin)
		return err == nil && len(box) == 1 && !box[0].Checked.IsZero() && box[0].Error == ""
	})
}
