package mail_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/mail"
)

func TestMailBecomesThreadAndReply(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		addr := o.serve(o.gateway.ServeSMTP)
		ask := letter{from: "Alice <alice@example.org>", subject: "[python] How do I close a loop？", id: "q@client", body: "It says: 循环未关闭\n\n-- \nAlice"}
		if err := o.smtp(addr, "alice@example.org", ask.String(), "python@picus.example"); err != nil {
			t.Fatalf("sending a question: %v", err)
		}
		o.work()
		reply := letter{from: "bob@example.org", subject: "Re: How do I close a loop？", id: "a@client", inReplyTo: "q@client",
			body: "Call close().\n\nOn Monday, Alice wrote:\n> It says"}
		if err := o.smtp(addr, "bob@example.org", reply.String(), "Python@PICUS.example"); err != nil {
			t.Fatalf("sending an answer: %v", err)
		}
		o.work()

		ids := o.threads("python")
		if len(ids) != 1 {
			t.Fatalf("there are %d threads; want 1 (fates %+v)", len(ids), o.fates())
		}
		thread := o.thread(ids[0])
		if thread.Title != "How do I close a loop？" || thread.Kind != forum.Question || thread.First.Author.ID != o.alice.ID {
			t.Errorf("the thread is %q, a %s by %s; want the question by alice", thread.Title, thread.Kind, thread.First.Author.Name)
		}
		if got, want := thread.First.Source, "It says: 循环未关闭"; got != want {
			t.Errorf("the question says %q; want %q", got, want)
		}
		if len(thread.Page) != 1 || thread.Page[0].Source != "Call close()." || thread.Page[0].Kind != forum.Answer || thread.Page[0].Author.ID != o.bob.ID {
			t.Errorf("the replies are %+v; want one answer by bob", thread.Page)
		}
		if got := o.last(); got.Fate != mail.Posted || got.Rule != "in-reply-to" || got.Item != thread.Page[0].ID || got.Board != "python" || got.Sender != "bob" {
			t.Errorf("the fate of the answer is %+v; want posted under in-reply-to", got)
		}
	})
}

func TestWhatIsRefusedIsRefusedBeforeTheMailIsTaken(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		o.board(forum.Board{Slug: "news", Title: "News “and more”", MayPost: 2})
		locked := o.start(o.alice, "Locked")
		if err := o.forum.Lock(o.Context(), o.admin, locked.Thread, true, ""); err != nil {
			t.Fatal(err)
		}
		addr := o.serve(o.gateway.ServeLMTP)
		alice := letter{from: "alice@example.org", subject: "Hello", id: "h@client"}
		with := func(change func(*letter)) string {
			l := alice
			change(&l)
			return l.String()
		}
		for _, test := range []struct{ rule, to, raw, want, says string }{
			{"an unknown address", "nobody@picus.example", alice.String(), "550 5.1.1", "no such address"},
			{"an unknown command", "python+dance@picus.example", alice.String(), "550 5.1.1", "no such address"},
			{"somebody else's address", "carol@elsewhere.example", alice.String(), "550 5.7.1", "its own addresses only"},
			{"a reply address that was made up", "reply+abcdefghijklmnop@picus.example", alice.String(), "550 5.1.1", "reply address is not good"},
			{"a sender without an account", "python@picus.example", with(func(l *letter) { l.from = "eve@evil.example" }), "550 5.7.1", "https://picus.example/register"},
			{"a board for the staff", "news@picus.example", alice.String(), "550 5.7.1", `Only the staff write in "News "and more""`},
			{"a locked thread", "python@picus.example", with(func(l *letter) { l.inReplyTo = o.gateway.MessageID(locked.Post) }), "550 5.7.1", "This thread is locked"},
			{"our own list's mail", "python@picus.example", with(func(l *letter) { l.more = "List-Id: Python <python.picus.example>\n" }), "554 5.4.6", "has been here before"},
			{"our own address as the sender", "python@picus.example", with(func(l *letter) { l.from = "python@picus.example" }), "554 5.4.6", "has been here before"},
			{"no text at all", "python@picus.example", strings.Split(alice.String(), "\r\n\r\n")[0] + "\r\n\r\n\r\n", "554 5.6.0", "There is no text yet"},
		} {
			err := o.lmtp(addr, "alice@example.org", test.raw, test.to)[test.to]
			if enhanced(err) != test.want || !strings.Contains(fmt.Sprint(err), test.says) {
				t.Errorf("%s: %v; want %s with %q", test.rule, err, test.want, test.says)
			}
			if !strings.Contains(fmt.Sprint(err), "https://picus.example/") {
				t.Errorf("%s: %v names no page", test.rule, err)
			}
		}
		o.work()
		if got := o.threads("python"); len(got) != 1 {
			t.Errorf("there are %d threads; want only the one that was there", len(got))
		}
	})
}

