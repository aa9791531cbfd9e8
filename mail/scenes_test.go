package mail_test

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
	"picus/mail/message"
)

// stage is one site with its LMTP door, and what has arrived in people's mailboxes.
type stage struct {
	*sender
	door    string
	arrived []caught
}

// act is one scene on the stage, in one language: somebody has asked, and somebody has
// answered. Everything goes by mail, over sockets.
type act struct {
	*stage
	penned               // what every mail of the scene has: its language
	n                    int
	sent                 int
	asker, helper, third account.User
	title                string
	question, answer     forum.Ref
}

// play sets a scene and plays it.
func (s *stage) play(n int, chinese bool, scene func(a *act)) {
	a := &act{stage: s, n: n, penned: penned{chinese: chinese}}
	for name, who := range map[string]*account.User{"asker": &a.asker, "helper": &a.helper, "third": &a.third} {
		*who = s.person(fmt.Sprint(name, n), a.say("", "zh-Hans"))
	}
	a.title = a.say(fmt.Sprintf("Question %d: how do I wait?", n), fmt.Sprintf("问题 %d：怎么等待？", n))
	a.question = s.start(a.asker, forum.NewThread{Kind: forum.Question, Title: a.title, Body: a.say("I have tried.", "我试过了。"), Tags: "old", Via: item.Mail})
	a.answer = s.reply(a.helper, forum.NewPost{Thread: a.question.Thread, Body: a.say("Call wait().", "调用 wait()。"), Kind: forum.Answer, Via: item.Mail})
	scene(a)
}

// sends has somebody write to an address from a phone, another one in each scene, and
// returns the id of the mail. The mail may answer one with an id.
func (a *act) sends(from, to, subject, body, answers string) (id string) {
	a.Helper()
	a.sent++
	w := a.penned
	w.id = fmt.Sprintf("scene%d.%d@phone.example", a.n, a.sent)
	w.from, w.to, w.subject, w.body, w.answers = from, to, subject, body, answers
	w.quote = a.say("I have tried.\nIt does not wait.", "我试过了。\n它不等。")
	if err := handLMTP(a.door, from, to, phones[a.n%len(phones)].mail(a, w)); err != nil {
		a.Fatalf("the mail from %s to %s is refused: %v", from, to, err)
	}
	return w.id
}

// list is the address of the list, or of a command to it.
func (a *act) list(command string) string {
	if command != "" {
		command = "+" + command
	}
	return "python" + command + "@lists.example"
}

// answers has somebody answer a post. Every second scene does it by the personal address
// that the mail to them names, the others write to the list.
func (a *act) answers(who account.User, to forum.Ref, body string) (id string) {
	a.Helper()
	address := a.list("")
	if a.n%4 > 1 {
		token, err := a.people.ReplyToken(a.Context(), who, to.Thread)
		if err != nil {
			a.Fatal(err)
		}
		address = "reply+" + token + "@lists.example"
	}
	return a.sends(who.Email, address, a.say("Re: ", "回复：")+a.title, body, a.gateway.MessageID(to.Post))
}

func handLMTP(door, from, to, raw string) error {
	conn, err := net.Dial("tcp", door)
	if err != nil {
		return err
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	return c.SendMail(from, []string{to}, strings.NewReader(raw))
}

// gets waits for a mail to somebody that says something, and returns it.
func (a *act) gets(to string, says ...string) (got caught) {
	a.Helper()
	a.until(fmt.Sprintf("a mail to %s that says %q", to, says), func() bool {
		a.gather()
		i := slices.IndexFunc(a.arrived, func(c caught) bool {
			m := message.Parse([]byte(c.raw))
			text := unfolded(m.Subject + "\n" + m.Text)
			return c.to == to && !slices.ContainsFunc(says, func(s string) bool { return !strings.Contains(text, s) })
		})
		if i >= 0 {
			got = a.arrived[i]
		}
		return i >= 0
	})
	return got
}

// gather takes what the sink has.
func (s *stage) gather() {
	for {
		select {
		case c := <-s.sink.arrived:
			s.arrived = append(s.arrived, c)
		default:
			return
		}
	}
}

// hears waits for a letter with a sentence of the catalogue, in the reader's language.
func (a *act) hears(to, sentence string, args ...any) caught {
	a.Helper()
	return a.gets(to, unfolded(a.lang().T(sentence, args...)))
}

// posted waits for a post and expects that it shows what its author has written alone.
func (a *act) posted(by account.User, thread int64, body string) forum.Post {
	a.Helper()
	var found forum.Post
	a.until(fmt.Sprintf("a post by %s that says %q", by.Name, body), func() bool {
		t := a.thread(thread)
		all := slices.Concat(t.Page, t.First.Comments)
		for _, p := range t.Page {
			all = append(all, p.Comments...)
		}
		i := slices.IndexFunc(all, func(p *forum.Post) bool { return p.Author.ID == by.ID })
		if i >= 0 {
			found = *all[i]
		}
		return i >= 0
	})
	if strings.TrimSpace(found.Source) != body {
		a.Errorf("the post says %q; want %q", found.Source, body)
	}
	return found
}

func (a *act) thread(id int64) *forum.Thread {
	a.Helper()
	t, err := a.forum.Thread(a.Context(), a.admin, id, forum.View{Limit: 100, Source: true})
	if err != nil {
		a.Fatal(err)
	}
	return t
}

// state waits until the question is in a state.
func (a *act) state(want forum.State) {
	a.Helper()
	a.until("the state "+string(want), func() bool { return a.thread(a.question.Thread).State == want })
}

// level waits until somebody hears of the board, or of the thread, in a way.
func (a *act) level(address string, target item.Target, id int64, want string) {
	a.Helper()
	a.until(address+" has "+want, func() bool {
		by, err := a.people.ByAddress(a.Context(), address)
		if err != nil {
			return false
		}
		l, err := a.items.Level(a.Context(), by, target, id)
		return err == nil && l.Level+" "+l.Channel == want
	})
}

// TestByMail plays every scene in English and in Chinese: more than sixty.
func TestByMail(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	sink := newSink(t)
	s := &stage{sender: newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url()}), door: l.Addr().String()}
	s.items.Grace = grace
	s.lmtp(l)
	s.run()
	s.reader("watcher", "")
	s.rules("python", mail.ListRules{Who: mail.WhoKnown, Roster: mail.RosterMembers})
	s.board(forum.Board{Slug: "open", Title: "Open", MayPost: 0})
	s.rules("open", mail.ListRules{Who: mail.WhoAnyone, Roster: mail.RosterStaff})
	n := 0
	for _, sc := range scenes {
		for _, chinese := range []bool{false, true} {
			n++
			language := map[bool]string{false: "English", true: "Chinese"}[chinese]
			t.Run(fmt.Sprintf("%s in %s from %s", sc.what, language, phones[n%len(phones)].name), func(t *testing.T) {
				s.TB = t
				s.play(n, chinese, sc.play)
			})
		}
	}
	if n < 60 {
		t.Errorf("there are %d scenes; want 60 at least", n)
	}
	t.Logf("%d scenes by mail", n)
}

func (s *stage) rules(board string, rules mail.ListRules) {
	s.Helper()
	b, err := s.forum.Board(s.Context(), s.admin, board)
	if err == nil {
		err = s.gateway.SetListRules(s.Context(), s.admin, b, rules)
	}
	if err != nil {
		s.Fatal(err)
	}
}
