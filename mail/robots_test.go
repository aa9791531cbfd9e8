package mail_test

import (
	"encoding/base64"
	"fmt"
	"mime"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/realdata"
	"picus/mail"
	"picus/mail/mbox"
	"picus/mail/message"
)

// robot is a mail that no person has written.
type robot struct{ name, from, raw string }

// TestRobotsNeverPost has the mails of more than 200 robots come to a list, each with the
// envelope of somebody who may post: no post and no letter comes of any. What the same
// people write themselves is posted.
func TestRobotsNeverPost(t *testing.T) {
	s := newSender(t, dbtest.SQLite(t), newSink(t), mail.Config{Resolver: zone(t, nil), Trusted: prefixes("0.0.0.0/0", "::/0")})
	s.run()
	known := robotsOf(t)
	robots := append(realRobots(t), known...)
	if len(robots) < 200 {
		t.Errorf("there are %d robots; want 200", len(robots))
	}
	members := s.membersOf(robots)
	before := s.number("SELECT count(*) FROM outgoing")
	for _, r := range robots {
		if err := s.arrives(r.from, "python@lists.example", r.raw); err != nil {
			t.Errorf("%s: Receive() = %v; a robot hears nothing", r.name, err)
		}
	}
	s.told()
	fates, err := db.All(t.Context(), s.db, func(r db.Row) (f [2]string, err error) { return f, r.Scan(&f[0], &f[1]) }, "SELECT fate, reason FROM message ORDER BY id")
	if err != nil || len(fates) != len(robots) {
		t.Fatalf("there are %d fates, %v; want %d", len(fates), err, len(robots))
	}
	count := map[string]int{}
	for i, f := range fates {
		if count[f[0]]++; f[0] != string(mail.Dropped) && f[0] != string(mail.Held) {
			t.Errorf("%s is %s (%s)", robots[i].name, f[0], f[1])
		}
	}
	if posts, letters := s.number("SELECT count(*) FROM post"), s.number("SELECT count(*) FROM outgoing")-before; posts+letters != 0 {
		t.Errorf("%d posts and %d letters came of robots", posts, letters)
	}
	t.Logf("%d robots, %d of them real: %v", len(robots), len(robots)-len(known), count)
	s.peopleStillPost(members)
}

// membersOf makes accounts of all whose address a robot uses, and returns the addresses.
func (s *sender) membersOf(robots []robot) (all []string) {
	s.Helper()
	for _, r := range robots {
		if r.from == "" || slices.Contains(all, r.from) {
			continue
		}
		u := s.personAt(fmt.Sprint("robot", len(all)), "", r.from)
		s.exec("UPDATE account SET role = 'moderator' WHERE id = ?", u.ID) // the staff have no limit of speed
		all = append(all, r.from)
	}
	return all
}

// peopleStillPost has members write to the list, who are believed as their robots were.
func (s *sender) peopleStillPost(members []string) {
	s.Helper()
	people := 0
	for _, from := range members {
		if !strings.HasSuffix(from, "@people.example") {
			continue
		}
		for n, subject := range []string{"Question", "Re: 自动回复: 关于循环的问题"} {
			people++
			raw := lines("From: "+from, "To: python@lists.example", "Subject: "+mime.QEncoding.Encode("utf-8", subject), fmt.Sprintf("Message-ID: <own%d.%s>", n, from), "", "How do I close a loop?")
			if err := s.arrives(from, "python@lists.example", raw); err != nil {
				s.Error(err)
			}
		}
	}
	s.told()
	if posts := s.number("SELECT count(*) FROM post"); posts != people || people == 0 {
		s.Errorf("of %d mails that people wrote %d are posted", people, posts)
	}
}

func (s *sender) number(query string, args ...any) int {
	s.Helper()
	n, err := db.Value[int](s.Context(), s.db, query, args...)
	if err != nil {
		s.Fatal(err)
	}
	return n
}

