package message_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"picus/mail/message"
)

// mail writes a message with the given lines of header and body.
func mail(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

func TestParseReadsTheHeader(t *testing.T) {
	m := message.Parse(mail(
		"Message-ID: <one@example.org>",
		"In-Reply-To: <two@example.org>",
		"References: <three@example.org>\t<two@example.org>",
		"From: =?utf-8?q?Ren=C3=A9?= Example <Rene@Example.ORG>",
		`To: "Wang, Xiaoming" <wang@example.org>, list@example.org`,
		"Cc: undisclosed-recipients:;, (a comment) ann@example.org (Ann)",
		"Subject: Re: [list] Two",
		" lines",
		"Date: Mon, 6 May 2019 19:01:02 +0800 (CST)",
		"List-Id: The list <list.example.org>",
		"", "Hello",
	))
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"id", m.MessageID, "one@example.org"},
		{"in reply to", m.InReplyTo, []string{"two@example.org"}},
		{"references", m.References, []string{"three@example.org", "two@example.org"}},
		{"the domain is in lower case, the name is not", m.From, message.Address{Name: "René Example", Address: "Rene@example.org"}},
		{"a quoted name keeps its comma", m.To, []message.Address{{Name: "Wang, Xiaoming", Address: "wang@example.org"}, {Address: "list@example.org"}}},
		{"groups are flattened, a comment is a name", m.Cc, []message.Address{{Name: "Ann", Address: "ann@example.org"}}},
		{"a folded subject is one line", m.Subject, "Re: [list] Two lines"},
		{"subject base", m.SubjectBase, "Two lines"},
		{"reply prefix", m.IsReply, true},
		{"date", m.Date.Format(time.RFC3339), "2019-05-06T19:01:02+08:00"},
		{"list id", m.ListID, "list.example.org"},
		{"kind", m.Kind, message.Post},
		{"text", m.Text, "Hello"},
		{"header of any name", m.Header("list-id"), "The list <list.example.org>"},
		{"no warning", m.Warnings, []string{}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %#v; want %#v", c.name, c.got, c.want)
		}
	}
}

