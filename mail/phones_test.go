package mail_test

import (
	"html"
	"mime"
	"mime/quotedprintable"
	"strings"
	"testing"

	"golang.org/x/text/encoding/simplifiedchinese"

	"picus/internal/lang"
)

// penned is what somebody writes, with what they answer.
type penned struct {
	from, to, subject, id, answers string
	body, quote                    string
	chinese                        bool
}

// A phone writes a mail as a mail program does, with its signature and the whole text
// that is answered below.
type phone struct {
	name string
	mail func(t testing.TB, w penned) string
}

var phones = []phone{
	{"an iPhone", iPhone},
	{"Gmail on Android", gmailApp},
	{"QQ Mail on a phone", qqMail},
	{"Outlook on a phone", outlookApp},
	{"a mail program on a desk", deskProgram},
}

func (w penned) say(english, chinese string) string {
	if w.chinese {
		return chinese
	}
	return english
}

func (w penned) lang() lang.Lang {
	return lang.Match(w.say("en", "zh-Hans"))
}

// head is the header with the fields of the program.
func (w penned) head(more ...string) string {
	fields := []string{"From: " + w.from, "To: " + w.to, "Subject: " + mime.BEncoding.Encode("utf-8", w.subject), "Message-ID: <" + w.id + ">",
		"Date: Mon, 23 Nov 2026 12:01:00 +0800", "MIME-Version: 1.0"}
	if w.answers != "" {
		fields = append(fields, "In-Reply-To: <"+w.answers+">", "References: <"+w.answers+">")
	}
	return lines(append(append(fields, more...), "")...)
}

// quoted returns the lines of what is answered behind marks.
func (w penned) quoted() string {
	return "> " + strings.ReplaceAll(w.quote, "\n", "\n> ")
}

// divs returns text as programs for HTML write it: a line is a div.
func divs(text string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(text, "\n") {
		text := html.EscapeString(line)
		if text == "" {
			text = "<br>"
		}
		b.WriteString("<div>" + text + "</div>")
	}
	return b.String()
}

func iPhone(t testing.TB, w penned) string {
	text := w.body + "\n\n" + w.say("Sent from my iPhone", "发自我的 iPhone") + "\n\n> " +
		w.say("On Nov 23, 2026, at 12:00, Python <python@lists.example> wrote:", "在 2026年11月23日，12:00，Python <python@lists.example> 写道：") + "\n> \n" + w.quoted() + "\n"
	return w.head("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "X-Mailer: iPhone Mail (23B85)") + base64lines(text)
}

func gmailApp(t testing.TB, w penned) string {
	intro := w.say("On Mon, Nov 23, 2026, 12:00 Python <python@lists.example> wrote:", "Python <python@lists.example>于2026年11月23日 周一12:00写道：")
	plain := w.body + "\n\n" + intro + "\n\n" + w.quoted() + "\n"
	page := `<div dir="auto">` + divs(w.body) + `</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">` + html.EscapeString(intro) +
		`<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex;border-left:1px #ccc solid;padding-left:1ex">` + divs(w.quote) + `</blockquote></div>`
	return w.head(`Content-Type: multipart/alternative; boundary="000000000000a1b2c3"`) + lines("--000000000000a1b2c3", `Content-Type: text/plain; charset="UTF-8"`, "Content-Transfer-Encoding: quoted-printable", "",
		printable(t, plain), "--000000000000a1b2c3", `Content-Type: text/html; charset="UTF-8"`, "Content-Transfer-Encoding: quoted-printable", "", printable(t, page), "--000000000000a1b2c3--")
}

func qqMail(t testing.TB, w penned) string {
	page := `<html><head><meta http-equiv="Content-Type" content="text/html; charset=GB18030"></head><body>` + divs(w.body) + `<div><br></div><div>` + w.say("Sent from my iPhone", "发自我的iPhone") +
		`</div><div><br></div><div><br></div><div style="font-size: 12px;font-family: Arial Narrow;padding:2px 0 2px 0;">------------------&nbsp;` + w.say("Original", "原始邮件") +
		`&nbsp;------------------</div><div style="font-size: 12px;background:#efefef;padding:8px;"><div><b>` + w.say("From:", "发件人:") +
		`</b> "Python" &lt;python@lists.example&gt;;</div><div><b>` + w.say("Date:", "发送时间:") + `</b> 2026-11-23 12:00</div><div><b>` + w.say("To:", "收件人:") +
		`</b> "Python"&lt;python@lists.example&gt;;</div><div><b>` + w.say("Subject:", "主题:") + `</b> ` + html.EscapeString(w.subject) + `</div></div><div><br></div>` + divs(w.quote) + `</body></html>`
	coded, err := simplifiedchinese.GB18030.NewEncoder().String(page)
	if err != nil {
		t.Fatal(err)
	}
	return w.head(`Content-Type: text/html; charset="gb18030"`, "Content-Transfer-Encoding: base64", "X-Mailer: QQMail 2.x") + base64lines(coded)
}

func outlookApp(t testing.TB, w penned) string {
	page := `<html><body>` + `<div dir="ltr" style="font-family: Aptos, sans-serif;">` + divs(w.body) + `</div><div id="ms-outlook-mobile-signature"><div><br></div>` +
		w.say("Get ", "获取 ") + `<a href="https://aka.ms/o0ukef">` + w.say("Outlook for iOS", "Outlook for iOS") + `</a></div><hr style="display:inline-block;width:98%" tabindex="-1">` +
		`<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>` + w.say("From:", "发件人:") + `</b> Python &lt;python@lists.example&gt;<br><b>` + w.say("Sent:", "发送时间:") +
		`</b> Monday, November 23, 2026 12:00<br><b>` + w.say("To:", "收件人:") + `</b> Python &lt;python@lists.example&gt;<br><b>` + w.say("Subject:", "主题:") + `</b> ` + html.EscapeString(w.subject) + `</font></div>` + divs(w.quote) + `</body></html>`
	return w.head(`Content-Type: text/html; charset="utf-8"`, "Content-Transfer-Encoding: quoted-printable") + printable(t, page)
}

func deskProgram(t testing.TB, w penned) string {
	intro := w.say("On Mon, Nov 23, 2026 at 12:00:00PM +0800, Python wrote:", "在 2026-11-23 12:00，Python 写道：")
	return w.head("Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "User-Agent: Mutt/2.2.9") + lines(strings.Split(w.body+"\n\n"+intro+"\n"+w.quoted()+"\n\n-- \nYours, N. N.\n+86 10 1234 5678", "\n")...)
}

func printable(t testing.TB, text string) string {
	t.Helper()
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
