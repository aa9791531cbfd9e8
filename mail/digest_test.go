package mail_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

func TestDigests(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		digests := o.digests
		o.hand(letter{from: "alice@example.org", to: "python+digest@picus.example", subject: "daily"})
		digests() // her turn begins
		ref := o.start(o.bob, "协程怎么取消？")
		if _, err := o.forum.Reply(o.Context(), o.admin, forum.NewPost{Thread: ref.Thread, Body: "With `cancel()`.\n\n" + strings.Repeat("-", 30), Via: item.Web}); err != nil {
			o.Fatal(err)
		}
		if _, err := o.forum.Reply(o.Context(), o.alice, forum.NewPost{Thread: ref.Thread, Body: "My own words.", Via: item.Web}); err != nil {
			o.Fatal(err)
		}
		if got := digests(); len(got) != 0 {
			o.Fatalf("%d digests before their time", len(got))
		}
		o.Clock = o.Clock.Add(25 * time.Hour)
		got := digests()
		if len(got) != 1 || strings.Count(got[0], "Content-Type: message/rfc822") != 2 || !strings.Contains(got[0], "multipart/digest") {
			o.Fatalf("the digests are %q; want one with the two mails of others", got)
		}
		address := regexp.MustCompile(`Reply-To: <(reply\+[^>]+)>`).FindStringSubmatch(got[0])
		if address == nil {
			o.Fatal("the mails of a digest cannot be answered")
		}
		if fate := o.hand(letter{from: "alice@example.org", to: address[1], subject: "Re: 协程怎么取消？", body: "Thanks, bob."}); fate.Fate != mail.Posted {
			o.Errorf("an answer to a mail of the digest is %s (%s)", fate.Fate, fate.Reason)
		}
		id := message.Parse([]byte(got[0])).MessageID
		if fate := o.hand(letter{from: "alice@example.org", subject: "Re: digest", inReplyTo: id}); fate.Fate != mail.Refused || !strings.Contains(fate.Reason, "digest") {
			o.Errorf("an answer to the digest itself is %s (%s); want it refused", fate.Fate, fate.Reason)
		}
		o.Clock = o.Clock.Add(25 * time.Hour)
		if got := digests(); len(got) != 1 {
			o.Errorf("there are %d digests; nothing new makes none", len(got))
		}
		// Away, she misses nothing.
		o.hand(letter{from: "alice@example.org", to: "python+vacation@picus.example", subject: o.Clock.AddDate(0, 0, 3).Format(time.DateOnly)})
		o.hand(letter{from: "alice@example.org", to: "python+digest@picus.example", subject: "plain"})
		o.start(o.bob, "While you were out")
		for range 3 {
			o.Clock = o.Clock.Add(24 * time.Hour)
			if got := digests(); len(got) != 1 {
				o.Fatalf("a digest came while she was away")
			}
		}
		o.Clock = o.Clock.AddDate(0, 0, 2)
		got = digests()
		if len(got) != 2 || !strings.Contains(got[1], strings.Repeat("-", 70)) || !strings.Contains(got[1], "While you were out") || !strings.Contains(got[1], "End of Picus, day by day, number 2") {
			o.Errorf("the digests are %q; want a second, as plain text", got)
		}
		// The link at its head ends them.
		token := regexp.MustCompile(`/unsubscribe/([a-z0-9-]+)`).FindStringSubmatch(strings.ReplaceAll(got[1], "\r\n ", ""))
		if token == nil {
			o.Fatal("the digest has no link to end it")
		}
		if u, err := o.gateway.Unsubscribe(o.Context(), token[1]); err != nil || !u.Digest {
			o.Errorf("Unsubscribe() = %+v, %v", u, err)
		}
		o.start(o.bob, "Too late")
		o.Clock = o.Clock.Add(25 * time.Hour)
		if got := digests(); len(got) != 2 {
			o.Errorf("a digest came after it was ended")
		}
	})
}

// digests makes those that are due and returns all that there are so far.
func (o *office) digests() []string {
	o.Helper()
	if err := o.gateway.Digests(o.Context()); err != nil {
		o.Fatal(err)
	}
	var found []string
	for _, l := range o.letters() {
		if strings.Contains(l, "List-Id: Picus <digest.picus.example>") {
			found = append(found, l)
		}
	}
	return found
}