func TestParseTakesBrokenMail(t *testing.T) {
	for _, c := range []struct{ name, raw, subject, text string }{
		{"an mbox line first", "From ann@example.org Mon May  6 19:01:02 2019\nSubject: a\n\nb\n", "a", "b"},
		{"a quoted mbox line first", ">From ann@example.org Mon May  6 19:01:02 2019\nSubject: a\n\nb\n", "a", "b"},
		{"a byte order mark", "\xef\xbb\xbfSubject: a\n\nb\n", "a", "b"},
		{"doubled carriage returns", "Subject: a\r\r\n\r\r\nb\r\r\n", "a", "b"},
		{"a header line without a colon", "Subject: a\ngarbage here\nX-A: c\n\nb\n", "a garbage here", "b"},
		{"the empty line forgotten", "Subject: a\nThis is the text\nof it\n", "a", "This is the text\nof it"},
		{"no header at all", "just text\n\nmore\n", "", "just text\n\nmore"},
		{"a space before the colon", "Subject : a\n\nb\n", "a", "b"},
		{"an unknown transfer encoding", "Subject: a\nContent-Transfer-Encoding: bogus\n\nb=41\n", "a", "b=41"},
		{"quoted-printable with broken escapes", "Subject: a\nContent-Transfer-Encoding: quoted-printable\n\n1=2 =C3=A9 =\nx =ZZ\n", "a", "1=2 é x =ZZ"},
		{"base64 with a footer below", "Subject: a\nContent-Transfer-Encoding: base64\n\naGVsbG8=\n", "a", "hello"},
		{"a multipart without a boundary", "Subject: a\nContent-Type: multipart/mixed\n\n--zzz\nContent-Type: text/plain\n\nb\n--zzz--\n", "a", "b"},
		{"a multipart that is not closed", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nb\n", "a", "b"},
		{"a multipart without parts", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\nb\n", "a", "b"},
		{"a boundary that begins another", "Subject: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: multipart/mixed; boundary=xy\n\n--xy\n\nb\n--xy--\n--x\n\nc\n--x--\n", "a", "b\n\nc"},
		{"one part with a file's name", "Subject: a\nContent-Type: text/x-patch; name=x.patch\n\nb\n", "a", "b"},
		{"nothing", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse([]byte(c.raw))
			if m.Subject != c.subject || m.Text != c.text {
				t.Errorf("Parse() = subject %q, text %q; want %q, %q", m.Subject, m.Text, c.subject, c.text)
			}
		})
	}
}

func TestParseBoundsWhatAMailMayCost(t *testing.T) {
	nested := func(n int, close bool) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
		}
		b.WriteString("\ndeep\n")
		for i := n - 1; i >= 0 && close; i-- {
			fmt.Fprintf(&b, "--b%d--\n", i)
		}
		return b.String()
	}
	long := strings.Repeat("a", 5<<20)
	for _, c := range []struct{ name, raw string }{
		{"20,000 levels", nested(20_000, true)},
		{"24 levels that are not closed", nested(24, false)},
		{"100,000 parts", "Content-Type: multipart/mixed; boundary=x\n\n" + strings.Repeat("--x\n\na\n", 100_000)},
		{"one long header field", "Subject: " + long + "\n\nb"},
		{"a million header fields", strings.Repeat("A: b\n", 1_000_000) + "\nb"},
		{"a million addresses", "To: " + strings.Repeat("a@b.c,", 1_000_000) + "\n\nb"},
		{"one line of boundaries", "Content-Type: multipart/mixed; boundary=x\n\n--x\n\n" + strings.Repeat("--x--", 1_000_000)},
		{"a million fences", "A: b\n\n" + strings.Repeat("```x\n", 1_000_000)},
		{"many fences below the limit of lines", "A: b\n\n" + strings.Repeat("```x\n", 19_000)},
		{"many rules", "A: b\n\n" + strings.Repeat("____________\n", 19_000) + "a\nb\n"},
		{"many attributions", "A: b\n\n" + strings.Repeat("Ann <a@example.org> wrote:\n", 19_000)},
		{"many encoded words", "Subject: " + strings.Repeat("=?utf-8?q?a?= ", 100_000) + "\n\nb"},
		{"encoded words left open", "Subject: " + strings.Repeat("=?a?b?", 100_000) + "\n\nb"},
		{"deep HTML", "Content-Type: text/html\n\n" + strings.Repeat("<b>", 500_000)},
		{"many HTML quotations", "Content-Type: text/html\n\n" + strings.Repeat("<div class=gmail_quote><blockquote>a</blockquote></div>", 15_000)},
		{"nested HTML quotations", "Content-Type: text/html\n\n" + strings.Repeat("<blockquote>", 400) + strings.Repeat("<p>a", 50_000)},
		{"a flat HTML text", "Content-Type: text/html\n\n" + strings.Repeat("<p>a", 250_000)},
		{"a large HTML table", "Content-Type: text/html\n\n<table>" + strings.Repeat("<tr><td>a<td>b", 60_000)},
		{"many parameters", "Content-Type: text/plain" + strings.Repeat("; a*0*=b", 100_000) + "\n\nb"},
		{"a large text", "A: b\n\n" + strings.Repeat("a line of text:\n", 1_500_000)},
	} {
		t.Run(c.name, func(t *testing.T) { parse(t, c.name, []byte(c.raw)) })
	}
}

