package message_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	gomessage "github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"

	"picus/internal/realdata"
	"picus/mail/mbox"
	"picus/mail/message"
)

// TestTrimAgreesWithItsModel runs the test mails of email_reply_trimmer, compared as
// its own suite does: without white space around.
func TestTrimAgreesWithItsModel(t *testing.T) {
	dir := filepath.Join(realdata.Extract(t, "mail-fixtures.tar.gz"), "mail-fixtures", "email_reply_trimmer", "test")
	emails, err := filepath.Glob(filepath.Join(dir, "emails", "*.txt"))
	if err != nil || len(emails) != 64 {
		t.Fatalf("found %d mails, %v; want 64", len(emails), err)
	}
	for _, path := range emails {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			reply, elided := message.Trim(strings.TrimSpace(read(t, path)))
			if want := strings.TrimSpace(read(t, filepath.Join(dir, "trimmed", name))); strings.TrimSpace(reply) != want {
				t.Errorf("reply = %q; want %q", reply, want)
			}
			if want := strings.TrimSpace(read(t, filepath.Join(dir, "elided", name))); strings.TrimSpace(elided) != want {
				t.Errorf("elided = %q; want %q", elided, want)
			}
		})
	}
}

// TestEveryFixtureIsRead feeds every file of the test data of seven mail libraries,
// whole and cut in half, and mailbox files message by message.
func TestEveryFixtureIsRead(t *testing.T) {
	dir := realdata.Extract(t, "mail-fixtures.tar.gz")
	files, mails := 0, 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		files++
		raw := []byte(read(t, path))
		for _, one := range append(split(t, path), raw, raw[:len(raw)/2]) {
			mails++
			parse(t, path, one)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files != 1042 || mails < 2000 {
		t.Errorf("read %d files and %d mails; want 1042, every one there is, and more than 2000", files, mails)
	}
}

// parse reads one mail and checks what must hold of any.
func parse(t *testing.T, name string, raw []byte) *message.Message {
	t.Helper()
	began := worked()
	m := message.Parse(raw)
	if took := worked() - began; took > 2*time.Second+20*usual() {
		t.Errorf("Parse(%s) took %v of work; want under 2s", name, took)
	}
	for what, s := range map[string]string{"text": m.Text, "reply": m.Reply, "elided": m.Elided, "subject": m.Subject, "name": m.From.Name} {
		if !utf8.ValidString(s) {
			t.Errorf("Parse(%s): the %s is not UTF-8", name, what)
		}
	}
	if m.Text == "" && len(m.Attachments) == 0 && len(strings.TrimSpace(string(raw))) > 400 && len(m.Warnings) == 0 && m.From.Address == "" {
		t.Errorf("Parse(%s) read nothing and says nothing about it", name)
	}
	return m
}

// usual is what this machine works for a megabyte that nobody has made to be hard to read.
var usual = sync.OnceValue(func() time.Duration {
	raw := []byte("From: ann@example.org\r\nSubject: A log\r\n\r\n" + strings.Repeat("One line of many.\r\n", 1<<20/19))
	began := worked()
	message.Parse(raw)
	return worked() - began
})

// worked is how long the processor has worked for this program: others may have the
// machine as well, which is no fault of the parser.
func worked() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used) // it fails for wrong arguments alone
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// split reads a file as a mailbox if it is one.
func split(t *testing.T, path string) [][]byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var all [][]byte
	r := mbox.NewReader(file)
	for {
		raw, err := r.Next()
		if err != nil {
			return all
		}
		all = append(all, raw)
	}
}

// TestRealArchives reads two archives of a real list and counts what went wrong.
func TestRealArchives(t *testing.T) {
	for _, archive := range []struct {
		name         string
		mails, lossy int
	}{
		{"linux-erofs-3500.mbox.gz", 3500, 0},
		{"linux-erofs-zh-threads.mbox.gz", 1345, 5},
	} {
		t.Run(archive.name, func(t *testing.T) {
			mails, lossy, dateless, authorless := 0, 0, 0, 0
			each(t, archive.name, func(raw []byte) {
				m := message.Parse(raw)
				mails++
				if strings.Contains(m.Text+m.Subject+m.From.Name, "\ufffd") && !strings.Contains(string(raw), "\ufffd") {
					lossy++
				}
				if m.Date.Year() < 2018 || m.Date.Year() > 2027 {
					dateless++
				}
				if m.From.Address == "" || m.MessageID == "" {
					authorless++
				}
			})
			if mails != archive.mails {
				t.Errorf("read %d mails; want %d", mails, archive.mails)
			}
			if lossy > archive.lossy || dateless > 0 || authorless > 0 {
				t.Errorf("%d mails lost characters, %d have no good date, %d no author or id; want at most %d, 0, 0",
					lossy, dateless, authorless, archive.lossy)
			}
		})
	}
}

// TestReadsWhatGoMessageReads compares the plain text of single-part and multipart
// mails with what go-message makes of those it can read.
func TestReadsWhatGoMessageReads(t *testing.T) {
	compared := 0
	each(t, "linux-erofs-3500.mbox.gz", func(raw []byte) {
		want, ok := goMessageText(raw)
		if !ok || compared >= 1000 {
			return
		}
		compared++
		m := message.Parse(raw)
		if m.FormatFlowed || m.Markdown || m.CharsetGuessed {
			return
		}
		if got := strings.TrimSpace(m.Text); got != want {
			t.Errorf("%s: Text = %.300q; want %.300q", m.MessageID, got, want)
		}
	})
	if compared < 900 {
		t.Errorf("compared %d mails; want 900 and more", compared)
	}
}

// goMessageText returns the text of a mail whose only text is one plain part.
func goMessageText(raw []byte) (string, bool) {
	e, err := gomessage.Read(strings.NewReader(string(raw)))
	if err != nil || e.MultipartReader() != nil {
		return "", false
	}
	if kind, _, _ := e.Header.ContentType(); kind != "text/plain" {
		return "", false
	}
	body, err := io.ReadAll(e.Body)
	text := strings.ReplaceAll(strings.TrimSpace(string(body)), "\r\n", "\n")
	return text, err == nil && utf8.ValidString(text)
}

func each(t testing.TB, archive string, visit func(raw []byte)) {
	t.Helper()
	file, err := os.Open(realdata.Open(t, archive))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := mbox.NewReader(file)
	for {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		visit(raw)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// BenchmarkParse reads mails of a real list that are about 5 KB long; ns/op is for
// one mail.
func BenchmarkParse(b *testing.B) {
	var mails [][]byte
	size := 0
	each(b, "linux-erofs-3500.mbox.gz", func(raw []byte) {
		if len(raw) > 4<<10 && len(raw) < 8<<10 && len(mails) < 500 {
			mails = append(mails, raw)
			size += len(raw)
		}
	})
	b.SetBytes(int64(size / len(mails)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		message.Parse(mails[i%len(mails)])
	}
}
