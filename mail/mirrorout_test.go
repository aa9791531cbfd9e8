package mail_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
)

const (
	theirs   = "numbers@lists.other.example" // the list elsewhere
	theirID  = "numbers.lists.other.example"
	theirMTA = "203.0.113.7"
)

// mirrored is a site whose board "python" is mirrored with the list "numbers" elsewhere.
type mirrored struct {
	*sender
	board item.Space
}

func eachMirrored(t *testing.T, test func(t *testing.T, s mirrored)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := mirrored{sender: newSender(t, d, sink, mail.Config{Relay: sink.url(), Resolver: zone(t, map[string]string{"lists.other.example.": "v=spf1 ip4:" + theirMTA + " -all"})})}
		s.run()
		var err error
		if s.board, err = s.forum.Board(t.Context(), s.admin, "python"); err != nil {
			t.Fatal(err)
		}
		s.set(mail.Mirror{ListID: theirID, Address: theirs})
		test(t, s)
	})
}

func (s mirrored) set(m mail.Mirror) {
	s.Helper()
	if err := s.gateway.SetMirror(s.Context(), s.admin, s.board, m); err != nil {
		s.Fatal(err)
	}
}

func (s mirrored) mirror() mail.Mirror {
	s.Helper()
	m, err := s.gateway.MirrorOf(s.Context(), s.admin, s.board)
	if err != nil {
		s.Fatal(err)
	}
	return m
}

// arrives hands a mail in as the servers of the list elsewhere do.
func (s mirrored) arrives(raw string) {
	s.Helper()
	env := mail.Envelope{From: "numbers-bounces@lists.other.example", To: []string{"python@lists.example"}, Peer: netip.MustParseAddr(theirMTA), Raw: []byte(raw)}
	if err := s.gateway.Receive(s.Context(), env)[0]; err != nil {
		s.Errorf("Receive() = %v; want nil, for a refusal may cost the subscription\n%s", err, raw)
	}
	s.told()
}

// silent waits until all mail has gone, and counts what went to the other list.
func (s mirrored) silent(want int) {
	s.Helper()
	s.until("silence", func() bool { return s.idle() })
	if n := s.sentTo(theirs); n != want {
		s.Errorf("%d mails went to the other list; want %d", n, want)
	}
}

// idle reports whether a site has nothing to do.
func (s *sender) idle() bool {
	s.Helper()
	busy, err := db.Value[bool](s.Context(), s.db, `
		SELECT EXISTS (SELECT 1 FROM job) OR EXISTS (SELECT 1 FROM outgoing WHERE state IN ('queued', 'sending')) OR EXISTS (SELECT 1 FROM message WHERE fate = 'received')`)
	if err != nil {
		s.Fatal(err)
	}
	return !busy
}

// sentTo counts the mails to an address.
func (s *sender) sentTo(address string) (n int) {
	s.Helper()
	for _, m := range s.outbox() {
		if m.To == address {
			n++
		}
	}
	return n
}

// posts counts the posts of the site, the first ones of threads included.
func (s *sender) posts() int {
	s.Helper()
	n, err := db.Value[int](s.Context(), s.db, "SELECT count(*) FROM post")
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// lastFate is what became of the newest mail that came in.
func (s *sender) lastFate() mail.Incoming {
	s.Helper()
	id, err := db.Value[int64](s.Context(), s.db, "SELECT max(id) FROM message")
	if err != nil {
		s.Fatal(err)
	}
	m, err := s.gateway.Message(s.Context(), s.admin, id)
	if err != nil {
		s.Fatal(err)
	}
	return m
}

// listware distributes a mail as a list's software does.
type listware struct {
	tag    bool   // before the subject
	footer bool   // below the text
	munge  bool   // the list's address in From, and answers to the list
	newID  string // another Message-ID; empty: it stays
	strip  bool   // fields that it does not know are dropped
}

// distribute returns the copy that the list sends to its subscribers.
func (l listware) distribute(raw string) string {
	head, body, _ := strings.Cut(raw, "\r\n\r\n")
	head = strings.ReplaceAll(head, "\r\n ", " ")
	kept := []string{"List-Id: Numbers <" + theirID + ">", "List-Post: <mailto:" + theirs + ">", "Precedence: list"}
	for line := range strings.SplitSeq(head, "\r\n") {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case name == "Subject" && l.tag:
			line = "Subject: [numbers] " + value
		case strings.EqualFold(name, "Message-ID") && l.newID != "":
			line = "Message-ID: <" + l.newID + "@lists.other.example>"
		case name == "From" && l.munge:
			line = "From: " + value[:strings.Index(value, " <")] + " via Numbers <" + theirs + ">\r\nReply-To: <" + theirs + ">"
		case strings.HasPrefix(name, "X-") && l.strip, name == "DKIM-Signature":
			continue
		}
		kept = append(kept, line)
	}
	if l.footer {
		body += "_______________________________________________\r\nNumbers mailing list\r\nhttps://lists.other.example/numbers\r\n"
	}
	return strings.Join(kept, "\r\n") + "\r\n\r\n" + body
}