func TestParseDecodesCharsets(t *testing.T) {
	const gbk = "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7\xa1\xa3" // 你好，世界。
	for _, c := range []struct {
		name, charset, body, text string
		guessed                   bool
	}{
		{"gb2312 is read as GB18030", "gb2312", gbk + "\x81\x30\x84\x36", "你好，世界。¥", false},
		{"the 2022 edition has no name of its own", "GB18030-2022", gbk, "你好，世界。", false},
		{"big5 with a prefix", "x-big5", "\xa7\x41\xa6\x6e", "你好", false},
		{"cp932", "cp932", "\x82\xb1\x82\xf1", "こん", false},
		{"cp949", "cp949", "\xbe\xc8\xb3\xe7", "안녕", false},
		{"iso-2022-jp-ms", "iso-2022-jp-ms", "\x1b$B$3$s\x1b(B", "こん", false},
		{"hz", "hz-gb-2312", "~{<:Ky2;S{~}", "己所不欲", false},
		{"utf-7", "utf-7", "a+T2BZfQ- 1 +- 2", "a你好 1 + 2", false},
		{"a quote too many", `utf-8\"`, "你好", "你好", false},
		{"UTF-8 without a label", "", "你好", "你好", true},
		{"UTF-8 under a Western label", "iso-8859-1", "你好", "你好", true},
		{"UTF-8 under a Chinese label", "gb2312", "你好，世界，这是一个测试", "你好，世界，这是一个测试", true},
		{"GBK without a label", "", gbk, "你好，世界。", true},
		{"GBK under the name of a keyboard slip", "y", gbk, "你好，世界。", true},
		{"GBK labelled UTF-8", "utf-8", gbk, "你好，世界。", true},
		{"Korean without a label", "", "\xbe\xc8\xb3\xe7\xc7\xcf\xbc\xbc\xbf\xe4\xb0\xa8\xbb\xe7", "안녕하세요감사", true},
		{"Japanese without a label", "", "\xa4\xb3\xa4\xf3\xa4\xcb\xa4\xc1\xa4\xcf", "こんにちは", true},
		{"Russian without a label", "", "\xf0\xd2\xc9\xd7\xc5\xd4, \xcb\xc1\xcb \xc4\xc5\xcc\xc1", "Привет, как дела", true},
		{"what is left is windows-1252", "unknown-8bit", "caf\xe9 \x96 na\xefve", "café – naïve", true},
		{"ASCII under any name is no guess", "y", "plain", "plain", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail("Content-Type: text/plain; charset=\""+c.charset+"\"", "", c.body))
			if m.Text != c.text || m.CharsetGuessed != c.guessed {
				t.Errorf("Parse() = %q, guessed %v; want %q, %v", m.Text, m.CharsetGuessed, c.text, c.guessed)
			}
		})
	}
}

func TestParseDecodesHeaders(t *testing.T) {
	for _, c := range []struct{ name, subject, want string }{
		{"a character cut over two words", "=?gb2312?B?xOO6?= =?GB2312?B?ww==?=", "你好"},
		{"no space between two words", "=?utf-8?q?a?=\n =?utf-8?q?b?= c", "ab c"},
		{"text beside a word", "Re: =?utf-8?q?caf=C3=A9?= now", "Re: café now"},
		{"spaces inside a word", "=?utf-8?q?two words?=", "two words"},
		{"an unknown charset of ASCII", "=?x-nothing?q?fine?=", "fine"},
		{"raw UTF-8", "你好", "你好"},
		{"raw GBK", "\xc4\xe3\xba\xc3\xa3\xac\xca\xc0\xbd\xe7", "你好，世界"},
		{"no word after all", "a =? b ?= c", "a =? b ?= c"},
		{"a line end inside a word is a space", "=?utf-8?q?a=0D=0ABcc:_b?=", "a  Bcc: b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := message.Parse(mail("Subject: "+c.subject, "", "x")).Subject; got != c.want {
				t.Errorf("Subject = %q; want %q", got, c.want)
			}
		})
	}
}

func TestParseChoosesADate(t *testing.T) {
	received := "Received: from a.example.org by b.example.org; Tue, 7 May 2019 10:00:00 +0000"
	for _, c := range []struct {
		name   string
		header []string
		want   string
		warns  bool
	}{
		{"the Date header", []string{"Date: 6 May 2019 19:01 +0800", received}, "2019-05-06T19:01:00+08:00", false},
		{"two digits of a year", []string{"Date: Mon, 06 May 99 19:01:02 GMT"}, "1999-05-06T19:01:02Z", false},
		{"the order of C", []string{"Date: Mon May  6 19:01:02 2019"}, "2019-05-06T19:01:02Z", false},
		{"ISO 8601", []string{"Date: 2019-05-06T19:01:02+08:00"}, "2019-05-06T19:01:02+08:00", false},
		{"a zone by name", []string{"Date: Mon, 6 May 2019 19:01:02 EST"}, "2019-05-06T19:01:02-05:00", false},
		{"no date", []string{received}, "2019-05-07T10:00:00Z", true},
		{"an unreadable date", []string{"Date: soon", received}, "2019-05-07T10:00:00Z", true},
		{"the clock of a new machine", []string{"Date: Thu, 1 Jan 1970 00:00:10 +0000", received}, "2019-05-07T10:00:00Z", true},
		{"a date in the future", []string{"Date: Mon, 6 May 2030 19:01:02 +0000", received}, "2019-05-07T10:00:00Z", true},
		{"a date years before the first server", []string{"Date: Sat, 1 Jan 2000 00:00:00 +0000", received}, "2019-05-07T10:00:00Z", true},
		{"a date in the far future and no server", []string{"Date: Mon, 6 May 2150 19:01:02 +0000"}, "0001-01-01T00:00:00Z", true},
		{"nothing at all", []string{"X: y"}, "0001-01-01T00:00:00Z", true},
		{"an impossible day", []string{"Date: Mon, 66 May 2019 19:01:02 +0000", received}, "2019-05-07T10:00:00Z", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail(strings.Join(c.header, "\n"), "From: ann@example.org", "Message-ID: <a@example.org>", "", "x"))
			if got := m.Date.Format(time.RFC3339); got != c.want || (len(m.Warnings) > 0) != c.warns {
				t.Errorf("Date = %s with %q; want %s, warned %v", got, m.Warnings, c.want, c.warns)
			}
		})
	}
}