func TestEachRecipientHasAnAnswer(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		o.board(forum.Board{Slug: "news", Title: "News", MayPost: 2})
		addr := o.serve(o.gateway.ServeLMTP)
		raw := letter{from: "alice@example.org", subject: "To both", id: "both@client"}.String()
		got := o.lmtp(addr, "alice@example.org", raw, "python@picus.example", "news@picus.example", "nobody@picus.example")
		for to, want := range map[string]int{"python@picus.example": 0, "news@picus.example": 550, "nobody@picus.example": 550} {
			if code(got[to]) != want {
				t.Errorf("%s was answered %v; want %d", to, got[to], want)
			}
		}
		o.work()
		if n := len(o.threads("python")); n != 1 {
			t.Errorf("python has %d threads; want 1", n)
		}
	})
}

func TestSMTPAnswersOnceAndWritesAboutTheRest(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		o.board(forum.Board{Slug: "news", Title: "News", MayPost: 2})
		addr := o.serve(o.gateway.ServeSMTP)
		raw := letter{from: "alice@example.org", subject: "To both", id: "both@client"}.String()
		if err := o.smtp(addr, "alice@example.org", raw, "python@picus.example", "news@picus.example"); err != nil {
			t.Fatalf("a mail of which one copy can be posted was answered %v", err)
		}
		o.work()
		if n := len(o.threads("python")); n != 1 {
			t.Errorf("python has %d threads; want 1", n)
		}
		letters := o.letters()
		if len(letters) != 1 || !strings.Contains(letters[0], "alice@example.org") {
			t.Errorf("the letters are %q; want one to alice", letters)
		}
	})
}

