package mail_test

import (
	"testing"
	"time"

	"picus/forum"
	"picus/mail"
)

// TestARestartLosesNoMail stops the program again and again in the middle of a
// fan-out, with its connections cut. A mail under way then may come twice, as the
// same mail; none may be missing.
func TestARestartLosesNoMail(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		const readers, restarts, inFlight = 300, 6, 8 // one for each connection
		s.crowd(readers)
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		copies := map[string]int{}
		ids := map[string]bool{}
		note := func(c caught) {
			_, m := c.read(t)
			copies[c.to]++
			ids[m.MessageID] = true
		}
		for range restarts {
			for range 20 {
				note(s.sink.next(t))
			}
			s.stop()
			s.clock.Add((6 * time.Minute).Milliseconds())
			s.open()
			s.gateway.LeaveAtOnce()
			if err := s.gateway.Recover(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.run()
		}
		s.pass(6 * time.Minute)
		s.settled(readers, mail.Done)
		for len(s.sink.arrived) > 0 {
			note(<-s.sink.arrived)
		}
		total := 0
		for _, n := range copies {
			total += n
		}
		if len(copies) != readers || total > readers+restarts*inFlight || len(ids) != 1 {
			t.Errorf("%d of %d people got %d copies with %d ids; want all, at most %d twice, one id", len(copies), readers, total, len(ids), restarts*inFlight)
		}
	})
}
