package mail_test

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
)

// correspondence is a site whose mail goes by a real Postfix into mailboxes of a real
// Dovecot, where people answer it with real mail programs.
type correspondence struct {
	*author
	dovecot *dovecot
	front   string
}

// newCorrespondence has ada and reader get the board by mail. dmarc is the record of the
// domain that both write from.
func newCorrespondence(t *testing.T, dmarc string) *correspondence {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, door, _ := net.SplitHostPort(l.Addr().String())
	c := &correspondence{dovecot: newDovecot(t)}
	c.front = startPostfix(t, newSink(t), fmt.Sprintf("relay_domains = lists.example people.example\n"+
		"transport_maps = inline:{lists.example=lmtp:inet:127.0.0.1:%s, people.example=lmtp:inet:127.0.0.1:%d}", door, c.dovecot.lmtp))
	c.author = newAuthor(t, dbtest.SQLite(t), dmarc, "smtp://"+c.front)
	c.lmtp(l)
	c.reader("reader", "")
	return c
}

// comes waits until a mail that holds some text lies in somebody's mailbox, and returns
// it as it came over the wire.
func (c *correspondence) comes(name, text string) (found string) {
	c.Helper()
	c.until(fmt.Sprintf("a mail to %s with %q", name, text), func() bool {
		files, err := filepath.Glob(filepath.Join(c.dovecot.dir, "home", name+"@people.example", "Mail", "[nc]*", "*"))
		if err != nil {
			c.Fatal(err)
		}
		for _, file := range files {
			raw, err := os.ReadFile(file) // a mail program may be moving it from new to cur
			if err == nil && strings.Contains(string(raw), text) {
				found = wire(string(raw))
				return true
			}
		}
		return false
	})
	return found
}

// A mailProgram answers the newest mail in reader's mailbox, which it opens by IMAP, and
// quotes it.
type mailProgram struct {
	name, file string // file is where it is, if that is no command
	answer     func(c *correspondence, toAll bool, text string)
}

var mailPrograms = []mailProgram{
	{"neomutt", "", command(muttLike("neomutt"))},
	{"mutt", "", command(muttLike("mutt"))},
	{"s-nail", "", command(snail)},
	{"Roundcube", roundcube, answerInRoundcube},
}

// installed skips a test where a program is not installed.
func (p mailProgram) installed(t *testing.T) {
	t.Helper()
	_, err := exec.LookPath(p.name)
	if p.file != "" {
		_, err = os.Stat(p.file)
	}
	if err != nil {
		skipOrFail(t, p.name+" is not installed")
	}
}

// command has reader answer with a program that runs and ends.
func command(of func(*correspondence, bool, string) *exec.Cmd) func(*correspondence, bool, string) {
	return func(c *correspondence, toAll bool, text string) {
		c.Helper()
		cmd := of(c, toAll, text)
		ended := time.AfterFunc(aWhile, func() { cmd.Process.Kill() })
		defer ended.Stop()
		if out, err := cmd.CombinedOutput(); err != nil {
			c.Fatalf("%s: %v\n%s", cmd.Args[0], err, out)
		}
	}
}

// muttLike answers with mutt, or with what came of it.
func muttLike(program string) func(*correspondence, bool, string) *exec.Cmd {
	return func(c *correspondence, toAll bool, text string) *exec.Cmd { return mutt(c, program, toAll, text) }
}

func mutt(c *correspondence, program string, toAll bool, text string) *exec.Cmd {
	dir := c.TempDir()
	editor, rc, key := filepath.Join(dir, "editor"), filepath.Join(dir, "rc"), "<reply>"
	if toAll {
		key = "<group-reply>"
	}
	// The editor writes above what was quoted, as most people do.
	c.write(editor, 0o755, fmt.Sprintf("#!/bin/sh\n{ printf '%%s\\n\\n' %q; cat \"$1\"; } >\"$1.new\" && mv \"$1.new\" \"$1\"\n", text))
	c.write(rc, 0o644, fmt.Sprintf(`set from = "reader@people.example"
set realname = "reader"
set smtp_url = "smtp://%s"
set spoolfile = "imap://reader%%40people.example:secret@127.0.0.1:%d/INBOX"
set imap_pass = "secret" folder = "%s"
set ssl_starttls = no
set ssl_force_tls = no
set editor = "%s"
set header_cache = "" record = "" postponed = "" certificate_file = ""
set fast_reply include autoedit reply_to=yes wait_key=no copy=no move=no abort_unmodified=no confirm_append=no quit=yes
set sort = date-received
push "<last-entry>%s<send-message><quit>"
`, c.front, c.dovecot.imap, dir, editor, key))
	// It speaks to a terminal only.
	cmd := exec.Command("script", "-qec", program+" -n -F "+rc, "/dev/null")
	cmd.Env = append(os.Environ(), "TERM=xterm", "HOME="+dir, "LC_ALL=C.UTF-8")
	return cmd
}

