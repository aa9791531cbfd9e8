package mail_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"picus/internal/dbtest"
	"picus/mail"
)

func TestSignaturesAreGoodWhateverIsSigned(t *testing.T) {
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{DKIMKey: filepath.Join(t.TempDir(), "dkim.pem")})
	const head = "From: Ada <ada@lists.example>\r\nSubject: Hello\r\n"
	for name, raw := range map[string]string{
		"a line":                            head + "\r\nHello.\r\n",
		"no body":                           head + "\r\n",
		"empty lines alone":                 head + "\r\n\r\n\r\n",
		"empty lines at the end":            head + "\r\nHello.\r\n\r\n\r\n",
		"empty lines within":                head + "\r\nHello.\r\n\r\n\r\nAda\r\n",
		"spaces and tabs":                   head + "\r\n \t Hello \t there. \t\r\n\t \r\nAda  \r\n",
		"no line end":                       head + "\r\nHello.",
		"a colon in the text":               head + "\r\nFrom: nobody\r\n",
		"fields that are folded":            "From: Ada\r\n  <ada@lists.example>\r\nSubject:\r\n\tHello  there \t\r\n\r\nHello.\r\n",
		"spaces before the colon":           "From : Ada <ada@lists.example>\r\nSUBJECT:Hello\r\n\r\nHello.\r\n",
		"the same field twice":              head + "Subject: Another\r\nTo: a@b.example\r\nTo: c@d.example\r\n\r\nHello.\r\n",
		"a field whose name begins as such": head + "Subject-Tag: x\r\nTo-Do: y\r\n\r\nHello.\r\n",
		"8-bit text":                        head + "\r\n你好 \xff\r\n",
	} {
		signed := s.gateway.SignAs("lists.example", raw)
		found, err := dkim.VerifyWithOptions(strings.NewReader(signed), &dkim.VerifyOptions{LookupTXT: s.lookup})
		if err != nil || len(found) != 1 {
			t.Errorf("%s: %d signatures, %v", name, len(found), err)
		} else if found[0].Err != nil {
			t.Errorf("%s: %v\n%q", name, found[0].Err, signed)
		}
	}
}
