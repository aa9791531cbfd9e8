package mail_test

import (
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/mail"
)

// exec changes the database by hand.
func (o *office) exec(query string) {
	o.Helper()
	err := o.DB.Write(o.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(o.Context(), query)
		return err
	})
	if err != nil {
		o.Fatal(err)
	}
}

// tried reports how often the reading of the newest mail has failed.
func (o *office) tried() int {
	o.Helper()
	n, err := db.Value[int](o.Context(), o.DB, "SELECT coalesce(max(attempts), 0) FROM job WHERE kind = 'mail.in' AND state <> 'done'")
	if err != nil {
		o.Fatal(err)
	}
	return n
}

// What a mail asks for is done once, even where its fate could not be noted afterwards
// and it is read again.
func TestAnOrderIsFollowedOnceWhateverBreaks(t *testing.T) {
	for _, test := range []struct {
		body, from string
		toAnswer   bool
		posts      int // of the thread, its first included
		score      int // of the answer
		edits      int // of the answer
		fate       mail.Fate
	}{
		{"needinfo\n\nWhich version?", "bob@example.org", false, 3, 0, 0, mail.Obeyed},
		{"+1", "alice@example.org", true, 2, 1, 0, mail.Obeyed},
		{"+1\naccept\n\nThank you.", "alice@example.org", true, 3, 1, 0, mail.Posted},
		{"edit\n\nCall close() twice.", "bob@example.org", true, 2, 0, 1, mail.Obeyed},
		{"undo", "bob@example.org", true, 1, 0, 0, mail.Obeyed},
	} {
		t.Run(test.body, func(t *testing.T) {
			h := newHouse(t)
			h.Items.Grace = time.Hour
			o, _ := guarded(h)
			question := o.question(o.alice, "How do I close a loop?")
			answer, err := o.forum.Reply(o.Context(), o.bob, forum.NewPost{Thread: question.Thread, Body: "Call close().", Kind: forum.Answer, Via: item.Web})
			if err != nil {
				t.Fatal(err)
			}
			to := question.Post
			if test.toAnswer {
				to = answer.Post
			}
			// The fault comes when the fate is noted, after the orders were followed.
			o.exec("CREATE TRIGGER broken BEFORE UPDATE OF fate ON message BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
			o.hand(letter{from: test.from, subject: "Re: How do I close a loop?", inReplyTo: o.gateway.MessageID(to), body: test.body})
			if o.last().Fate != mail.Received || o.tried() == 0 {
				t.Fatalf("the mail is %+v after %d attempts; want it to wait after the fault", o.last(), o.tried())
			}
			o.exec("DROP TRIGGER broken")
			o.Clock = o.Clock.Add(30 * time.Minute)
			o.work()
			if got := o.last(); got.Fate != test.fate {
				t.Fatalf("the fate is %s (%s); want %s", got.Fate, got.Reason, test.fate)
			}
			thread := o.thread(question.Thread)
			p, err := o.forum.Find(o.Context(), o.admin, answer.Post)
			if err != nil {
				t.Fatal(err)
			}
			if thread.Posts != test.posts || p.Score != test.score || p.Edits != test.edits {
				t.Errorf("there are %d posts, score %d, %d edits; want %d, %d and %d", thread.Posts, p.Score, p.Edits, test.posts, test.score, test.edits)
			}
			for _, l := range o.letters() {
				if strings.Contains(l, "could not be") {
					t.Errorf("a letter says %q", l)
				}
			}
		})
	}
}
