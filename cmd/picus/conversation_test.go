package main

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"mime"
	netmail "net/mail"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// question is what the conversation begins with.
const (
	question = "Closing the loop"
	body     = "It says `loop is closed`. **注意：**我用的是 3.12。\n\n1. open\n2. close\n"
)

func TestOneConversationThroughEveryDoor(t *testing.T) {
	eachEngine(t, func(t *testing.T, database string) {
		c := settle(t, database, newRelay(t))
		c.setUp().open("/admin/boards/new").send("/admin/boards/new", "slug", "python", "title", "Python", "list", "python").at("/b/python")
		ada, lin := c.join("ada"), c.join("lin")
		lin.open("/b/python").send("/b/python/watch", "level", "watch").at("/b/python").says("You will hear of what is written here.")

		thread := ada.open("/b/python").follow("/b/python/new").send("/b/python/new", "kind", "discussion", "title", question, "body", body, "tags", "asyncio").at("/t/")
		first := c.relay.next(t, "lin@example.org")
		first.announces(ada)

		c.mail(lin.answer(first))
		path := thread.address.Path
		c.eventually("the reply is on the page", func() bool { return strings.Contains(ada.open(path).words(), "asyncio.run()") })
		ada.open(path).at(path).standsUnder("用 asyncio.run() 就好，它会自己关闭循环。", "1 reply", "mail")

		second := c.relay.next(t, "ada@example.org")
		second.has("Message-Id", "<reply-1@mail.example>")
		second.has("In-Reply-To", first.header.Get("Message-Id"))
		second.has("References", first.header.Get("Message-Id"))
		second.has("Subject", "Re: "+question)

		c.mail(lin.begins("A question by mail?", "Does **bold** work here?"))
		c.eventually("the thread of the mail is in the board", func() bool {
			return strings.Contains(ada.open("/b/python").words(), "A question by mail?")
		})
		c.feed("/b/python.atom", "A question by mail?", "Re: "+question, question)
		c.still()
		for _, l := range c.relay.rest() {
			t.Errorf("%s got a mail that nobody expects: %s", l.to, l.header.Get("Subject"))
		}
	})
}

// join registers in the browser and confirms the address with the letter that comes.
func (c *community) join(name string) *visitor {
	c.Helper()
	v := c.visitor()
	address := name + "@example.org"
	v.open("/register").send("/register", "name", name, "email", address, "password", password).at("/register").says(address)
	confirm := c.relay.next(c.T, address)
	confirm.has("Auto-Submitted", "auto-generated")
	v.open(confirm.link()).at("/confirm").send("/confirm").at("/login")
	v.signIn(name, password).says(name)
	return v
}

// announces expects the mail that a subscriber of the board gets of a new thread.
func (l *letter) announces(by *visitor) {
	l.Helper()
	l.has("List-Id", "Python <python.picus.example>")
	l.has("To", "Python <python@picus.example>")
	l.has("Subject", question)
	l.has("List-Post", "<mailto:python@picus.example>")
	l.has("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	for name, want := range map[string]string{"Message-Id": "@picus.example>", "Reply-To": "reply+", "From": "python@picus.example", "Date": " ", "Archived-At": "http://localhost/"} {
		if got := l.header.Get(name); !strings.Contains(got, want) {
			l.Errorf("%s is %q; want %q in it", name, got, want)
		}
	}
	if from, err := l.header.AddressList("From"); err != nil || !strings.Contains(from[0].Name, "ada") {
		l.Errorf("From is %v, %v; want the name ada in it", from, err)
	}
	if !strings.Contains(l.text, body) {
		l.Errorf("the text is %q; want what was written in it", l.text)
	}
	if want := "<strong>注意：</strong>"; !strings.Contains(l.page, want) {
		l.Errorf("the page is %q; want %q in it", l.page, want)
	}
	for _, all := range l.header {
		for _, value := range all {
			if strings.Contains(value, "ada@example.org") {
				l.Errorf("the header shows the author's address: %s", value)
			}
		}
	}
}

