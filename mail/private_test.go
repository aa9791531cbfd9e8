package mail_test

import (
	"context"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
)

// pair is a site where ada and bob write to each other from programs of their own.
type pair struct {
	*author
	bob  account.User
	door string // of the site, for SMTP
}

func eachPair(t *testing.T, test func(t *testing.T, p *pair)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := &pair{author: newAuthor(t, d, "v=DMARC1; p=none")}
		p.bob = p.person("bob", "")
		p.door = p.open(p.gateway.ServeSMTP)
		test(t, p)
	})
}

// open opens a door on a free port.
func (p *pair) open(serve func(context.Context, net.Listener) error) string {
	p.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { serve(ctx, l) })
	p.Cleanup(func() { stop(); ended.Wait() })
	return l.Addr().String()
}

// sends hands a mail in at the door, and has it read.
func (p *pair) sends(by account.User, to, raw string) error {
	p.Helper()
	c, err := smtp.Dial(p.door)
	if err != nil {
		p.Fatal(err)
	}
	defer c.Close()
	err = c.SendMail(by.Email, []string{to}, strings.NewReader(raw))
	p.told()
	return err
}

// address is the private address by which one reaches the other.
func (p *pair) address(from, to account.User) string {
	p.Helper()
	a, err := p.gateway.PrivateAddress(p.Context(), from, to)
	if err != nil {
		p.Fatal(err)
	}
	return a
}

// written is a plain mail; more are further fields.
func written(by account.User, to, subject, body string, more ...string) string {
	return lines(append(more, "From: "+by.Name+" <"+by.Email+">", "To: "+to, "Subject: "+subject, "Date: Mon, 23 Nov 2026 11:59:00 +0000",
		"MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "")...) + body + "\r\n"
}

// fates returns what became of the private mails, the oldest first.
func (p *pair) fates() []string {
	p.Helper()
	all, err := db.Values[string](p.Context(), p.db, "SELECT fate FROM private_mail ORDER BY id")
	if err != nil {
		p.Fatal(err)
	}
	return all
}

// kept returns how many bytes of private mails are kept, and in the archive.
func (p *pair) kept() (n int) {
	p.Helper()
	n, err := db.Value[int](p.Context(), p.db, "SELECT coalesce(sum(length(raw)), 0) FROM private_mail")
	if err != nil {
		p.Fatal(err)
	}
	return n
}

// everything returns the bytes of a mail, and what is encoded in them.
func everything(raw string) string {
	all := raw
	for _, run := range regexp.MustCompile(`[A-Za-z0-9+/=\r\n]{24,}`).FindAllString(raw, -1) {
		run = strings.NewReplacer("\r", "", "\n", "").Replace(run)
		if plain, err := base64.StdEncoding.DecodeString(run); err == nil {
			all += "\n" + string(plain)
		}
	}
	soft := strings.ReplaceAll(strings.ReplaceAll(raw, "=\r\n", ""), "=\n", "")
	plain, _ := io.ReadAll(quotedprintable.NewReader(strings.NewReader(soft)))
	for _, word := range regexp.MustCompile(`=\?utf-8\?B\?([^?]*)\?=`).FindAllStringSubmatch(raw, -1) {
		text, _ := base64.StdEncoding.DecodeString(word[1])
		all += "\n" + string(text)
	}
	return all + "\n" + string(plain)
}

// tellsNothing fails where a mail holds an address of one of them, or what its author's
// program and servers have added.
func tellsNothing(t *testing.T, c caught, secrets ...string) {
	t.Helper()
	all := strings.ToLower(everything(c.raw + "\n" + c.from))
	for _, s := range secrets {
		if strings.Contains(all, strings.ToLower(s)) {
			t.Errorf("the mail to %s holds %q:\n%s", c.to, s, c.raw)
		}
	}
}

const adasMail = "Hello Bob,\r\n\r\nmay I ask you something in private? 私下问一下。\r\n\r\n-- \r\nAda\r\n\r\nOn Monday, Bob <bob@people.example> wrote to <ada@people.example>:\r\n> You said that.\r\n> Answer me: ada@people.example"

func TestAPrivateMailGoesThereAndBackAndShowsNoAddress(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		more := []string{"Received: from adas-laptop.people.example ([192.0.2.7]) by mx.people.example", "X-Originating-IP: [192.0.2.7]", "Sender: ada@people.example",
			"Return-Path: <ada@people.example>", "Disposition-Notification-To: ada@people.example", "Reply-To: Ada <ada@people.example>", "Cc: bob@people.example",
			"Message-ID: <first@adas-laptop.people.example>", "Autocrypt: addr=ada@people.example; keydata=AAAA", "X-Mailer: adas-program"}
		to := p.address(p.ada, p.bob)
		if err := p.sends(p.ada, to, p.sign(written(p.ada, to, "=?utf-8?B?56eB5LiL?= and Grüße", adasMail, more...))); err != nil {
			t.Fatalf("the mail was refused: %v", err)
		}
		got := p.sink.next(t)
		tellsNothing(t, got, "ada@people.example", "adas-laptop", "192.0.2.7", "x-mailer", "autocrypt", "first@")
		h, m := got.read(t)
		if got.to != p.bob.Email || !strings.HasPrefix(got.from, "bounce+") || m.From.Name != "ada via Talk" || !strings.HasPrefix(m.From.Address, "private+") || h.Get("Reply-To") != "" {
			t.Errorf("to %s from %s, From %v, Reply-To %q", got.to, got.from, m.From, h.Get("Reply-To"))
		}
		if !strings.HasPrefix(m.Subject, "私下 and Gr") || !strings.Contains(m.Text, "私下问一下。") || !strings.Contains(m.Text, "> You said that.") || !strings.Contains(m.Text, "An answer goes back the same way") {
			t.Errorf("subject %q, text %q", m.Subject, m.Text)
		}
		if good := p.signers(got.raw); len(good) != 1 || good[0] != "lists.example" {
			t.Errorf("good signatures of %v; want ours alone", good)
		}

		// Bob answers, top-posting with the header that his program quotes.
		back := written(p.bob, m.From.Address, "Re: "+"private", "Of course.\r\n\r\n-----Original Message-----\r\nFrom: "+m.From.Address+"\r\nTo: bob@people.example\r\nSubject: x\r\n\r\n"+m.Text,
			"Message-ID: <second@bobs-phone.people.example>", "In-Reply-To: <"+m.MessageID+">", "References: <"+m.MessageID+">")
		if err := p.sends(p.bob, m.From.Address, p.sign(back)); err != nil {
			t.Fatalf("the answer was refused: %v", err)
		}
		answer := p.sink.next(t)
		tellsNothing(t, answer, "bob@people.example", "bobs-phone")
		h, m = answer.read(t)
		if answer.to != p.ada.Email || h.Get("In-Reply-To") != "<first@adas-laptop.people.example>" {
			t.Errorf("the answer goes to %s, In-Reply-To %q; want ada's own mail", answer.to, h.Get("In-Reply-To"))
		}
		if err := p.sends(p.ada, m.From.Address, p.sign(written(p.ada, m.From.Address, "Re: private", "Thank you.", "Message-ID: <third@adas-laptop.people.example>", "In-Reply-To: <"+m.MessageID+">"))); err != nil {
			t.Fatalf("the second mail was refused: %v", err)
		}
		h, _ = p.sink.next(t).read(t)
		if h.Get("In-Reply-To") != "<second@bobs-phone.people.example>" {
			t.Errorf("In-Reply-To is %q; want bob's own mail", h.Get("In-Reply-To"))
		}
		p.settled(3, mail.Done)
		if n := p.kept(); n != 0 {
			t.Errorf("%d bytes of private mails are kept after they have gone", n)
		}
		if archive, err := db.Value[int](t.Context(), p.db, "SELECT count(*) FROM message"); err != nil || archive != 0 {
			t.Errorf("%d private mails are in the archive, %v", archive, err)
		}
	})
}

