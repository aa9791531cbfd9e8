package mail_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// dovecot is a Dovecot of its own in a temporary folder: mail goes into its mailboxes by
// LMTP and comes out by IMAP.
type dovecot struct {
	*testing.T
	dir        string
	imap, lmtp int
	more       string // for the configuration
}

const dovecotBox = "box@picus.example"

func newDovecot(t *testing.T, more ...string) *dovecot {
	t.Helper()
	if _, err := exec.LookPath("dovecot"); err != nil {
		skipOrFail(t, "dovecot is not installed")
	}
	if os.Getuid() != 0 {
		skipOrFail(t, "only root can start dovecot as it is installed")
	}
	// Dovecot drops its rights, so every folder on the way must let it through.
	dir, err := os.MkdirTemp("/var/tmp", "picus-dovecot-")
	if err != nil {
		t.Fatal(err)
	}
	ports := freePorts(t, 2)
	d := &dovecot{T: t, dir: dir, imap: ports[0], lmtp: ports[1], more: "passdb {\n  driver = static\n  args = nopassword=y\n}\n"}
	if len(more) > 0 {
		d.more = more[0]
	}
	t.Cleanup(func() {
		d.stop()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("dovecot says:\n%s", log)
		}
		os.RemoveAll(dir)
	})
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"run", "state", "home"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("chown", "mail", filepath.Join(dir, "home")).CombinedOutput(); err != nil {
		t.Fatalf("chown: %v %s", err, out)
	}
	d.start()
	return d
}

// start starts the server.
func (d *dovecot) start() {
	d.Helper()
	conf := fmt.Sprintf(`base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
%[4]s
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
%[5]suserdb {
  driver = static
  args = uid=mail gid=mail home=%[1]s/home/%%u allow_all_users=yes
}
service anvil {
  chroot =
}
service stats {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = %[2]d
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = %[3]d
  }
}
`, d.dir, d.imap, d.lmtp, documented(d.T, "Dovecot", ""), d.more)
	file := filepath.Join(d.dir, "dovecot.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		d.Fatal(err)
	}
	// Its output is not caught: the daemon would hold the pipe open for ever.
	err := exec.Command("dovecot", "-c", file).Run()
	for tries := 0; err != nil && tries < 50; tries++ { // the one before may still be leaving
		exec.Command("dovecot", "-c", file, "stop").Run()
		err = exec.Command("dovecot", "-c", file).Run()
	}
	if err != nil {
		d.Fatalf("dovecot: %v", err)
	}
	waitFor(d.T, fmt.Sprintf("127.0.0.1:%d", d.imap))
	waitFor(d.T, fmt.Sprintf("127.0.0.1:%d", d.lmtp))
}

// stop ends the server and every connection to it.
func (d *dovecot) stop() {
	exec.Command("dovecot", "-c", filepath.Join(d.dir, "dovecot.conf"), "stop").Run()
}

