package mail_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
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

// office is a site with a board "python" and mail doors on real sockets.
type office struct {
	*dbtest.House
	gateway  *mail.Gateway
	forum    *forum.Forum
	accounts *account.Accounts
	conf     mail.Config
	admin    account.User
	alice    account.User
	bob      account.User
}

func eachOffice(t *testing.T, test func(o *office)) {
	t.Helper()
	dbtest.EachHouse(t, func(h *dbtest.House) {
		test(openOffice(h, mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"}))
	})
}

// openOffice furnishes a house; conf says what its mail room is like.
func openOffice(h *dbtest.House, conf mail.Config) *office {
	h.Helper()
	dbtest.Searched(h.T, h.DB, lookedThrough...)
	o := &office{House: h, conf: conf, forum: forum.New(h.Items), accounts: account.New(h.DB, h.Jobs, h.Items.Now)}
	if err := o.accounts.Open(h.Context()); err != nil {
		h.Fatal(err)
	}
	o.gateway = mail.New(conf, o.forum, h.Items, o.accounts)
	o.admin = h.Person("admin", account.Administrator)
	o.alice = h.Person("alice", account.Member)
	o.bob = h.Person("bob", account.Member)
	o.board(forum.Board{Slug: "python", Title: "Python", MayPost: 1})
	return o
}

func (o *office) board(b forum.Board) forum.Board {
	o.Helper()
	made, err := o.forum.AddBoard(o.Context(), o.admin, b)
	if err != nil {
		o.Fatalf("AddBoard(%q) = %v", b.Slug, err)
	}
	return made
}

// serve opens a door on a free port and returns its address.
func (o *office) serve(serve func(context.Context, net.Listener) error) string {
	o.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		o.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := serve(ctx, l); err != nil {
			o.Errorf("the door ended with %v", err)
		}
	})
	o.Cleanup(func() {
		stop()
		ended.Wait()
	})
	return l.Addr().String()
}

// lmtp hands a mail in by LMTP and returns the answer for each recipient.
func (o *office) lmtp(addr, from, raw string, to ...string) map[string]error {
	o.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		o.Fatal(err)
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	answers := map[string]error{}
	if err := c.Mail(from, nil); err != nil {
		o.Fatal(err)
	}
	accepted := 0
	for _, a := range to {
		answers[a] = c.Rcpt(a, nil)
		if answers[a] == nil {
			accepted++
		}
	}
	if accepted == 0 {
		return answers
	}
	w, err := c.Data()
	if err != nil {
		o.Fatal(err)
	}
	if _, err := w.Write([]byte(raw)); err != nil {
		o.Fatal(err)
	}
	if _, err := w.CloseWithLMTPResponse(); err != nil {
		all, ok := errors.AsType[smtp.LMTPDataError](err)
		if !ok {
			o.Fatal(err)
		}
		for a, err := range all {
			answers[a] = err
		}
	}
	return answers
}

// smtp hands a mail in by SMTP and returns the refusal, if there is one.
func (o *office) smtp(addr, from, raw string, to ...string) error {
	o.Helper()
	c, err := smtp.Dial(addr)
	if err != nil {
		o.Fatal(err)
	}
	defer c.Close()
	return c.SendMail(from, to, strings.NewReader(raw))
}

// receive hands a mail in as a program on this machine does.
func (o *office) receive(from, raw string, to ...string) error {
	return errors.Join(o.gateway.Receive(o.Context(), mail.Envelope{From: from, To: to, Raw: []byte(raw)})...)
}

// receiveFrom hands a mail in from an address of the network.
func (o *office) receiveFrom(peer, from, raw string, to ...string) error {
	return errors.Join(o.gateway.Receive(o.Context(), mail.Envelope{From: from, To: to, Peer: netip.MustParseAddr(peer), Raw: []byte(raw)})...)
}

