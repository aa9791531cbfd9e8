package mail_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/mbox"
	"picus/mail/message"
)

// TestAMailboxCanBeAnswered opens a thread's mailbox as a mail program does, answers
// one of its mails, and looks where the answer stands.
func TestAMailboxCanBeAnswered(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.alice, "A question of loops?")
		one := o.post(o.bob, forum.NewPost{Thread: ref.Thread, Body: "From here on\n>From there 中文"})
		o.post(o.alice, forum.NewPost{Thread: ref.Thread, Parent: one.Post, Body: "I see.", Kind: forum.Comment})
		gone := o.post(o.bob, forum.NewPost{Thread: ref.Thread, Body: "never mind"})
		if err := o.forum.Remove(o.Context(), o.admin, gone.Post, "noise", item.Web); err != nil {
			o.Fatal(err)
		}
		mails := o.mailbox(o.gateway.ThreadMailbox(o.Context(), account.User{}, ref.Thread))
		if len(mails) != 3 {
			o.Fatalf("the mailbox has %d mails; want those 3 that are in sight", len(mails))
		}
		ids := []string{o.gateway.MessageID(ref.Post), o.gateway.MessageID(one.Post)}
		if m := mails[2]; m.From.Address != "python@picus.example" || m.From.Name != "alice" || !slices.Equal(m.References, ids) || !slices.Equal(m.InReplyTo, ids[1:]) {
			o.Errorf("the third mail is from %v, answers %v, refers to %v; want alice by way of the list, %v", m.From, m.InReplyTo, m.References, ids)
		}
		if got := strings.TrimSpace(mails[1].Text); got != "From here on\n>From there 中文" {
			o.Errorf("the text of the second mail is %q", got)
		}
		l := letter{from: "alice@example.org", subject: "Re: A question", id: "mutt@x", inReplyTo: mails[1].MessageID, references: "<" + mails[0].MessageID + "> <" + mails[1].MessageID + ">"}
		if err := o.receive("alice@example.org", l.String(), mails[1].From.Address); err != nil {
			o.Fatal(err)
		}
		o.work()
		posts := o.thread(ref.Thread).Page
		if last := posts[len(posts)-1]; last.Parent != one.Post || last.Author.ID != o.alice.ID {
			o.Errorf("the answer stands under post %d, by %s; want %d, by alice", last.Parent, last.Author.Name, one.Post)
		}
	})
}

// TestABoardsMailboxIsForItsReaders asks for archives by who may read what.
func TestABoardsMailboxIsForItsReaders(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		for range 2 {
			ref := o.start(o.alice, "In the open")
			for range 120 {
				o.post(o.bob, forum.NewPost{Thread: ref.Thread, Body: "one of many"})
			}
		}
		mails := o.mailbox(o.gateway.BoardMailbox(o.Context(), account.User{}, "python"))
		seen := map[string]bool{}
		for _, m := range mails {
			seen[m.MessageID] = true
		}
		if len(mails) != 242 || len(seen) != 242 {
			o.Errorf("the archive has %d mails, %d different ones; want 242", len(mails), len(seen))
		}
		if _, err := o.gateway.BoardMailbox(o.Context(), o.alice, "staff"); !fault.Is(err, fault.Missing) {
			o.Errorf("BoardMailbox(staff) = %v for a member; want that there is nothing", err)
		}
		if mails := o.mailbox(o.gateway.BoardMailbox(o.Context(), o.admin, "staff")); len(mails) != 0 {
			o.Errorf("an empty board has %d mails", len(mails))
		}
	})
}

func (o *office) post(by account.User, n forum.NewPost) forum.Ref {
	o.Helper()
	n.Via = item.Import // as many as the test likes
	ref, err := o.forum.Reply(o.Context(), by, n)
	if err != nil {
		o.Fatalf("Reply() = %v", err)
	}
	o.Tick()
	return ref
}

// mailbox reads a mailbox with our own reader of such files.
func (o *office) mailbox(box *mail.Mailbox, err error) []*message.Message {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
	var file bytes.Buffer
	if err := box.Write(o.Context(), &file); err != nil {
		o.Fatalf("Write() = %v", err)
	}
	if bytes.Contains(file.Bytes(), []byte("@example.org")) {
		o.Error("a member's address stands in the mailbox")
	}
	var all []*message.Message
	for r := mbox.NewReader(&file); ; {
		raw, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			o.Fatal(err)
		}
		all = append(all, message.Parse(raw))
	}
}
