package mail_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// letter has the room of the people ask for a letter.
func (s *sender) letter(l account.Letter) {
	s.Helper()
	s.job("letter", l)
}

func (s *sender) job(kind string, payload any) {
	s.Helper()
	err := s.db.Write(s.Context(), func(tx *db.Tx) error {
		return s.items.Jobs.Add(s.Context(), tx, kind, payload, s.items.Now())
	})
	if err != nil {
		s.Fatal(err)
	}
}

func TestLettersSayWhatTheyAreFor(t *testing.T) {
	link := "/confirm/token"
	own := func(kind, path string) mail.Letter {
		return mail.Letter{Kind: kind, Args: map[string]string{mail.ArgLink: path, "was": "old@people.example"}}
	}
	list := func(kind string) mail.Letter {
		return mail.Letter{Kind: kind, Args: map[string]string{
			mail.ArgLink: link, mail.ArgBoard: "Python 语言", mail.ArgList: "python", mail.ArgReason: "The thread is locked.",
		}}
	}
	for _, c := range []struct {
		letter mail.Letter
		want   []string // in its text
	}{
		{own(account.LetterConfirm, link), []string{"https://talk.example/confirm/token"}},
		{own(account.LetterKnown, ""), []string{"https://talk.example/login"}},
		{own(account.LetterReset, link), []string{"https://talk.example/confirm/token"}},
		{own(account.LetterAddress, link), []string{"https://talk.example/confirm/token"}},
		{own(account.LetterClaim, link), []string{"https://talk.example/confirm/token"}},
		{own(account.LetterClaimed, "/settings/addresses"), []string{"old@people.example", "https://talk.example/settings/addresses"}},
		{own(account.LetterAddressOld, ""), []string{"old@people.example"}},
		{own(account.LetterPassword, ""), []string{"https://talk.example/login"}},
		{list(mail.LetterConfirmPost), []string{"python@lists.example", "https://talk.example/confirm/token"}},
		{list(mail.LetterRefused), []string{"The thread is locked."}},
		{list(mail.LetterSubscribeConfirm), []string{"Python 语言", "https://talk.example/confirm/token"}},
		{list(mail.LetterUnsubscribeConfirm), []string{"Python 语言", "https://talk.example/confirm/token"}},
		{list(mail.LetterSubscribed), []string{"Python 语言", "python+unsubscribe@lists.example"}},
		{list(mail.LetterUnsubscribed), []string{"Python 语言", "python+subscribe@lists.example"}},
		{own(mail.LetterUnreachable, "/resume/token"), []string{"https://talk.example/resume/token"}},
		{list(mail.LetterHelp), []string{"python+subscribe@lists.example", "python+owner@lists.example"}},
	} {
		t.Run(c.letter.Kind, func(t *testing.T) {
			s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{})
			s.conf.Relay = s.sink.url()
			s.open()
			s.run()
			for _, language := range []string{"en", "zh-Hans"} {
				l := c.letter
				l.To, l.Name, l.Lang = "person@people.example", "小林 \"K\"", language
				s.job("mail.letter", l)
				got := s.sink.next(t)
				h, m := got.read(t)
				if got.to != l.To || m.To[0].Name != l.Name || h.Get("Auto-Submitted") != "auto-generated" || !strings.HasPrefix(got.from, "bounce+") {
					t.Errorf("to %s (%q), Auto-Submitted %q, sender %q", got.to, m.To[0].Name, h.Get("Auto-Submitted"), got.from)
				}
				for _, want := range c.want {
					if !strings.Contains(m.Text, want) {
						t.Errorf("the text lacks %q:\n%s", want, m.Text)
					}
				}
				if chinese := strings.Contains(m.Text, "你好"); chinese != (language == "zh-Hans") || m.Subject == "" {
					t.Errorf("%s: subject %q, text:\n%s", language, m.Subject, m.Text)
				}
				if strings.Contains(m.Subject+m.Text, "%!") {
					t.Errorf("a sentence lacks an argument: %s\n%s", m.Subject, m.Text)
				}
			}
		})
	}
}

func TestAnAnswerToAMailShowsAsARobots(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.job("mail.letter", mail.Letter{To: "person@people.example", Kind: mail.LetterRefused, Args: map[string]string{
			mail.ArgReason: "No.\r\nBcc: x@y.example", mail.ArgSubject: "Hi\r\nBcc: v@e.example", mail.ArgAnswers: "<their@id.example>", mail.ArgReplyTo: "confirm+t@lists.example\r\nBcc: z@y.example",
		}})
		got := s.sink.next(t)
		h, m := got.read(t)
		if got.from != "" || h.Get("Auto-Submitted") != "auto-replied" || h.Get("In-Reply-To") != "<their@id.example>" {
			t.Errorf("sender %q, Auto-Submitted %q, In-Reply-To %q; want a robot's answer", got.from, h.Get("Auto-Submitted"), h.Get("In-Reply-To"))
		}
		if h.Get("Bcc") != "" || strings.Contains(got.head(), "\nBcc") {
			t.Errorf("a field was smuggled in:\n%s", got.head())
		}
		if !strings.Contains(m.Text, "Hi Bcc") {
			t.Errorf("the text does not name the mail: %s", m.Text)
		}
	})
}
