package mail_test

import (
	"fmt"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

// BenchmarkFanOut measures one post to 10,000 subscribers of 50 domains, from the
// event to the last mail in a sink on this machine (PERFORMANCE goal 7).
func BenchmarkFanOut(b *testing.B) {
	for _, c := range []struct {
		name string
		key  string
	}{{"plain", ""}, {"signed", b.TempDir() + "/dkim.pem"}} {
		b.Run(c.name, func(b *testing.B) {
			sink := newSink(b)
			s := newSender(b, dbtest.SQLite(b), sink, mail.Config{Relay: sink.url(), DKIMKey: c.key})
			const n = 10_000
			s.crowd(n)
			s.run()
			title := 0
			for b.Loop() {
				title++
				s.start(s.ada, forum.NewThread{Title: fmt.Sprint("Post ", title), Body: "Hello, everybody. 你好。"})
				for range n {
					sink.next(b)
				}
				s.clock.Add(time.Hour.Milliseconds())
			}
		})
	}
}

// crowd subscribes many people to the board.
func (s *sender) crowd(n int) {
	s.Helper()
	board := s.boardID("python")
	err := s.db.Write(s.Context(), func(tx *db.Tx) error {
		for i := range n {
			name := fmt.Sprintf("member%d", i)
			address := fmt.Sprintf("%s@domain%d.example", name, i%50)
			id, err := tx.Insert(s.Context(), `
				INSERT INTO account (name, name_key, display, email, email_key, status, role, reply_key, created)
				VALUES (?, ?, ?, ?, ?, 'active', 'member', ?, 0) RETURNING id`, name, name, name, address, address, []byte("key of "+name))
			if err != nil {
				return err
			}
			_, err = tx.Exec(s.Context(), "INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', ?, ?, 'watch', 'mail', 0)", board, id)
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.Fatal(err)
	}
}
