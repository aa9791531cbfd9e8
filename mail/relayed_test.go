package mail_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-msgauth/dkim"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// author is somebody's mail server: it signs, and its DNS says what it wants.
type author struct {
	*sender
	records map[string]string
	sign    func(raw string) string
}

// newAuthor is a site whose member ada writes from people.example, with the DMARC
// record of that domain. Its mail goes to a sink, or to the relay named.
func newAuthor(t *testing.T, d *db.DB, dmarc string, relay ...string) *author {
	t.Helper()
	dir := t.TempDir()
	theirs := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{DKIMKey: filepath.Join(dir, "theirs.pem")})
	a := &author{records: map[string]string{}, sign: func(raw string) string { return theirs.gateway.SignAs("people.example", raw) }}
	for _, record := range theirs.gateway.DNS() {
		if owner, text, ok := strings.Cut(record, ". IN TXT "); ok {
			a.records[strings.Replace(owner, "lists.example", "people.example", 1)+"."] = strings.NewReplacer(`" "`, "", `"`, "").Replace(text)
		}
	}
	delete(a.records, "_dmarc.people.example.")
	if dmarc != "" {
		a.records["_dmarc.people.example."] = dmarc
	}
	sink := newSink(t)
	a.sender = newSender(t, d, sink, mail.Config{Relay: append(relay, sink.url())[0], Resolver: zone(t, a.records), DKIMKey: filepath.Join(dir, "ours.pem")})
	a.run()
	return a
}

const tricky = "Hello,\r\n\r\nwith trailing blanks  \r\n\ta tab, and 8-bit text: 你好\r\n-- \r\nada\r\n"

func (a *author) post(head ...string) string {
	return a.sign(lines(append(head, "From: Ada <ada@people.example>", "To: python@lists.example", "Cc: friend@elsewhere.example", "Subject:  =?utf-8?Q?Gr=C3=BC=C3=9Fe?=  and   spaces",
		"Message-ID: <own@people.example>", "Date: Mon, 23 Nov 2026 11:59:00 +0000", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "")...) + tricky)
}

// relayed has a mail of ada's come in and returns it as the reader gets it.
func (a *author) relayed(raw string) caught {
	a.Helper()
	a.reader("reader", "")
	if err := a.arrives("ada@people.example", "python@lists.example", raw); err != nil {
		a.Fatal(err)
	}
	return a.sink.next(a)
}

// lookupBoth answers for the author's domain and for ours.
func (a *author) lookupBoth(name string) ([]string, error) {
	if text, ok := a.records[name+"."]; ok {
		return []string{text}, nil
	}
	return a.lookup(name)
}

func (a *author) signers(raw string) (good []string) {
	a.Helper()
	all, err := dkim.VerifyWithOptions(strings.NewReader(raw), &dkim.VerifyOptions{LookupTXT: a.lookupBoth})
	if err != nil {
		a.Fatalf("Verify() = %v\n%s", err, raw)
	}
	for _, v := range all {
		if v.Err == nil {
			good = append(good, v.Domain)
		}
	}
	slices.Sort(good)
	return good
}

func TestAMailToAListGoesOnAsItCame(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := newAuthor(t, d, "v=DMARC1; p=none")
		raw := a.post("Received: from [192.0.2.7] by mx", "Bcc: secret@people.example", "List-Id: <foreign.example>", "Disposition-Notification-To: ada@people.example", "X-Mine: kept")
		got := a.relayed(raw)
		h, m := got.read(t)
		if !strings.HasSuffix(got.raw, "\r\n\r\n"+tricky) {
			t.Errorf("the body is not what it was:\n%q", got.raw)
		}
		if m.From.Address != "ada@people.example" || h.Get("Reply-To") != "" || h.Get("Message-ID") != "<own@people.example>" || h.Get("X-Mine") != "kept" {
			t.Errorf("From %v, Reply-To %q, Message-ID %q; want the author's", m.From, h.Get("Reply-To"), h.Get("Message-ID"))
		}
		for _, name := range []string{"Received", "Bcc", "Disposition-Notification-To"} {
			if h.Get(name) != "" {
				t.Errorf("%s has gone on: %q", name, h.Get(name))
			}
		}
		if got := a.signers(got.raw); !slices.Equal(got, []string{"lists.example", "people.example"}) {
			t.Errorf("good signatures of %v; want the author's and ours", got)
		}
		checkListMail(t, a.sender, got)
	})
}

