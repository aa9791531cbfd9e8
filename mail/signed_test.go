package mail_test

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"picus/internal/dbtest"
	"picus/internal/realdata"
	"picus/mail"
	"picus/mail/mbox"
	"picus/mail/message"
)

// TestSignedMailGoesOnUnchanged has every mail with a PGP or S/MIME signature of the real
// archives and of the fixtures come to a list, and looks at the copy that goes out: what
// was signed, and the signature, are the same bytes. All the world is a network of ours, as
// nothing is asked about who wrote them.
func TestSignedMailGoesOnUnchanged(t *testing.T) {
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url(), Resolver: zone(t, nil), Trusted: prefixes("0.0.0.0/0", "::/0")})
	s.run()
	s.reader("reader", "")
	mails, seen := 0, map[string]bool{}
	for name, raw := range signedMails(t) {
		head := message.ParseHeader([]byte(raw))
		from := strings.ToLower(head.From.Address)
		id := fmt.Sprintf("%x", sha256.Sum256([]byte(raw)))
		if seen[head.MessageID] || seen[id] || from == "" {
			continue // the archives have it twice; without a sender nobody could post it
		}
		seen[head.MessageID] = head.MessageID != ""
		seen[id] = true
		if !seen["from "+from] {
			seen["from "+from] = true
			u := s.personAt(fmt.Sprint("signer", len(seen)), "", from)
			s.exec("UPDATE account SET role = 'moderator' WHERE id = ?", u.ID) // the staff have no limit of speed
		}
		mails++
		s.pass(time.Minute)
		if err := s.arrives(from, "python@lists.example", raw); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := s.sink.next(t)
		for got.to != "reader@people.example" { // the authors hear of answers too
			got = s.sink.next(t)
		}
		want := signedPart(raw)
		if want == "" || signedPart(got.raw) != want {
			t.Errorf("%s: what was signed is not what goes out:\n%.2000s", name, got.raw)
		}
	}
	if mails < 30 {
		t.Errorf("there are %d signed mails; want 30 at least", mails)
	}
	t.Logf("%d signed mails", mails)
}

var signedType = regexp.MustCompile(`(?im)^content-type:[ \t]*multipart/signed(?:[^\r\n]|\r\n[ \t])*`)

var boundaryOf = regexp.MustCompile(`(?i)boundary[ \t]*=[ \t]*"?([^";\r\n]+)"?`)

// signedPart returns the hash of what is signed in a mail and of the signature: all between
// the first boundary and the last, found without a parser.
func signedPart(raw string) string {
	at := signedType.FindStringIndex(raw)
	if at == nil {
		return ""
	}
	b := boundaryOf.FindStringSubmatch(raw[at[0]:at[1]])
	if b == nil {
		return ""
	}
	_, inside, ok := strings.Cut(raw[at[1]:], "\r\n--"+b[1]+"\r\n")
	inside, _, ended := strings.Cut(inside, "\r\n--"+b[1]+"--")
	if !ok || !ended {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(inside)))
}

// signedMails returns the signed mails of the test data by the name of their file, as
// they came over the wire.
func signedMails(t *testing.T) map[string]string {
	t.Helper()
	found, unfit := map[string]string{}, 0
	add := func(name string, raw []byte) {
		text := wire(string(raw))
		head, _, _ := strings.Cut(text, "\r\n\r\n")
		eightBit := strings.ContainsFunc(head, func(r rune) bool { return r >= 0x80 }) // no server may bring it on, so the site writes it anew
		switch {
		case signedPart(text) == "":
		case eightBit:
			unfit++
		default:
			found[name] = text
		}
	}
	for _, archive := range []string{"linux-erofs-3500.mbox.gz", "linux-erofs-zh-threads.mbox.gz"} {
		file, err := os.Open(realdata.Open(t, archive))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		r := mbox.NewReader(file)
		for raw, err := r.Next(); err == nil; raw, err = r.Next() {
			add(fmt.Sprint(archive, " ", r.Offset()), raw)
		}
	}
	dir := realdata.Extract(t, "mail-fixtures.tar.gz")
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		if !strings.HasPrefix(string(raw), "From ") { // mailboxes are in the archives above
			add(strings.TrimPrefix(path, dir), raw)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d more signed mails have an 8-bit header", unfit)
	return found
}

// wire returns a mail with the line ends of SMTP.
func wire(raw string) string {
	return strings.ReplaceAll(strings.ReplaceAll(raw, "\r\n", "\n"), "\n", "\r\n")
}
