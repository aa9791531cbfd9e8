package mail_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/mail"
)

// provider is what a plain mailbox such as Gmail's is: mail to lists+anything lies in the
// mailbox of lists, and mail goes out for whoever signs in.
type provider struct {
	*sender
	dovecot *dovecot
}

// newProvider is a site that has nothing but such a mailbox, with the settings that
// docs/mail.md tells.
func newProvider(t *testing.T) *provider {
	t.Helper()
	d := newDovecot(t)
	sink := newSink(t, func(s *smtp.Server, k *sink) {
		s.AllowInsecureAuth = true
		k.accounts = map[string]string{"lists@example.org": "app-password"}
	})
	settings := map[string]string{}
	for line := range strings.Lines(strings.NewReplacer("imaps:", "imap:", "smtps:", "smtp:",
		"imap.example.com:993", fmt.Sprint("127.0.0.1:", d.imap), "smtp.example.com:465", sink.address).Replace(documentedAsIs(t, "Plain mailbox"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		settings[name] = value
	}
	conf := mail.Config{Mailbox: settings["PICUS_MAIL_MAILBOX"], IMAP: settings["PICUS_IMAP"], Relay: settings["PICUS_RELAY"], Resolver: zone(t, nil)}
	p := &provider{sender: newSender(t, dbtest.SQLite(t), sink, conf), dovecot: d}
	p.gateway.HurryInbox(50 * time.Millisecond)
	p.run()
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() { p.gateway.ReadInbox(ctx) })
	t.Cleanup(func() { stop(); ended.Wait() })
	return p
}

// brings has the provider deliver a mail, which it has judged.
func (p *provider) brings(from, to, raw string) {
	p.Helper()
	_, domain, _ := strings.Cut(from, "@")
	raw = lines("Authentication-Results: mx.example.com; dmarc=pass header.from="+domain) + raw
	if err := handLMTP(net.JoinHostPort("127.0.0.1", fmt.Sprint(p.dovecot.lmtp)), from, to, raw); err != nil {
		p.Fatal(err)
	}
}

func (p *provider) write(from, to, subject, id string) {
	p.Helper()
	p.brings(from, to, lines("From: "+from, "To: "+to, "Subject: "+subject, "Message-ID: <"+id+">", "Date: Mon, 23 Nov 2026 11:59:00 +0000", "", "By mail."))
}

func TestAPlainMailboxCarriesEverything(t *testing.T) {
	p := newProvider(t)
	p.reader("reader", "")
	ref := p.start(p.ada, forum.NewThread{Title: "By the site"})
	got := p.sink.next(t)
	h, m := got.read(t)
	reply := strings.Trim(h.Get("Reply-To"), "<>")
	if m.From.Address != "lists+python@example.org" || !strings.HasPrefix(reply, "lists+reply+") || !strings.HasSuffix(reply, "@example.org") ||
		!strings.HasPrefix(got.from, "lists+bounce+") || h.Get("List-Post") != "<mailto:lists+python@example.org>" || got.user != "lists@example.org" {
		t.Errorf("a mail from %s by %s came with\n%s", got.from, got.user, got.head())
	}
	if local, _, _ := strings.Cut(reply, "@"); len(local) > 64 {
		t.Errorf("%s has %d characters before the @", reply, len(local))
	}
	p.write("reader@people.example", reply, "Re: By the site", "answer@people.example")
	p.until("the answer", func() bool {
		thread, err := p.forum.Thread(t.Context(), p.admin, ref.Thread, forum.View{Limit: 10})
		return err == nil && len(thread.Page) == 1 && thread.Page[0].Author.Name == "reader"
	})

	p.write("ada@people.example", "lists+python@example.org", "By mail", "thread@people.example")
	got = p.arrives("reader@people.example", "By mail")
	if h, _ := got.read(t); h.Get("From") != "ada via Python <lists+python@example.org>" || h.Get("Reply-To") != "<ada@people.example>" {
		t.Errorf("what came by mail goes on from %q with Reply-To %q", h.Get("From"), h.Get("Reply-To"))
	}

	p.write("ada@people.example", "lists+python+help@example.org", "help", "help@people.example")
	help := p.arrives("ada@people.example", "How the list")
	if _, m := help.read(t); !strings.Contains(m.Text, "lists+python+subscribe@example.org") {
		t.Errorf("the help says %q", m.Text)
	}
}

// One person's mail to another is kept apart here too, and shows nobody's address.
func TestAPlainMailboxBringsPrivateMail(t *testing.T) {
	p := newProvider(t)
	address, err := p.gateway.PrivateAddress(t.Context(), p.ada, p.admin)
	if err != nil {
		t.Fatal(err)
	}
	if local, _, _ := strings.Cut(address, "@"); !strings.HasPrefix(local, "lists+private+") || len(local) > 64 {
		t.Errorf("the private address is %s", address)
	}
	p.write("ada@people.example", address, "Between us", "private@people.example")
	got := p.arrives("admin@people.example", "Between us")
	if h, _ := got.read(t); strings.Contains(got.raw, "ada@people.example") || !strings.Contains(h.Get("From")+h.Get("Reply-To"), "<lists+private+") {
		t.Errorf("the private mail tells an address, or cannot be answered:\n%s", got.raw)
	}
	if all, err := p.gateway.Messages(t.Context(), p.admin, "", 0, 10); err != nil || len(all) != 0 {
		t.Errorf("the staff see %+v, %v; want nothing", all, err)
	}
}

// A report counts by the address that is ours; what is written to the mailbox itself is
// somebody's own.
func TestAPlainMailboxKnowsReportsFromLetters(t *testing.T) {
	p := newProvider(t)
	p.reader("reader", "")
	p.start(p.ada, forum.NewThread{Title: "Hello"})
	got := p.sink.next(t)
	p.brings("mailer-daemon@example.org", got.from, dsn("failed", "5.1.1"))
	p.until("the report", func() bool { return len(p.desk().Reports) == 1 })
	p.write("ada@people.example", "lists@example.org", "Private", "private@people.example")
	p.until("the fate of the private mail", func() bool {
		all, err := p.gateway.Messages(t.Context(), p.admin, mail.Refused, 0, 10)
		return err == nil && len(all) == 1
	})
	p.told()
	if all := p.outbox(); len(all) != 1 {
		t.Errorf("somebody was answered: %+v", all)
	}
}

func TestAMailboxThatCannotCarryEverythingIsRefused(t *testing.T) {
	for _, address := range []string{"lists", "lists+python@example.org", "@example.org", "a-name-that-is-far-too-long@example.org"} {
		o := openOffice(newHouse(t), mail.Config{Domain: "picus.example", Mailbox: address})
		if err := o.gateway.Open(t.Context()); err == nil {
			t.Errorf("Open() takes the mailbox %q", address)
		}
	}
}

// arrives waits for a mail to somebody with a subject.
func (p *provider) arrives(to, subject string) caught {
	p.Helper()
	for {
		got := p.sink.next(p)
		if _, m := got.read(p); got.to == to && strings.Contains(m.Subject, subject) {
			return got
		}
	}
}

// Whatever lies in a mailbox says of itself that a list has sent it.
func TestAPlainMailboxBelievesNobodyToBeTheMirroredList(t *testing.T) {
	p := newProvider(t)
	board, err := p.forum.Board(t.Context(), p.admin, "python")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.gateway.SetMirror(t.Context(), p.admin, board, mail.Mirror{ListID: theirID, Address: "lists+python@example.org"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("SetMirror() to an address of our own = %v; want it refused", err)
	}
	if err := p.gateway.SetMirror(t.Context(), p.admin, board, mail.Mirror{ListID: theirID, Address: theirs}); err != nil {
		t.Fatal(err)
	}
	p.brings("mallory@evil.example", "lists+python@example.org", outside("forged", "From: Admin <admin@people.example>"))
	p.until("the fate of the forged mail", func() bool {
		all, err := p.gateway.Messages(t.Context(), p.admin, "", 0, 10)
		return err == nil && len(all) == 1 && all[0].Fate != mail.Received
	})
	if all, err := p.gateway.Messages(t.Context(), p.admin, mail.Held, 0, 10); err != nil || len(all) != 1 {
		t.Errorf("held: %+v, %v; want the forged mail", all, err)
	}
}