func TestParseFindsTheAuthorBehindAList(t *testing.T) {
	for _, c := range []struct {
		name         string
		header       []string
		want, munged string
	}{
		{"via, and the author in Reply-To", []string{`From: "Ann Example via The List" <list@lists.example.org>`, "Reply-To: Ann Example <ann@example.com>", "List-Id: <list.lists.example.org>"},
			"Ann Example <ann@example.com>", "list@lists.example.org"},
		{"the name is taken where Reply-To has none", []string{`From: Ann Example via List <list@lists.example.org>`, "Reply-To: list@lists.example.org, ann@example.com", "List-Post: <mailto:list@lists.example.org>"},
			"Ann Example <ann@example.com>", "list@lists.example.org"},
		{"the original From is told", []string{"From: list@lists.example.org", "X-Original-From: Ann <ann@example.com>"}, "Ann <ann@example.com>", "list@lists.example.org"},
		{"a person's name with via in it", []string{"From: Ann via Phone <ann@example.com>", "Reply-To: bob@example.com"}, "Ann via Phone <ann@example.com>", ""},
		{"no author is told", []string{`From: Ann via List <list@lists.example.org>`, "List-Id: <list.lists.example.org>"}, "Ann via List <list@lists.example.org>", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail(append(c.header, "", "x")...))
			if got := m.From.Name + " <" + m.From.Address + ">"; got != c.want || m.Munged.Address != c.munged {
				t.Errorf("From = %s, munged %q; want %s, %q", got, m.Munged.Address, c.want, c.munged)
			}
		})
	}
}

func TestParseUnflows(t *testing.T) {
	for _, c := range []struct{ name, params, body, want string }{
		{"a paragraph", "format=flowed", "one \ntwo\nthree", "one two\nthree"},
		{"the deleted space of Chinese", "format=flowed; delsp=yes", "你 \n好", "你好"},
		{"quotes of two depths", "format=flowed", ">> a \n>> b\n> c", ">> a b\n> c"},
		{"a depth that changes inside a paragraph", "format=flowed", "> a \nb", "> a \nb"},
		{"the signature line does not flow", "format=flowed", "a\n-- \nb", "a\n-- \nb"},
		{"stuffed spaces go", "format=flowed", " From here\n > no quote", "From here\n> no quote"},
		{"fixed text stays", "charset=utf-8", "one \ntwo", "one \ntwo"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail("Content-Type: text/plain; "+c.params, "", c.body))
			if m.Text != c.want {
				t.Errorf("Text = %q; want %q", m.Text, c.want)
			}
		})
	}
}