func TestWhoIsBelievedInPrivate(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		eve := p.person("eve", "")
		to := p.address(p.ada, p.bob)
		from := func(by account.User, raw string) {
			t.Helper()
			if err := p.gateway.Receive(t.Context(), mail.Envelope{From: by.Email, To: []string{to}, Peer: netip.MustParseAddr(badHost), Raw: []byte(raw)})[0]; err != nil {
				t.Fatal(err)
			}
			p.told()
		}
		last := func() string {
			all := p.fates()
			return all[len(all)-1]
		}
		from(p.ada, p.sign(written(p.ada, to, "Signed", "Text.", "Message-ID: <1@x>")))
		if got := last(); got != "queued" && got != "sent" {
			t.Errorf("a mail that ada's server has signed is %s", got)
		}
		p.sink.next(t)
		from(eve, p.sign(written(eve, to, "Not mine", "Text.", "Message-ID: <2@x>")))
		if got := last(); got != "refused" {
			t.Errorf("a mail of eve to ada's private address is %s; want it refused", got)
		}
		if c := p.sink.next(t); c.to != eve.Email || strings.Contains(c.raw, "ada") || strings.Contains(c.raw, "bob") {
			t.Errorf("eve reads %s", c.raw)
		}
		from(p.ada, written(p.ada, to, "Forged", "Text.", "Message-ID: <3@x>"))
		if got := last(); got != "held" {
			t.Errorf("a mail that nothing proves is %s; want it held", got)
		}
		asks := p.sink.next(t)
		h, m := asks.read(t)
		if asks.to != p.ada.Email || !strings.HasPrefix(h.Get("Reply-To"), "<confirm+p-") || strings.Contains(m.Text, "Forged") {
			t.Fatalf("the letter to %s is %s", asks.to, asks.raw)
		}
		token := strings.TrimSuffix(strings.TrimPrefix(h.Get("Reply-To"), "<confirm+"), "@lists.example>")
		if c, err := p.gateway.ConfirmInfo(t.Context(), token); err != nil || c.Private != "bob" {
			t.Errorf("ConfirmInfo() = %+v, %v", c, err)
		}
		if err := p.arrives(p.ada.Email, "confirm+"+token+"@lists.example", written(p.ada, "x", "Re: Confirm", "yes", "Message-ID: <4@x>")); err != nil {
			t.Fatal(err)
		}
		if c := p.sink.next(t); c.to != p.bob.Email || !strings.Contains(c.raw, "Forged") {
			t.Errorf("after her word %s gets %s", c.to, c.raw)
		}
		if _, err := p.gateway.Confirm(t.Context(), token); err == nil {
			t.Error("a mail was confirmed twice")
		}
	})
}

