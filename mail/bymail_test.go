package mail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

// hand hands in a mail of a person through the operator's own server, has it read, and
// returns what became of it.
func (o *office) hand(l letter) mail.Incoming {
	o.Helper()
	l.id = firstOf(l.id, fmt.Sprintf("mail%d@x", len(o.fates())))
	to := firstOf(l.to, "python@picus.example")
	address := l.from[strings.IndexByte(l.from, '<')+1:]
	if err := o.receiveFrom(ownServer, strings.Trim(address, ">"), l.String(), to); err != nil {
		return mail.Incoming{Fate: mail.Refused, Reason: err.Error()}
	}
	o.work()
	return o.last()
}

func firstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// newest returns the newest letter, decoded.
func (o *office) newest() *message.Message {
	o.Helper()
	all := o.letters()
	if len(all) == 0 {
		o.Fatal("no letter was written")
	}
	return message.Parse([]byte(all[len(all)-1]))
}

// question has somebody ask in the browser.
func (o *office) question(by account.User, title string) forum.Ref {
	o.Helper()
	ref, err := o.forum.Start(o.Context(), by, forum.NewThread{Board: "python", Kind: forum.Question, Title: title, Body: "I have tried.", Via: item.Web})
	if err != nil {
		o.Fatal(err)
	}
	return ref
}

const fromPhone = "\n\n发自我的 iPhone\n\n> 在 2026年11月23日，12:00，Python <python@picus.example> 写道：\n> \n> what was asked"

func TestCommandsByMail(t *testing.T) {
	for _, test := range []struct{ rule, to, subject, body, level, letter string }{
		{"an empty mail subscribes", "python+subscribe", "x", "\n", "watch mail", "To write to the list"},
		{"join is another word", "python+join", "x", "\n", "watch mail", "To write to the list"},
		{"unsubscribe", "python+unsubscribe", "x", "\n", "mute mail", "does not come to you"},
		{"leave is another word", "python+leave", "x", "\n", "mute mail", "does not come to you"},
		{"a digest is daily", "python+digest", "x", "\n", "watch daily", "one mail a day"},
		{"a digest a week", "python+digest", "weekly", "\n", "watch weekly", "one mail a week"},
		{"a digest a week, said in the text", "python+digest", "", "weekly please", "watch weekly", "one mail a week"},
		{"a digest a week, in Chinese", "python+digest", "每周", "\n", "watch weekly", "one mail a week"},
		{"from a phone, with signature and quote", "python+digest", "回复：摘要", "每周" + fromPhone, "watch weekly", "one mail a week"},
		{"mail by mail again", "python+digest", "off", "\n", "watch mail", "mail by mail"},
		{"mail by mail again, in Chinese", "python+digest", "关闭", "\n", "watch mail", "mail by mail"},
		{"help", "python+help", "x", "\n", "normal mail", "To start a thread"},
		{"a request for help", "python+request", "help", "\n", "normal mail", "To start a thread"},
		{"a request for help, in Chinese", "python+request", "帮助", "\n", "normal mail", "To start a thread"},
		{"a request in the first line", "python+request", "", "subscribe\nplease", "watch mail", "To write to the list"},
		{"a request in Chinese", "python+request", "订阅", "\n", "watch mail", "To write to the list"},
		{"a request to leave", "python+request", "unsubscribe", "\n", "mute mail", "does not come to you"},
		{"a request to leave, in Chinese", "python+request", "退订", "\n", "mute mail", "does not come to you"},
		{"a request with words behind it", "python+request", "digest weekly plain", "\n", "watch weekly", "one mail a week"},
		{"one that nobody understands is answered with help", "python+request", "frobnicate", "please", "normal mail", "To start a thread"},
		{"away until a day", "python+vacation", "until 2026-12-24", "\n", "normal mail", "before 2026-12-25"},
		{"away, in Chinese", "python+request", "休假 到 2026年12月24日", "\n", "normal mail", "before 2026-12-25"},
		{"away for two weeks", "python+vacation", "", "\n", "normal mail", "before 2026-12-07"},
		{"back again", "python+vacation", "off", "\n", "normal mail", "comes to you again"},
		{"back again, in Chinese", "python+vacation", "结束", "\n", "normal mail", "comes to you again"},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			got := o.hand(letter{from: "alice@example.org", to: test.to + "@picus.example", subject: test.subject, body: test.body})
			if got.Fate != mail.Obeyed {
				t.Errorf("the fate is %s (%s); want it obeyed", got.Fate, got.Reason)
			}
			if level := o.level("alice@example.org"); level != test.level {
				t.Errorf("alice's level is %q; want %q", level, test.level)
			}
			if text := unfolded(o.newest().Text); !strings.Contains(text, test.letter) {
				t.Errorf("the letter says %q; want %q", text, test.letter)
			}
		})
	}
}