// answer is what a Chinese mail program makes of a reply: the text on top, a
// signature, and the whole first mail quoted below a line of its own.
func (v *visitor) answer(to *letter) (from, rcpt, raw string) {
	v.Helper()
	text := "用 asyncio.run() 就好，它会自己关闭循环。\n\n-- \n林小明\n某某大学 计算机学院\n\n\n" +
		"------------------ 原始邮件 ------------------\n发件人: \"ada\" <python@picus.example>;\n发送时间: 2026年11月23日(星期一) 中午12:00\n" +
		"收件人: \"Python\" <python@picus.example>;\n主题: " + question + "\n\n" + to.text
	encoded, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		v.Fatal(err)
	}
	reply, err := netmail.ParseAddress(to.header.Get("Reply-To"))
	if err != nil {
		v.Fatal(err)
	}
	id := to.header.Get("Message-Id")
	return "lin@example.org", reply.Address, lines(
		"From: "+mime.BEncoding.Encode("utf-8", "林小明")+" <lin@example.org>",
		"To: "+reply.Address,
		"Subject: "+mime.BEncoding.Encode("utf-8", "回复："+question),
		"Date: "+time.Now().Format(time.RFC1123Z),
		"Message-ID: <reply-1@mail.example>", "In-Reply-To: "+id, "References: "+id,
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=gb18030", "Content-Transfer-Encoding: base64",
		"", base64.StdEncoding.EncodeToString([]byte(encoded)))
}

// begins is a mail to the list that starts a thread.
func (v *visitor) begins(subject, text string) (from, rcpt, raw string) {
	return "lin@example.org", "python@picus.example", lines("From: lin@example.org", "To: python@picus.example", "Subject: "+subject,
		"Date: "+time.Now().Format(time.RFC1123Z), "Message-ID: <thread-1@mail.example>", "", text)
}

func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

// mail hands a mail to the program's own mail door.
func (c *community) mail(from, to, raw string) {
	c.Helper()
	if err := smtp.SendMail(c.SMTP.String(), nil, from, []string{to}, []byte(raw)); err != nil {
		c.Fatalf("mail to %s: %v", to, err)
	}
}

// standsUnder expects a reply with exactly this text under the first post.
func (p *page) standsUnder(text string, said ...string) {
	p.Helper()
	var posts []string
	for n := range p.root.Descendants() {
		if n.Data == "div" && attr(n, "class") == "prose" && len(words(n)) > 0 { // an empty one is for the preview
			posts = append(posts, strings.Join(strings.Fields(words(n)), " "))
		}
	}
	if len(posts) != 2 || posts[1] != text {
		p.Errorf("the posts are %q; want two, the second %q", posts, text)
	}
	p.says(said...)
	p.silent("原始邮件", "某某大学")
}

// feed expects a good Atom feed with these titles, the newest first.
func (c *community) feed(path string, titles ...string) {
	c.Helper()
	var got struct {
		XMLName xml.Name `xml:"http://www.w3.org/2005/Atom feed"`
		Entries []struct {
			ID      string    `xml:"id"`
			Title   string    `xml:"title"`
			Updated time.Time `xml:"updated"`
			Link    struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	source := c.visitor().open(path).source
	if err := xml.Unmarshal([]byte(source), &got); err != nil {
		c.Fatalf("%s: %v in %s", path, err, source)
	}
	var found []string
	for _, e := range got.Entries {
		found = append(found, e.Title)
		if e.ID == "" || e.Updated.IsZero() || !strings.HasPrefix(e.Link.Href, "http://localhost/") {
			c.Errorf("%s has an entry without an id, a time or a link: %+v", path, e)
		}
	}
	if fmt.Sprint(found) != fmt.Sprint(titles) {
		c.Errorf("%s has the entries %q; want %q", path, found, titles)
	}
}