func TestAPrivateAddressThatLeadsNowhereIsRefusedAtTheDoor(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		good := p.address(p.ada, p.bob)
		raw := func(to string) string { return written(p.ada, to, "Hello", "Text.", "Message-ID: <x@x>") }
		forged := strings.Replace(good, good[12:14], map[bool]string{true: "bb", false: "aa"}[good[12:14] == "aa"], 1)
		reply, err := p.people.ReplyToken(t.Context(), p.ada, p.start(p.bob, forum.NewThread{Title: "T"}).Thread)
		if err != nil {
			t.Fatal(err)
		}
		refused := map[string]string{}
		for name, to := range map[string]string{"made up": "private+abcdefghijklmnopabcdefghijkl@lists.example", "forged": forged,
			"a reply token": "private+" + reply + "@lists.example", "a private token as a reply": strings.Replace(good, "private", "reply", 1), "none": "private+@lists.example"} {
			err := p.sends(p.ada, to, raw(to))
			if err == nil || !strings.Contains(err.Error(), "not good") && !strings.Contains(err.Error(), "no such address") {
				t.Errorf("%s: %v; want it refused", name, err)
				continue
			}
			refused[name] = err.Error()
		}
		if refused["made up"] != refused["forged"] {
			t.Errorf("what was made up and what was forged are told apart: %q", refused)
		}
		// What has a reason says it, and does not say which of several.
		shut := func(what string, do, undo func() error) {
			t.Helper()
			if err := do(); err != nil {
				t.Fatal(err)
			}
			to := p.address(p.ada, p.bob)
			if err := p.sends(p.ada, to, raw(to)); err == nil || !strings.Contains(err.Error(), "takes no private mail, or none from you") {
				t.Errorf("%s: %v", what, err)
			}
			if err := undo(); err != nil {
				t.Fatal(err)
			}
		}
		door := func(open bool) func() error {
			return func() error { return p.people.SetPrivateDoor(t.Context(), p.bob, open) }
		}
		shut("blocked", func() error { return p.people.Block(t.Context(), p.bob, "ada") }, func() error { return p.people.Unblock(t.Context(), p.bob, "ada") })
		shut("suspended", func() error { return p.people.Suspend(t.Context(), p.admin, "bob", true) }, func() error {
			p.exec("UPDATE account SET status = 'active' WHERE id = ?", p.bob.ID)
			return nil
		})
		shut("shut", door(false), door(true))
		if err := p.sends(p.ada, good, raw(good)); err == nil || !strings.Contains(err.Error(), "not good") {
			t.Errorf("an address from before the door was shut: %v; want it dead", err)
		}
		fresh := p.address(p.ada, p.bob)
		p.exec("UPDATE account SET status = 'suspended' WHERE id = ?", p.ada.ID)
		if err := p.sends(p.ada, fresh, raw(fresh)); err == nil || !strings.Contains(err.Error(), "suspended") {
			t.Errorf("a suspended sender: %v", err)
		}
		p.exec("UPDATE account SET status = 'active' WHERE id = ?", p.ada.ID)
		p.clock.Add((366 * 24 * time.Hour).Milliseconds())
		if err := p.sends(p.ada, fresh, raw(fresh)); err == nil || !strings.Contains(err.Error(), "not good") {
			t.Errorf("an address of last year: %v", err)
		}
		traces, err := p.gateway.Messages(t.Context(), p.admin, mail.Refused, 0, 100)
		if err != nil {
			t.Fatal(err)
		}
		for _, trace := range traces {
			if strings.Contains(trace.To, strings.TrimSuffix(fresh, "@lists.example")) {
				t.Errorf("the trace shows the address %s", trace.To)
			}
		}
	})
}

