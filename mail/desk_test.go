package mail_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail"
)

func (s *sender) desk() mail.Desk {
	s.Helper()
	d, err := s.gateway.Desk(s.Context(), s.admin)
	if err != nil {
		s.Fatal(err)
	}
	return d
}

func TestTheDeskShowsWhatWaitsWhatWentAndWhatCameBack(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		gone := s.reader("gone", "")
		s.reader("full", "")
		for _, name := range []string{"one", "two"} {
			s.watch(s.personAt(name, "", name+"@Slow.example"), item.ToBoard, s.boardID("python"), "watch")
			s.sink.answer(name+"@Slow.example", answer{rcpt: reply(451, "Later")})
		}
		s.sink.answer("gone@people.example", answer{rcpt: reply(550, "No such user")})
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.sink.next(t)
		s.until("the first attempts", func() bool {
			d := s.desk()
			return len(d.Failed) == 1 && len(d.Waiting) == 1 && d.Waiting[0].Error != "" && len(d.Days) == 1
		})
		d := s.desk()
		if w := d.Waiting[0]; w.Domain != "slow.example" || w.Mails != 2 || !w.Next.After(s.items.Now()) || !w.Oldest.Equal(s.items.Now()) {
			t.Errorf("waiting: %+v; want two mails to slow.example", w)
		}
		if d.Failed[0].Name != "gone" || d.Days[0].Sent != 1 || len(d.Reports) != 1 || d.Reports[0].Name != "gone" || d.Reports[0].Class != "hard" {
			t.Errorf("Desk() = %+v; want one sent, one given up and why", d)
		}
		s.stopMailOf(gone)
		if d := s.desk(); len(d.Silent) != 1 || d.Silent[0].Name != "gone" || d.Silent[0].Warned != 1 {
			t.Errorf("Silent = %+v; want gone", d.Silent)
		}
	})
}

// stopMailOf has five refusals stop somebody's mail; one has happened.
func (s *sender) stopMailOf(u account.User) {
	s.Helper()
	for range 4 {
		s.pass(24 * time.Hour)
		s.comesBack(u, dsn("failed", "5.1.1"))
	}
}

func TestTheAdministratorHoldsDeletesAndHurriesMail(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		for _, name := range []string{"one", "two", "three"} {
			s.reader(name, "")
			s.sink.answer(name+"@people.example", answer{rcpt: reply(451, "Later")})
		}
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.until("the first attempts", func() bool {
			all := s.outbox()
			return len(all) == 3 && all[0].Attempts+all[1].Attempts+all[2].Attempts == 3 && !s.anySending()
		})
		for _, m := range s.outbox() {
			s.sink.answer(m.To, answer{})
			switch m.Name {
			case "one":
				if err := s.gateway.Hold(t.Context(), s.admin, m.ID); err != nil {
					t.Fatal(err)
				}
			case "two":
				if err := s.gateway.Discard(t.Context(), s.admin, m.ID); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := s.gateway.RetryAll(t.Context(), s.admin); err != nil {
			t.Fatal(err)
		}
		if got := s.sink.next(t); got.to != "three@people.example" {
			t.Errorf("the mail went to %s; want three", got.to)
		}
		for _, m := range s.settled(2, mail.Done, mail.Kept) {
			if m.Name == "one" && m.State != mail.Kept {
				t.Errorf("the mail to one is %s; want kept", m.State)
			}
			if m.State == mail.Done {
				if err := s.gateway.Discard(t.Context(), s.admin, m.ID); !fault.Is(err, fault.Conflict) {
					t.Errorf("Discard() of what has gone = %v; want a conflict", err)
				}
			} else if err := s.gateway.Retry(t.Context(), s.admin, m.ID); err != nil {
				t.Fatal(err)
			}
		}
		s.sink.take(t, 1)
	})
}

func (s *sender) anySending() bool {
	n, err := db.Value[int](s.Context(), s.db, "SELECT count(*) FROM outgoing WHERE state = 'sending'")
	if err != nil {
		s.Fatal(err)
	}
	return n > 0
}

