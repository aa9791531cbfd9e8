package mail_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
)

const grace = 3 * time.Minute

// scenes are what can be done by mail alone.
var scenes = []struct {
	what string
	play func(a *act)
}{
	{"a new thread", func(a *act) {
		title, body := a.say("Waiting, in general", "关于等待")+fmt.Sprint(" ", a.n), a.say("Who waits?", "谁在等？")
		a.sends(a.third.Email, a.list(""), title, body, "")
		a.gets("watcher@people.example", title, body)
	}},
	{"an answer to a question", func(a *act) {
		body := a.say("Use a timer.", "用定时器。")
		a.answers(a.third, a.question, body)
		if p := a.posted(a.third, a.question.Thread, body); p.Kind != forum.Answer || p.Parent != a.question.Post {
			a.Errorf("it is a %s below %d; want an answer to the question", p.Kind, p.Parent)
		}
		a.gets("watcher@people.example", a.title, body)
	}},
	{"a comment of the asker on an answer", func(a *act) {
		body := a.say("That waits too long.", "那等得太久了。")
		a.answers(a.asker, a.answer, body)
		if p := a.posted(a.asker, a.question.Thread, body); p.Parent != a.answer.Post {
			a.Errorf("it stands below %d; want the answer", p.Parent)
		}
		a.state(forum.Open)
	}},
	{"a change of what was just written", func(a *act) {
		id := a.answers(a.third, a.question, a.say("Use a tmier.", "用定时期。"))
		a.posted(a.third, a.question.Thread, a.say("Use a tmier.", "用定时期。"))
		better := a.say("Use a timer.", "用定时器。")
		a.sends(a.third.Email, a.list(""), "Re: "+a.title, a.say("edit\n", "修改\n")+better, id)
		a.until("the change", func() bool { return strings.TrimSpace(a.thread(a.question.Thread).Page[1].Source) == better })
	}},
	{"taking back what was just written", func(a *act) {
		id := a.answers(a.third, a.question, a.say("Never mind.", "没事了。"))
		a.posted(a.third, a.question.Thread, a.say("Never mind.", "没事了。"))
		a.sends(a.third.Email, a.list(""), "Re: "+a.title, a.say("undo", "撤回"), id)
		a.until("the post has gone", func() bool { return a.thread(a.question.Thread).Page[1].Status != "live" })
	}},
	{"a member subscribes", func(a *act) {
		a.sends(a.third.Email, a.list("subscribe"), a.say("subscribe", "订阅"), a.say("Thanks!", "谢谢！"), "")
		a.hears(a.third.Email, "To leave the list, send an empty mail to %s.", a.list("unsubscribe"))
		a.onBoard(a.third.Email, "watch mail")
	}},
	{"a stranger subscribes and confirms", func(a *act) {
		stranger := fmt.Sprintf("stranger%d@people.example", a.n)
		a.sends(stranger, a.list("request"), a.say("subscribe", "订阅"), a.say("Please.", "请。"), "")
		letter := a.gets(stranger, a.say("Or just answer this letter; an empty answer will do.", "也可以直接回复这封信"))
		a.sends(stranger, replyAddress(a, letter), a.say("Re: Confirm", "回复：确认"), a.say("Yes.", "好的。"), "")
		a.gets(stranger, a.say("You now get the list python@lists.example", "你已订阅邮件列表 python@lists.example"))
		a.onBoard(stranger, "watch mail")
	}},
	{"a member leaves", func(a *act) {
		a.watch(a.third, item.ToBoard, a.boardID("python"), "watch")
		a.sends(a.third.Email, a.list("unsubscribe"), a.say("unsubscribe", "退订"), a.say("Bye.", "再见。"), "")
		a.hears(a.third.Email, "You have left the list %s", a.list(""))
		a.onBoard(a.third.Email, "mute mail")
	}},
	{"a member leaves by a request", func(a *act) {
		a.watch(a.third, item.ToBoard, a.boardID("python"), "watch")
		a.sends(a.third.Email, a.list("request"), "", a.say("unsubscribe", "退订"), "")
		a.hears(a.third.Email, "You have left the list %s", a.list(""))
	}},
	{"a digest a day", func(a *act) {
		a.sends(a.third.Email, a.list("digest"), a.say("daily", "每天"), a.say("Please.", "请。"), "")
		a.hears(a.third.Email, "What is written in “%s” comes to you in one mail a day.", "Python")
		a.onBoard(a.third.Email, "watch daily")
	}},
	{"a digest a week", func(a *act) {
		a.sends(a.third.Email, a.list("request"), a.say("digest weekly", "摘要 每周"), a.say("Please.", "请。"), "")
		a.hears(a.third.Email, "What is written in “%s” comes to you in one mail a week.", "Python")
		a.onBoard(a.third.Email, "watch weekly")
	}},
	{"a digest in plain text", func(a *act) {
		a.sends(a.third.Email, a.list("digest"), a.say("daily plain", "每天 纯文本"), a.say("Please.", "请。"), "")
		a.onBoard(a.third.Email, "watch daily")
		a.plain(true)
	}},
	{"a digest of whole mails again", func(a *act) {
		a.sends(a.third.Email, a.list("digest"), a.say("plain", "纯文本"), a.say("Please.", "请。"), "")
		a.plain(true)
		a.sends(a.third.Email, a.list("digest"), a.say("daily MIME", "每天 MIME"), a.say("Please.", "请。"), "")
		a.plain(false)
	}},
	{"mail by mail instead of a digest", func(a *act) {
		a.sends(a.third.Email, a.list("digest"), a.say("daily", "每天"), a.say("Please.", "请。"), "")
		a.onBoard(a.third.Email, "watch daily")
		a.sends(a.third.Email, a.list("digest"), a.say("off", "关闭"), a.say("Please.", "请。"), "")
		a.hears(a.third.Email, "What is written in “%s” comes to you mail by mail.", "Python")
		a.onBoard(a.third.Email, "watch mail")
	}},
	{"a vacation", func(a *act) {
		a.sends(a.third.Email, a.list("vacation"), a.say("until 2026-12-24", "到 2026年12月24日"), a.say("Skiing.", "滑雪。"), "")
		a.hears(a.third.Email, "No mail of your lists comes to you before %s.", "2026-12-25")
	}},
	{"the end of a vacation", func(a *act) {
		a.sends(a.third.Email, a.list("request"), a.say("vacation off", "休假 结束"), a.say("Back.", "回来了。"), "")
		a.hears(a.third.Email, "Your mail comes again")
	}},
	{"help", func(a *act) {
		a.sends(a.third.Email, a.list("help"), a.say("help", "帮助"), a.say("How?", "怎么用？"), "")
		a.hears(a.third.Email, "How the list %s works", a.list(""))
	}},
	{"who gets the list", func(a *act) {
		a.sends(a.third.Email, a.list("request"), a.say("who", "名单"), a.say("Please.", "请。"), "")
		a.hears(a.third.Email, "These people get “%s” by mail:", "Python")
		a.gets(a.third.Email, "watcher")
	}},
	{"a command that nobody understands, twice", func(a *act) {
		for range 2 {
			a.sends(a.third.Email, a.list("request"), a.say("frobnicate", "胡说"), a.say("Please.", "请。"), "")
		}
		a.sends(a.third.Email, a.list("vacation"), a.say("off", "结束"), a.say("Back.", "回来了。"), "")
		a.hears(a.third.Email, "Your mail comes again") // so the two before have been read
		a.hears(a.third.Email, "How the list %s works", a.list(""))
		a.told()
		a.gather()
		if n := len(slices.DeleteFunc(slices.Clone(a.arrived), func(c caught) bool { return c.to != a.third.Email })); n != 2 {
			a.Errorf("%d letters came; want the help once, and that the vacation has ended", n)
		}
	}},
	{"a vote", func(a *act) {
		a.answers(a.asker, a.answer, a.say("+1", "赞"))
		a.until("the vote", func() bool { return a.thread(a.question.Thread).Page[0].Score == 1 })
	}},
	{"me too", func(a *act) {
		a.answers(a.third, a.question, a.say("me too", "同问"))
		a.until("one more has the question", func() bool { return a.thread(a.question.Thread).Life.Wanted == 1 })
	}},
	{"the asker accepts an answer", func(a *act) {
		a.answers(a.asker, a.answer, a.say("Accept.", "采纳"))
		a.state(forum.Solved)
		if got := a.thread(a.question.Thread).Accepted; got != a.answer.Post {
			a.Errorf("%d is accepted; want the answer", got)
		}
	}},
	{"nobody else accepts", func(a *act) {
		a.answers(a.third, a.answer, a.say("accept", "采纳"))
		a.hears(a.third.Email, "Your mail was not posted")
		a.state(forum.Answered)
	}},
	{"the question is solved, and how", func(a *act) {
		body := a.say("It was the cable.", "是电缆的问题。")
		a.answers(a.asker, a.question, a.say("Solved!\n\n", "已解决\n\n")+body)
		a.state(forum.Solved)
		a.posted(a.asker, a.question.Thread, body)
	}},
	{"the helper needs to know more", func(a *act) {
		body := a.say("Which version?", "什么版本？")
		a.answers(a.third, a.question, a.say("needinfo\n", "需要信息\n")+body)
		a.state(forum.NeedsInfo)
		a.posted(a.third, a.question.Thread, body)
	}},
	{"a question is opened again", func(a *act) {
		a.answers(a.asker, a.question, a.say("reopen", "重新打开"))
		a.state(forum.Open)
	}},
	{"a duplicate", func(a *act) {
		first := a.start(a.helper, forum.NewThread{Kind: forum.Question, Title: a.title + " (1)", Body: "First.", Via: item.Mail})
		a.answers(a.asker, a.question, fmt.Sprintf(a.say("dup %d", "重复 %d"), first.Thread))
		a.state(forum.Duplicate)
	}},
	{"tags", func(a *act) {
		a.answers(a.asker, a.question, a.say("tag +asyncio -old", "标签 +异步 -old"))
		a.until("the tags", func() bool {
			return slices.Equal(a.thread(a.question.Thread).Tags, []string{a.say("asyncio", "异步")})
		})
	}},
	{"a thread is muted", func(a *act) {
		a.answers(a.third, a.question, a.say("mute", "静音"))
		a.level(a.third.Email, item.ToThread, a.question.Thread, "mute mail")
	}},
	{"a thread is watched", func(a *act) {
		a.answers(a.third, a.question, a.say("watch", "关注"))
		a.level(a.third.Email, item.ToThread, a.question.Thread, "watch mail")
	}},
	{"a moderator lets a stranger's mail through", func(a *act) {
		title := a.strange()
		letter := a.gets("admin@people.example", title)
		a.sends("admin@people.example", replyAddress(a, letter), "Re: "+title, a.say("approve", "批准"), "")
		a.until("the thread", func() bool { return a.isThread(title) })
	}},
	{"a moderator turns a stranger's mail away", func(a *act) {
		title, reason := a.strange(), a.say("This is no place for jokes", "这里不是讲笑话的地方")
		letter := a.gets("admin@people.example", title)
		a.sends("admin@people.example", replyAddress(a, letter), "Re: "+title, a.say("reject ", "拒绝 ")+reason, "")
		a.gets(fmt.Sprintf("stranger%d@people.example", a.n), title, reason)
		if a.isThread(title) {
			a.Error("it was posted")
		}
	}},
}