// robotsOf returns the robots of testdata/robots.txt.
func robotsOf(t *testing.T) (all []robot) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "robots.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		fields := strings.Split(strings.TrimSpace(line), " | ")
		r := robot{name: fields[0], from: fmt.Sprintf("member%d@people.example", len(all)%20)}
		head := []string{"To: python@lists.example", "Subject: " + mime.QEncoding.Encode("utf-8", fields[1]), fmt.Sprintf("Message-ID: <robot%d@people.example>", len(all)), "Date: Mon, 23 Nov 2026 11:59:00 +0000"}
		from, report := "From: Member <"+r.from+">", false
		for _, field := range fields[2:] {
			if address, ok := strings.CutPrefix(field, "From: "); ok {
				from, r.from = field, strings.ToLower(strings.Trim(address, "<>"))
				continue
			}
			report = report || strings.Contains(field, "multipart/report")
			head = append(head, field)
		}
		head = append(head, from, "MIME-Version: 1.0")
		if report {
			r.raw = lines(append(head, "", "--b", "Content-Type: text/plain", "", "This is a report.", "--b--")...)
		} else {
			body := base64.StdEncoding.EncodeToString([]byte("I am away until Monday. 我在休假，周一回来。"))
			r.raw = lines(append(head, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64", "", body)...)
		}
		all = append(all, r)
	}
	return all
}

// realRobots returns the reports, receipts and automatic answers of the fixtures, and those
// that came to a real list.
func realRobots(t *testing.T) (all []robot) {
	t.Helper()
	add := func(name string, raw []byte) {
		head := message.ParseHeader(raw)
		all = append(all, robot{name: name, from: strings.ToLower(head.From.Address), raw: wire(string(raw))})
	}
	dir := filepath.Join(realdata.Extract(t, "mail-fixtures.tar.gz"), "mail-fixtures")
	for _, name := range append(fixtureRobots, keysOf(reports)...) {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		add(name, raw)
	}
	eachOf(t, "linux-erofs-3500.mbox.gz", []int{1906}, add)
	eachOf(t, "linux-erofs-zh-threads.mbox.gz", []int{1295, 1296, 1297, 1298, 1299, 1300, 1301, 1302, 1303}, add)
	return all
}

// eachOf visits some mails of an archive, by their number.
func eachOf(t *testing.T, archive string, numbers []int, visit func(name string, raw []byte)) {
	t.Helper()
	file, err := os.Open(realdata.Open(t, archive))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := mbox.NewReader(file)
	n, found := 0, 0
	for raw, err := r.Next(); err == nil; raw, err = r.Next() {
		if n++; slices.Contains(numbers, n) {
			found++
			visit(fmt.Sprint(archive, " ", n), raw)
		}
	}
	if found != len(numbers) {
		t.Fatalf("%s has %d of the mails %v", archive, found, numbers)
	}
}

// fixtureRobots are robots among the fixtures that tell of no mail of ours.
var fixtureRobots = []string{
	"MimeKit/UnitTests/TestData/messages/delivery-status.anonymized.eml",
	"MimeKit/UnitTests/TestData/messages/disposition-notification.anonymized.eml",
	"MimeKit/UnitTests/TestData/messages/disposition-notification.txt",
	"enmime/testdata/mail/multipart-wo-boundary.raw",
	"flanker/tests/fixtures/messages/bounce/broken-mime.eml",
	"flanker/tests/fixtures/messages/disposition-notification.eml",
	"php-imap/tests/messages/issue-382.eml",
}

func keysOf(m map[string]string) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

// TestOneAutomaticAnswerADay sends each kind of mail that a letter answers five times a day:
// its sender gets one letter of each kind, and one more on the next day.
func TestOneAutomaticAnswerADay(t *testing.T) {
	o, _ := guarded(newHouse(t))
	const alice = "alice@example.org"
	kinds := []struct {
		what, peer string
		mail       letter
	}{
		{"a mail without a text", ownServer, letter{from: alice, subject: "Nothing", more: "Content-Type: text/html\n", body: "<p></p>"}},
		{"a request for help", ownServer, letter{from: alice, to: "python+help@picus.example", subject: "help"}},
		{"a command that nobody knows", ownServer, letter{from: alice, to: "python+vacation@picus.example", subject: "frobnicate"}},
		{"a wish to leave", ownServer, letter{from: alice, to: "python+unsubscribe@picus.example", subject: "x"}},
		{"a mail that proves nobody", badHost, letter{from: alice, subject: "Hello"}},
		{"a stranger who wants the list", ownServer, letter{from: "carol@elsewhere.example", to: "python+subscribe@picus.example", subject: "x"}},
	}
	before := 0
	for day := range 3 {
		for i, k := range kinds {
			for n := range 5 {
				k.mail.id = fmt.Sprintf("day%d.%d.%d@x", day, i, n)
				to := k.mail.to
				if to == "" {
					to = "python@picus.example"
				}
				if err := o.receiveFrom(k.peer, k.mail.from, k.mail.String(), to); err != nil {
					t.Fatalf("%s: %v", k.what, err)
				}
			}
			o.work()
			letters := o.letters()
			if got := len(letters) - before; got != 1 {
				t.Errorf("%s, five times on day %d: %d letters; want 1: %q", k.what, day, got, letters[before:])
			}
			before = len(letters)
		}
		o.Clock = o.Clock.AddDate(0, 0, 1)
	}
	for _, l := range o.letters() {
		if m := message.Parse([]byte(l)); m.Kind != message.AutoReply {
			t.Errorf("a letter does not say that it is automatic: %s", l)
		}
	}
}

