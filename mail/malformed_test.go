package mail_test

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/realdata"
	"picus/mail"
)

// malformed are the test mails of seven mail libraries, most of them broken in some way.
func malformed(t *testing.T) (all []string) {
	t.Helper()
	dir := realdata.Extract(t, "mail-fixtures.tar.gz")
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if len(raw) > 0 {
			all = append(all, string(raw))
		}
		return err
	})
	if err != nil || len(all) < 900 {
		t.Fatalf("there are %d mails, %v", len(all), err)
	}
	return all
}

// openTo is an office with a board that takes in what anybody writes, to be looked at first.
func openTo(h *dbtest.House, conf mail.Config) *office {
	h.Helper()
	conf.Domain, conf.BaseURL, conf.Resolver = "picus.example", "https://picus.example", zone(h.T, nil)
	o := openOffice(h, conf)
	o.board(forum.Board{Slug: "open", Title: "Open"})
	return o
}

// hostile are mails that were made to break whoever reads them (SECURITY.md, M-7).
func hostile() map[string]string {
	head := "From: eve@example.net\r\nTo: open@picus.example\r\nSubject: x\r\nMessage-ID: <x@example.net>\r\n"
	nested := func(levels int, end string) string {
		var b strings.Builder
		for n := range levels {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", n, n)
		}
		b.WriteString("\r\nthe text\r\n")
		for n := levels - 1; n >= 0 && end != ""; n-- {
			fmt.Fprintf(&b, "--b%d--\r\n", n)
		}
		return b.String()
	}
	again := strings.Repeat
	html := head + "Content-Type: text/html\r\n\r\n"
	return map[string]string{
		"20,000 levels":              head + nested(20_000, "end"),
		"24 levels without an end":   head + nested(24, ""),
		"100,000 parts":              head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + again("--b\r\n\r\nx\r\n", 100_000) + "--b--\r\n",
		"100,000 files":              head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + again("--b\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nx\r\n", 100_000) + "--b--\r\n",
		"mails in mails":             head + again("Content-Type: message/rfc822\r\n\r\n", 20_000) + "x\r\n",
		"a boundary in itself":       head + "Content-Type: multipart/mixed; boundary=\"-\"\r\n\r\n" + again("--", 2_000_000) + "\r\n",
		"a field of a megabyte":      head + "X-Long: " + again("x", 1<<20) + "\r\n\r\nx\r\n",
		"100,000 fields":             head + again("X-Many: x\r\n", 100_000) + "\r\nx\r\n",
		"a field folded for ever":    head + "X-Fold: x\r\n" + again(" x\r\n", 200_000) + "\r\nx\r\n",
		"100,000 recipients":         head + "Cc: " + again("a@example.org, ", 100_000) + "b@example.org\r\n\r\nx\r\n",
		"comments in comments":       head + "Cc: " + again("(", 200_000) + "\r\n\r\nx\r\n",
		"100,000 ids":                head + "References: " + again("<a@b> ", 100_000) + "\r\n\r\nx\r\n",
		"encoded words without end":  head + "X-Word: " + again("=?utf-8?q?=?utf-8?b?", 50_000) + "\r\nComments: " + again("=?gb2312?b?xOM=?= ", 20_000) + "\r\n\r\nx\r\n",
		"a charset of its own":       head + "Content-Type: text/plain; charset=" + again("x", 100_000) + "\r\n\r\n\xff\xfe\x00\r\n",
		"a charset that grows":       head + "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n" + again("\x1b$B\x1b(B", 500_000) + "\r\n",
		"UTF-7":                      head + "Content-Type: text/plain; charset=utf-7\r\n\r\n" + again("+ADw-", 500_000) + "\r\n",
		"parameters without end":     head + "Content-Type: text/plain" + again("; a*0*=x", 4_000) + "\r\n\r\nx\r\n",
		"elements in elements":       html + again("<div><blockquote>", 100_000) + "x\r\n",
		"tables in tables":           html + again("<table><tr><td>", 50_000) + "x\r\n",
		"lists in lists":             html + again("<ul><li>", 50_000) + "x\r\n",
		"tags without end":           html + again("<a href=\"", 200_000) + "\r\n",
		"entities":                   html + again("&lt;&amp;&#x41;", 200_000) + "\r\n",
		"Markdown in Markdown":       head + "\r\n" + again("- ", 16_000) + "x\r\n\r\n",
		"quotes in quotes":           head + "\r\n" + again(again(">", 400)+" x\r\n", 2_000),
		"attributions":               head + "\r\n" + again("On Mon, 23 Nov 2026, somebody wrote:\r\n", 50_000),
		"signatures":                 head + "\r\n" + again("-- \r\n", 200_000),
		"flowed":                     head + "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\n" + again("> > x \r\n", 200_000),
		"a line of ten megabytes":    head + "\r\n" + again("x", 10<<20) + "\r\n",
		"base64 without sense":       head + "Content-Transfer-Encoding: base64\r\n\r\n" + again("=A=B", 1_000_000) + "\r\n",
		"quoted-printable":           head + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + again("=\r\n", 1_000_000) + "\r\n",
		"uuencode":                   head + "Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n" + again("M\r\n", 500_000) + "\r\n",
		"a delivery report for ever": head + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" + again("Final-Recipient: rfc822; a@b\r\nStatus: 5.1.1\r\n\r\n", 50_000) + "--b--\r\n",
		"signatures of DKIM":         again("DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=a; h=from; bh=x; b=x\r\n", 1_000) + head + "\r\nx\r\n",
		"zeros":                      head + "\r\n" + again("\x00", 1<<20) + "\r\n",
	}
}