func TestAPostGoesToTheMirroredListOnceAndIsKnownWhenItComesBack(t *testing.T) {
	for name, l := range map[string]listware{
		"a list that changes nothing":     {},
		"one with a tag and a footer":     {tag: true, footer: true},
		"one that writes itself in From":  {tag: true, footer: true, munge: true},
		"one that gives a new Message-ID": {tag: true, footer: true, newID: "x1"},
		"one that does all of it":         {tag: true, footer: true, munge: true, newID: "x2", strip: true},
	} {
		t.Run(name, func(t *testing.T) {
			eachMirrored(t, func(t *testing.T, s mirrored) {
				ref := s.start(s.ada, forum.NewThread{Title: "Primes", Body: "Are there many?"})
				out := s.sink.next(t)
				header, m := out.read(t)
				if out.to != theirs || m.From.Address != "python@lists.example" || m.From.Name != "ada via Talk" {
					t.Fatalf("to %s, from %+v; want the board's address with the author's name", out.to, m.From)
				}
				if header.Get("List-Id") != "" || header.Get("List-Post") != "" || header.Get("Auto-Submitted") != "" || header.Get("Precedence") != "" || header.Get("X-Loop") != "python@lists.example" {
					t.Errorf("the header is that of a list or a robot:\n%s", out.head())
				}
				s.arrives(l.distribute(out.raw))
				if n := s.posts(); n != 1 {
					t.Fatalf("%d posts; want 1: %+v", n, s.lastFate())
				}
				s.silent(1)
				back := m.MessageID
				if l.newID != "" {
					back = l.newID + "@lists.other.example"
				}
				s.arrives(lines("From: Gauss <gauss@elsewhere.example>", "To: "+theirs, "Subject: [numbers] Re: Primes", "Message-ID: <answer@elsewhere.example>", "In-Reply-To: <"+back+">",
					"Date: Mon, 23 Nov 2026 12:30:00 +0000", "List-Id: <"+theirID+">", "Precedence: list", "", "There are."))
				s.silent(1)       // nothing of theirs goes back
				s.sink.take(t, 1) // ada has it by mail
				n, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM post WHERE thread = ?", ref.Thread)
				if err != nil || n != 2 {
					t.Fatalf("the thread has %d posts, %v; want the answer from there in it", n, err)
				}
				s.reply(s.ada, forum.NewPost{Thread: ref.Thread, Parent: ref.Post, Body: "How many?"})
				if header, _ := s.sink.next(t).read(t); header.Get("In-Reply-To") != "<"+back+">" {
					t.Errorf("In-Reply-To: %s; want <%s>, which the list knows", header.Get("In-Reply-To"), back)
				}
				if m := s.mirror(); m.LastIn.IsZero() || m.LastOut.IsZero() || m.Error != "" {
					t.Errorf("the mirror tells in %v, out %v, %q", m.LastIn, m.LastOut, m.Error)
				}
			})
		})
	}
}

func TestAShortAnswerThatSomebodyElsewhereWritesToo(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		s.start(s.ada, forum.NewThread{Title: "Primes", Body: "Yes"})
		s.sink.next(t)
		s.arrives(outside("yes", "From: Gauss <gauss@elsewhere.example>"))
		raw := strings.Replace(outside("agreed", "From: Emmy <emmy@elsewhere.example>"), "There are many.", "Yes, there are.", 1)
		s.arrives(raw)
		if n := s.posts(); n != 3 {
			t.Errorf("%d posts; want 3, for these are other people's", n)
		}
	})
}

