package mail_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

func TestDigests(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		digests := func() []string {
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
