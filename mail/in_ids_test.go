package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"picus/mail"
)

// A mail without a Message-ID, with two, with one that is none or is endless is one post,
// however often and by whatever way it comes (SECURITY.md, M-6).
func TestIDsThatAreNone(t *testing.T) {
	for name, field := range map[string]string{
		"none":           "",
		"an empty one":   "Message-ID:\r\n",
		"empty brackets": "Message-ID: <>\r\n",
		"two":            "Message-ID: <one@x>\r\nMessage-ID: <two@x>\r\n",
		"two in one":     "Message-ID: <one@x> <two@x>\r\n",
		"an endless one": "Message-ID: <" + strings.Repeat("x", 20_000) + "@x>\r\n",
		"no id":          "Message-ID: this is no id\r\n",
		"brackets":       "Message-ID: <<<>>>\r\n",
		"controls":       "Message-ID: <a\x01\x7f\tb@x>\r\n",
		"8-bit":          "Message-ID: <你好\xff@x>\r\n",
		"one of SQL":     "Message-ID: <'; DROP TABLE post; --@x>\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			eachOffice(t, func(o *office) {
				for n := range 3 { // a second time, and by another server
					raw := strings.Replace(letter{from: "alice@example.org", subject: "Ids", id: "gone@x"}.String(), "Message-ID: <gone@x>\r\n", field, 1)
					if n == 2 {
						raw = traces + strings.Replace(raw, "\r\nTo:", "\r\nX-Spam-Level: **\r\nTo:", 1) + "\r\n"
					}
					if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
						o.Fatal(err)
					}
					o.work()
				}
				if n := o.postings(); n != 1 {
					o.Errorf("it is %d posts; the fates are %+v", n, o.fates())
				}
				answer := letter{from: "bob@example.org", subject: "Re: Ids", id: "answer@x"}.String()
				if err := o.receive("bob@example.org", answer, "python@picus.example"); err != nil {
					o.Fatal(err)
				}
				o.work()
				if got := o.last(); got.Fate != mail.Posted {
					o.Errorf("an answer by its subject is %+v; want it posted", got)
				}
			})
		})
	}
}

// traces are what servers put on top of a mail that they hand on once more.
const traces = "Received: from again.example.org by mx.picus.example; Mon, 23 Nov 2026 12:00:00 +0000\r\n" +
	"X-Spam-Status: No, score=-0.1 required=5.0\r\n\ttests=DKIM_VALID\r\n" +
	"ARC-Seal: i=1; a=rsa-sha256; d=again.example.org; s=a; cv=none; b=AAAA\r\n" +
	"DKIM-Signature: v=1; a=rsa-sha256; d=again.example.org; s=a; h=from; bh=AAAA;\r\n b=AAAA\r\n" +
	"X-Nobody-Has-Heard-Of-It: 7\r\n"

// Who writes the same words again, without a Message-ID, has written them again.
func TestTheSameWordsAgainAreAnotherPost(t *testing.T) {
	for name, fields := range map[string][2]string{
		"another day":              {"Date: Mon, 23 Nov 2026 12:00:00 +0000\r\n", "Date: Tue, 24 Nov 2026 12:00:00 +0000\r\n"},
		"to another, without days": {"In-Reply-To: <one@x>\r\n", "In-Reply-To: <two@x>\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			eachOffice(t, func(o *office) {
				for _, field := range fields {
					raw := "From: alice@example.org\r\nTo: python@picus.example\r\nSubject: Re: Ids\r\n" + field + "\r\nThat is my opinion too.\r\n"
					if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
						o.Fatal(err)
					}
					o.work()
				}
				if n := o.postings(); n != 2 {
					o.Errorf("they are %d posts; want two; the fates are %+v", n, o.fates())
				}
			})
		})
	}
}

// The addresses of the site get nothing by mail, whoever asks for it in their name
// (SECURITY.md, M-4).
func TestAListCannotSubscribeItself(t *testing.T) {
	eachOffice(t, func(o *office) {
		for i, from := range []string{"python@picus.example", "python+owner@picus.example", "no-reply@picus.example", "PYTHON@PICUS.example"} {
			raw := letter{from: from, to: "python+subscribe@picus.example", subject: "subscribe", id: fmt.Sprintf("own%d@x", i)}.String()
			o.receive(from, raw, "python+subscribe@picus.example") // refused now or later
			o.receive("alice@example.org", raw, "python+subscribe@picus.example")
		}
		o.work()
		for _, text := range o.letters() {
			head, _, _ := strings.Cut(text, "\r\n\r\n")
			for line := range strings.SplitSeq(head, "\r\n") {
				if strings.HasPrefix(line, "To:") && strings.Contains(strings.ToLower(line), "@picus.example") {
					o.Errorf("the site writes to itself:\n%s", head)
				}
			}
		}
	})
}