func TestWhatGoesToAMirroredList(t *testing.T) {
	ours := "From: ada <ada@people.example>\r\nSubject: By mail\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\n"
	for name, c := range map[string]struct {
		raw  string
		goes bool
	}{
		"a mail to the board":                     {ours + "To: python@lists.example\r\nMessage-ID: <a@people.example>\r\n\r\nHello.", true},
		"one to the other list as well":           {ours + "To: python@lists.example\r\nCc: numbers@lists.other.example\r\nMessage-ID: <b@people.example>\r\n\r\nHello.", false},
		"one that came through some other list":   {ours + "To: x@y.example\r\nList-Id: <x.y.example>\r\nMessage-ID: <c@people.example>\r\n\r\nHello.", false},
		"one that went round through a mirror":    {ours + "To: python@lists.example\r\nX-Loop: far@away.example\r\nMessage-ID: <d@people.example>\r\n\r\nHello.", false},
		"one that a program sends to many people": {ours + "To: python@lists.example\r\nPrecedence: bulk\r\nMessage-ID: <e@people.example>\r\n\r\nHello.", false},
	} {
		t.Run(name, func(t *testing.T) {
			eachMirrored(t, func(t *testing.T, s mirrored) {
				env := mail.Envelope{From: "ada@people.example", To: []string{"python@lists.example"}, Peer: netip.MustParseAddr("127.0.0.1"), Raw: []byte(c.raw)}
				if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
					t.Fatal(err)
				}
				s.told()
				if s.posts() != 1 {
					t.Fatalf("it was not posted: %+v", s.lastFate())
				}
				if got := len(s.outbox()) == 1; got != c.goes {
					t.Errorf("it goes to the other list: %v; want %v", got, c.goes)
				}
				if !c.goes {
					return
				}
				if _, m := s.sink.next(t).read(t); m.MessageID != "a@people.example" || m.From.Address != "python@lists.example" {
					t.Errorf("%s from %s; want the author's own id from the board's address", m.MessageID, m.From.Address)
				}
			})
		})
	}
}

func TestAMirrorSendsNothingBefore(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(s mirrored, ref forum.Ref)
		sent      bool
	}{
		"the time to take it back is over":     {func(mirrored, forum.Ref) {}, true},
		"or when it was taken back":            {func(s mirrored, ref forum.Ref) { s.remove(ref) }, false},
		"or when the mirror is paused":         {func(s mirrored, _ forum.Ref) { s.pause(true) }, false},
		"or when it is read only":              {func(s mirrored, _ forum.Ref) { s.set(mail.Mirror{ListID: theirID}) }, false},
		"or when the board is private":         {func(s mirrored, _ forum.Ref) { s.exec("UPDATE space SET may_read = 1 WHERE id = ?", s.board.ID) }, false},
		"and an edit sends nothing of its own": {func(s mirrored, ref forum.Ref) { s.edit(ref) }, true},
	} {
		t.Run(name, func(t *testing.T) {
			eachMirrored(t, func(t *testing.T, s mirrored) {
				s.items.Grace = 3 * time.Minute
				ref := s.start(s.ada, forum.NewThread{Title: "Primes"})
				if n := len(s.outbox()); n != 0 {
					t.Errorf("%d mails went out at once; want none", n)
				}
				c.meanwhile(s, ref)
				s.clock.Add(s.items.Grace.Milliseconds())
				s.told()
				if got := len(s.outbox()) == 1; got != c.sent {
					t.Errorf("sent: %v; want %v", got, c.sent)
				}
			})
		})
	}
}

func (s mirrored) pause(on bool) {
	s.Helper()
	if err := s.gateway.PauseMirror(s.Context(), s.admin, s.board, on); err != nil {
		s.Fatal(err)
	}
}

func (s mirrored) remove(ref forum.Ref) {
	s.Helper()
	if err := s.forum.Remove(s.Context(), s.ada, ref.Post, "", item.Web); err != nil {
		s.Fatal(err)
	}
}

