package mail_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/realdata"
	"picus/mail"
)

// dsn is a delivery report as Postfix writes it.
func dsn(action, status string) string {
	return lines(
		"From: MAILER-DAEMON@mx.people.example", "To: <bounce@lists.example>", "Subject: Undelivered Mail Returned to Sender", "Message-ID: <dsn@mx.people.example>",
		"Auto-Submitted: auto-replied", "MIME-Version: 1.0", `Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "I'm sorry.", "--b", "Content-Type: message/delivery-status", "",
		"Reporting-MTA: dns; mx.people.example", "", "Final-Recipient: rfc822; somebody@people.example", "Action: "+action, "Status: "+status, "", "--b--")
}

func lines(all ...string) string { return strings.Join(all, "\r\n") + "\r\n" }

// arrives takes a mail in and returns the answer for its one recipient.
func (s *sender) arrives(from, to, raw string) error {
	s.Helper()
	return s.gateway.Receive(s.Context(), mail.Envelope{From: from, To: []string{to}, Raw: []byte(raw)})[0]
}

// comesBack has the newest mail to somebody come back with a report.
func (s *sender) comesBack(u account.User, raw string) {
	s.Helper()
	row, err := db.Value[int64](s.Context(), s.db, "SELECT max(id) FROM outgoing WHERE account = ?", u.ID)
	if err != nil {
		s.Fatal(err)
	}
	if err := s.arrives("", s.gateway.BounceAddress(row), raw); err != nil {
		s.Fatalf("the report was refused: %v", err)
	}
	s.told()
}

// me is a person as the database has them now.
func (s *sender) me(u account.User) account.User {
	s.Helper()
	u, err := s.people.ByID(s.Context(), u.ID)
	if err != nil {
		s.Fatal(err)
	}
	return u
}

func TestMailThatComesBackCosts(t *testing.T) {
	for name, c := range map[string]struct {
		reports map[int]string // by day
		stopped int            // after the report of this day; -1: never
	}{
		"a wrong address is off on the fifth day":            {every(5, 1, dsn("failed", "5.1.1")), 4},
		"a full mailbox is off on the tenth":                 {every(10, 1, dsn("failed", "5.2.2")), 9},
		"a refusal of policy never counts":                   {every(30, 1, dsn("failed", "5.7.26")), -1},
		"a bad address of the sender never counts":           {every(30, 1, dsn("failed", "5.1.8")), -1},
		"a delay never counts":                               {every(30, 1, dsn("delayed", "4.4.1")), -1},
		"a week without a report begins anew":                {every(30, 8, dsn("failed", "5.1.1")), -1},
		"a robot that answers reports never counts":          {every(12, 1, vacation), -1},
		"a report without a reason never counts":             {every(12, 1, lines("From: mailer-daemon@mx.people.example", "Subject: Oops", "", "It failed.")), -1},
		"four days are forgotten when the fifth comes later": {map[int]string{0: dsn("failed", "5.1.1"), 1: dsn("failed", "5.1.1"), 2: dsn("failed", "5.1.1"), 3: dsn("failed", "5.1.1"), 11: dsn("failed", "5.1.1")}, -1},
	} {
		t.Run(name, func(t *testing.T) {
			eachSender(t, func(t *testing.T, s *sender) {
				reader := s.reader("reader", "")
				s.start(s.ada, forum.NewThread{Title: "Hello"})
				s.sink.next(t)
				s.settled(1, mail.Done)
				for day := range 40 {
					if report := c.reports[day]; report != "" {
						s.comesBack(reader, report)
						s.comesBack(reader, report) // a second one on the same day costs nothing
					}
					if got, want := s.me(reader).Unreachable, c.stopped >= 0 && day >= c.stopped; got != want {
						t.Fatalf("on day %d: unreachable %v; want %v", day, got, want)
					}
					s.pass(24 * time.Hour)
				}
			})
		})
	}
}

// every returns a report for n days, some days apart.
func every(n, apart int, report string) map[int]string {
	all := map[int]string{}
	for i := range n {
		all[i*apart] = report
	}
	return all
}

var vacation = lines("From: somebody@people.example", "To: <bounce@lists.example>", "Subject: Automatic reply: Hello", "Auto-Submitted: auto-replied", "", "I am on holiday.")

// stop has mail to somebody come back until it stops.
func (s *sender) stopMail(u account.User) {
	s.Helper()
	for range 5 {
		s.comesBack(u, dsn("failed", "5.1.1"))
		s.pass(24 * time.Hour)
	}
	if !s.me(u).Unreachable {
		s.Fatal("five days of reports did not stop the mail")
	}
}

func TestWhoseMailStoppedIsAskedThreeTimesAndCanStartItAgain(t *testing.T) {
	for _, way := range []string{"by link", "by mail", "in the settings", "with a new address"} {
		t.Run(way, func(t *testing.T) {
			eachSender(t, func(t *testing.T, s *sender) {
				reader := s.reader("reader", "zh-Hans")
				other := s.reader("other", "")
				s.start(s.ada, forum.NewThread{Title: "Hello"})
				s.sink.take(t, 2)
				s.settled(2, mail.Done)
				s.stopMail(reader)
				first := s.sink.next(t)
				h, m := first.read(t)
				if first.to != "reader@people.example" || !strings.Contains(m.Text, "https://talk.example/resume/") || !strings.Contains(m.Text, "你好") {
					t.Fatalf("the letter to %s says:\n%s", first.to, m.Text)
				}
				s.start(s.ada, forum.NewThread{Title: "Nobody tells the reader"})
				s.sink.take(t, 1)
				letters := 1
				for range 60 {
					s.pass(24 * time.Hour)
					if err := s.gateway.Sweep(t.Context()); err != nil {
						t.Fatal(err)
					}
					s.told()
					s.until("the end of the queue", func() bool { return !s.anyQueued() })
					for len(s.sink.arrived) > 0 {
						if got := <-s.sink.arrived; got.to == first.to { // the hourly test goes elsewhere
							letters++
						}
					}
				}
				if letters != 3 {
					t.Errorf("%d letters asked whether the address works again; want 3", letters)
				}
				if trouble, err := s.gateway.Trouble(t.Context(), s.me(reader)); err != nil || !trouble.Stopped || !strings.Contains(trouble.Why, "5.1.1") {
					t.Errorf("Trouble() = %+v, %v; want stopped, and why", trouble, err)
				}
				s.resume(way, reader, m.ReplyTo[0].Address)
				if h.Get("Reply-To") == "" || s.me(reader).Unreachable {
					t.Fatal("the mail does not start again")
				}
				s.start(s.ada, forum.NewThread{Title: "Here again"})
				s.sink.take(t, 2)
				if trouble, err := s.gateway.Trouble(t.Context(), s.me(reader)); err != nil || trouble != (mail.Trouble{}) {
					t.Errorf("Trouble() afterwards = %+v, %v; want none", trouble, err)
				}
				if s.me(other).Unreachable {
					t.Error("somebody else's mail has stopped as well")
				}
			})
		})
	}
}

func (s *sender) anyQueued() bool {
	n, err := db.Value[int](s.Context(), s.db, "SELECT count(*) FROM outgoing WHERE state IN ('queued', 'sending')")
	if err != nil {
		s.Fatal(err)
	}
	return n > 0
}

// resume starts somebody's mail again.
func (s *sender) resume(way string, u account.User, reply string) {
	s.Helper()
	token := strings.TrimSuffix(strings.TrimPrefix(reply, "resume+"), "@lists.example")
	switch way {
	case "by link":
		if _, err := s.gateway.ResumeInfo(s.Context(), token); err != nil || !s.me(u).Unreachable {
			s.Fatalf("ResumeInfo() = %v, or it changed something", err)
		}
		if _, err := s.gateway.Resume(s.Context(), "1"+token); err == nil {
			s.Error("a token that nobody signed starts the mail again")
		}
		if _, err := s.gateway.Resume(s.Context(), token); err != nil {
			s.Fatal(err)
		}
	case "by mail":
		if err := s.arrives("", reply, vacation); err != nil { // a robot does not
			s.Fatal(err)
		}
		s.told()
		if !s.me(u).Unreachable {
			s.Error("a robot's answer starts the mail again")
		}
		if err := s.arrives(u.Email, reply, lines("From: "+u.Email, "To: "+reply, "Subject: Re: x", "Message-ID: <again@people.example>", "", "")); err != nil {
			s.Fatal(err)
		}
		s.told()
	case "in the settings":
		if err := s.gateway.ResumeOwn(s.Context(), u); err != nil {
			s.Fatal(err)
		}
	default:
		s.exec("UPDATE account SET email = 'new@people.example', email_key = 'new@people.example', unreachable = 0 WHERE id = ?", u.ID)
	}
}

func TestForgedReportsChangeNothing(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		good := s.sink.next(t).from
		s.settled(1, mail.Done)
		for _, to := range []string{"bounce+1-aaaaaaaaaaaaaaaaaaaaaaaaaa@lists.example", strings.Replace(good, "bounce+", "bounce+1", 1), "bounce+@lists.example"} {
			if err := s.arrives("", to, dsn("failed", "5.1.1")); err == nil {
				t.Errorf("a report to %s was taken in", to)
			}
		}
		for range 7 {
			// It names the victim, but no mail of ours.
			forged := strings.ReplaceAll(dsn("failed", "5.1.1"), "somebody@", "reader@")
			if err := s.arrives("", "postmaster@lists.example", forged); err != nil {
				t.Fatal(err)
			}
			s.told()
			s.pass(24 * time.Hour)
		}
		if n, err := db.Value[int](t.Context(), s.db, "SELECT count(*) FROM mail_report"); err != nil || n != 0 || s.me(reader).Unreachable {
			t.Errorf("%d reports were believed, %v; want none", n, err)
		}
	})
}

func TestAReportIsRecognisedByTheCopyInIt(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		sent := s.sink.next(t)
		s.settled(1, mail.Done)
		report := strings.Replace(dsn("failed", "5.1.1"), "--b--", lines("--b", "Content-Type: message/rfc822-headers", "", "Return-Path: <"+sent.from+">", "Subject: Hello", "--b--"), 1)
		if err := s.arrives("", "postmaster@lists.example", report); err != nil {
			t.Fatal(err)
		}
		s.told()
		if trouble, err := s.gateway.Trouble(t.Context(), reader); err != nil || !strings.Contains(trouble.Why, "5.1.1") || trouble.Stopped {
			t.Errorf("Trouble() = %+v, %v; want that one mail came back", trouble, err)
		}
	})
}

func TestAComplaintUnsubscribes(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		sent := s.sink.next(t)
		s.settled(1, mail.Done)
		arf := lines("From: fbl@provider.example", "To: abuse@lists.example", "Subject: complaint", "MIME-Version: 1.0", `Content-Type: multipart/report; report-type=feedback-report; boundary="b"`, "",
			"--b", "Content-Type: text/plain", "", "This is an email abuse report.", "--b", "Content-Type: message/feedback-report", "",
			"Feedback-Type: abuse", "User-Agent: x/1", "Version: 1", "Original-Mail-From: <"+sent.from+">", "", "--b--")
		if err := s.arrives("fbl@provider.example", "abuse@lists.example", arf); err != nil {
			t.Fatal(err)
		}
		s.told()
		sub, err := s.items.Level(t.Context(), reader, item.ToBoard, s.boardID("python"))
		if err != nil || sub.Level != "mute" {
			t.Errorf("the subscription is %+v, %v; want mute", sub, err)
		}
	})
}

var policy = &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 7, 26}, Message: "DMARC"}

func TestARefusalOfTheRelayCountsAsWell(t *testing.T) {
	eachSender(t, func(t *testing.T, s *sender) {
		gone, strict := s.reader("gone", ""), s.reader("strict", "")
		s.sink.answer("gone@people.example", answer{rcpt: reply(550, "No such user")})
		s.sink.answer("strict@people.example", answer{data: policy})
		for range 5 {
			s.start(s.ada, forum.NewThread{Title: "Hello"})
			s.told()
			s.until("the end of the queue", func() bool { return !s.anyQueued() })
			s.pass(24 * time.Hour)
		}
		if !s.me(gone).Unreachable || s.me(strict).Unreachable {
			t.Errorf("gone: %v, strict: %v; want that only the wrong address is off", s.me(gone).Unreachable, s.me(strict).Unreachable)
		}
	})
}

// TestTheReportsOfManyServersAreUnderstood reads every delivery report among the
// fixtures as if it were about a mail of ours.
func TestTheReportsOfManyServersAreUnderstood(t *testing.T) {
	dir := filepath.Join(realdata.Extract(t, "mail-fixtures.tar.gz"), "mail-fixtures")
	eachSender(t, func(t *testing.T, s *sender) {
		reader := s.reader("reader", "")
		s.start(s.ada, forum.NewThread{Title: "Hello"})
		s.sink.next(t)
		s.settled(1, mail.Done)
		for file, want := range reports {
			raw, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			s.comesBack(reader, string(raw))
			got, err := db.Value[string](t.Context(), s.db, "SELECT class FROM mail_report ORDER BY id DESC LIMIT 1")
			if err != nil || got != want {
				t.Errorf("%s: %q, %v; want %q", file, got, err, want)
			}
			s.exec("DELETE FROM mail_report")
			s.exec("DELETE FROM message")
		}
	})
}

var reports = map[string]string{
	"MimeKit/UnitTests/TestData/messages/bounce.txt":                                         "hard",
	"MimeKit/UnitTests/TestData/messages/delivery-status-multiple-blank-lines.txt":           "unknown",
	"MimeKit/UnitTests/TestData/messages/delivery-status-no-blank-line.txt":                  "unknown",
	"MimeKit/UnitTests/TestData/messages/delivery-status.txt":                                "unknown",
	"MimeKit/UnitTests/TestData/messages/delivery-status2.txt":                               "hard",
	"MimeKit/UnitTests/TestData/messages/feedback-report.txt":                                "complaint",
	"enmime/dsn/testdata/delayed_dsn.raw":                                                    "delayed",
	"enmime/dsn/testdata/dsn_with_multipart_alternative.raw":                                 "hard",
	"enmime/dsn/testdata/multi_recipient_dsn.raw":                                            "hard",
	"enmime/dsn/testdata/simple_dsn.raw":                                                     "soft",
	"enmime/dsn/testdata/simple_dsn_with_html.raw":                                           "soft",
	"flanker/tests/fixtures/messages/bounce/delayed-broken.eml":                              "soft",
	"flanker/tests/fixtures/messages/bounce/delayed.eml":                                     "soft",
	"flanker/tests/fixtures/messages/bounce/gmail-invalid-address.eml":                       "hard",
	"flanker/tests/fixtures/messages/bounce/gmail-no-dns.eml":                                "unknown",
	"flanker/tests/fixtures/messages/bounce/mailbox-full.eml":                                "soft",
	"flanker/tests/fixtures/messages/bounce/no-mx.eml":                                       "delayed",
	"flanker/tests/fixtures/messages/bounce/office365.eml":                                   "hard",
	"flanker/tests/fixtures/messages/bounce/zed.eml":                                         "hard",
	"flanker/tests/fixtures/messages/complaints/aol.eml":                                     "complaint",
	"flanker/tests/fixtures/messages/complaints/yahoo.eml":                                   "complaint",
	"mail/spec/fixtures/emails/mime_emails/raw_email_with_mimepart_without_content_type.eml": "delayed",
	"mail/spec/fixtures/emails/multipart_report_emails/multi_address_bounce1.eml":            "hard",
	"mail/spec/fixtures/emails/multipart_report_emails/multi_address_bounce2.eml":            "hard",
	"mail/spec/fixtures/emails/multipart_report_emails/multipart_report_multiple_status.eml": "unknown",
	"mail/spec/fixtures/emails/multipart_report_emails/report_422.eml":                       "delayed",
	"mail/spec/fixtures/emails/multipart_report_emails/report_530.eml":                       "unknown",
	"php-imap/tests/messages/example_bounce.eml":                                             "hard",
}
