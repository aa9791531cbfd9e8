package mail_test

import (
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/mail"
)

func TestAPostIsMailedOnceToEverybodyItConcerns(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		watcher := s.reader("watcher", "")
		muted := s.reader("muted", "")
		left := s.reader("left", "")
		asleep := s.reader("asleep", "")
		onSite := s.person("onsite", "")
		s.person("mentioned", "")
		tagged := s.person("tagged", "")
		s.watch(s.ada, item.ToBoard, s.boardID("python"), "watch") // the author
		s.exec("UPDATE account SET status = 'suspended' WHERE id = ?", asleep.ID)
		s.exec("INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', ?, ?, 'watch', 'web', 0)", s.boardID("python"), onSite.ID)
		if _, err := s.gateway.Unsubscribe(s.Context(), s.gateway.UnsubscribeToken(left.ID, s.boardID("python"))); err != nil {
			t.Fatal(err)
		}
		first := s.start(s.ada, forum.NewThread{Title: "Hello", Tags: "asyncio"})
		s.sink.take(t, 2) // watcher and muted; nobody was mentioned yet
		tag, err := db.Value[int64](s.Context(), s.db, "SELECT id FROM tag WHERE name = 'asyncio'")
		if err != nil {
			t.Fatal(err)
		}
		s.watch(tagged, item.ToTag, tag, "watch")
		s.watch(watcher, item.ToThread, first.Thread, "watch")
		s.watch(muted, item.ToThread, first.Thread, "mute")
		s.reply(s.ada, forum.NewPost{Thread: first.Thread, Body: "Do you know this, @mentioned and @watcher and @muted and @left?"})

		got := s.sink.take(t, 3)
		for _, name := range []string{"watcher", "mentioned", "tagged"} {
			if _, ok := got[name+"@people.example"]; !ok {
				t.Errorf("%s got no mail", name)
			}
		}
		s.settled(5, mail.Done)
	})
}

func TestABoardThatNotEverybodyReadsIsMailedToThoseWhoDo(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		staff := s.board(forum.Board{Slug: "staff", Title: "Staff", MayRead: 2, MayPost: 2})
		s.exec("UPDATE account SET role = 'moderator' WHERE id = ?", s.ada.ID)
		s.ada.Role = account.Moderator
		member := s.person("member", "")
		for _, u := range []account.User{s.ada, member} {
			s.watch(u, item.ToBoard, staff.ID, "watch")
		}
		s.start(s.admin, forum.NewThread{Board: "staff", Title: "Secret", Body: "Hello @member"})
		s.sink.take(t, 1)
		if all := s.settled(1, mail.Done); all[0].Name != "ada" {
			t.Errorf("the mail went to %s; want ada", all[0].Name)
		}
	})
}

func TestWhoseRightsEndBeforeTheMailGoesGetsNone(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.stop()
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.queue()
		s.exec("UPDATE account SET status = 'suspended' WHERE id = ?", reader.ID)
		s.run()
		if got := s.settled(1, mail.Failed)[0]; !strings.Contains(got.Error, "may not read") {
			t.Errorf("the outbox says %q; want that the recipient may not read it", got.Error)
		}
	})
}

func TestABoardOfAGroupIsMailedToTheGroup(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.stop()
		in, left, guard, out := s.person("in", ""), s.person("left", ""), s.person("guard", ""), s.person("out", "")
		readers, guards := s.group("readers", in, left, s.ada), s.group("guards", guard)
		board := s.board(forum.Board{Slug: "closed", Title: "Closed", MayRead: readers, MayPost: readers, MayModerate: guards})
		for _, u := range []account.User{in, left, guard, out} {
			s.watch(u, item.ToBoard, board.ID, "watch")
		}
		ada, err := s.people.ByName(t.Context(), "ada")
		if err != nil {
			t.Fatal(err)
		}
		s.start(ada, forum.NewThread{Board: "closed", Title: "Secret", Body: "Hello @out"})
		s.queue()
		if err := s.people.LeaveGroup(t.Context(), s.admin, int64(readers), "left"); err != nil {
			t.Fatal(err)
		}
		s.run()
		for _, got := range s.settled(3, mail.Done, mail.Failed) {
			if want := map[string]mail.State{"in": mail.Done, "guard": mail.Done, "left": mail.Failed}[got.Name]; got.State != want {
				t.Errorf("the mail to %s is %s (%s); want %q", got.Name, got.State, got.Error, want)
			}
		}
	})
}