func (s mirrored) edit(ref forum.Ref) {
	s.Helper()
	p, _, err := s.forum.Revisions(s.Context(), s.ada, ref.Post)
	if err != nil {
		s.Fatal(err)
	}
	if _, err := s.forum.Edit(s.Context(), s.ada, forum.Edit{Post: ref.Post, Base: p.Revision, Title: "Primes", Body: "Other words.", Via: item.Web}); err != nil {
		s.Fatal(err)
	}
}

func TestAPausedMirrorTakesNothingIn(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		s.pause(true)
		s.arrives(outside("one", "From: Gauss <gauss@elsewhere.example>"))
		if m := s.lastFate(); m.Fate != mail.Dropped || s.posts() != 0 {
			t.Errorf("it was %s; want dropped", m.Fate)
		}
		s.pause(false)
		if _, err := s.gateway.Replay(t.Context(), s.admin, s.lastFate().ID); err != nil {
			t.Fatal(err)
		}
		s.told()
		if s.posts() != 1 {
			t.Errorf("read again it was %s; want posted", s.lastFate().Fate)
		}
	})
}

func TestWhoMayMirrorWhat(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		private := s.board
		private.MayRead = account.Members
		for name, c := range map[string]struct {
			by    account.User
			board item.Space
			m     mail.Mirror
			kind  fault.Kind
			field string
		}{
			"a member does not":                     {s.ada, s.board, mail.Mirror{ListID: theirID}, fault.Forbidden, ""},
			"a board of members alone only reads":   {s.admin, private, mail.Mirror{ListID: theirID, Address: theirs}, fault.Invalid, "address"},
			"an address of our own is no list":      {s.admin, s.board, mail.Mirror{ListID: theirID, Address: "other@lists.example"}, fault.Invalid, "address"},
			"what is no address is refused":         {s.admin, s.board, mail.Mirror{ListID: theirID, Address: "numbers"}, fault.Invalid, "address"},
			"so is an address with a second line":   {s.admin, s.board, mail.Mirror{ListID: theirID, Address: "a@b.example\nBcc: c@d.example"}, fault.Invalid, "address"},
			"what is no id of a list is refused":    {s.admin, s.board, mail.Mirror{ListID: "numbers"}, fault.Invalid, "list"},
			"a board without an address is refused": {s.admin, item.Space{ID: s.board.ID}, mail.Mirror{ListID: theirID}, fault.Invalid, "list"},
		} {
			err := s.gateway.SetMirror(t.Context(), c.by, c.board, c.m)
			refused, _ := errors.AsType[*fault.Error](err)
			if !fault.Is(err, c.kind) || refused.Field != c.field {
				t.Errorf("%s: SetMirror() = %v; want %v on %q", name, err, c.kind, c.field)
			}
		}
		if m := s.mirror(); m.Address != theirs {
			t.Errorf("the mirror sends to %q after all these refusals; want %q", m.Address, theirs)
		}
	})
}

func TestTheOtherListsRefusalIsShown(t *testing.T) {
	eachMirrored(t, func(t *testing.T, s mirrored) {
		s.start(s.ada, forum.NewThread{Title: "Primes"})
		out := s.sink.next(t)
		s.settled(1, mail.Done)
		env := mail.Envelope{To: []string{out.from}, Peer: netip.MustParseAddr(theirMTA), Raw: []byte(lines("From: numbers-owner@lists.other.example", "To: "+out.from,
			"Subject: Your message to numbers awaits moderator approval", "Auto-Submitted: auto-replied", "", "You are not known here."))}
		if err := s.gateway.Receive(t.Context(), env)[0]; err != nil {
			t.Fatal(err)
		}
		s.told()
		if m := s.mirror(); !strings.Contains(m.Error, "awaits moderator approval") || m.ErrorAt.IsZero() {
			t.Errorf("the mirror tells %q at %v", m.Error, m.ErrorAt)
		}
		s.sink.answer(theirs, answer{rcpt: fmt.Errorf("no such list")})
		s.reply(s.ada, forum.NewPost{Thread: 1, Parent: 1, Body: "Again."})
		s.until("the relay's refusal at the mirror", func() bool { return strings.Contains(s.mirror().Error, "no such list") })
	})
}
