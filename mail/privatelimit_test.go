package mail_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/mail"
)

func TestPrivateMailHasLimits(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		for i := range 10 {
			if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", strings.Repeat("x", i+1)); err != nil {
				t.Fatalf("mail %d: %v", i, err)
			}
		}
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "one more"); err == nil || !strings.Contains(err.Error(), "10 private mails") {
			t.Errorf("the eleventh: %v", err)
		}
		to := p.address(p.ada, p.bob)
		err := p.sends(p.ada, to, written(p.ada, to, "Hello", "by mail"))
		if err == nil || !strings.Contains(err.Error(), "10 private mails") {
			t.Errorf("the eleventh by mail: %v; want it put off", err)
		}
		young := p.person("young", "")
		p.exec("UPDATE account SET created = ? WHERE id = ?", p.clock.Load(), young.ID)
		for i := range 4 {
			err := p.gateway.SendPrivately(t.Context(), young, "bob", "Hello", strings.Repeat("y", i+1))
			if (err == nil) != (i < 3) {
				t.Errorf("a new member's mail %d: %v", i+1, err)
			}
		}
		p.clock.Add((25 * time.Hour).Milliseconds())
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "tomorrow"); err != nil {
			t.Errorf("the next day: %v", err)
		}
	})
}

func TestAShadowAgreesBeforeItWritesOrGetsPrivateMail(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		p.exec("UPDATE account SET status = 'shadow' WHERE id = ?", p.bob.ID)
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "Text."); err == nil || !strings.Contains(err.Error(), "takes no private mail") {
			t.Errorf("to a shadow: %v; want it refused", err)
		}
		bob := p.me(p.bob)
		to := p.address(bob, p.ada)
		if err := p.sends(bob, to, p.sign(written(bob, to, "Hello", "I read the list.", "Message-ID: <s@x>"))); err != nil {
			t.Fatal(err)
		}
		h, m := p.sink.next(t).read(t)
		if !strings.Contains(unfolded(m.Text), "takes private mail from members") {
			t.Fatalf("the letter is %q", m.Text)
		}
		if got := p.fates(); got[0] != "held" {
			t.Fatalf("the mail is %v; want it held", got)
		}
		confirm := strings.Trim(h.Get("Reply-To"), "<>")
		if err := p.arrives(bob.Email, confirm, written(bob, confirm, "Re: Confirm", "yes", "Message-ID: <y@x>")); err != nil {
			t.Fatal(err)
		}
		if c := p.sink.next(t); c.to != p.ada.Email {
			t.Errorf("the mail went to %s", c.to)
		}
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Re: Hello", "Welcome."); err != nil {
			t.Errorf("an answer: %v", err)
		}
		if c := p.sink.next(t); c.to != bob.Email {
			t.Errorf("the answer went to %s", c.to)
		}
	})
}

func TestFilesOfAPrivateMail(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		to := p.address(p.ada, p.bob)
		picture := bytes.Repeat([]byte("picture \x00\xff"), 200_000) // two megabytes
		card := "BEGIN:VCARD\r\nEMAIL:ada@people.example\r\nEND:VCARD"
		notes := "a table, sent by ada@people.example"
		file := func(kind, name string, content []byte) string {
			return lines("--b", "Content-Type: "+kind, "Content-Disposition: attachment; filename=\""+name+"\"", "Content-Transfer-Encoding: base64", "") + wrapped(content)
		}
		raw := lines("From: ada@people.example", "To: "+to, "Subject: Files", "Message-ID: <f@x>", "MIME-Version: 1.0", `Content-Type: multipart/mixed; boundary="b"`, "") +
			lines("--b", "Content-Type: text/html; charset=utf-8", "", `<p>See <b>this</b><script>alert(1)</script> <img src="https://tracker.example/x.gif"> <img src="cid:a@adas-laptop" alt="me"></p>`) +
			file("image/png", "me.png", picture) + file("text/vcard", "ada.vcf", []byte(card)) + file("text/csv", "table.csv", []byte(notes)) +
			file("application/pgp-keys", "key.asc", []byte("KEY")) + "--b--\r\n"
		if err := p.sends(p.ada, to, p.sign(raw)); err != nil {
			t.Fatal(err)
		}
		got := p.sink.next(t)
		tellsNothing(t, got, "ada@people.example", "tracker.example/x.gif\" ", "<img", "<script", "adas-laptop")
		_, m := got.read(t)
		if len(m.Attachments) != 1 || m.Attachments[0].Filename != "me.png" || !bytes.Equal(m.Attachments[0].Content, picture) {
			t.Errorf("%d files came; want the picture alone, as it was", len(m.Attachments))
		}
		if !strings.Contains(unfolded(m.Text), "Not passed on: ada.vcf, table.csv, key.asc") || !strings.Contains(m.Text, "**this**") {
			t.Errorf("the text is %q", m.Text)
		}
		sealed := lines("From: ada@people.example", "To: "+to, "Subject: Sealed", "Message-ID: <s@x>", "MIME-Version: 1.0",
			`Content-Type: multipart/encrypted; protocol="application/pgp-encrypted";`, ` boundary="s"`, "") +
			lines("--s", "Content-Type: application/pgp-encrypted", "", "Version: 1", "--s", "Content-Type: application/octet-stream", "", "-----BEGIN PGP MESSAGE-----", "abc", "-----END PGP MESSAGE-----", "--s--")
		if err := p.sends(p.ada, to, sealed); err != nil {
			t.Fatal(err)
		}
		if got := p.sink.next(t); !strings.HasSuffix(got.raw, sealed[strings.Index(sealed, "\r\n\r\n"):]) {
			t.Errorf("a sealed mail has changed:\n%s", got.raw)
		}
	})
}

