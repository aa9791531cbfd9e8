package mail_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
)

func TestWithoutARelayMailIsKeptAsItWouldHaveGone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := newSender(t, d, newSink(t), mail.Config{})
		s.run()
		s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		kept := s.settled(1, mail.Kept)[0]
		got, raw, err := s.gateway.Mail(t.Context(), s.admin, kept.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got.Subject != "Hello" || got.To != "reader@people.example" {
			t.Errorf("Mail() = %+v; want Hello to the reader", got)
		}
		if err := s.gateway.Retry(t.Context(), s.admin, kept.ID); !fault.Is(err, fault.Conflict) {
			t.Errorf("Retry() without a relay = %v; want a conflict", err)
		}
		s.stop()
		s.conf.Relay = s.sink.url()
		s.open()
		s.run()
		if err := s.gateway.Retry(t.Context(), s.admin, kept.ID); err != nil {
			t.Fatal(err)
		}
		if sent := s.sink.next(t); sent.raw != string(raw) {
			t.Errorf("it went as\n%s\nbut the outbox showed\n%s", sent.raw, raw)
		}
	})
}

func TestOnlyAdministratorsReadTheOutbox(t *testing.T) {
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{})
	for _, u := range []account.User{{}, s.ada} {
		_, outbox := s.gateway.Outbox(t.Context(), u, 0, 10)
		_, _, one := s.gateway.Mail(t.Context(), u, 1)
		for name, err := range map[string]error{"Outbox": outbox, "Mail": one, "Retry": s.gateway.Retry(t.Context(), u, 1)} {
			if !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s() by %q = %v; want forbidden", name, u.Name, err)
			}
		}
	}
}

func TestTheTextOfALetterIsForgottenOnceItHasGone(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		s.letter(account.Letter{To: "new@people.example", Kind: account.LetterConfirm, Path: "/confirm?token=secret"})
		if got := s.sink.next(t); !strings.Contains(got.raw, "https://talk.example/confirm?token=secret") {
			t.Errorf("the letter lacks its link:\n%s", got.raw)
		}
		sent := s.settled(1, mail.Done)[0]
		got, raw, err := s.gateway.Mail(t.Context(), s.admin, sent.ID)
		if err != nil || strings.Contains(string(raw), "secret") || got.Subject != "Confirm your address for Talk" {
			t.Errorf("Mail() = %+v, %q, %v; want the header alone", got, raw, err)
		}
	})
}

func TestAnUnsubscribeLinkEndsTheMailOfAList(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.reader("other", "")
		board := s.boardID("python")
		first := s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.sink.take(t, 2)
		s.watch(reader, item.ToThread, first.Thread, "watch")
		token := s.gateway.UnsubscribeToken(reader.ID, board)
		info, err := s.gateway.UnsubscribeInfo(t.Context(), token)
		if err != nil || info.Name != "reader" || info.Board != "Python" || info.Done {
			t.Errorf("UnsubscribeInfo() = %+v, %v; want the reader and Python", info, err)
		}
		for range 2 {
			if done, err := s.gateway.Unsubscribe(t.Context(), strings.ToUpper(token)); err != nil || !done.Done {
				t.Fatalf("Unsubscribe() = %+v, %v", done, err)
			}
		}
		s.reply(s.ada, forum.NewPost{Thread: first.Thread, Body: "More, @reader"})
		if got := s.sink.take(t, 1); got["other@people.example"].to == "" {
			t.Errorf("the mail went to %v; want only the other reader", got)
		}
		s.settled(3, mail.Done)

		s.clock.Add(1000) // who asks again is told again
		later := s.start(s.ada, forum.NewThread{Title: "Later"})
		s.sink.take(t, 1)
		s.watch(reader, item.ToThread, later.Thread, "watch")
		s.reply(s.ada, forum.NewPost{Thread: later.Thread, Body: "Even later"})
		s.sink.take(t, 2)

		for _, bad := range []string{"", "x", token + "x", s.gateway.UnsubscribeToken(999, board), strings.Replace(token, "-", "-1", 1)} {
			if _, err := s.gateway.Unsubscribe(t.Context(), bad); !fault.Is(err, fault.Missing) {
				t.Errorf("Unsubscribe(%q) = %v; want missing", bad, err)
			}
		}
	})
}