// strange has a stranger write to the list that is open to all, and returns the subject.
func (a *act) strange() (title string) {
	a.Helper()
	title = a.say("Two snails wait", "两只蜗牛在等") + fmt.Sprint(" ", a.n)
	a.sends(fmt.Sprintf("stranger%d@people.example", a.n), "open@lists.example", title, a.say("You know it.", "你知道的。"), "")
	return title
}

func (a *act) isThread(title string) bool {
	a.Helper()
	n, err := db.Value[int](a.Context(), a.db, "SELECT count(*) FROM item WHERE kind = 'thread' AND title = ?", title)
	if err != nil {
		a.Fatal(err)
	}
	return n == 1
}

// onBoard waits until somebody hears of the board python in a way.
func (a *act) onBoard(address, want string) {
	a.Helper()
	a.level(address, item.ToBoard, a.boardID("python"), want)
}

// plain waits until the third person's digests have a form.
func (a *act) plain(want bool) {
	a.Helper()
	a.until(fmt.Sprint("a digest in plain text: ", want), func() bool {
		h, err := a.people.Habits(a.Context(), a.third)
		return err == nil && h.Plain == want
	})
}

var replyToField = regexp.MustCompile(`(?m)^Reply-To: <([^>]+)>`)

// replyAddress is where an answer to a letter goes.
func replyAddress(a *act, letter caught) string {
	a.Helper()
	m := replyToField.FindStringSubmatch(letter.raw)
	if m == nil {
		a.Fatalf("the letter cannot be answered: %s", letter.raw)
	}
	return m[1]
}