// group makes a group of these people.
func (s *sender) group(name string, people ...account.User) account.Audience {
	s.Helper()
	g, err := s.people.AddGroup(s.Context(), s.admin, account.Group{Name: name})
	for _, p := range people {
		if err == nil {
			err = s.people.JoinGroup(s.Context(), s.admin, g.ID, p.Name)
		}
	}
	if err != nil {
		s.Fatal(err)
	}
	return g.Audience()
}

func TestWhatWasRemovedInTheMeantimeIsNotMailed(t *testing.T) {
	for _, when := range []string{"before the event is told", "after the rows were written"} {
		t.Run(when, func(t *testing.T) {
			eachSender(t, func(t *testing.T, s *sender) {
				s.stop()
				s.reader("reader", "")
				ref := s.start(s.ada, forum.NewThread{Title: "Oops"})
				if when != "before the event is told" {
					s.queue()
				}
				if err := s.forum.Remove(s.Context(), s.ada, ref.Post, "", item.Web); err != nil {
					t.Fatal(err)
				}
				s.run()
				s.told()
				if when == "before the event is told" {
					s.settled(0)
					return
				}
				s.settled(1, mail.Failed)
			})
		})
	}
}

func TestRepliesStandInTheThreadOfTheMailProgram(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		first := s.start(s.ada, forum.NewThread{Title: "First"})
		one := s.sink.next(t)
		second := s.reply(s.ada, forum.NewPost{Thread: first.Thread, Body: "second"})
		two := s.sink.next(t)
		s.reply(s.ada, forum.NewPost{Thread: first.Thread, Parent: second.Post, Body: "third"})
		three := s.sink.next(t)

		_, m1 := one.read(t)
		_, m2 := two.read(t)
		_, m3 := three.read(t)
		if len(m1.InReplyTo)+len(m1.References) != 0 || m1.Subject != "First" {
			t.Errorf("the first mail answers %v %v with subject %q; want nothing, First", m1.InReplyTo, m1.References, m1.Subject)
		}
		if !slices.Equal(m2.InReplyTo, []string{m1.MessageID}) || !slices.Equal(m2.References, []string{m1.MessageID}) || m2.Subject != "Re: First" {
			t.Errorf("the second mail: In-Reply-To %v, References %v, Subject %q; want the first", m2.InReplyTo, m2.References, m2.Subject)
		}
		if !slices.Equal(m3.InReplyTo, []string{m2.MessageID}) || !slices.Equal(m3.References, []string{m1.MessageID, m2.MessageID}) {
			t.Errorf("the third mail: In-Reply-To %v, References %v; want the second, and both", m3.InReplyTo, m3.References)
		}
		if m1.MessageID != s.gateway.MessageID(first.Post) {
			t.Errorf("Message-ID %q; want what MessageID() says", m1.MessageID)
		}
	})
}

func TestAPostThatCameByMailKeepsItsMessageID(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.stop()
		s.reader("reader", "")
		first := s.start(s.ada, forum.NewThread{Title: "First", Via: item.Mail})
		s.exec(`INSERT INTO message (message_id, digest, item, fate, mail_from, rcpt_to, raw, received) VALUES ('own@ada.example', ?, ?, 'posted', '', '', ?, 0)`,
			[]byte("digest"), first.Post, []byte("raw"))
		s.reply(s.ada, forum.NewPost{Thread: first.Thread, Body: "More", Via: item.Mail})
		s.run()
		own, answers := false, false
		for range 2 {
			_, m := s.sink.next(t).read(t)
			own = own || m.MessageID == "own@ada.example"
			answers = answers || slices.Equal(m.InReplyTo, []string{"own@ada.example"})
		}
		if !own || !answers {
			t.Errorf("own id kept: %v, answered by it: %v; want both", own, answers)
		}
	})
}

