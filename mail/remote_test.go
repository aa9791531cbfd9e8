package mail_test

import (
	"encoding/base64"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"picus/internal/db"
	"picus/mail"
)

// loads finds what a browser would fetch, or run, without being asked.
var loads = regexp.MustCompile(`(?i)\b(?:src|srcset|poster|background|data|action|formaction|code|archive|ping|manifest)\s*=\s*["']?\s*(?:https?:|//|data:|javascript:)|\burl\s*\(|<(?:script|style|link|meta|iframe|object|embed|form|input|video|audio|svg|base|body)\b|\son[a-z]+\s*=`)

// TestMailHTMLLoadsNothing has HTML mails come in that would run a script, draw an SVG or
// tell a stranger that somebody reads them (SECURITY.md, M-13). A page with the post asks
// no other server for anything, and the files do no harm.
func TestMailHTMLLoadsNothing(t *testing.T) {
	const track = "https://track.example/"
	for name, html := range map[string]string{
		"a script":               `<script src="` + track + `s.js">alert(1)</script><script>alert(2)</script>`,
		"a handler":              `<b onclick="alert(1)" onmouseover=alert(2)>bold</b><img src="cid:pic@x" onerror="alert(3)">`,
		"a tracking pixel":       `<img src="` + track + `p.gif?id=7" width="1" height="1"><img src='//track.example/q.gif' alt="">`,
		"a pixel by srcset":      `<img srcset="` + track + `p.gif 1x" src="cid:pic@x"><picture><source srcset="` + track + `p.webp"></picture>`,
		"a pixel in a style":     `<div style="background:url(` + track + `p.gif)">x</div><style>body{background:url(` + track + `p.gif)}@import "` + track + `x.css";</style>`,
		"a pixel as background":  `<body background="` + track + `p.gif"><table background="` + track + `q.gif"><tr><td>x</td></tr></table>`,
		"a frame":                `<iframe src="` + track + `"></iframe><object data="` + track + `"></object><embed src="` + track + `">`,
		"a link of the header":   `<link rel="stylesheet" href="` + track + `x.css"><link rel=prefetch href="` + track + `"><meta http-equiv="refresh" content="0;url=` + track + `"><base href="` + track + `">`,
		"sound and pictures":     `<video poster="` + track + `p.gif" src="` + track + `v.mp4"></video><audio src="` + track + `a.mp3" autoplay></audio>`,
		"a form":                 `<form action="` + track + `"><input type="image" src="` + track + `p.gif"><button formaction="` + track + `">x</button></form>`,
		"an SVG in the text":     `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="` + track + `p.gif"/></svg>`,
		"an SVG as a part":       `<img src="cid:svg@x"><object data="cid:svg@x"></object>`,
		"a picture in the text":  `<img src="data:image/svg+xml;base64,PHN2Zy8+"><img src="data:image/png;base64,iVBORw0KGgo=">`,
		"a script as an address": `<a href="javascript:alert(1)">x</a><img src="javascript:alert(2)"><a href="&#106;avascript:alert(3)">y</a>`,
		"conditional comments":   `<!--[if mso]><img src="` + track + `p.gif"><![endif]--><![if !mso]><img src="` + track + `q.gif"><![endif]>`,
	} {
		t.Run(name, func(t *testing.T) {
			eachOffice(t, func(o *office) {
				part := func(head, body string) string { return "--b\n" + head + "\n\n" + body + "\n" }
				svg := base64.StdEncoding.EncodeToString([]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><image href="` + track + `p.gif"/></svg>`))
				raw := strings.ReplaceAll("From: alice@example.org\nTo: python@picus.example\nSubject: Remote\nMessage-ID: <remote@x>\nContent-Type: multipart/related; boundary=b\n\n"+
					part("Content-Type: text/html", "<p>The text.</p>"+html)+
					part("Content-Type: image/svg+xml; name=a.svg\nContent-ID: <svg@x>\nContent-Transfer-Encoding: base64", svg)+
					part("Content-Type: image/png; name=pic.png\nContent-ID: <pic@x>\nContent-Transfer-Encoding: base64", picture(o.T))+"--b--\n", "\n", "\r\n")
				if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
					o.Fatal(err)
				}
				o.work()
				got := o.last()
				if got.Fate != mail.Posted {
					o.Fatalf("the fate is %+v; want posted", got)
				}
				page := o.thread(got.Item).First.HTML
				if !strings.Contains(page, "The text.") {
					o.Errorf("the text is missing: %s", page)
				}
				if found := loads.FindString(page); found != "" {
					o.Errorf("the post loads %q:\n%s", found, page)
				}
				o.harmless()
			})
		})
	}
}

// harmless looks at what the files of the site are sent as: only pictures that were drawn
// anew are shown by a browser.
func (o *office) harmless() {
	o.Helper()
	all, err := db.Values[string](o.Context(), o.DB, "SELECT name || ' ' || type FROM upload")
	if err != nil {
		o.Fatal(err)
	}
	for _, file := range all {
		if strings.Contains(file, "svg") && !strings.HasSuffix(file, " application/octet-stream") {
			o.Errorf("%s is shown by a browser", file)
		}
	}
}

// TestNoMailIsSmuggledIn ends a mail in every way that some server takes for an end, and
// goes on with another one in its text (SECURITY.md, M-15): it is one mail, or none.
func TestNoMailIsSmuggledIn(t *testing.T) {
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r.\r\n", "\r\n.\n", "\r\n.\r", "\r.\r", "\n\n.\n", "\r\r\n.\r\r\n", "\r\n\x00.\r\n", "\r\n.\x00\r\n", "\r\n. \r\n", "\r\n..\r\n"} {
		t.Run(fmt.Sprintf("%q", end), func(t *testing.T) {
			o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"})
			for _, door := range []string{o.serve(o.gateway.ServeSMTP), o.serve(o.gateway.ServeLMTP)} {
				c := dial(t, door)
				if strings.HasPrefix(c.say("LHLO client"), "5") {
					c.say("EHLO client")
				}
				c.say("MAIL FROM:<alice@example.org>")
				c.say("RCPT TO:<python@picus.example>")
				c.say("DATA")
				c.say("From: alice@example.org\r\nSubject: One\r\nMessage-ID: <one@client>\r\n\r\nText" + end +
					"MAIL FROM:<admin@example.org>\r\nRCPT TO:<python@picus.example>\r\nDATA\r\nFrom: admin@example.org\r\nMessage-ID: <two@client>\r\n\r\nsmuggled\r\n.")
			}
			o.work()
			for _, f := range o.fates() {
				if f.From == "admin@example.org" || f.MessageID == "two@client" {
					t.Errorf("a smuggled mail came in: %+v", f)
				}
			}
			if n := len(o.fates()); n > 2 {
				t.Errorf("%d mails came in by two doors; want one by each at most", n)
			}
		})
	}
}
