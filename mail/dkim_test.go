package mail_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/mail"
)

func TestWhatGoesOutIsSignedAsTheDNSSays(t *testing.T) {
	key := filepath.Join(t.TempDir(), "dkim.pem")
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url(), DKIMKey: key})
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("the key file: %v, %v; want mode 0600", info, err)
	}
	s.open() // another start reads the same key
	s.run()
	s.reader("reader", "zh-Hans")
	s.start(s.ada, forum.NewThread{Title: "签名", Body: "正文 \n\nWith trailing blanks  \n\n\n"})
	post := s.sink.next(t)
	s.letter(account.Letter{To: "new@people.example", Kind: account.LetterConfirm, Path: "/confirm"})
	for _, got := range []caught{post, s.sink.next(t)} {
		all, err := dkim.VerifyWithOptions(strings.NewReader(got.raw), &dkim.VerifyOptions{LookupTXT: s.lookup})
		if err != nil || len(all) != 1 || all[0].Err != nil || all[0].Domain != "lists.example" {
			t.Fatalf("Verify() = %+v, %v\n%s", all, err, got.raw)
		}
		for _, name := range []string{"From", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post"} {
			if !slices.Contains(all[0].HeaderKeys, name) {
				t.Errorf("%s is not signed: %v", name, all[0].HeaderKeys)
			}
		}
	}
	changed := strings.Replace(post.raw, "/unsubscribe/", "/unsubscribe/x", 1)
	all, err := dkim.VerifyWithOptions(strings.NewReader(changed), &dkim.VerifyOptions{LookupTXT: s.lookup})
	if err == nil && all[0].Err == nil {
		t.Error("the signature stays good although the link to unsubscribe was changed")
	}
}

// lookup answers from the records that DNS says are to be published.
func (s *sender) lookup(name string) ([]string, error) {
	for _, record := range s.gateway.DNS() {
		owner, text, ok := strings.Cut(record, ". IN TXT ")
		if ok && owner == name {
			return []string{strings.NewReplacer(`" "`, "", `"`, "").Replace(text)}, nil
		}
	}
	return nil, os.ErrNotExist
}

func TestAKeyThatCannotBeReadIsAnError(t *testing.T) {
	key := filepath.Join(t.TempDir(), "dkim.pem")
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{})
	g := mail.New(mail.Config{DKIMKey: key}, s.forum, s.items, s.people)
	if err := g.Open(t.Context()); err == nil || !strings.Contains(err.Error(), key) {
		t.Errorf("Open() = %v; want an error that names the file", err)
	}
}

func TestTheDNSRecordsNameTheRelay(t *testing.T) {
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{Relay: "smtps://me:secret@smtp.provider.example"})
	got := strings.Join(s.gateway.DNS(), "\n")
	want := `lists.example. IN MX 10 talk.example.
lists.example. IN TXT "v=spf1 mx a:smtp.provider.example -all"
_dmarc.lists.example. IN TXT "v=DMARC1; p=quarantine"`
	if got != want {
		t.Errorf("DNS() =\n%s\nwant\n%s", got, want)
	}
}

func TestOneSignatureServesAllCopiesWhereTheOperatorSaysSo(t *testing.T) {
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url(), DKIMKey: filepath.Join(t.TempDir(), "dkim.pem"), DKIMShared: true})
	s.run()
	const readers = 100 // more than one unit
	s.crowd(readers)
	s.start(s.ada, forum.NewThread{Title: "签名", Body: "正文"})
	common := map[string]bool{}
	for range readers {
		got := s.sink.next(t)
		common[commonSignature(got.raw)] = true
		all, err := dkim.VerifyWithOptions(strings.NewReader(got.raw), &dkim.VerifyOptions{LookupTXT: s.lookup})
		if err != nil || len(all) != 2 || all[0].Err != nil || all[1].Err != nil {
			t.Fatalf("Verify() = %+v, %v; want two good signatures", all, err)
		}
		checkCovered(t, s, got.raw)
		changed := strings.Replace(got.raw, "/unsubscribe/", "/unsubscribe/x", 1)
		all, err = dkim.VerifyWithOptions(strings.NewReader(changed), &dkim.VerifyOptions{LookupTXT: s.lookup})
		if err != nil || all[0].Err == nil {
			t.Fatal("the personal signature stays good although the link to unsubscribe was changed")
		}
	}
	if len(common) != 1 || common[""] {
		t.Errorf("%d different RSA signatures; want one for all", len(common))
	}
}

// commonSignature returns the RSA signature of a mail.
func commonSignature(raw string) string {
	for _, field := range signature.FindAllString(raw, 2) {
		if strings.Contains(field, "s=picus;") {
			return field
		}
	}
	return ""
}