// TestACommandThatIsNotFollowedSaysWhy names the request, not a post.
func TestACommandThatIsNotFollowedSaysWhy(t *testing.T) {
	o, _ := guarded(newHouse(t))
	got := o.hand(letter{from: "alice@example.org", to: "python+request@picus.example", subject: "digest sometimes", body: "\n"})
	if got.Fate != mail.Refused || o.level("alice@example.org") != "normal mail" {
		t.Errorf("the fate is %s, and alice's level %q; want it refused and nothing changed", got.Fate, o.level("alice@example.org"))
	}
	text := unfolded(o.newest().Text)
	for _, want := range []string{"What you asked of the list python@picus.example was not done:", "daily or weekly, or off"} {
		if !strings.Contains(text, want) {
			t.Errorf("the letter says %q; want %q", text, want)
		}
	}
}

func unfolded(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestFirstLinesOfAnAnswer(t *testing.T) {
	ask := func(o *office) (question, answer forum.Ref) {
		o.Helper()
		question = o.question(o.alice, "How do I close a loop?")
		answer, err := o.forum.Reply(o.Context(), o.bob, forum.NewPost{Thread: question.Thread, Body: "Call close().", Kind: forum.Answer, Via: item.Web})
		if err != nil {
			o.Fatal(err)
		}
		return question, answer
	}
	type after struct {
		state    forum.State
		accepted bool
		score    int // of the answer
		posts    int
		tags     string
	}
	for _, test := range []struct {
		rule, from, body string
		toAnswer         bool // else to the question
		fate             mail.Fate
		want             after
	}{
		{"a vote", "alice@example.org", "+1", true, mail.Obeyed, after{forum.Answered, false, 1, 2, ""}},
		{"a vote in Chinese", "alice@example.org", "赞", true, mail.Obeyed, after{forum.Answered, false, 1, 2, ""}},
		{"a vote with words below", "admin@example.org", "+1\n\nThis helped me as well.", true, mail.Posted, after{forum.Answered, false, 1, 3, ""}},
		{"no vote for oneself", "bob@example.org", "+1", true, mail.Refused, after{forum.Answered, false, 0, 2, ""}},
		{"the asker accepts", "alice@example.org", "accept", true, mail.Obeyed, after{forum.Solved, true, 0, 2, ""}},
		{"the asker accepts, in Chinese from a phone", "alice@example.org", "采纳" + fromPhone, true, mail.Obeyed, after{forum.Solved, true, 0, 2, ""}},
		{"nobody else accepts", "bob@example.org", "accept", true, mail.Refused, after{forum.Answered, false, 0, 2, ""}},
		{"solved", "alice@example.org", "Solved!\n\nIt was the cable.", false, mail.Posted, after{forum.Solved, false, 0, 3, ""}},
		{"solved, in Chinese", "alice@example.org", "已解决", false, mail.Obeyed, after{forum.Solved, false, 0, 2, ""}},
		{"only the asker says solved", "bob@example.org", "solved", false, mail.Refused, after{forum.Answered, false, 0, 2, ""}},
		{"more is needed", "admin@example.org", "needinfo\nWhich version?", false, mail.Obeyed, after{forum.NeedsInfo, false, 0, 3, ""}},
		{"more is needed, in Chinese", "admin@example.org", "需要信息\n什么版本？", false, mail.Obeyed, after{forum.NeedsInfo, false, 0, 3, ""}},
		{"tags by the asker", "alice@example.org", "tag +asyncio +loops", false, mail.Obeyed, after{forum.Answered, false, 0, 2, "asyncio loops"}},
		{"tags in Chinese", "alice@example.org", "标签 +异步", false, mail.Obeyed, after{forum.Answered, false, 0, 2, "异步"}},
		{"no tags by others", "bob@example.org", "tag +web", false, mail.Refused, after{forum.Answered, false, 0, 2, ""}},
		{"a word in the text does nothing", "alice@example.org", "I have not\nsolved\nit", false, mail.Posted, after{forum.Open, false, 0, 3, ""}},
		{"reopen what is answered", "alice@example.org", "reopen", false, mail.Obeyed, after{forum.Open, false, 0, 2, ""}},
		{"a message of the asker reopens it", "alice@example.org", "It does not help.", true, mail.Posted, after{forum.Open, false, 0, 3, ""}},
		{"a message of another is an answer", "admin@example.org", "Use a context manager.", false, mail.Posted, after{forum.Answered, false, 0, 3, ""}},
		{"me too, in Chinese", "admin@example.org", "同问", false, mail.Obeyed, after{forum.Answered, false, 0, 2, ""}},
		{"mute", "bob@example.org", "mute", false, mail.Obeyed, after{forum.Answered, false, 0, 2, ""}},
		{"mute, in Chinese", "bob@example.org", "静音", false, mail.Obeyed, after{forum.Answered, false, 0, 2, ""}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			o, _ := guarded(newHouse(t))
			question, answer := ask(o)
			to := question.Post
			if test.toAnswer {
				to = answer.Post
			}
			got := o.hand(letter{from: test.from, subject: "Re: How do I close a loop?", inReplyTo: o.gateway.MessageID(to), body: test.body})
			if got.Fate != test.fate {
				t.Errorf("the fate is %s (%s); want %s", got.Fate, got.Reason, test.fate)
			}
			thread := o.thread(question.Thread)
			post, err := o.forum.Find(t.Context(), o.admin, answer.Post)
			if err != nil {
				t.Fatal(err)
			}
			is := after{thread.State, thread.Accepted != 0, post.Score, thread.Posts, strings.Join(thread.Tags, " ")}
			if is != test.want {
				t.Errorf("afterwards it is %+v; want %+v", is, test.want)
			}
		})
	}
}