// TestHostileMailHoldsUpNobody hands in mails that were made to break their reader, by
// LMTP as a stranger's and then as a member's. Each has a fate, and the next mail is
// posted as ever.
func TestHostileMailHoldsUpNobody(t *testing.T) {
	for name, raw := range hostile() {
		t.Run(name, func(t *testing.T) {
			o := openTo(newHouse(t), mail.Config{})
			door := o.serve(o.gateway.ServeLMTP)
			usual := o.goodMailFollows(door, time.Minute, 512<<10)
			before := memory()
			for _, from := range []string{"eve@example.net", "admin@example.org"} {
				o.throw(door, from, strings.ReplaceAll(raw, "eve@example.net", from))
				o.goodMailFollows(door, usual, 0)
			}
			frugal(t, before, len(raw))
			o.seen()
		})
	}
}

// TestMalformedMailIsKeptAndSeen hands every broken mail in by LMTP (SECURITY.md, M-8):
// each is answered, and what was taken has a fate, is kept as it came and is shown to the
// administrator. The next mail is read as ever.
func TestMalformedMailIsKeptAndSeen(t *testing.T) {
	o := openTo(newHouse(t), mail.Config{})
	door := o.serve(o.gateway.ServeLMTP)
	taken := map[string]int{}
	for _, raw := range malformed(t) {
		err := o.lmtp(door, "somebody@example.org", raw, "open@picus.example")["open@picus.example"]
		if said, ok := errors.AsType[*smtp.SMTPError](err); ok && said.Code >= 500 {
			continue // its sender keeps it
		}
		if err != nil {
			t.Errorf("the door ended with %v on\n%.300s", err, raw)
			continue
		}
		taken[kept(raw)]++
	}
	o.goodMailFollows(door, time.Minute, 0)
	for _, raw := range o.seen() {
		taken[kept(raw)]--
	}
	for raw, n := range taken {
		if n > 0 {
			t.Errorf("a mail that was taken is not there as it came:\n%.300s", raw)
		}
	}
}

// kept is what two copies of a mail have in common, whatever their line ends.
func kept(raw string) string {
	return strings.TrimRight(strings.NewReplacer("\r", "", "\n", "").Replace(raw), " \x00")
}

// frugal fails a test where the memory has grown by more than mail of some size may take.
// How much of it is garbage is up to chance.
func frugal(t *testing.T, before int64, size int) {
	t.Helper()
	if grown := memory() - before; grown > 96<<20+int64(20*size) {
		t.Errorf("the memory grew by %d MB for a mail of %d KB", grown>>20, size>>10)
	}
}

// goodMailFollows hands in a mail without fault, with a file of some bytes, which has to
// be posted within five seconds, and some more where this machine takes a while for one
// anyway. They are seconds of our own work: others may have the machine meanwhile.
func (o *office) goodMailFollows(door string, usual time.Duration, file int) (took time.Duration) {
	o.Helper()
	began := worked(o.T)
	id := fmt.Sprintf("good%d@x", len(o.fates()))
	good := letter{from: "alice@example.org", subject: "Good", id: id, more: "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n",
		body: "--b\n\nHow do I close a loop?\n--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\n" + strings.Repeat("One line of many.\n", 1+file/18) + "--b--"}
	if err := o.lmtp(door, "alice@example.org", good.String(), "python@picus.example")["python@picus.example"]; err != nil {
		o.Fatal(err)
	}
	o.work()
	if took = worked(o.T) - began; took > 5*time.Second+20*usual {
		o.Errorf("the next mail was read after %v of work; want five seconds at most", took)
	}
	if !slices.ContainsFunc(o.fates(), func(m mail.Incoming) bool { return m.MessageID == id && m.Fate == mail.Posted }) {
		o.Errorf("the next mail was not posted")
	}
	return took
}

