package mail_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

func TestADayHasItsBound(t *testing.T) {
	for name, c := range map[string]struct {
		perDay, warmUp int64
		days           []int // how many of the 40 mails go on each day
	}{
		"a bound":                 {15, 0, []int{15, 15, 10}},
		"a warm-up":               {0, 5, []int{5, 10, 20, 5}},
		"a warm-up up to a bound": {12, 5, []int{5, 10, 12, 12, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				sink := newSink(t)
				s := newSender(t, d, sink, mail.Config{Relay: sink.url(), PerDay: c.perDay, WarmUp: c.warmUp})
				s.run()
				s.crowd(40)
				s.start(s.ada, forum.NewThread{Title: "Hello"})
				went := 0
				for day, want := range c.days {
					s.sink.take(t, want)
					went += want
					// A letter goes all the same; when it has, the pool has had its choice.
					s.letter(account.Letter{To: "new@people.example", Kind: account.LetterConfirm, Path: "/confirm"})
					if got := s.sink.next(t); got.to != "new@people.example" {
						t.Fatalf("on day %d a mail more than %d went out", day, want)
					}
					// What has arrived is written down a moment later, on the day that it is then.
					s.until("the end of the day", func() bool {
						n, err := db.Value[int](t.Context(), d, "SELECT coalesce(sum(sent), 0) FROM mail_day")
						return err == nil && n == went
					})
					s.pass(24 * time.Hour)
				}
				if s.settled(40+len(c.days), mail.Done); len(sink.arrived) > 0 {
					t.Error("somebody got a mail twice")
				}
			})
		})
	}
}
