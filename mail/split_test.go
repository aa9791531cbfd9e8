package mail_test

import (
	"testing"

	"picus/forum"
)

// Mails name the thread they came from long after a moderator has split it: what answers
// a post that went stays with it, and the two do not grow together again.
func TestAnswersToASplitThreadStayThere(t *testing.T) {
	eachOffice(t, func(o *office) {
		must := func(err error) {
			o.Helper()
			if err != nil {
				o.Fatal(err)
			}
		}
		send := func(l letter) {
			o.Helper()
			o.Tick()
			l.from, l.to, l.subject = "Alice <alice@example.org>", "python@picus.example", "Re: loops"
			must(o.receive("alice@example.org", l.String(), "python@picus.example"))
			o.work()
		}
		root := o.start(o.bob, "loops")
		rootID := o.gateway.MessageID(root.Post)
		send(letter{id: "one@example.org", inReplyTo: rootID, body: "something else"})
		send(letter{id: "two@example.org", inReplyTo: "one@example.org", references: "<" + rootID + "> <one@example.org>", body: "indeed"})
		if n := o.thread(root.Thread).Posts; n != 3 {
			t.Fatalf("the thread has %d posts; want 3", n)
		}
		first, err := o.forum.ByMessageID(o.Context(), o.admin, "one@example.org")
		must(err)
		made, err := o.forum.Split(o.Context(), o.admin, forum.Split{Post: first.ID, Title: "Something else"})
		must(err)
		send(letter{id: "three@example.org", inReplyTo: "two@example.org", references: "<" + rootID + "> <one@example.org> <two@example.org>", body: "more of it"})
		send(letter{id: "four@example.org", inReplyTo: rootID, references: "<" + rootID + "> <one@example.org>", body: "back to loops"})
		if n, old := o.thread(made.Thread).Posts, o.thread(root.Thread).Posts; n != 3 || old != 2 {
			t.Errorf("the new thread has %d posts and the old one %d; want 3 and 2", n, old)
		}
		must(o.forum.Undo(o.Context(), o.admin, 1, ""))
		send(letter{id: "five@example.org", inReplyTo: "three@example.org", references: "<" + rootID + "> <one@example.org> <three@example.org>", body: "again"})
		if n := o.thread(root.Thread).Posts; n != 6 {
			t.Errorf("put together the thread has %d posts; want 6", n)
		}
	})
}
