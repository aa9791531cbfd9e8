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

// TestNoMailIsOfferedWhileNothingCanBeNoted has ten mails and a disk that takes no note of
// what went: all of them would go again when their lease has ended.
func TestNoMailIsOfferedWhileNothingCanBeNoted(t *testing.T) {
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url()})
	const readers = 10
	for i := range readers {
		s.reader(fmt.Sprint("reader", i), "")
	}
	s.exec("CREATE TRIGGER full BEFORE UPDATE ON outgoing WHEN NEW.state = 'sent' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
	s.run()
	s.start(s.ada, forum.NewThread{Title: "To all"})
	count := func(state string) int {
		n, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM outgoing WHERE state = ? AND due > ?", state, s.clock.Load())
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	s.until("a pause after the first mail", func() bool { return count("sending") == 1 && count("queued") == readers-1 })
	if n := len(sink.arrived); n != 1 {
		t.Errorf("%d mails have gone, none of which could be noted; want 1", n)
	}
	s.exec("DROP TRIGGER full")
	s.pass(time.Hour)
	s.settled(readers, mail.Done)
	if n := len(sink.arrived); n != readers+1 {
		t.Errorf("%d mails have gone in all; want %d, of which one came twice", n, readers+1)
	}
}
