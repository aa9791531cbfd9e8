package mail_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/mail"
	"picus/mail/message"
)

// mailed hands a mail in and returns the post that it became.
func (o *office) mailed(l letter) int64 {
	o.Helper()
	o.Tick()
	l.from = firstOf(l.from, "alice@example.org")
	if err := o.receive(l.from, l.String(), "python@picus.example"); err != nil {
		o.Fatalf("Receive(%s) = %v", l.id, err)
	}
	o.work()
	got := o.last()
	if got.Fate != mail.Posted {
		o.Fatalf("the fate of %s is %s (%s); want posted", l.id, got.Fate, got.Reason)
	}
	return got.Item
}

// guessing is a thread with a mail that its subject alone has put there, and answers to it.
func guessing(o *office) (guess int64) {
	o.mailed(letter{id: "a1@x", subject: "Loops"})
	o.mailed(letter{id: "a2@x", subject: "Re: Loops", inReplyTo: "a1@x"})
	guess = o.mailed(letter{id: "p1@x", subject: "Re: Loops", from: "bob@example.org"})
	o.mailed(letter{id: "p2@x", subject: "Re: Loops", inReplyTo: "p1@x"})
	o.mailed(letter{id: "p3@x", subject: "Re: Loops", references: "<p2@x> <lost@x>"})
	return guess
}

func TestAGuessIsMarkedAndUndone(t *testing.T) {
	eachOffice(t, func(o *office) {
		guess := guessing(o)
		post, err := o.forum.Find(o.Context(), o.bob, guess)
		if err != nil || !post.Guessed || post.Thread == guess {
			o.Fatalf("Find() = %+v, %v; want it marked as a guess", post, err)
		}
		for _, by := range []account.User{{}, o.alice} {
			if _, err := o.gateway.Apart(o.Context(), by, guess); err == nil {
				o.Errorf("%q puts apart what is neither theirs nor theirs to moderate", by.Name)
			}
		}
		if _, err := o.gateway.Apart(o.Context(), o.admin, post.Thread); !fault.Is(err, fault.Conflict) {
			o.Errorf("Apart() of what is no guess = %v; want a conflict", err)
		}
		ref, err := o.gateway.Apart(o.Context(), o.bob, guess)
		if err != nil || ref.Thread != guess {
			o.Fatalf("Apart() by its author = %+v, %v", ref, err)
		}
		if got, want := o.partition(), []string{"a1 a2", "p1 p2 p3"}; !slices.Equal(got, want) {
			o.Fatalf("the threads are %q; want %q", got, want)
		}
		if got := o.thread(guess).Title; got != "Loops" {
			o.Errorf("the thread is called %q; want its subject", got)
		}
		log, _, err := o.forum.Log(o.Context(), o.alice, "python", 0)
		if err != nil || len(log) != 1 || log[0].Verb != forum.VerbSplit || log[0].By.ID != o.bob.ID {
			o.Fatalf("the log is %+v, %v; want that bob split it", log, err)
		}
		if err := o.forum.Undo(o.Context(), o.admin, log[0].ID, "It was right."); err != nil {
			o.Fatal(err)
		}
		o.mailed(letter{id: "b1@x", subject: "Re: Loops", references: "<a2@x> <p3@x>"})
		if got, want := o.partition(), []string{"a1 a2 b1 p1 p2 p3"}; !slices.Equal(got, want) {
			o.Errorf("after Undo the threads are %q; want %q", got, want)
		}
		if post, err := o.forum.Find(o.Context(), o.bob, guess); err != nil || !post.Guessed || post.MayLeave(o.bob) != nil {
			o.Errorf("after Undo the post is %+v, %v; want it marked again", post, err)
		}
	})
}

// later are mails that name both threads, or ghosts of one; each with where it belongs.
var later = []letter{
	{id: "p4@x", subject: "Re: Loops", inReplyTo: "p3@x", references: "<a1@x> <a2@x> <p1@x> <p3@x>"},
	{id: "lost@x", subject: "Re: Loops", inReplyTo: "p2@x"}, // the ghost comes
	{id: "p5@x", subject: "Re: Loops", inReplyTo: "lost@x"},
	{id: "p6@x", subject: "Re: Loops", references: "<lost@x> <unheard@x>"},
	{id: "p7@x", subject: "Re: Loops", inReplyTo: "unheard@x"},
	{id: "a3@x", subject: "Re: Loops", inReplyTo: "a2@x", references: "<p1@x> <p2@x> <a2@x>"},
	{id: "a4@x", subject: "Re: Loops", inReplyTo: "a3@x"},
	{id: "a5@x", subject: "Re: Loops", references: "<p3@x> <a4@x>", inReplyTo: "a1@x"},
}

// What was put apart stays apart, whatever mails come later and in whatever order, when
// its mail is read again, and when the archive is imported.
func TestNothingJoinsAgainWhatWasPutApart(t *testing.T) {
	want := []string{"a1 a2 a3 a4 a5", "lost p1 p2 p3 p4 p5 p6 p7"}
	for seed := range uint64(5) {
		t.Run(fmt.Sprint("shuffle ", seed), func(t *testing.T) {
			eachOffice(t, func(o *office) {
				guess := guessing(o)
				before := o.last()
				if _, err := o.gateway.Apart(o.Context(), o.admin, guess); err != nil {
					o.Fatal(err)
				}
				order := slices.Clone(later)
				if seed > 0 {
					rand.New(rand.NewPCG(seed, 7)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				}
				for _, l := range order {
					o.mailed(l)
				}
				if got := o.partition(); !slices.Equal(got, want) {
					o.Errorf("the threads are %q; want %q", got, want)
				}
				if got, err := o.gateway.Replay(o.Context(), o.admin, before.ID); err != nil || got != mail.Unchanged {
					o.Errorf("Replay() = %s, %v", got, err)
				}
				o.reimport(order)
				want := []string{want[0] + " late0 late1", want[1]}
				if got := o.partition(); !slices.Equal(got, want) {
					o.Errorf("after the import the threads are %q; want %q", got, want)
				}
			})
		})
	}
}

// reimport files mails that are here already, and new ones for which the archive tells
// either of the two threads.
func (o *office) reimport(all []letter) {
	o.Helper()
	archive, err := o.gateway.Archive(o.Context(), "python")
	if err != nil {
		o.Fatal(err)
	}
	file := func(l letter, told int64) mail.Filed {
		o.Helper()
		l.from = "alice@example.org"
		raw := []byte(l.String())
		filed, err := archive.File(o.Context(), mail.Archived{Message: message.Parse(raw), Raw: raw, At: o.Clock, Thread: told})
		if err != nil {
			o.Fatal(err)
		}
		return filed
	}
	for i, told := range o.threads("python") {
		for _, l := range all {
			if filed := file(l, told); !filed.Known {
				o.Fatalf("File(%s) = %+v; want it known", l.id, filed)
			}
		}
		file(letter{id: fmt.Sprintf("late%d@x", i), subject: "Re: Loops", inReplyTo: "a4@x", references: "<p3@x>"}, told)
	}
}
