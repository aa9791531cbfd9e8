package mail_test

import (
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
)

// A mail that was refused is posted once its sender may write and it is read again.
func TestRefusedMailIsReadAgain(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, s := guarded(h)
		raw := s.sign(o.T, "example.org", letter{from: "alice@example.org", subject: "Once more", id: "again@x"}.String())
		if err := o.receiveFrom(badHost, "alice@elsewhere.example", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		suspend := func(status string) {
			err := o.DB.Write(o.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(o.Context(), "UPDATE account SET status = ? WHERE id = ?", status, o.alice.ID)
				return err
			})
			if err != nil {
				o.Fatal(err)
			}
		}
		suspend("suspended")
		o.work()
		refused := o.last()
		if refused.Fate != mail.Refused {
			o.Fatalf("the fate is %+v; want refused", refused)
		}
		suspend("active")
		if _, err := o.gateway.Replay(o.Context(), o.alice, refused.ID); !fault.Is(err, fault.Forbidden) {
			o.Errorf("Replay() by a member = %v; want forbidden", err)
		}
		if got, err := o.gateway.Replay(o.Context(), o.admin, refused.ID); err != nil || got != mail.ToBeRead {
			o.Errorf("Replay() = %s, %v; want it to be read", got, err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Posted || got.Proof != "DKIM" || got.ID != refused.ID {
			o.Errorf("the fate is %+v; want posted, believed by DKIM", got)
		}
	})
}

// A post gets a revision where its mail is read differently by now, and only then; what
// somebody has changed on the site stays.
func TestPostedMailIsReadAgain(t *testing.T) {
	eachOffice(t, func(o *office) {
		raw := letter{from: "alice@example.org", subject: "Loops", id: "loops@x", body: "How?\n\n-- \nAlice"}.String()
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		in := o.last()
		if got, err := o.gateway.Replay(o.Context(), o.admin, in.ID); err != nil || got != mail.Unchanged {
			o.Errorf("Replay() = %s, %v; want it unchanged", got, err)
		}
		// The reader of mails has learned something since: the post holds what it read then.
		_, err := o.forum.Edit(o.Context(), o.alice, forum.Edit{Post: in.Item, Base: o.thread(in.Item).First.Revision, Title: "Loops", Body: "How?\n\n-- \nAlice", Via: item.Import})
		if err != nil {
			o.Fatal(err)
		}
		if got, err := o.gateway.Replay(o.Context(), o.admin, in.ID); err != nil || got != mail.Revised {
			o.Fatalf("Replay() = %s, %v; want it revised", got, err)
		}
		thread := o.thread(in.Item)
		if thread.First.Source != "How?" || thread.First.Author.ID != o.alice.ID || thread.Title != "Loops" || thread.First.Edits != 2 {
			o.Errorf("the post is %+v of %q; want alice's, with the text alone", thread.First, thread.Title)
		}
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Known {
			o.Errorf("the same mail once more is %+v; want known", got)
		}
		_, err = o.forum.Edit(o.Context(), o.alice, forum.Edit{Post: in.Item, Base: thread.First.Revision, Title: "Loops", Body: "How, and why?", Via: item.Web})
		if err != nil {
			o.Fatal(err)
		}
		if _, err := o.gateway.Replay(o.Context(), o.admin, in.ID); !fault.Is(err, fault.Conflict) {
			o.Errorf("Replay() of an edited post = %v; want a conflict", err)
		}
	})
}

// The trace of a mail tells the administrator what was decided at each step.
func TestTraceTellsTheWayOfAMail(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.bob, "Traces")
		raw := letter{from: "alice@example.org", subject: "Re: Traces", id: "trace@x", inReplyTo: o.gateway.MessageID(ref.Post), body: "Yes.\n\n> No?"}.String()
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		got, err := o.gateway.Trace(o.Context(), o.admin, o.last().ID)
		if err != nil {
			o.Fatal(err)
		}
		if !got.Kept || got.Proof != "server" || got.Rule != "in-reply-to" || got.Sender != "alice" || got.Read.Reply != "Yes." || !strings.HasPrefix(got.Header, "From: alice") || !got.Again() {
			o.Errorf("Trace() = %+v; want the whole way of the mail", got)
		}
		if _, err := o.gateway.Trace(o.Context(), o.alice, got.ID); err == nil {
			o.Error("a member reads the trace of a mail")
		}
	})
}
