package mail_test

import (
	"fmt"
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

func TestAPollIsVotedInByMail(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		poll, err := o.forum.Start(o.Context(), o.alice, forum.NewThread{Board: "python", Kind: forum.Voting, Title: "Where do we meet?", Body: "In May.",
			Poll: forum.NewPoll{Options: []string{"北京", "Shanghai", "Online"}}, Via: item.Web})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			rule, body string
			fate       mail.Fate
			chosen     string
			posts      int
		}{
			{"a vote", "vote 2", mail.Obeyed, "[2]", 1},
			{"another one takes its place, from a phone", "投票１。" + fromPhone, mail.Obeyed, "[1]", 1},
			{"one option only", "vote 1,2", mail.Refused, "[1]", 1},
			{"an option that is there", "vote 9", mail.Refused, "[1]", 1},
			{"words below are posted", "vote 3\n\nI live far away.", mail.Posted, "[3]", 2},
			{"taken back", "vote 0", mail.Obeyed, "[]", 2},
		} {
			got := o.hand(letter{from: "bob@example.org", subject: "Re: Where do we meet?", inReplyTo: o.gateway.MessageID(poll.Post), body: step.body})
			if got.Fate != step.fate {
				t.Errorf("%s: the fate is %s (%s); want %s", step.rule, got.Fate, got.Reason, step.fate)
			}
			now, err := o.forum.Poll(o.Context(), o.bob, poll.Thread)
			if err != nil {
				t.Fatal(err)
			}
			chosen := []int{}
			for _, option := range now.Options {
				if option.Chosen {
					chosen = append(chosen, option.N)
				}
			}
			if fmt.Sprint(chosen) != step.chosen || o.thread(poll.Thread).Posts != step.posts {
				t.Errorf("%s: bob chose %v and there are %d posts; want %s and %d", step.rule, chosen, o.thread(poll.Thread).Posts, step.chosen, step.posts)
			}
		}
	})
}

func TestAPollIsMailedWithItsOptions(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Kind: forum.Voting, Title: "Where?", Body: "In May.", Poll: forum.NewPoll{Options: []string{"北京", "A <b> & c"}}})
		m := message.Parse([]byte(s.sink.take(t, 1)[reader.Email].raw))
		for _, want := range []string{"In May.\n\n 1. 北京\n 2. A <b> & c", "“vote 2”"} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the mail does not say %q:\n%s", want, m.Text)
			}
		}
	})
}