func TestTheHeaderSaysWhatAListsMailShould(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.exec("UPDATE account SET display = 'Ada Lovelace, née Byron' WHERE id = ?", s.ada.ID)
		ref := s.start(s.ada, forum.NewThread{Title: "Hello", Tags: "c++ 超时"})
		got := s.sink.next(t)
		h, m := got.read(t)
		token := s.gateway.UnsubscribeToken(reader.ID, s.boardID("python"))
		reply, err := s.people.ReplyToken(s.Context(), reader, ref.Thread)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{
			"To":                       "Python <python@lists.example>",
			"Reply-To":                 "<reply+" + reply + "@lists.example>",
			"List-Id":                  "Python <python.lists.example>",
			"List-Post":                "<mailto:python@lists.example>",
			"List-Help":                "<mailto:python+help@lists.example>",
			"List-Subscribe":           "<mailto:python+subscribe@lists.example>",
			"List-Owner":               "<mailto:python+owner@lists.example>",
			"List-Unsubscribe":         "<https://talk.example/unsubscribe/" + token + ">, <mailto:python+unsubscribe@lists.example?subject=unsubscribe%20" + token + ">",
			"List-Unsubscribe-Post":    "List-Unsubscribe=One-Click",
			"List-Archive":             "<https://talk.example/b/python>",
			"Archived-At":              "<" + s.postURL(ref.Post) + ">",
			"Precedence":               "list",
			"X-Auto-Response-Suppress": "All",
			"Date":                     "Mon, 23 Nov 2026 12:00:00 +0000",
			"Auto-Submitted":           "",
		} {
			if h.Get(name) != want {
				t.Errorf("%s: %q; want %q", name, h.Get(name), want)
			}
		}
		if m.From.Name != "Ada Lovelace, née Byron" || m.From.Address != "python@lists.example" {
			t.Errorf("From = %+v; want the author's name with the list's address", m.From)
		}
		if tags := m.Header("Keywords"); tags != "c++, 超时" {
			t.Errorf("Keywords = %q; want both tags", tags)
		}
		if strings.Contains(got.raw, "ada@people.example") || strings.Contains(got.raw, "reader@people.example") {
			t.Error("a member's address stands in the mail")
		}
	})
}

func TestTheEnvelopeNamesTheRow(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		got := s.sink.next(t)
		token := strings.TrimSuffix(strings.TrimPrefix(got.from, "bounce+"), "@lists.example")
		row := s.settled(1, mail.Done)[0].ID
		if id, ok := s.gateway.ReadBounce(strings.ToUpper(token)); !ok || id != row {
			t.Errorf("ReadBounce(%q) = %d, %v; want the row %d", token, id, ok, row)
		}
		if _, ok := s.gateway.ReadBounce("1" + token); ok {
			t.Error("a token that nobody signed names a row")
		}
	})
}

func TestTextInEveryScriptArrivesAsItWasWritten(t *testing.T) {
	const title = "异步任务超时之后为什么还在继续运行？这个标题很长，要折成好几行才放得下，而且每一行都必须在字的边界上断开"
	const body = "你好，@reader！\n\n**注意：**请看 <https://example.org/a>。\n\n```go\nfmt.Println(\"Größe\")\n```\n"
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "zh-Hans")
		s.exec("UPDATE account SET display = '艾达·洛夫莱斯' WHERE id = ?", s.ada.ID)
		s.start(s.ada, forum.NewThread{Title: title, Body: body})
		got := s.sink.next(t)
		_, m := got.read(t)
		if m.Subject != title || m.From.Name != "艾达·洛夫莱斯" {
			t.Errorf("Subject %q, From %q; want them as they were written", m.Subject, m.From.Name)
		}
		if !strings.HasPrefix(m.Text, strings.TrimSpace(body)+"\n\n-- \nhttps://talk.example/p/") {
			t.Errorf("text = %q; want the source and the footer", m.Text)
		}
		if !strings.Contains(m.Text, "回复本邮件") {
			t.Errorf("the footer is not in the reader's language: %q", m.Text)
		}
		for line := range strings.SplitSeq(got.raw, "\r\n") {
			if len(line) > 998 || len(line) > 78 && !strings.Contains(line, "unsubscribe") && !strings.HasPrefix(line, "Reply-To") {
				t.Errorf("a line of %d bytes: %q", len(line), line)
			}
			if strings.IndexFunc(line, func(r rune) bool { return r >= 0x80 }) >= 0 {
				t.Errorf("a line is not ASCII: %q", line)
			}
		}
	})
}

