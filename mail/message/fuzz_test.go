package message_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"picus/mail/message"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"From: Ann <ann@example.org>\nSubject: =?utf-8?B?5L2g5aW9?=\nDate: Mon, 6 May 2019 19:01:02 +0800\n\nHello\n",
		"Content-Type: multipart/mixed; boundary=\"x\"\n\n--x\n\none\n--x\nContent-Type: text/html\n\n<p>two</p>\n--x--\n",
		"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; a@example.org\nAction: failed\nStatus: 5.1.1\n--b--\n",
		"Content-Type: text/plain; charset=gb2312\nContent-Transfer-Encoding: base64\n\nxOO6ww==\n",
		"Content-Type: text/plain; format=flowed; delsp=yes\n\n> one \n> two\nthree \nfour\n",
		"Content-Type: application/x; name*0*=utf-8''%e4%bd; name*1*=%a0\nContent-Disposition: attachment\n\nx",
		"From x\n\xef\xbb\xbf\r\r\nno colon\n: :\n\n\x00\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := message.Parse(raw)
		for _, s := range []string{m.Text, m.Reply, m.Elided, m.Subject, m.From.Name, m.From.Address, m.MessageID} {
			if !utf8.ValidString(s) {
				t.Errorf("Parse(%q) gives %q, which is not UTF-8", raw, s)
			}
		}
		if strings.ContainsAny(m.Subject+m.From.Address+m.From.Name+m.MessageID, "\r\n\x00") {
			t.Errorf("Parse(%q) leaves a line end in a header value", raw)
		}
		if !m.Markdown {
			holdsAll(t, m.Text, m.Reply, m.Elided)
		}
	})
}

func FuzzTrim(f *testing.F) {
	for _, seed := range []string{
		"Yes.\n\nOn Mon, Feb 1, 2016 at 6:32 PM, Ann <ann@example.org>\nwrote:\n\n> No?\n",
		"在 2019/8/4 19:39, 王小明 写道:\n> 好\n\n不好。\n--\n王",
		"a\n-----Original Message-----\nFrom: a\nSent: 1\nTo: b\nSubject: c\n\ntext",
		"```\n--\n```\n| a | b |\nAnn> hi\n___________\nfoo mailing list",
		"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA1\n\ntext\n-----BEGIN PGP SIGNATURE-----\nx\n-----END PGP SIGNATURE-----",
		"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n-- \n2.20.1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		reply, elided := message.Trim(text)
		holdsAll(t, text, reply, elided)
	})
}

// holdsAll checks that reply and elided together hold every line of text: all that
// is written in them, quote marks and the joins of wrapped attributions aside.
func holdsAll(t *testing.T, text, reply, elided string) {
	t.Helper()
	wanted, held := map[rune]int{}, map[rune]int{}
	for line := range strings.SplitSeq(text, "\n") {
		// A name before a quote mark is written as the mark alone.
		if end := strings.IndexByte(line, '>'); end > 0 && end < 24 {
			line = line[end:]
		}
		count(wanted, line)
	}
	count(held, reply)
	count(held, elided)
	for r, n := range wanted {
		if held[r] < n {
			t.Fatalf("Trim(%q) loses %q: reply %q, elided %q", text, r, reply, elided)
		}
	}
}

// count counts the characters of s that are no white space and no quote mark.
func count(into map[rune]int, s string) {
	for _, r := range s {
		if !unicode.IsSpace(r) && !strings.ContainsRune("|>\u200b\u200e\u200f\ufeff\x00", r) {
			into[r]++
		}
	}
}
