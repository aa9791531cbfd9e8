package mail_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/mail"
)

// conversation are mails whose threads are known: those of one letter belong together.
// Some parents never came, some ids are bare, one mail joins two beginnings.
var conversation = []letter{
	{id: "a1@x", subject: "Closing a loop"},
	{id: "a2@x", subject: "Re: Closing a loop", inReplyTo: "a1@x", references: "<a1@x>"},
	{id: "a3@x", subject: "Re: Closing a loop", references: "a1@x a2@x"}, // bare, as some clients write them
	{id: "a4@x", subject: "a new subject", inReplyTo: "a3@x"},
	{id: "b1@x", subject: "Re: Lost parent", inReplyTo: "lost@x"},
	{id: "b2@x", subject: "Re: Lost parent", references: "<lost@x> <lost2@x>"},
	{id: "b3@x", subject: "Re: Lost parent", inReplyTo: "lost2@x"},
	{id: "c1@x", subject: "One beginning"},
	{id: "c2@x", subject: "Another beginning"},
	{id: "c3@x", subject: "They are one", references: "<c1@x> <c2@x>"},
	{id: "c4@x", subject: "Re: Another beginning", inReplyTo: "c2@x"},
	{id: "d1@x", subject: "Closing a loop"}, // the same subject, but no reply
}

// partition returns the posts of each thread by their Message-IDs.
func (o *office) partition() []string {
	o.Helper()
	rows, err := db.All(o.Context(), o.DB, func(r db.Row) (row [2]string, err error) {
		var thread int64
		err = r.Scan(&thread, &row[1])
		row[0] = fmt.Sprint(thread)
		return row, err
	}, "SELECT p.thread, m.message_id FROM message m JOIN post p ON p.item = m.item WHERE m.fate = 'posted' ORDER BY m.message_id")
	if err != nil {
		o.Fatal(err)
	}
	threads := map[string][]string{}
	for _, r := range rows {
		threads[r[0]] = append(threads[r[0]], strings.TrimSuffix(r[1], "@x"))
	}
	var all []string
	for _, ids := range threads {
		all = append(all, strings.Join(ids, " "))
	}
	slices.Sort(all)
	return all
}

func TestThreadsAreTheSameInAnyOrderOfArrival(t *testing.T) {
	want := []string{"a1 a2 a3 a4", "b1 b2 b3", "c1 c2 c3 c4", "d1"}
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("shuffle ", seed), func(t *testing.T) {
			eachOffice(t, func(o *office) {
				order := slices.Clone(conversation)
				if seed > 0 {
					rand.New(rand.NewPCG(seed, 7)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
				}
				for _, l := range order {
					l.from = "alice@example.org"
					if err := o.receive("alice@example.org", l.String(), "python@picus.example"); err != nil {
						o.Fatalf("Receive(%s) = %v", l.id, err)
					}
					if seed%2 == 0 {
						o.work() // one by one; otherwise all at the same time
					}
				}
				o.work()
				if got := o.partition(); !slices.Equal(got, want) {
					o.Errorf("the threads are %q; want %q", got, want)
				}
				if got := len(o.threads("python")); got != len(want) {
					o.Errorf("the board has %d threads; want %d", got, len(want))
				}
			})
		})
	}
}

func TestMergedThreadLeadsToTheOlder(t *testing.T) {
	eachOffice(t, func(o *office) {
		for _, id := range []string{"c1@x", "c2@x", "c4@x", "c3@x"} {
			l := conversation[slices.IndexFunc(conversation, func(l letter) bool { return l.id == id })]
			l.from = "alice@example.org"
			if err := o.receive("alice@example.org", l.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
			o.Tick()
		}
		ids := o.threads("python")
		if len(ids) != 1 {
			o.Fatalf("there are %d threads; want 1", len(ids))
		}
		thread := o.thread(ids[0])
		if thread.Title != "One beginning" || thread.Posts != 4 || len(thread.Page) != 3 {
			o.Errorf("the thread is %q with %d posts, %d shown; want the older with 4", thread.Title, thread.Posts, len(thread.Page))
		}
	})
}

func TestReplyToWhatWasWrittenHere(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.alice, "Written in the browser")
		answer, err := o.forum.Reply(o.Context(), o.bob, forum.NewPost{Thread: ref.Thread, Body: "An answer.", Via: "web"})
		if err != nil {
			o.Fatal(err)
		}
		// No mail of ours left a row: the ids alone tell.
		l := letter{from: "alice@example.org", subject: "Re: whatever", id: "r1@x", inReplyTo: o.gateway.MessageID(answer.Post),
			references: "<" + o.gateway.MessageID(ref.Post) + ">\n <" + o.gateway.MessageID(answer.Post) + ">"}
		if err := o.receive("alice@example.org", l.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		page := o.thread(ref.Thread).Page
		if len(page) != 2 || page[1].Parent != answer.Post {
			o.Errorf("the replies are %+v; want the mail below post %d (fate %+v)", page, answer.Post, o.last())
		}
	})
}

