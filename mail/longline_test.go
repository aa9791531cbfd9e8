package mail_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"testing"
	"time"

	"picus/mail"
)

// TestALineWithoutEndIsAnswered sends lines of megabytes to both doors. The client has a
// sentence before anything else happens, and of a mail the conversation goes on behind it.
func TestALineWithoutEndIsAnswered(t *testing.T) {
	o := openTo(newHouse(t), mail.Config{})
	long := strings.Repeat("x", 8<<20)
	const sentence = "552 5.3.4 <open@picus.example> A line of this mail is longer than 1 MB."
	for name, door := range map[string]string{"LHLO": o.serve(o.gateway.ServeLMTP), "EHLO": o.serve(o.gateway.ServeSMTP)} {
		want := sentence
		if name == "EHLO" {
			want = strings.Replace(sentence, "<open@picus.example> ", "", 1)
		}
		begun := func(t *testing.T) *client {
			c := dial(t, door)
			c.say(name + " client")
			c.say("MAIL FROM:<alice@example.org>")
			c.say("RCPT TO:<open@picus.example>")
			return c
		}
		t.Run(name+": in a mail", func(t *testing.T) {
			c := begun(t)
			c.say("DATA")
			if got := c.say("From: alice@example.org\r\n\r\n" + long + "\r\n" + long + "\r\n."); !strings.HasPrefix(got, want) {
				t.Errorf("8 MB on a line are answered %.200q; want %q", got, want)
			}
			if got := c.say("MAIL FROM:<alice@example.org>"); !strings.HasPrefix(got, "250") {
				t.Errorf("the next mail is answered %q; want 250", got)
			}
		})
		t.Run(name+": in a mail that never ends", func(t *testing.T) {
			c := begun(t)
			c.say("DATA")
			go func() {
				for c.write(long) == nil {
				}
			}()
			if got := c.hear(); !strings.HasPrefix(got, want) {
				t.Errorf("a line without end is answered %.200q; want %q", got, want)
			}
		})
		t.Run(name+": in a mail that breaks off", func(t *testing.T) {
			c := begun(t)
			c.say("DATA")
			c.write(long)
			c.conn.(*net.TCPConn).CloseWrite()
			if got := c.hear(); !strings.HasPrefix(got, want) {
				t.Errorf("8 MB and the end are answered %.200q; want %q", got, want)
			}
		})
		t.Run(name+": as a command", func(t *testing.T) {
			c := dial(t, door)
			c.say(name + " client")
			c.write(long)
			if got := c.hear(); !strings.HasPrefix(got, "500 5.4.0 Too long line") {
				t.Errorf("a command of 8 MB is answered %.200q; want 500", got)
			}
			if rest, err := io.ReadAll(c.r); err != nil || len(rest) > 0 {
				t.Errorf("behind it there is %q, %v; want the end", rest, err)
			}
		})
		t.Run(name+": in a piece of binary data", func(t *testing.T) {
			c := begun(t)
			m := letter{from: "alice@example.org", subject: "Long", id: name + "@client", body: long}.String()
			c.write(fmt.Sprintf("BDAT %d LAST\r\n", len(m)))
			c.write(m)
			if got := c.hear(); !strings.HasPrefix(got, "250") {
				t.Errorf("8 MB whose length is told are answered %.200q; want 250", got)
			}
		})
	}
	o.work()
	if n := len(o.fates()); n != 8 {
		t.Errorf("there are %d fates; want a trace of the six mails that were refused, and two that came in", n)
	}
}

func (c *client) write(text string) error {
	c.conn.SetWriteDeadline(time.Now().Add(time.Minute))
	_, err := io.WriteString(c.conn, text)
	return err
}

// TestWhatIsCutEndsWhereItWouldHaveEnded takes away what is too long of lines, in pieces
// of any size: no line begins or ends where none did, so that nobody's commands are read
// out of a mail (SECURITY.md, M-15).
func TestWhatIsCutEndsWhereItWouldHaveEnded(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		raw := make([]byte, r.IntN(60))
		for i := range raw {
			raw[i] = "xy.\r\n\r\n"[r.IntN(7)]
		}
		cut := mail.ShortLines(8)
		var got []byte
		for rest := bytes.Clone(raw); len(rest) > 0; {
			n := 1 + r.IntN(len(rest))
			got = append(got, cut(rest[:n])...)
			rest = rest[n:]
		}
		if want := wireLines(raw); strings.Join(wireLines(got), "|") != strings.Join(want, "|") {
			t.Fatalf("of %q is left %q: the lines begin %q; want %q", raw, got, wireLines(got), want)
		}
	}
}

// wireLines are the lines of a text as the door tells them apart, each by its first three
// bytes and whether it ended.
func wireLines(raw []byte) (all []string) {
	var line []byte
	cr := false
	for _, c := range raw {
		line = append(line, c)
		if cr && c == '\n' {
			all, line = append(all, fmt.Sprintf("%.3q ended", bytes.TrimSuffix(line, []byte("\r\n")))), nil
		}
		cr = c == '\r' && !cr
	}
	return append(all, fmt.Sprintf("%.3q", line))
}