func TestNothingThatPeopleWriteEntersTheHeader(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		evil := "x\r\nBcc: victim@example.org\r\n\r\n\x00=?utf-8?Q?=0D=0ABcc:_a@b.example?= \"<evil@example.org>, \\ (c)"
		if s.db.Postgres() {
			evil = strings.ReplaceAll(evil, "\x00", "") // PostgreSQL stores none
		}
		ref := s.start(s.ada, forum.NewThread{Title: "Hello", Tags: "a b", Via: item.Mail})
		s.sink.next(t)
		s.exec("UPDATE account SET display = ? WHERE id = ?", evil, s.ada.ID)
		s.exec("UPDATE item SET title = ? WHERE id = ?", evil, ref.Thread)
		s.exec("UPDATE thread SET tags = ? WHERE item = ?", "x\r\nBcc:v@e.example", ref.Thread)
		s.exec("UPDATE space SET title = ?", evil)
		s.exec(`INSERT INTO message (message_id, digest, item, fate, mail_from, rcpt_to, raw, received) VALUES (?, ?, ?, 'posted', '', '', ?, 0)`,
			"a@b>\r\nBcc: v@e.example", []byte("digest"), ref.Post, []byte("raw"))
		s.reply(s.ada, forum.NewPost{Thread: ref.Thread, Body: "Bcc: v@e.example", Via: item.Mail})
		got := s.sink.next(t)
		h, m := got.read(t)
		if h.Get("Bcc") != "" || strings.Contains(got.head(), "\nBcc") || len(m.To) != 1 {
			t.Errorf("a field was smuggled in:\n%s", got.head())
		}
		for name, values := range h {
			if len(values) != 1 {
				t.Errorf("%s stands there %d times", name, len(values))
			}
		}
		if m.From.Address != "python@lists.example" || m.To[0].Address != "python@lists.example" {
			t.Errorf("From %+v, To %+v; want the list", m.From, m.To)
		}
		if want := "Re: x Bcc: victim@example.org =?utf-8?Q?=0D=0ABcc:_a@b.example?= \"<evil@example.org>, \\ (c)"; m.Subject != want {
			t.Errorf("Subject = %q; want %q", m.Subject, want)
		}
		if strings.ContainsAny(got.head(), "\x00") || strings.Contains(strings.ReplaceAll(got.head(), "\r\n", ""), "\n") {
			t.Error("the header holds a control character")
		}
	})
}

func TestTheHTMLIsLightAndLeadsHome(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello", Body: "See @ada, [[Some Page]], ![a cat](/cat.png) and [it](/cat.png \"t\").\n\n- [x] done\n\n```go\nfunc main() {}\n```\n"})
		body := decodedHTML(t, s.sink.next(t))
		for _, want := range []string{`href="https://talk.example/u/ada"`, `href="https://talk.example/wiki/Some_Page"`, `>[a cat]</a>`, `href="https://talk.example/cat.png"`, "☑", "func main() {}", "A reply to this mail is posted"} {
			if !strings.Contains(body, want) {
				t.Errorf("the HTML lacks %q:\n%s", want, body)
			}
		}
		for _, bad := range []string{"<img", "class=", "<span", "<input", `href="/`, "src="} {
			if strings.Contains(body, bad) {
				t.Errorf("the HTML holds %q:\n%s", bad, body)
			}
		}
	})
}