// What is more than one mail holds comes in the next ones: every post once, none skipped.
func TestADigestSkipsNothing(t *testing.T) {
	for _, flushed := range []bool{false, true} {
		dbtest.EachHouse(t, func(h *dbtest.House) {
			o, _ := guarded(h)
			o.hand(letter{from: "alice@example.org", to: "python+digest@picus.example", subject: "daily"})
			o.digests()
			threads := []int64{o.start(o.admin, "First").Thread, o.start(o.admin, "Second").Thread}
			for i := range 450 {
				// The older posts of the second thread are what a mark on the newest one would skip.
				n := forum.NewPost{Thread: threads[i%2], Body: fmt.Sprintf("This is number %d.", i), Via: item.Web}
				if _, err := o.forum.Reply(o.Context(), o.admin, n); err != nil {
					o.Fatal(err)
				}
			}
			var got []string
			if flushed {
				if err := o.gateway.FlushDigests(o.Context(), o.alice); err != nil {
					o.Fatal(err)
				}
				got = o.digests()
			} else {
				o.Clock = o.Clock.Add(25 * time.Hour)
				for range 4 { // as often as the gateway looks
					got = o.digests()
				}
			}
			all := strings.Join(got, "\n")
			for i := range 450 {
				if n := strings.Count(all, fmt.Sprintf("This is number %d.", i)); n != 1 {
					o.Fatalf("post %d is in %d digests; want 1", i, n)
				}
			}
			if len(got) != 3 || !strings.Contains(got[0], "more than one mail holds") || strings.Contains(got[2], "more than one mail holds") {
				o.Errorf("there are %d digests; want 3, the last without more to come", len(got))
			}
		})
	}
}

// A digest that waits in the queue holds what its reader may see when it goes out.
func TestADigestGoesOutByTheRightsOfTheDay(t *testing.T) {
	eachOffice(t, func(o *office) {
		o.board(forum.Board{Slug: "inner", Title: "Inner", MayRead: 1, MayPost: 1})
		for _, board := range []string{"python", "inner"} {
			b, err := o.forum.Board(o.Context(), o.admin, board)
			if err != nil {
				o.Fatal(err)
			}
			if err := o.Items.Subscribe(o.Context(), o.alice, item.Subscription{Target: item.ToBoard, ID: b.ID, Level: "watch", Channel: "daily"}); err != nil {
				o.Fatal(err)
			}
		}
		o.digests()
		for _, board := range []string{"python", "inner"} {
			if _, err := o.forum.Start(o.Context(), o.bob, forum.NewThread{Board: board, Kind: forum.Discussion, Title: "In " + board, Body: "Said in " + board + ".", Via: item.Web}); err != nil {
				o.Fatal(err)
			}
		}
		o.Clock = o.Clock.Add(25 * time.Hour)
		if got := o.digests(); len(got) != 1 || !strings.Contains(got[0], "Said in inner.") || !strings.Contains(got[0], "Said in python.") {
			o.Fatalf("the digests are %q; want one with both posts", got)
		}
		change := func(query string) string {
			o.Helper()
			err := o.DB.Write(o.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(o.Context(), query)
				return err
			})
			if err != nil {
				o.Fatal(err)
			}
			all, err := o.gateway.Outbox(o.Context(), o.admin, 0, 1)
			if err != nil || len(all) != 1 {
				o.Fatalf("Outbox() = %v, %v", all, err)
			}
			_, raw, err := o.gateway.Mail(o.Context(), o.admin, all[0].ID)
			if err != nil {
				return err.Error()
			}
			return string(raw)
		}
		got := change("UPDATE space SET may_read = 2 WHERE slug = 'inner'")
		if strings.Contains(strings.ToLower(got), "inner") || !strings.Contains(got, "Said in python.") || !strings.Contains(got, "number 1") {
			o.Errorf("the digest is %q; want it without what its reader may not see any more", got)
		}
		got = change("UPDATE item SET status = 'deleted' WHERE title = 'In python'")
		if !strings.Contains(got, "may not read any more") {
			o.Errorf("the digest is %q; want that nothing is left", got)
		}
	})
}