// work runs the queue until every mail that is due has been read and every letter written.
func (o *office) work() {
	o.Helper()
	ctx, stop := context.WithCancel(o.Context())
	var ended sync.WaitGroup
	ended.Go(func() { o.Jobs.Run(ctx) })
	defer ended.Wait()
	defer stop()
	deadline := time.After(aWhile)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := db.Value[int](o.Context(), o.DB, `
			SELECT count(*) FROM job
			WHERE (state = 'running' OR state = 'ready' AND due <= ?) AND kind IN ('mail.in', 'mail.letter', 'mail.prior', 'forum.letter')`, o.Clock.UnixMilli())
		if err != nil {
			o.Fatal(err)
		}
		if n == 0 {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			o.Fatalf("%d mails were not read after %v", n, aWhile)
		}
	}
}

// fates returns what became of the mails, oldest first.
func (o *office) fates() []mail.Incoming {
	o.Helper()
	all, err := o.gateway.Messages(o.Context(), o.admin, "", 0, 10_000)
	if err != nil {
		o.Fatal(err)
	}
	for i, j := 0, len(all)-1; i < j; i, j = i+1, j-1 {
		all[i], all[j] = all[j], all[i]
	}
	return all
}

// last returns what became of the newest mail.
func (o *office) last() mail.Incoming {
	o.Helper()
	all := o.fates()
	if len(all) == 0 {
		o.Fatal("no mail has come in")
	}
	return all[len(all)-1]
}

// letters returns the letters that wait to go out, as they will be sent.
func (o *office) letters() []string {
	o.Helper()
	all, err := db.Values[string](o.Context(), o.DB, "SELECT letter FROM outgoing WHERE letter <> '' ORDER BY id")
	if err != nil {
		o.Fatal(err)
	}
	return all
}

// threads returns the ids of the board's threads, oldest first.
func (o *office) threads(board string) []int64 {
	o.Helper()
	all, err := db.Values[int64](o.Context(), o.DB, `
		SELECT t.item FROM thread t JOIN space sp ON sp.id = t.board
		WHERE sp.slug = ? AND t.merged IS NULL ORDER BY t.item`, board)
	if err != nil {
		o.Fatal(err)
	}
	return all
}

// thread returns a whole thread as the administrator sees it.
func (o *office) thread(id int64) *forum.Thread {
	o.Helper()
	t, err := o.forum.Thread(o.Context(), o.admin, id, forum.View{Limit: 1000, Source: true})
	if err != nil {
		o.Fatalf("Thread(%d) = %v", id, err)
	}
	return t
}

// letter is a mail as a mail program writes it.
type letter struct {
	from, to, subject, id, inReplyTo, references, body string
	more                                               string // header lines
}

// String returns the mail with CRLF line ends.
func (l letter) String() string {
	if l.to == "" {
		l.to = "python@picus.example"
	}
	if l.body == "" {
		l.body = "How do I close a loop?"
	}
	lines := []string{"From: " + l.from, "To: " + l.to, "Subject: " + l.subject, "Date: Mon, 23 Nov 2026 11:59:00 +0000", "Message-ID: <" + l.id + ">"}
	if l.inReplyTo != "" {
		lines = append(lines, "In-Reply-To: <"+l.inReplyTo+">")
	}
	if l.references != "" {
		lines = append(lines, "References: "+l.references)
	}
	text := strings.Join(lines, "\n") + "\n" + l.more + "\n" + l.body + "\n"
	return strings.ReplaceAll(text, "\n", "\r\n")
}

// code returns the SMTP code of a refusal, 0 for none.
func code(err error) int {
	refusal, ok := errors.AsType[*smtp.SMTPError](err)
	if !ok {
		return 0
	}
	return refusal.Code
}

func (o *office) start(by account.User, title string) forum.Ref {
	o.Helper()
	ref, err := o.forum.Start(o.Context(), by, forum.NewThread{Board: "python", Kind: forum.Discussion, Title: title, Body: "Let us talk.", Via: item.Web})
	if err != nil {
		o.Fatal(err)
	}
	return ref
}

func enhanced(err error) string {
	refusal, ok := errors.AsType[*smtp.SMTPError](err)
	if !ok {
		return fmt.Sprint(err)
	}
	return fmt.Sprintf("%d %d.%d.%d", refusal.Code, refusal.EnhancedCode[0], refusal.EnhancedCode[1], refusal.EnhancedCode[2])
}