// doveadm runs a command of the server's own tool.
func (d *dovecot) doveadm(args ...string) string {
	d.Helper()
	out, err := exec.Command("doveadm", append([]string{"-c", filepath.Join(d.dir, "dovecot.conf")}, args...)...).CombinedOutput()
	if err != nil {
		d.Fatalf("doveadm %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// deliver puts a mail into the mailbox.
func (d *dovecot) deliver(from, raw string) {
	d.Helper()
	conn, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", d.lmtp))
	if err != nil {
		d.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.SendMail(from, []string{dovecotBox}, strings.NewReader(raw)); err != nil {
		d.Fatal(err)
	}
}

// count returns how many mails a folder has that a search finds.
func (d *dovecot) count(folder string, search ...string) int {
	d.Helper()
	out := d.doveadm(append([]string{"search", "-u", dovecotBox, "mailbox", folder}, search...)...)
	return len(strings.Fields(out)) / 2
}

// address is what PICUS_IMAP holds.
func (d *dovecot) address(options string) string {
	return fmt.Sprintf("imap://box%%40picus.example:secret@127.0.0.1:%d/INBOX%s", d.imap, options)
}

// reading has the office read its mailbox until the function returned is called.
func (o *office) reading() (stop func()) {
	ctx, cancel := context.WithCancel(o.Context())
	var ended sync.WaitGroup
	ended.Go(func() { o.gateway.ReadInbox(ctx) })
	ended.Go(func() { o.Jobs.Run(ctx) })
	return func() { cancel(); ended.Wait() }
}

// until waits for something to become true.
func (o *office) until(what string, is func() bool) {
	o.Helper()
	o.untilLate(what, aWhile, is)
}

// untilLate is until for what takes its time.
func (o *office) untilLate(what string, most time.Duration, is func() bool) {
	o.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(most)
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			o.Fatalf("after %v it is not so that %s; the fates are %+v", most, what, o.fates())
		}
	}
}

// postings returns how many mails became posts.
func (o *office) postings() int {
	o.Helper()
	n, err := db.Value[int](o.Context(), o.DB, "SELECT count(*) FROM post")
	if err != nil {
		o.Fatal(err)
	}
	return n
}

// mailboxOffice is an office that reads a mailbox and believes nobody but it.
func mailboxOffice(t *testing.T, address string, poll time.Duration) *office {
	t.Helper()
	o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", BaseURL: "https://picus.example", IMAP: address})
	if err := o.gateway.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gateway.HurryInbox(poll)
	return o
}

// judged is a mail of alice that the mailbox's server has judged.
func judged(n int) string {
	return letter{from: "alice@example.org", subject: fmt.Sprint("Mail ", n), id: fmt.Sprintf("m%d@x", n),
		more: "Authentication-Results: mx.picus.example; dmarc=pass header.from=example.org\n"}.String()
}

const believing = "?judge=mx.picus.example"

// New mail wakes the connection that idles: the next look would come in an hour.
func TestDovecotWakesUsForNewMail(t *testing.T) {
	d := newDovecot(t)
	o := mailboxOffice(t, d.address(believing), time.Hour)
	if err := o.gateway.CheckInbox(t.Context()); err != nil {
		t.Fatalf("CheckInbox() = %v", err)
	}
	began := time.Now()
	d.deliver("alice@example.org", judged(1))
	defer o.reading()()
	o.until("the mail that was there is posted", func() bool { return o.postings() == 1 })
	usual := time.Since(began) // with the log-in, and nobody had to be woken
	for n := 2; n <= 4; n++ {
		began := time.Now()
		d.deliver("alice@example.org", judged(n))
		o.until("the new mail is posted", func() bool { return o.postings() == n })
		if took := time.Since(began); took > 20*time.Second+20*usual {
			t.Errorf("mail %d took %v from its delivery to its post", n, took)
		}
	}
	o.until("the mails lie in Done", func() bool { return d.count("Done", "all") == 4 && d.count("INBOX", "all") == 0 })
	if n := d.count("Done", "seen"); n != 0 {
		t.Errorf("%d mails were marked as read", n)
	}
}

// TestMailboxIsReadOnce kills the server, forgets what it knows of the mailbox and numbers
// its mails anew, with each way to mark a mail; every mail is posted once.
func TestMailboxIsReadOnce(t *testing.T) {
	for _, test := range []struct{ way, options string }{
		{"by moving", believing},
		{"by keyword", believing + "&done="},
		{"by keyword where the folder cannot be made", believing + "&done=a/*/%25"},
	} {
		t.Run(test.way, func(t *testing.T) {
			d := newDovecot(t)
			o := mailboxOffice(t, d.address(test.options), 100*time.Millisecond)
			for n := range 30 {
				d.deliver("alice@example.org", judged(n))
			}
			stop := o.reading()
			defer func() { stop() }()
			o.until("some mails are in", func() bool { return o.postings() > 5 })
			d.stop()
			d.start()
			o.until("all mails are posted", func() bool { return o.postings() == 30 })
			stop()

			// The mailbox comes back from a backup: the same mails with new numbers and no
			// marks.
			d.stop()
			d.renumber(0)
			d.start()
			d.deliver("alice@example.org", judged(30))
			stop = o.reading()
			o.until("the newest is posted", func() bool { return o.postings() == 31 })
			if fates := o.fates(); slices.ContainsFunc(fates, func(m mail.Incoming) bool { return m.Fate != mail.Posted }) || len(fates) != 31 {
				t.Errorf("%d mails came in: %+v; want 31, all posted", len(fates), fates)
			}
		})
	}
}

// renumber puts every mail back into the inbox, unmarked, and has the server give them
// new numbers under a UIDVALIDITY that is larger each time.
func (d *dovecot) renumber(time int) {
	d.Helper()
	script := `cd "$1" && mkdir -p cur new && find . -type f -path '*/cur/*' -o -type f -path '*/new/*' | while read -r f; do
		base=$(basename "$f"); mv "$f" "cur/${base%%:*}:2,"; done
		rm -rf .Done dovecot* && printf '3 V%d N1 G0123456789abcdef0123456789abcdef\n' "$2" >dovecot-uidlist && chown -R mail:mail .`
	out, err := exec.Command("bash", "-c", script, "bash", filepath.Join(d.dir, "home", dovecotBox, "Mail"), fmt.Sprint(1893456000+time)).CombinedOutput()
	if err != nil {
		d.Fatalf("renumber: %v %s", err, out)
	}
}

// A mail is believed by its signature or by the word of the server that the operator has
// named, and goes to the address that it was delivered to.
func TestMailInAMailboxProvesItsSender(t *testing.T) {
	d := newDovecot(t)
	o := mailboxOffice(t, d.address(believing), 50*time.Millisecond)
	from := func(id, results string) string {
		return letter{from: "alice@example.org", subject: id, id: id + "@x", more: results}.String()
	}
	want := map[string]mail.Fate{
		"no-word":      mail.Held,
		"good-word":    mail.Posted,
		"bad-word":     mail.Held,
		"other-server": mail.Held,
		"other-domain": mail.Held,
		"below":        mail.Held,
		"nowhere":      mail.Refused,
	}
	d.deliver("alice@example.org", from("no-word", ""))
	d.deliver("alice@example.org", from("good-word", "Authentication-Results: mx.picus.example; dmarc=pass header.from=example.org\n"))
	d.deliver("alice@example.org", from("bad-word", "Authentication-Results: mx.picus.example; dmarc=fail header.from=example.org\n"))
	d.deliver("alice@example.org", from("other-server", "Authentication-Results: mx.evil.example; dmarc=pass header.from=example.org\n"))
	d.deliver("alice@example.org", from("other-domain", "Authentication-Results: mx.picus.example; dmarc=pass header.from=evil.example\n"))
	d.deliver("alice@example.org", from("below", "Authentication-Results: mx.real.example; dmarc=none\nAuthentication-Results: mx.picus.example; dmarc=pass header.from=example.org\n"))
	d.deliver("alice@example.org", strings.Replace(from("nowhere", ""), "To: python@", "To: someone@elsewhere.", 1))
	defer o.reading()()
	o.until("every mail has a fate", func() bool {
		return len(o.fates()) == len(want) && !slices.ContainsFunc(o.fates(), func(m mail.Incoming) bool { return m.Fate == mail.Received })
	})
	for _, m := range o.fates() {
		if name := strings.TrimSuffix(m.MessageID, "@x"); m.Fate != want[name] {
			t.Errorf("the mail %s is %s (%s); want %s", name, m.Fate, m.Reason, want[name])
		}
	}
}

// The address in the copy's own header goes before those that its author wrote.
func TestMailInAMailboxGoesWhereItWasDelivered(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o := openOffice(h, mail.Config{Domain: "picus.example"})
		for header, want := range map[string]string{
			"X-Gm-Original-To: python@picus.example\n":                                   "python@picus.example",
			"Delivered-To: python+help@picus.example\nDelivered-To: box@picus.example\n": "python+help@picus.example",
			"Delivered-To: box@elsewhere.example\n":                                      "python@picus.example",
			"Envelope-To: python+owner@picus.example\n":                                  "python+owner@picus.example",
			"Resent-To: python+digest@picus.example\n":                                   "python+digest@picus.example",
		} {
			raw := letter{from: "alice@example.org", subject: "x", id: "x@x", more: header}.String()
			if got, err := o.gateway.Addressed(o.Context(), []byte(raw)); err != nil || len(got) != 1 || got[0] != want {
				o.Errorf("with %q the recipient is %q, %v; want %s", header, got, err, want)
			}
		}
	})
}
