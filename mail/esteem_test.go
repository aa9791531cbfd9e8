package mail_test

import (
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail/message"
)

// A mail goes out when nobody has voted yet: the score is said in what comes later.
func TestADigestTellsTheScore(t *testing.T) {
	for _, form := range []string{"mime", "plain"} {
		dbtest.EachHouse(t, func(h *dbtest.House) {
			o, _ := guarded(h)
			must := func(err error) {
				o.Helper()
				if err != nil {
					o.Fatal(err)
				}
			}
			o.hand(letter{from: "alice@example.org", to: "python+digest@picus.example", subject: "daily " + form})
			o.digests()
			ref, err := o.forum.Start(o.Context(), o.bob, forum.NewThread{Board: "python", Kind: forum.Question, Title: "How to cancel?", Body: "A task.", Via: item.Web})
			must(err)
			answer, err := o.forum.Reply(o.Context(), o.admin, forum.NewPost{Thread: ref.Thread, Body: "With `cancel()`.", Via: item.Web})
			must(err)
			_, err = o.forum.Reply(o.Context(), o.admin, forum.NewPost{Thread: ref.Thread, Body: "Or not at all.", Via: item.Web})
			must(err)
			_, err = o.forum.Vote(o.Context(), o.alice, ref.Post, 1)
			must(err)
			for _, by := range []account.User{o.alice, o.bob} {
				_, err = o.forum.Vote(o.Context(), by, answer.Post, 1)
				must(err)
			}
			must(o.forum.Accept(o.Context(), o.bob, ref.Thread, answer.Post, item.Web))
			o.Clock = o.Clock.Add(25 * time.Hour)
			got := o.digests()
			if len(got) != 1 {
				o.Fatalf("there are %d digests", len(got))
			}
			for want, times := range map[string]int{
				"How to cancel? (Python) - 1 vote, 2 answers, an answer is accepted": 1,
				"2 votes, accepted": 2, // in the contents and with the mail
				"1 vote\r\n":        2,
			} {
				if n := strings.Count(got[0], want); n != times {
					o.Errorf("%s: %q stands there %d times; want %d\n%s", form, want, n, times, got[0])
				}
			}
		})
	}
}

func TestAnAnswerGoesOutWithHowItsQuestionStands(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "zh-Hans")
		q := s.start(s.ada, forum.NewThread{Kind: forum.Question, Title: "How to cancel?", Body: "A task."})
		text := func(mails int) string { return message.Parse([]byte(s.sink.take(t, mails)[reader.Email].raw)).Text }
		if got := text(1); strings.Contains(got, "到目前为止") {
			t.Errorf("a new question says how it stands:\n%s", got)
		}
		s.exec("UPDATE thread SET score = 3, answers = 1 WHERE item = ?", q.Thread)
		s.reply(s.person("lin", ""), forum.NewPost{Thread: q.Thread, Body: "With `cancel()`."})
		if got := text(2); !strings.Contains(got, "到目前为止，这个问题有：3 票，2 个回答\n") {
			t.Errorf("the mail does not say how the question stands:\n%s", got)
		}
	})
}