// worked is how long the processor has worked for this program.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		t.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// seen is every mail as the administrator can open it.
func (o *office) seen() (all []string) {
	o.Helper()
	for _, m := range o.fates() {
		if m.Fate == mail.Received {
			o.Errorf("mail %d has not been read", m.ID)
		}
		if _, err := o.gateway.Message(o.Context(), o.admin, m.ID); err != nil {
			o.Errorf("the administrator cannot look at mail %d: %v", m.ID, err)
		}
		raw, err := o.gateway.Raw(o.Context(), o.admin, m.ID)
		if err == nil {
			all = append(all, string(raw))
		}
	}
	return all
}

// throw hands a mail in, whatever becomes of it: the door hangs up on a line without end.
func (o *office) throw(door, from, raw string) {
	o.Helper()
	conn, err := net.Dial("tcp", door)
	if err != nil {
		o.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	err = c.SendMail(from, []string{"open@picus.example"}, strings.NewReader(raw))
	if said, ok := errors.AsType[*smtp.SMTPError](err); ok && said.Code < 500 {
		o.Errorf("the door said %v", err)
	}
}

// fromField finds who has written a mail.
var fromField = regexp.MustCompile(`(?im)^(from|authentication-results):.*\n(?:[ \t].*\n)*`)

// TestMalformedMailInAMailboxIsPosted has every broken mail lie in a mailbox, as the
// administrator's, whose server believes it: what the site makes of it becomes a post.
func TestMalformedMailInAMailboxIsPosted(t *testing.T) {
	s := newScripted(t, 0)
	for n, raw := range malformed(t) {
		head, body, _ := strings.Cut(strings.ReplaceAll(raw, "\r\n", "\n"), "\n\n")
		head = fmt.Sprintf("X-Original-To: python@picus.example\nAuthentication-Results: mx.picus.example; dmarc=pass header.from=example.org\nFrom: admin@example.org\nX-Number: %d\n", n) +
			fromField.ReplaceAllString(head+"\n", "")
		s.mails = append(s.mails, strings.ReplaceAll(head+"\n"+body, "\n", "\r\n"))
	}
	s.mails = append(s.mails, judged(1))
	o := openTo(newHouse(t), mail.Config{IMAP: "imap://box:secret@" + s.address + "/INBOX" + believing})
	if err := o.gateway.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	o.gateway.HurryInbox(20 * time.Millisecond)
	stop := o.reading()
	o.untilLate("the last mail is posted", 10*time.Minute, func() bool {
		fates := o.fates()
		return slices.ContainsFunc(fates, func(m mail.Incoming) bool { return m.MessageID == "m1@x" && m.Fate == mail.Posted }) &&
			!slices.ContainsFunc(fates, func(m mail.Incoming) bool { return m.Fate == mail.Received })
	})
	stop()
	count := map[mail.Fate]int{}
	for _, m := range o.fates() {
		count[m.Fate]++
	}
	if count[mail.Posted] < 500 {
		t.Errorf("the fates are %v; want most to be posted", count)
	}
	t.Logf("%d mails: %v", len(s.mails), count)
	twice, err := db.Value[int](t.Context(), o.DB, "SELECT count(*) FROM (SELECT 1 FROM message WHERE fate = 'posted' GROUP BY message_id, digest HAVING count(*) > 1) same")
	if err != nil || twice > 0 {
		t.Errorf("%d mails were posted twice, %v", twice, err)
	}
	// Some of them are the same mail, by its sender, Message-ID and body.
	there := map[string]bool{}
	for _, raw := range o.seen() {
		there[raw] = true
	}
	lost := map[string]bool{}
	for _, raw := range s.mails {
		_, body, _ := strings.Cut(strings.TrimLeft(raw, "\r\n"), "\r\n\r\n")
		body = strings.TrimSpace(body)
		if was, known := lost[body]; !there[raw] && (!known || was) {
			lost[body] = true
		} else {
			lost[body] = false
		}
	}
	n := 0
	for _, is := range lost {
		if is {
			n++
		}
	}
	if n > count[mail.Known] { // of what was known there is a trace
		t.Errorf("%d mails of the mailbox are not there as they came", n)
	}
}