func TestDoorKeepsToTheRulesOfSMTP(t *testing.T) {
	o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"})
	addr := o.serve(o.gateway.ServeSMTP)
	t.Run("it offers SMTPUTF8 and no AUTH", func(t *testing.T) {
		c := dial(t, addr)
		got := c.say("EHLO client")
		if !strings.Contains(got, "SMTPUTF8") || strings.Contains(got, "AUTH") || !strings.Contains(got, "SIZE 26214400") {
			t.Errorf("EHLO is answered %q", got)
		}
	})
	t.Run("a line of a megabyte is mail", func(t *testing.T) {
		raw := letter{from: "alice@example.org", subject: "Long", id: "long@client", body: strings.Repeat("x", 900_000)}.String()
		if err := o.smtp(addr, "alice@example.org", raw, "python@picus.example"); err != nil {
			t.Errorf("a long line: %v", err)
		}
	})
	t.Run("25 megabytes are enough", func(t *testing.T) {
		raw := letter{from: "alice@example.org", subject: "Big", id: "big@client", body: strings.Repeat(strings.Repeat("x", 70)+"\n", 400_000)}.String()
		if err := o.smtp(addr, "alice@example.org", raw, "python@picus.example"); enhanced(err) != "552 5.3.4" {
			t.Errorf("28 MB: %v; want 552 5.3.4", err)
		}
	})
	t.Run("a hundred recipients are enough", func(t *testing.T) {
		c := dial(t, addr)
		c.say("EHLO client")
		c.say("MAIL FROM:<alice@example.org>")
		var got string
		for range 101 {
			got = c.say("RCPT TO:<python@picus.example>")
		}
		if !strings.HasPrefix(got, "452 4.5.3") {
			t.Errorf("recipient 101 is answered %q; want 452 4.5.3", got)
		}
	})
	t.Run("a dot between bare line feeds ends nothing", func(t *testing.T) {
		c := dial(t, addr)
		c.say("EHLO client")
		c.say("MAIL FROM:<alice@example.org>")
		c.say("RCPT TO:<python@picus.example>")
		c.say("DATA")
		smuggled := "From: alice@example.org\r\nSubject: One\r\nMessage-ID: <one@client>\r\n\r\nText\n.\nMAIL FROM:<admin@example.org>\nRCPT TO:<python@picus.example>\nDATA\nFrom: admin@example.org\n\nsmuggled\r\n."
		c.say(smuggled)
		o.work()
		if n := len(o.fates()); n != 2 { // the long line, and at most this one
			for _, f := range o.fates() {
				if f.From == "admin@example.org" {
					t.Errorf("a smuggled mail came in: %+v", f)
				}
			}
		}
	})
	t.Run("the site's own name takes mail for postmaster", func(t *testing.T) {
		if err := o.smtp(addr, "x@y.example", letter{from: "x@y.example", subject: "Abuse", id: "p@client"}.String(), "postmaster@picus.example"); err != nil {
			t.Errorf("mail to postmaster: %v", err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Held {
			t.Errorf("mail to postmaster is %s; want held for the staff", got.Fate)
		}
	})
}

// Whatever is taken in is kept, so that a stranger must not have one mail kept a
// hundred times.
func TestAMailIsKeptOnce(t *testing.T) {
	o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"})
	addr := o.serve(o.gateway.ServeSMTP)
	raw := letter{from: "alice@example.org", subject: "Again", id: "again@client"}.String()
	if err := o.smtp(addr, "alice@example.org", raw, "python@picus.example", "python@picus.example", "PYTHON@picus.example"); err != nil {
		t.Fatal(err)
	}
	if n := len(o.fates()); n != 1 {
		t.Errorf("a mail to one address, named thrice, is kept %d times; want once", n)
	}
	large := letter{from: "alice@example.org", subject: "Large", id: "large@client", body: strings.Repeat(strings.Repeat("x", 70)+"\n", 20_000)}.String()
	for _, to := range []string{"postmaster@picus.example", "python+subscribe@picus.example", o.gateway.BounceAddress(1)} {
		if err := o.smtp(addr, "alice@example.org", large, to); enhanced(err) != "552 5.3.4" {
			t.Errorf("1.4 MB to %s: %v; want 552 5.3.4", to, err)
		}
	}
	if err := o.smtp(addr, "alice@example.org", large, "python@picus.example", "postmaster@picus.example"); err != nil {
		t.Errorf("1.4 MB to the list and to postmaster: %v", err)
	}
	for _, f := range o.fates() {
		if f.To == "postmaster@picus.example" && f.Fate != mail.Refused {
			t.Errorf("the large mail to postmaster is %s; want it refused", f.Fate)
		}
	}
}

func TestOneStrangerCannotTakeEveryConnection(t *testing.T) {
	o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", Trusted: prefixes("192.0.2.0/24")})
	addr := o.serve(o.gateway.ServeSMTP)
	var refused string
	for range 21 {
		refused = dial(t, addr).greeting
	}
	if !strings.HasPrefix(refused, "421") {
		t.Errorf("connection 21 is greeted %q; want 421", refused)
	}
}

func TestDoorEndsWithIdleClients(t *testing.T) {
	o := openOffice(newHouse(t), mail.Config{Domain: "picus.example"})
	t.Run("served", func(t *testing.T) {
		inner := &office{House: o.House, gateway: o.gateway}
		inner.T = t
		dial(t, inner.serve(o.gateway.ServeSMTP)).say("EHLO client")
		// serve's clean-up waits for the door; the idle client must not hold it up.
	})
}

// client speaks SMTP by hand.
type client struct {
	t        *testing.T
	conn     net.Conn
	r        *bufio.Reader
	greeting string
}

func dial(t *testing.T, addr string) *client {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &client{t: t, conn: conn, r: bufio.NewReader(conn)}
	c.greeting = c.hear()
	return c
}

func (c *client) say(line string) string {
	c.t.Helper()
	if _, err := fmt.Fprintf(c.conn, "%s\r\n", line); err != nil {
		c.t.Fatal(err)
	}
	return c.hear()
}

// hear returns a whole reply.
func (c *client) hear() string {
	c.t.Helper()
	var all string
	for {
		line, err := c.r.ReadString('\n')
		if err != nil {
			c.t.Fatalf("the door said %q and then %v", all, err)
		}
		all += line
		if len(line) < 4 || line[3] != '-' {
			return all
		}
	}
}

func TestTokenAddressLeadsToItsThread(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		ref := o.start(o.alice, "Tokens")
		token, err := o.accounts.ReplyToken(o.Context(), o.bob, ref.Thread)
		if err != nil {
			t.Fatal(err)
		}
		to := "reply+" + strings.ToUpper(token) + "@picus.example"
		raw := letter{from: "Bob <BOB@example.org>", subject: "Re: something else", id: "tok@client",
			body: "Yes.\n\n> write to reply+" + token + "@picus.example\n> or https://picus.example/unsubscribe/abc-def\n\nindeed, reply+" + token + "@picus.example"}.String()
		if err := o.receiveFrom("203.0.113.9", "bob@example.org", raw, to); err != nil {
			t.Fatalf("Receive() = %v", err)
		}
		o.work()
		page := o.thread(ref.Thread).Page
		if len(page) != 1 || page[0].Author.ID != o.bob.ID {
			t.Fatalf("the replies are %+v; want one by bob (fate %+v)", page, o.last())
		}
		if strings.Contains(page[0].Source+page[0].HTML, token) || strings.Contains(page[0].Source, "abc-def") {
			t.Errorf("the post shows a secret: %q", page[0].Source)
		}
		if got := o.last(); got.Rule != "token" {
			t.Errorf("the rule is %q; want token", got.Rule)
		}
	})
}

func TestOnlyAdministratorsLookIntoTheMail(t *testing.T) {
	eachOffice(t, func(o *office) {
		t := o.T
		raw := letter{from: "alice@example.org", subject: "Raw", id: "raw@client"}.String()
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			t.Fatal(err)
		}
		o.work()
		id := o.last().ID
		if got, err := o.gateway.Raw(o.Context(), o.admin, id); err != nil || string(got) != raw {
			t.Errorf("Raw() = %q, %v; want the bytes that came in", got, err)
		}
		if m, err := o.gateway.Message(o.Context(), o.admin, id); err != nil || m.Fate != mail.Posted {
			t.Errorf("Message() = %+v, %v; want the fate posted", m, err)
		}
		for _, by := range []account.User{{}, o.alice} {
			if _, err := o.gateway.Raw(o.Context(), by, id); err == nil {
				t.Errorf("Raw() as %q succeeds", by.Name)
			}
			if _, err := o.gateway.Message(o.Context(), by, id); err == nil {
				t.Errorf("Message() as %q succeeds", by.Name)
			}
			if _, err := o.gateway.Messages(o.Context(), by, "", 0, 10); err == nil {
				t.Errorf("Messages() as %q succeeds", by.Name)
			}
		}
	})
}
