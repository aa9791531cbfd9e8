package mail_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/mail"
)

// fortune is what befalls the mail to somebody on a day of the month: an answer of the
// server at RCPT, or a report that comes later. Both may be absent.
type fortune struct {
	what   string
	bad    bool // the address is wrong and stays so
	share  int  // of a thousand members
	answer func(day int) error
	report func(day int) string
}

func daily(report string) func(int) string { return func(int) string { return report } }
func refused(code int, text string) func(int) error {
	return func(int) error { return reply(code, text) }
}

// on returns a report on some days alone.
func on(report string, days ...int) func(int) string {
	return func(day int) string {
		for _, d := range days {
			if d == day {
				return report
			}
		}
		return ""
	}
}

var fortunes = []fortune{
	{what: "an address that never was, refused at once", bad: true, share: 5, answer: refused(550, "No such user")},
	{what: "an address that is gone, by report", bad: true, share: 5, report: daily(dsn("failed", "5.1.1"))},
	{what: "a policy against forwarded mail, by report", share: 15, report: daily(dsn("failed", "5.7.26"))},
	{what: "a policy against us, at once", share: 15, answer: func(int) error { return policy }},
	{what: "a server that always delays", share: 10, report: daily(dsn("delayed", "4.4.1"))},
	{what: "a vacation robot that answers the envelope", share: 10, report: daily(vacation)},
	{what: "a mailbox that is full for three days, twice", share: 10, report: on(dsn("failed", "5.2.2"), 2, 3, 4, 18, 19, 20)},
	{what: "a directory that fails on three days in a row", share: 10, report: on(dsn("failed", "5.1.1"), 10, 11, 12)},
	{what: "an outage on one weekend a week", share: 10, report: on(dsn("failed", "5.1.1"), 5, 6, 13, 14, 21, 22)},
}

// TestAMonthOfBounces has a list write to its members every day of a month, one of a hundred
// with a wrong address, others with the ill luck that real addresses have: each wrong one is
// off within five days, no other one ever. PICUS_TEST_MEMBERS says how many members.
func TestAMonthOfBounces(t *testing.T) {
	members := 200
	if n, err := strconv.Atoi(os.Getenv("PICUS_TEST_MEMBERS")); err == nil {
		members = n
	}
	sink := newSink(t)
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: sink.url()})
	s.run()
	all, luck := s.fated(members)
	off := map[int]int{}
	for day := range 30 {
		s.dayOfBounces(day, all, luck)
		for i, u := range all {
			if _, was := off[i]; !was && s.me(u).Unreachable {
				off[i] = day
			}
		}
		s.pass(24 * time.Hour)
	}
	bad := 0
	for i := range all {
		day, isOff := off[i]
		switch f := luck[i]; {
		case f != nil && f.bad:
			if bad++; !isOff || day > 4 {
				t.Errorf("%s: off %v on day %d; want within five days", f.what, isOff, day)
			}
		case isOff:
			t.Errorf("a good address is off on day %d: %+v", day, f)
		}
	}
	if bad*100 < members || len(off) != bad {
		t.Errorf("%d of %d addresses are wrong, %d are off; want one of a hundred, and just these", bad, members, len(off))
	}
	t.Logf("%d members, %d with a wrong address, %d with ill luck: %d off", members, bad, len(luck)-bad, len(off))
}

// fated makes members who get the board by mail, each with their luck.
func (s *sender) fated(members int) (all []account.User, luck map[int]*fortune) {
	s.Helper()
	luck = map[int]*fortune{}
	for i := range fortunes {
		for range max(1, fortunes[i].share*members/1000) {
			luck[len(luck)] = &fortunes[i]
		}
	}
	board := s.boardID("python")
	for i := range members {
		name := fmt.Sprint("member", i)
		all = append(all, s.personAt(name, "", fmt.Sprintf("%s@domain%d.example", name, i%20)))
		s.watch(all[i], item.ToBoard, board, "watch")
	}
	return all, luck
}

// dayOfBounces writes to everybody, and has come back what comes back on that day.
func (s *sender) dayOfBounces(day int, all []account.User, luck map[int]*fortune) {
	s.Helper()
	for i, f := range luck {
		if f.answer != nil {
			s.sink.answer(all[i].Email, answer{rcpt: f.answer(day)})
		}
	}
	s.start(s.ada, forum.NewThread{Title: fmt.Sprint("Day ", day)})
	s.told()
	s.until("the end of the queue", func() bool { return !s.anyQueued() })
	for i, f := range luck {
		if f.report == nil || s.me(all[i]).Unreachable {
			continue
		}
		if report := f.report(day); report != "" {
			s.comesBack(all[i], report)
		}
	}
}