func TestADuplicateByMail(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		o, _ := guarded(h)
		first, second := o.question(o.bob, "How do I close a loop?"), o.question(o.alice, "Closing loops?")
		body := fmt.Sprintf("重复 https://picus.example/t/%d/x\n", first.Thread)
		if got := o.hand(letter{from: "alice@example.org", subject: "Re: Closing loops?", inReplyTo: o.gateway.MessageID(second.Post), body: body}); got.Fate != mail.Obeyed {
			o.Errorf("the fate is %s (%s)", got.Fate, got.Reason)
		}
		if got := o.thread(second.Thread).State; got != forum.Duplicate {
			o.Errorf("the state is %s; want duplicate", got)
		}
	})
}

func TestWhatWasJustWrittenIsChangedByMail(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		h.Items.Grace = 3 * time.Minute
		o, _ := guarded(h)
		mine := o.hand(letter{from: "alice@example.org", id: "mine@x", subject: "Loops", body: "Frist try."})
		change := func(from, body string) mail.Incoming {
			return o.hand(letter{from: from, subject: "Re: Loops", inReplyTo: "mine@x", body: body})
		}
		if got := change("bob@example.org", "edit\nMine now."); got.Fate != mail.Refused {
			o.Errorf("another's edit is %s; want it refused", got.Fate)
		}
		if got := change("alice@example.org", "修改\nFirst try."); got.Fate != mail.Obeyed {
			o.Errorf("the edit is %s (%s)", got.Fate, got.Reason)
		}
		if p, err := o.forum.Find(o.Context(), account.User{}, mine.Item); err != nil || strings.TrimSpace(p.Source) != "First try." {
			o.Errorf("Find() = %q, %v", p.Source, err)
		}
		o.Clock = o.Clock.Add(4 * time.Minute)
		if got := change("alice@example.org", "edit\nThird."); got.Fate != mail.Refused || !strings.Contains(got.Reason, "/edit") {
			o.Errorf("a late edit is %s (%s); want it refused with the way to do it", got.Fate, got.Reason)
		}
		o.hand(letter{from: "alice@example.org", id: "second@x", subject: "Oops"})
		if got := o.hand(letter{from: "alice@example.org", subject: "Re: Oops", inReplyTo: "second@x", body: "undo"}); got.Fate != mail.Obeyed {
			o.Errorf("undo is %s (%s)", got.Fate, got.Reason)
		}
		if _, err := o.forum.Find(o.Context(), account.User{}, o.fates()[len(o.fates())-2].Item); err == nil {
			o.Error("what was taken back is still there")
		}
	})
}