func snail(c *correspondence, toAll bool, text string) *exec.Cmd {
	key := "Reply"
	if toAll {
		key = "reply"
	}
	dir := c.TempDir()
	cmd := exec.Command("s-nail", "-:s", "-#", "-Sv15-compat", "-Sttycharset=utf-8", "-Smta=smtp://"+c.front, "-Ssmtp-auth=none", "-Simap-auth=login",
		"-Sfrom=reader <reader@people.example>", "-Shostname=people.example", "-Sreply-to-honour=yes", "-Squote",
		"-f", fmt.Sprintf("imap://reader%%40people.example:secret@127.0.0.1:%d/INBOX", c.dovecot.imap))
	cmd.Env = append(os.Environ(), "HOME="+dir, "LC_ALL=C.UTF-8")
	cmd.Stdin = strings.NewReader(key + " $\n" + text + "\n~.\nexit\n")
	return cmd
}

func (c *correspondence) write(file string, mode os.FileMode, text string) {
	c.Helper()
	if err := os.WriteFile(file, []byte(text), mode); err != nil {
		c.Fatal(err)
	}
}

// thread returns a thread with the sources of its posts.
func (c *correspondence) thread(id int64) *forum.Thread {
	c.Helper()
	t, err := c.forum.Thread(c.Context(), c.admin, id, forum.View{Limit: 100, Source: true})
	if err != nil {
		c.Fatal(err)
	}
	return t
}

// TestRealMailProgramsAnswer has real mail programs reply, and reply to all, to what was
// written on the site and to what came by mail, from a domain that lets others bring its
// mail and from one that does not. An answer goes to the list or to the author as the
// header of the mail says, and stands in the thread below what it answers.
func TestRealMailProgramsAnswer(t *testing.T) {
	for _, policy := range []string{"none", "reject"} {
		t.Run("p="+policy, func(t *testing.T) {
			c := newCorrespondence(t, "v=DMARC1; p="+policy)
			for _, p := range mailPrograms {
				p.installed(t)
				for _, toAll := range []bool{false, true} {
					name := fmt.Sprintf("%s to all %v", p.name, toAll)
					t.Run(name+" what was written on the site", func(t *testing.T) { c.in(t).answersPost(p, toAll, name) })
					t.Run(name+" what came by mail", func(t *testing.T) { c.in(t).answersMail(p, toAll, name, policy == "none") })
				}
			}
		})
	}
}

// in is the correspondence inside a test of its own.
func (c *correspondence) in(t *testing.T) *correspondence {
	a, s := *c.author, c.author.sender
	inner := *c
	a.sender = s
	s.TB = t
	inner.author = &a
	return &inner
}

// answersPost: what was written on the site is answered in the thread.
func (c *correspondence) answersPost(p mailProgram, toAll bool, name string) {
	ref := c.start(c.ada, forum.NewThread{Title: "Site " + name, Body: "Who reads this?"})
	c.comes("reader", "Subject: Site "+name)
	p.answer(c, toAll, "I read it.")
	c.posted(ref.Thread, ref.Post, "I read it.", "> Who reads this?")
}

// answersMail: what came by mail is answered to its author alone, or also in the thread.
func (c *correspondence) answersMail(p mailProgram, toAll bool, name string, untouched bool) {
	id := strings.ReplaceAll(name, " ", ".") + "@people.example"
	raw := c.sign(lines("From: Ada <ada@people.example>", "To: python@lists.example", "Subject: Mail "+name, "Message-ID: <"+id+">",
		"Date: Mon, 23 Nov 2026 11:59:00 +0000", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", "Who reads this? 谁？"))
	c.handIn(c.front, "ada@people.example", "python@lists.example", raw)
	came := c.comes("reader", "Subject: Mail "+name)
	if got := slices.Contains(c.signers(came), "people.example"); got != untouched {
		c.Errorf("ada's signature is good in reader's mailbox: %v; want %v\n%s", got, untouched, came)
	}
	if h, _ := (caught{raw: came}).read(c); !strings.Contains(h.Get("Comments"), "one to the sender alone reaches nobody else") {
		c.Errorf("the mail says of an answer to it: %q", h.Get("Comments"))
	}
	thread := c.newestThread()
	text := "Only I, " + name + "."
	p.answer(c, toAll, text)
	c.comes("ada", text)
	if toAll {
		c.posted(thread, thread, text, "> Who reads this? 谁？")
	} else if got := c.thread(thread); got.Posts != 1 {
		c.Errorf("an answer to the author stands in the thread: %+v", got.Page)
	}
}

// posted waits for a post by reader in a thread, below another, of which only what reader
// wrote is shown; the quote is kept.
func (c *correspondence) posted(thread, parent int64, text, quote string) {
	c.Helper()
	c.until("the answer in the thread", func() bool { return c.thread(thread).Posts > 1 })
	got := c.thread(thread).Page
	if len(got) != 1 || got[0].Parent != parent || got[0].Author.Name != "reader" || strings.TrimSpace(got[0].Source) != text {
		c.Fatalf("the answers are %+v; want one by reader below %d that says %q", got, parent, text)
	}
	whole, err := c.gateway.Whole(c.Context(), c.admin, got[0].ID)
	if err != nil || !strings.Contains(whole.Text, quote) {
		c.Errorf("the whole mail says %q, %v; want the quote %q kept", whole.Text, err, quote)
	}
}

func (c *correspondence) newestThread() int64 {
	c.Helper()
	id, err := db.Value[int64](c.Context(), c.db, "SELECT max(item) FROM thread")
	if err != nil {
		c.Fatal(err)
	}
	return id
}