func TestAMailOfTheSiteTellsHowToAnswerItsAuthorAlone(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		p.watch(p.bob, item.ToBoard, p.boardID("python"), "watch")
		p.start(p.ada, forum.NewThread{Title: "A question", Body: "你好，有人吗？"})
		got := p.sink.next(t)
		_, m := got.read(t)
		found := regexp.MustCompile(`Answer ada alone: (private\+[a-z2-7]+@lists\.example)`).FindStringSubmatch(unfolded(m.Text))
		if found == nil || !strings.Contains(decodedHTML(t, got), found[1]) {
			t.Fatalf("the text is %q", m.Text)
		}
		if err := p.sends(p.bob, found[1], p.sign(written(p.bob, found[1], "Re: A question", "Only to you.", "Message-ID: <b@x>", "In-Reply-To: <"+m.MessageID+">"))); err != nil {
			t.Fatal(err)
		}
		alone := p.sink.next(t)
		h, _ := alone.read(t)
		if alone.to != p.ada.Email || h.Get("In-Reply-To") != "<"+m.MessageID+">" {
			t.Errorf("to %s, In-Reply-To %q", alone.to, h.Get("In-Reply-To"))
		}
		if err := p.people.SetPrivateDoor(t.Context(), p.ada, false); err != nil {
			t.Fatal(err)
		}
		p.start(p.ada, forum.NewThread{Title: "Another"})
		if _, m := p.sink.next(t).read(t); strings.Contains(m.Text, "private+") {
			t.Errorf("the door is shut, and the mail says %q", m.Text)
		}
	})
}

func TestAMailThatQuotesAPrivateAddressGoesOnAsItCame(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		raw := strings.Replace(p.post(), "Hello,\r\n", "Hello,\r\n> Answer ada alone: "+p.address(p.bob, p.ada)+"\r\n", 1)
		got := p.relayed(raw)
		if _, m := got.read(t); m.From.Address != p.ada.Email {
			t.Errorf("From is %v; want ada's own, because nothing was changed", m.From)
		}
		shown, err := db.Value[string](t.Context(), p.db, "SELECT source FROM revision ORDER BY id DESC LIMIT 1")
		if err != nil || strings.Contains(shown, "private+a") {
			t.Errorf("the post says %q, %v; want it without the address", shown, err)
		}
	})
}

func TestTheStaffSeeCountsAndWhatIsHandedOver(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		if err := p.gateway.ReportPrivately(t.Context(), p.bob, "ada", "She wrote badly."); err == nil {
			t.Error("somebody was reported who has not written")
		}
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "between us"); err != nil {
			t.Fatal(err)
		}
		p.settled(1, mail.Done)
		outbox := p.outbox()
		if _, raw, err := p.gateway.Mail(t.Context(), p.admin, outbox[0].ID); err != nil || len(raw) != 0 || !outbox[0].Private || outbox[0].Subject != "" {
			t.Errorf("the outbox shows %+v, %q, %v", outbox[0], raw, err)
		}
		if err := p.gateway.ReportPrivately(t.Context(), p.bob, "ada", "> between us\nShe wrote badly."); err != nil {
			t.Fatal(err)
		}
		heard, err := p.gateway.HeardFrom(t.Context(), p.bob)
		if err != nil || len(heard) != 1 || heard[0].From.Name != "ada" {
			t.Errorf("HeardFrom() = %+v, %v", heard, err)
		}
		if _, err := p.gateway.PrivateDesk(t.Context(), p.bob); err == nil {
			t.Error("a member sees the desk of the staff")
		}
		d, err := p.gateway.PrivateDesk(t.Context(), p.admin)
		if err != nil || len(d.Reports) != 1 || d.Reports[0].About.Name != "ada" || len(d.Most) != 1 || d.Most[0].Mails != 1 || len(d.Fates) != 1 {
			t.Fatalf("PrivateDesk() = %+v, %v", d, err)
		}
		if err := p.gateway.EndReport(t.Context(), p.admin, d.Reports[0].ID); err != nil {
			t.Fatal(err)
		}
		if d, err = p.gateway.PrivateDesk(t.Context(), p.admin); err != nil || len(d.Reports) != 0 {
			t.Errorf("after the end there is %+v, %v", d.Reports, err)
		}
		p.clock.Add((31 * 24 * time.Hour).Milliseconds())
		if err := p.gateway.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := p.fates(); len(got) != 0 {
			t.Errorf("after a month there is %v", got)
		}
	})
}