// wrapped is base64 in lines.
func wrapped(b []byte) string {
	var out strings.Builder
	text := base64.StdEncoding.EncodeToString(b)
	for len(text) > 76 {
		out.WriteString(text[:76] + "\r\n")
		text = text[76:]
	}
	return out.String() + text + "\r\n"
}

func TestRobotsAndRepeatsDoNotGoOn(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		to := p.address(p.ada, p.bob)
		raw := written(p.ada, to, "Away", "I am away.", "Message-ID: <v@x>", "Auto-Submitted: auto-replied")
		if err := p.sends(p.ada, to, raw); err != nil {
			t.Fatal(err)
		}
		if got := p.fates(); got[0] != "dropped" {
			t.Errorf("a robot's answer is %v; want it dropped", got)
		}
		raw = written(p.ada, to, "Hello", "Text.", "Message-ID: <h@x>")
		for range 2 { // a server that has not heard our answer sends it again
			if err := p.sends(p.ada, to, raw); err != nil {
				t.Fatal(err)
			}
		}
		p.sink.next(t)
		p.settled(1, mail.Done)
		if got := p.fates(); strings.Join(got, " ") != "dropped sent known" {
			t.Errorf("the fates are %v", got)
		}
	})
}

func TestAPrivateMailThatComesBack(t *testing.T) {
	eachPair(t, func(t *testing.T, p *pair) {
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "between us"); err != nil {
			t.Fatal(err)
		}
		sent := p.sink.next(t)
		p.settled(1, mail.Done)
		report := strings.TrimSuffix(dsn("failed", "5.1.1"), "--b--\r\n") + lines("--b", "Content-Type: message/rfc822", "") + sent.raw + lines("", "--b--")
		if err := p.arrives("", sent.from, report); err != nil {
			t.Fatal(err)
		}
		p.told()
		told := p.sink.next(t)
		if told.to != p.ada.Email || strings.Contains(told.raw, "bob@") || strings.Contains(told.raw, "between us") {
			t.Errorf("%s reads %s", told.to, told.raw)
		}
		if got := p.fates(); got[0] != "failed" {
			t.Errorf("the mail is %v", got)
		}
		raw, err := db.Values[int](t.Context(), p.db, "SELECT length(raw) FROM message")
		if err != nil || len(raw) != 1 || raw[0] != 0 {
			t.Errorf("the report keeps %v bytes, %v; want its trace alone", raw, err)
		}
		if _, err := p.gateway.Trouble(t.Context(), p.bob); err != nil {
			t.Fatal(err)
		}

		// Refused at once: the sender hears of it, without the server's words.
		p.sink.answer(p.bob.Email, answer{rcpt: &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no bob@people.example here"}})
		if err := p.gateway.SendPrivately(t.Context(), p.ada, "bob", "Hello", "again"); err != nil {
			t.Fatal(err)
		}
		told = p.sink.next(t)
		if told.to != p.ada.Email || strings.Contains(told.raw, "bob@") {
			t.Errorf("%s reads %s", told.to, told.raw)
		}
		if n := p.kept(); n != 0 {
			t.Errorf("%d bytes are kept of what cannot go", n)
		}
	})
}

func TestAPrivateMailSurvivesARestartAndComesOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		sink := newSink(t)
		s := newSender(t, d, sink, mail.Config{Relay: sink.url()})
		bob := s.person("bob", "")
		to, err := s.gateway.PrivateAddress(t.Context(), s.ada, bob)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.arrives(s.ada.Email, to, written(s.ada, to, "Hello", "Text.", "Message-ID: <h@x>")); err != nil {
			t.Fatal(err)
		}
		s.open() // the process has died before it has read the mail
		s.queue()
		s.exec("UPDATE outgoing SET state = 'sending', attempts = 1, due = ?", s.clock.Load()) // and then while it sent it
		s.open()
		if err := s.gateway.Recover(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.run()
		if c := sink.next(t); c.to != bob.Email {
			t.Errorf("the mail went to %s", c.to)
		}
		s.settled(1, mail.Done)
	})
}
