package mail_test

import (
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/item"
)

func TestPeopleAreToldByMailWhatIsTheirOwn(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		lin := s.person("lin", "zh-Hans")
		q := s.start(s.ada, forum.NewThread{Board: "python", Kind: forum.Question, Title: "A lop", Body: "How?"})
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		expect := func(want ...string) {
			t.Helper()
			_, m := s.sink.next(t).read(t)
			for _, w := range want {
				if !strings.Contains(m.To[0].Address+"\n"+m.Subject+"\n"+m.Text, w) {
					t.Errorf("the letter lacks %q: %s\n%s", w, m.Subject, m.Text)
				}
			}
		}
		edit := forum.Edit{Post: q.Post, Title: "A loop", Body: "How?", Via: item.Mail}
		id, err := s.forum.Suggest(t.Context(), lin, edit)
		must(err)
		expect(s.ada.Email, "A suggested edit in “A lop”", "> - A lop\n> + A loop", "https://talk.example/suggestions/")
		must(s.forum.Refuse(t.Context(), s.ada, id, "It is a lop.", item.Mail))
		expect(lin.Email, "It is a lop.", "/suggestions/")
		id, err = s.forum.Suggest(t.Context(), lin, edit)
		must(err)
		expect(s.ada.Email)
		_, err = s.forum.Approve(t.Context(), s.ada, forum.Approval{Suggestion: id, Via: item.Mail})
		must(err)
		expect(lin.Email, "A loop", "你好")
		must(s.forum.Keep(t.Context(), lin, forum.Bookmark{Item: q.Post, Note: "for the talk", Due: s.items.Now().Add(time.Minute)}))
		s.pass(time.Minute)
		must(s.forum.Remind(t.Context()))
		expect(lin.Email, "for the talk", s.postURL(q.Post))
		must(s.forum.Keep(t.Context(), lin, forum.Bookmark{Item: q.Post, Due: s.items.Now().Add(time.Minute)}))
		s.exec("UPDATE post SET score = 2 WHERE item = ?", q.Post)
		s.exec("UPDATE thread SET answers = 1 WHERE item = ?", q.Post)
		s.pass(time.Minute)
		must(s.forum.Remind(t.Context()))
		expect(lin.Email, "2 票，1 个回答")
	})
}