func TestTheDeskIsTheAdministrators(t *testing.T) {
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{})
	_, desk := s.gateway.Desk(t.Context(), s.ada)
	for name, err := range map[string]error{
		"Desk": desk, "Hold": s.gateway.Hold(t.Context(), s.ada, 1), "Discard": s.gateway.Discard(t.Context(), s.ada, 1), "RetryAll": s.gateway.RetryAll(t.Context(), s.ada),
	} {
		if !fault.Is(err, fault.Forbidden) {
			t.Errorf("%s() by a member = %v; want forbidden", name, err)
		}
	}
}

func TestTheSiteWritesToItselfEveryHour(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		sweep := func() {
			if err := s.gateway.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.told()
		}
		sweep()
		s.pass(time.Hour)
		sweep()
		got := s.sink.next(t)
		if !strings.HasPrefix(got.to, "selftest+") {
			t.Fatalf("a mail went to %s; want the site itself", got.to)
		}
		if s.desk().SelfTest.Back {
			t.Error("the test is passed before the mail has come in")
		}
		s.pass(3 * time.Second)
		if err := s.arrives(got.from, "selftest+1-aaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", got.raw); err == nil {
			t.Error("a test that nobody sent was taken in")
		}
		if err := s.arrives(got.from, got.to, got.raw); err != nil {
			t.Fatal(err)
		}
		s.told()
		if test := s.desk().SelfTest; !test.Back || test.Took != 3*time.Second || test.Late(s.items.Now()) {
			t.Errorf("SelfTest = %+v; want back after 3 s", test)
		}
		s.pass(time.Hour)
		sweep()
		s.sink.next(t)
		s.pass(time.Hour)
		if test := s.desk().SelfTest; test.Back || !test.Late(s.items.Now()) {
			t.Errorf("SelfTest = %+v; want late, because the second did not come in", test)
		}
	})
}

func TestTheDNSIsHeldAgainstWhatItShouldSay(t *testing.T) {
	key := filepath.Join(t.TempDir(), "dkim.pem")
	first := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{DKIMKey: key})
	good := map[string]string{"lists.example.": "v=spf1 mx -all", "_dmarc.lists.example.": "v=DMARC1; p=none"}
	for _, record := range first.gateway.DNS() {
		if owner, text, ok := strings.Cut(record, ". IN TXT "); ok && strings.Contains(owner, "_domainkey") {
			good[owner+"."] = strings.NewReplacer(`" "`, "", `"`, "").Replace(text)
		}
	}
	without := func(name, instead string) map[string]string {
		changed := map[string]string{}
		for k, v := range good {
			changed[k] = v
		}
		delete(changed, name)
		if instead != "" {
			changed[name] = instead
		}
		return changed
	}
	for name, c := range map[string]struct {
		zone map[string]string
		fail string // in the name of the finding that fails beside MX, for which the zone has nothing
	}{
		"all is well":         {good, ""},
		"no SPF":              {without("lists.example.", "hello"), "SPF"},
		"no DMARC":            {without("_dmarc.lists.example.", ""), "DMARC"},
		"no DKIM key":         {without("picus._domainkey.lists.example.", ""), "DKIM"},
		"another site's DKIM": {without("picus._domainkey.lists.example.", "v=DKIM1; k=rsa; p=AAAA"), "DKIM"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{DKIMKey: key, Resolver: zone(t, c.zone)})
			var failed []string
			for _, f := range s.gateway.CheckDNS(t.Context()) {
				if f.Err != nil && !strings.Contains(f.What, "MX") {
					failed = append(failed, f.What)
				}
			}
			if got := strings.Join(failed, ", "); c.fail == "" && got != "" || c.fail != "" && (len(failed) != 1 || !strings.Contains(got, c.fail)) {
				t.Errorf("failed: %s; want %q", got, c.fail)
			}
		})
	}
}