// What a mail quotes of the post it answers leads to where it stands.
func TestAQuotationOfAKnownPostIsALink(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.alice, "Written in the browser")
		answer, err := o.forum.Reply(o.Context(), o.bob, forum.NewPost{Thread: ref.Thread, Body: "Call **close()** when\nthe loop is done.\n\n之后不要再用它。", Via: item.Web})
		if err != nil {
			o.Fatal(err)
		}
		for i, tt := range []struct{ rule, says, want string }{
			{"between the answers", "Hello.\n\n> Call close() when the loop\n> is done.\n\nWhen is that?\n\n> 之后不要再用它。\n\nNo.",
				"Hello.\n\nbob <%s/p/%d>:\n\n> Call close() when the loop\n> is done.\n\nWhen is that?\n\n> 之后不要再用它。\n\nNo."},
			{"only what is quoted from there", "See.\n\n> Somebody else said something quite different.\n\nNo.\n\n> the loop is done.\n\nYes.",
				"See.\n\n> Somebody else said something quite different.\n\nNo.\n\nbob <%s/p/%d>:\n\n> the loop is done.\n\nYes."},
			{"words that stand everywhere are none of its", "See.\n\n> the\n\nYes.", "See.\n\n> the\n\nYes."},
			{"a quotation with a line of another is not", "See.\n\n> Call close() when\n> and something that was never said\n\nYes.", "See.\n\n> Call close() when\n> and something that was never said\n\nYes."},
			{"what was quoted there is not", "See.\n\n> > Call close() when the loop is done.\n\nYes.", "See.\n\n> > Call close() when the loop is done.\n\nYes."},
		} {
			l := letter{from: "alice@example.org", subject: "Re: whatever", id: fmt.Sprint("q", i, "@x"), inReplyTo: o.gateway.MessageID(answer.Post), body: tt.says}
			if err := o.receive("alice@example.org", l.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
			o.Tick()
			page := o.thread(ref.Thread).Page
			got, err := o.forum.Find(o.Context(), o.alice, page[len(page)-1].ID)
			if err != nil {
				o.Fatal(err)
			}
			want := tt.want
			if strings.Contains(want, "%d") {
				want = fmt.Sprintf(want, "https://picus.example", answer.Post)
			}
			if got.Source != want {
				o.Errorf("%s: the mail says %q; want %q", tt.rule, got.Source, want)
			}
		}
	})
}

func TestIDsDoNotLeadElsewhere(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		secret, err := o.forum.Start(o.Context(), o.admin, forum.NewThread{Board: "staff", Kind: forum.Discussion, Title: "Secret", Body: "Hush.", Via: "web"})
		if err != nil {
			o.Fatal(err)
		}
		posted := letter{from: "admin@example.org", subject: "Secret too", id: "s1@x"}
		if err := o.receive("admin@example.org", posted.String(), "staff@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		for i, id := range []string{o.gateway.MessageID(secret.Post), "s1@x", fmt.Sprintf("%d.aaaaaaaaaaaaaaaaaaaaaaaaaa@picus.example", secret.Post)} {
			l := letter{from: "alice@example.org", subject: "Re: guess", id: fmt.Sprintf("g%d@x", i), inReplyTo: id}
			if err := o.receive("alice@example.org", l.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
			if got := o.last(); got.Fate != mail.Posted || got.Board != "python" {
				o.Errorf("a reply to %s: %+v; want posted in python", id, got)
			}
		}
		for _, thread := range []int64{secret.Thread} {
			if got := o.thread(thread); got.Posts != 1 {
				o.Errorf("the secret thread has %d posts; want 1", got.Posts)
			}
		}
	})
}