// TestWhoChangesTheirMindHearsOfEachChange sends requests as a person does in an afternoon:
// each that says something new is confirmed, also where it was so earlier in the day.
func TestWhoChangesTheirMindHearsOfEachChange(t *testing.T) {
	o, _ := guarded(newHouse(t))
	for i, step := range []struct{ to, subject, letter string }{
		{"vacation", "until 2026-12-24", "before 2026-12-25"},
		{"vacation", "until 2026-12-31", "before 2027-01-01"},
		{"vacation", "off", "comes to you again"},
		{"vacation", "until 2026-12-24", "before 2026-12-25"},
		{"vacation", "off", "comes to you again"},
		{"digest", "weekly", "one mail a week"},
		{"digest", "off", "mail by mail"},
		{"digest", "weekly", "one mail a week"},
		{"unsubscribe", "x", "does not come to you"},
		{"subscribe", "x", "To write to the list"},
		{"unsubscribe", "x", "does not come to you"},
	} {
		got := o.hand(letter{from: "alice@example.org", to: "python+" + step.to + "@picus.example", subject: step.subject, body: "\n"})
		if got.Fate != mail.Obeyed {
			t.Fatalf("%s %q is %s (%s); want it obeyed", step.to, step.subject, got.Fate, got.Reason)
		}
		if n := len(o.letters()); n != i+1 {
			t.Fatalf("%s %q, the %d. request: %d letters; want one for each", step.to, step.subject, i+1, n)
		}
		if text := unfolded(o.newest().Text); !strings.Contains(text, step.letter) {
			t.Errorf("%s %q is answered %q; want %q", step.to, step.subject, text, step.letter)
		}
	}
}

// TestARobotIsNotConfirmedWithoutEnd has two requests take turns, as no person sends them.
func TestARobotIsNotConfirmedWithoutEnd(t *testing.T) {
	o, _ := guarded(newHouse(t))
	for i := range 30 {
		o.hand(letter{from: "alice@example.org", to: "python+digest@picus.example", subject: []string{"weekly", "off"}[i%2], body: "\n"})
	}
	if got := len(o.letters()); got != 20 {
		t.Errorf("thirty requests of a day caused %d letters; want 20", got)
	}
	if got := o.level("alice@example.org"); got != "watch mail" {
		t.Errorf("alice's level is %q; want each request obeyed", got)
	}
}

// TestWhoConfirmedOneRequestIsAskedAboutTheNext has somebody whose mail proves nothing pause
// the lists and let them come again on one day. Before they answer they are asked once.
func TestWhoConfirmedOneRequestIsAskedAboutTheNext(t *testing.T) {
	o, _ := guarded(newHouse(t))
	request := func(id, subject string) {
		t.Helper()
		l := letter{from: "alice@example.org", id: id, to: "python+vacation@picus.example", subject: subject, body: "\n"}
		if err := o.receiveFrom(badHost, l.from, l.String(), l.to); err != nil {
			t.Fatal(err)
		}
		o.work()
	}
	request("1@x", "until 2026-12-24")
	request("2@x", "until 2026-12-24")
	if got := len(o.letters()); got != 1 {
		t.Fatalf("two requests that prove nothing caused %d letters; want 1", got)
	}
	link := regexp.MustCompile(`/confirm/([a-z0-9-]+)`).FindStringSubmatch(o.newest().Text)
	if link == nil {
		t.Fatalf("no link in %q", o.newest().Text)
	}
	if _, err := o.gateway.Confirm(t.Context(), link[1]); err != nil {
		t.Fatal(err)
	}
	o.work()
	request("3@x", "off")
	if got := len(o.letters()); got != 3 {
		t.Errorf("%d letters; want the question, the confirmation, and the next question: %q", got, o.letters())
	}
}