func TestFromIsRewrittenOnlyWhereTheAuthorsDomainAsksForIt(t *testing.T) {
	for name, c := range map[string]struct {
		dmarc   string
		munged  bool
		replyTo string // of the author
	}{
		"no record":                    {"", false, ""},
		"none":                         {"v=DMARC1; p=none", false, ""},
		"none for the domain itself":   {"v=DMARC1; p=none; sp=reject", false, ""},
		"quarantine":                   {"v=DMARC1; p=quarantine", true, ""},
		"reject":                       {"v=DMARC1; p=reject; adkim=s", true, ""},
		"reject, and answers go away":  {"v=DMARC1; p=reject", true, "Ada <other@people.example>"},
		"a record that cannot be read": {"v=DMARC1; what", false, ""},
		"the DNS does not answer":      {serverFailure, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthor(t, dbtest.SQLite(t), c.dmarc)
			var more []string
			if c.replyTo != "" {
				more = append(more, "Reply-To: "+c.replyTo)
			}
			got := a.relayed(a.post(more...))
			h, _ := got.read(t)
			from, replyTo := "Ada <ada@people.example>", c.replyTo
			if c.munged {
				from = "Ada via Python <python@lists.example>"
				if replyTo == "" {
					replyTo = "Ada <ada@people.example>"
				}
			}
			if h.Get("From") != from || h.Get("Reply-To") != replyTo || len(h["From"]) != 1 {
				t.Errorf("From %q, Reply-To %q; want %q, %q", h["From"], h.Get("Reply-To"), from, replyTo)
			}
			if !strings.HasSuffix(got.raw, tricky) || !slices.Contains(a.signers(got.raw), "lists.example") {
				t.Error("the body was changed, or our signature is not good")
			}
			checkListMail(t, a.sender, got)
		})
	}
}

func TestWhatQuotesASecretOrWasChangedDoesNotGoOnAsItCame(t *testing.T) {
	for name, change := range map[string]func(a *author, raw string) string{
		"a reply address in the text": func(a *author, raw string) string {
			return strings.Replace(raw, "Hello,", "> Reply-To: reply+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", 1)
		},
		"a link in base64": func(a *author, raw string) string {
			return lines("From: Ada <ada@people.example>", "To: python@lists.example", "Subject: x", "Message-ID: <own@people.example>", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "",
				"--b", "Content-Type: text/plain", "", "Hello", "--b", "Content-Type: message/rfc822", "", "Content-Type: text/html", "Content-Transfer-Encoding: base64", "",
				base64lines("<a href=https://talk.example/unsubscribe/1-1-aaaaaaaaaaaaaaaaaaaaaaaaaa>x</a>"), "--b--")
		},
		"an 8-bit header": func(a *author, raw string) string {
			return strings.Replace(raw, "X-Mine: kept", "X-Mine: 你好", 1)
		},
		"a very long line": func(a *author, raw string) string { return raw + strings.Repeat("x", 2000) + "\r\n" },
	} {
		t.Run(name, func(t *testing.T) {
			a := newAuthor(t, dbtest.SQLite(t), "v=DMARC1; p=none")
			got := a.relayed(change(a, a.post("X-Mine: kept")))
			_, m := got.read(t)
			if m.From.Address != "python@lists.example" {
				t.Errorf("From is %v; want the list's own, because the site composed it", m.From)
			}
			if strings.Contains(got.raw, "aaaaaaaaaaaaaaaaaaaaaaaaaa") {
				t.Errorf("the secret has gone on:\n%s", got.raw)
			}
			checkListMail(t, a.sender, got)
		})
	}
}

// TestTheGoldenMail holds the mail about a post against one that was looked at with
// care. Keyed hashes differ from site to site and read KEY there.
func TestTheGoldenMail(t *testing.T) {
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url(), DKIMKey: filepath.Join(t.TempDir(), "dkim.pem")})
	s.run()
	s.reader("reader", "zh-Hans")
	first := s.start(s.ada, newThread("Why does **await** block? 为什么？", "See [[Asyncio]] and ![a graph](/g.png).\n\n```python\nawait x\n```\n"))
	got := s.sink.next(t)
	checkListMail(t, s, got)
	_ = first
	hidden := keys.ReplaceAllString(got.raw, "KEY")
	hidden = signature.ReplaceAllString(hidden, "DKIM-Signature: KEY\r\n")
	file := filepath.Join("testdata", "post.eml")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(file, []byte(hidden), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(want, []byte(hidden)) {
		t.Errorf("the mail is\n%s\nwant %s, %v", hidden, file, err)
	}
}

var (
	keys      = regexp.MustCompile(`[a-z2-7]{26,50}`)
	signature = regexp.MustCompile(`DKIM-Signature: [^\r]*\r\n(?:[ \t][^\r]*\r\n)*`)
)