func TestParseListsAttachments(t *testing.T) {
	m := message.Parse(mail(
		`Content-Type: multipart/mixed; boundary="a b"`, "",
		"--a b", "Content-Type: multipart/alternative; boundary=alt", "",
		"--alt", "Content-Type: text/plain", "", "plain",
		"--alt", "Content-Type: multipart/related; boundary=rel", "",
		"--rel", "Content-Type: text/html", "", "<p>rich <img src='cid:pic@example.org'></p>",
		"--rel", "Content-Type: image/png; name=pic.png", "Content-ID: <pic@example.org>", "Content-Disposition: inline", "Content-Transfer-Encoding: base64", "", "aGVsbG8=",
		"--rel--", "--alt--",
		"--a b", "Content-Type: application/pdf", "Content-Disposition: attachment; filename*0*=gb18030''%C4%E3; filename*1*=%BA%C3.pdf", "", "x",
		"--a b", "Content-Type: text/x-patch", `Content-Disposition: attachment; filename="../../etc/=?utf-8?q?caf=C3=A9?=.patch"`, "", "--- a",
		"--a b", "Content-Type: text/plain", "", "a footer of the list",
		"--a b--",
	))
	want := []message.Attachment{
		{Filename: "pic.png", Type: "image/png", Size: 5, Inline: true, ContentID: "pic@example.org", Content: []byte("hello")},
		{Filename: "你好.pdf", Type: "application/pdf", Size: 1, Content: []byte("x")},
		{Filename: "café.patch", Type: "text/x-patch", Size: 5, Content: []byte("--- a")},
	}
	if !reflect.DeepEqual(m.Attachments, want) {
		t.Errorf("Attachments = %+v; want %+v", m.Attachments, want)
	}
	if m.Text != "plain\n\na footer of the list" || m.HTML {
		t.Errorf("Text = %q, HTML %v; want the plain text and the footer", m.Text, m.HTML)
	}
}

func TestParseKeepsSignedText(t *testing.T) {
	text := "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntrailing  \n- -- dashes\n-----BEGIN PGP SIGNATURE-----\n\nabc\n-----END PGP SIGNATURE-----"
	m := message.Parse(mail("Content-Type: text/plain", "", text))
	if m.Text != text {
		t.Errorf("Text = %q; want every byte of %q", m.Text, text)
	}
	if want := "trailing  \n- -- dashes"; m.Reply != want {
		t.Errorf("Reply = %q; want %q", m.Reply, want)
	}
}

func TestParseMakesMarkdownOfHTML(t *testing.T) {
	for _, c := range []struct{ name, body, reply, elided string }{
		{"bold, links and lists", `<p><b>Yes</b> <a href="https://example.org/">here</a></p><ul><li>one</li></ul>`, "**Yes** [here](https://example.org/)\n\n- one", ""},
		{"Gmail's quotation", `<div>New</div><div class="gmail_quote"><div class="gmail_attr">On Mon, Ann wrote:</div><blockquote>Old</blockquote></div>`, "New", "On Mon, Ann wrote:\n\n> Old"},
		{"Outlook's header and all below", `<div>New</div><div id="divRplyFwdMsg"><b>From:</b> Ann</div><div>Old</div>`, "New", "**From:** Ann\n\nOld"},
		{"Thunderbird's attribution and quotation", `New<div class="moz-cite-prefix">Am 6.5.19 schrieb Ann:</div><blockquote>Old</blockquote>`, "New", "Am 6.5.19 schrieb Ann:\n\n> Old"},
		{"an answer between the quotations stays", `<div class="gmail_quote"><blockquote>One</blockquote><div>Answer</div><blockquote>Two</blockquote><div>More</div></div>`, "> One\n\nAnswer\n\n> Two\n\nMore", ""},
		{"scripts, styles and trackers go", `<style>p{}</style><script>x()</script><p>Text<img src="https://example.org/t.gif" width=1 height=1></p>`, "Text", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := message.Parse(mail("Content-Type: text/html; charset=utf-8", "", "<html><body>"+c.body+"</body></html>"))
			if m.Reply != c.reply || m.Elided != c.elided || !m.HTML || !m.Markdown {
				t.Errorf("Reply = %q, elided %q, HTML %v; want %q, %q, true", m.Reply, m.Elided, m.HTML, c.reply, c.elided)
			}
		})
	}
}

func TestMessageIsWrittenAsPromised(t *testing.T) {
	out, err := json.Marshal(message.Parse(mail("Subject: x", "", "y")))
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]any
	if err := json.Unmarshal(out, &fields); err != nil {
		t.Fatal(err)
	}
	names := strings.Fields(`message_id in_reply_to references subject subject_base from to cc date list_id kind reason text reply
		elided html format_flowed attachments bounce auth charset_guessed warnings`)
	for _, name := range names {
		if _, ok := fields[name]; !ok {
			t.Errorf("the field %q is missing in %s", name, out)
		}
	}
	if len(fields) != len(names) {
		t.Errorf("%d fields in %s; want %d", len(fields), out, len(names))
	}
	if fields["date"] != nil || fields["to"] == nil {
		t.Errorf("date = %v, to = %v; want null and an empty list", fields["date"], fields["to"])
	}
}