func TestSubjectAloneJoinsOnlyRepliesWithoutIDs(t *testing.T) {
	for _, test := range []struct {
		rule  string
		reply letter
		joins bool
	}{
		{"a reply that names no id joins", letter{subject: "Re: Closing a loop"}, true},
		{"in Chinese too, with the list's tag", letter{subject: "回复：[python] closing a loop"}, true},
		{"no reply prefix, no join", letter{subject: "Closing a loop"}, false},
		{"another id, no join", letter{subject: "Re: Closing a loop", inReplyTo: "other@x"}, false},
		{"another subject, no join", letter{subject: "Re: Closing two loops"}, false},
	} {
		t.Run(test.rule, func(t *testing.T) {
			eachOffice(t, func(o *office) {
				ref := o.start(o.alice, "Closing a loop")
				test.reply.from, test.reply.id = "bob@example.org", "s@x"
				if err := o.receive("bob@example.org", test.reply.String(), "python@picus.example"); err != nil {
					o.Fatal(err)
				}
				o.work()
				if joined := o.thread(ref.Thread).Posts == 2; joined != test.joins {
					o.Errorf("joined = %v; want %v (%+v)", joined, test.joins, o.last())
				}
				if got := o.last().Rule == "subject"; got != test.joins {
					o.Errorf("the rule is %q", o.last().Rule)
				}
			})
		})
	}
}

func TestSubjectDoesNotJoinAfterAMonth(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.alice, "Closing a loop")
		o.Clock = o.Clock.AddDate(0, 0, 31)
		if err := o.receive("bob@example.org", letter{from: "bob@example.org", subject: "Re: Closing a loop", id: "s@x"}.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.thread(ref.Thread).Posts; got != 1 {
			o.Errorf("the old thread has %d posts; want 1", got)
		}
	})
}

func TestRedeliveredMailIsCountedOnce(t *testing.T) {
	eachOffice(t, func(o *office) {
		l := letter{from: "alice@example.org", subject: "Once", id: "once@x", to: "python@picus.example", more: "Cc: python@picus.example\n"}
		for range 3 {
			if err := o.receive("alice@example.org", l.String(), "python@picus.example", "python@picus.example"); err != nil {
				o.Fatal(err)
			}
		}
		o.work()
		fates := map[mail.Fate]int{}
		for _, m := range o.fates() {
			fates[m.Fate]++
		}
		if fates[mail.Posted] != 1 || fates[mail.Known] != 5 || len(o.threads("python")) != 1 {
			o.Errorf("the fates are %v with %d threads; want 1 posted, 5 known", fates, len(o.threads("python")))
		}
	})
}

func TestStrangerCannotTakeAnothersMessageID(t *testing.T) {
	eachOffice(t, func(o *office) {
		first := letter{from: "bob@example.org", subject: "I was here first", id: "same@x", body: "Not yours."}
		genuine := letter{from: "alice@example.org", subject: "The real one", id: "same@x", body: "Mine."}
		for _, l := range []letter{first, genuine, genuine} {
			if err := o.receive(l.from, l.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
		}
		var posted, known int
		for _, m := range o.fates() {
			switch m.Fate {
			case mail.Posted:
				posted++
			case mail.Known:
				known++
			}
		}
		if posted != 2 || known != 1 {
			o.Errorf("%d were posted and %d known; want both mails once, and the repeat known", posted, known)
		}
	})
}

func TestAReplyToALockedThreadIsRefusedWhenItIsLockedMeanwhile(t *testing.T) {
	eachOffice(t, func(o *office) {
		ref := o.start(o.alice, "Soon locked")
		l := letter{from: "bob@example.org", subject: "Re: Soon locked", id: "late@x", inReplyTo: o.gateway.MessageID(ref.Post)}
		if err := o.receive("bob@example.org", l.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		if err := o.forum.Lock(o.Context(), o.admin, ref.Thread, true, ""); err != nil {
			o.Fatal(err)
		}
		o.work()
		if got := o.last(); got.Fate != mail.Refused || !strings.Contains(got.Reason, "This thread is locked") {
			o.Errorf("the fate is %+v; want refused with the reason", got)
		}
		letters := o.letters()
		if len(letters) != 1 || !strings.Contains(letters[0], "This thread is locked") {
			o.Errorf("the letters are %q; want one with the reason", letters)
		}
	})
}

// Copies of a mail whose id another one has taken first are read side by side, and are one
// post all the same.
func TestCopiesReadSideBySideAreOnePost(t *testing.T) {
	eachOffice(t, func(o *office) {
		first := letter{from: "bob@example.org", subject: "Mine", id: "taken@x", body: "I was first."}
		if err := o.receive(first.from, first.String(), "python@picus.example"); err != nil {
			o.Fatal(err)
		}
		o.work()
		for n := range 8 {
			raw := fmt.Sprintf("Received: from mx%d.example.org by picus.example; Mon, 23 Nov 2026 12:00:00 +0000\r\n", n) + letter{from: "alice@example.org", subject: "Mine", id: "taken@x", body: "No, I."}.String()
			if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
				o.Fatal(err)
			}
		}
		o.work()
		if n := o.postings(); n != 2 {
			o.Errorf("there are %d posts; want one of each author", n)
		}
	})
}
