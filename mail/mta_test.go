package mail_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/emersion/go-smtp"

	"picus/internal/dbtest"
	"picus/mail"
)

// documented returns a block of docs/mail.md, by the comment before it, with the
// addresses of the test in place of those of the example. So what people copy is what
// was tried.
func documented(t *testing.T, name, lmtpPort string) string {
	t.Helper()
	return strings.NewReplacer("lists.example.org", "lists.example", "2524", lmtpPort).Replace(documentedAsIs(t, name))
}

func documentedAsIs(t *testing.T, name string) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join("..", "docs", "mail.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(page), "<!-- tested: "+name+" -->\n```")
	_, block, ok2 := strings.Cut(after, "\n")
	block, _, ok3 := strings.Cut(block, "\n```")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("docs/mail.md has no block called %q", name)
	}
	return block + "\n"
}

// TestMailServersInFrontHandMailOver has each mail server that docs/mail.md names take
// mail for the lists and hand it over by LMTP, and bring ours on its way, with the
// configuration that stands there.
func TestMailServersInFrontHandMailOver(t *testing.T) {
	for name, start := range map[string]func(t *testing.T, sink *sink, lmtpPort string) (address string){
		"Postfix": func(t *testing.T, sink *sink, port string) string {
			return startPostfix(t, sink, documented(t, "Postfix", port))
		},
		"Exim":      startExim,
		"OpenSMTPD": startOpenSMTPD,
	} {
		t.Run(name, func(t *testing.T) {
			sink := newSink(t)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			_, port, _ := net.SplitHostPort(l.Addr().String())
			front := start(t, sink, port)
			s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: "smtp://" + front, Trusted: prefixes("127.0.0.1/32"),
				Resolver: zone(t, map[string]string{"people.example.": "v=spf1 ip4:127.0.0.9 -all"})})
			s.run()
			s.lmtp(l)
			s.reader("reader", "")
			s.throughFront(front)
			s.fromOutside(front)
		})
	}
}

// fromOutside hands mail to the server in front from machines that are not the operator's.
// One is a server of the sender's domain, the other calls itself by the operator's address.
func (s *sender) fromOutside(front string) {
	s.Helper()
	for _, c := range []struct {
		client, helo string
		want         mail.Fate
	}{
		{"127.0.0.9", "mx.people.example", mail.Posted},
		{"127.0.0.8", "mx.people.example", mail.Held},
		{"127.0.0.8", "[127.0.0.1]", mail.Held},
		{"127.0.0.8", "[127.0.0.9]", mail.Held},
	} {
		id := rand.Text() + "@people.example"
		raw := lines("Received: from x by front with ESMTPSA id 1", "From: Ada <ada@people.example>", "To: python@lists.example", "Subject: From outside", "Message-ID: <"+id+">", "", "It is me, "+id)
		conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(c.client)}}).Dial("tcp", front)
		if err != nil {
			s.Fatal(err)
		}
		out := smtp.NewClient(conn)
		if err = out.Hello(c.helo); err == nil {
			err = out.SendMail("ada@people.example", []string{"python@lists.example"}, strings.NewReader(raw))
		}
		out.Close()
		if err != nil {
			s.Fatalf("%s takes no mail from %s as %s: %v", front, c.client, c.helo, err)
		}
		var got mail.Incoming
		s.until("the mail is judged", func() bool {
			all, err := s.gateway.Messages(s.Context(), s.admin, "", 0, 1)
			if err != nil || len(all) == 0 || all[0].MessageID != id {
				return false
			}
			got = all[0]
			return got.Fate != mail.Received
		})
		if got.Fate != c.want {
			s.Errorf("from %s as %s: %+v; want %s", c.client, c.helo, got, c.want)
		}
	}
}

// lmtp opens the door for a mail server on this machine.
func (s *sender) lmtp(l net.Listener) {
	s.Helper()
	ctx, stop := context.WithCancel(context.Background())
	var ended sync.WaitGroup
	ended.Go(func() {
		if err := s.gateway.ServeLMTP(ctx, l); err != nil {
			s.Errorf("the door ended with %v", err)
		}
	})
	s.Cleanup(func() { stop(); ended.Wait() })
}

// throughFront writes to the list by way of the server in front; the post comes out by
// way of the same server. What the site refuses comes back to the author.
func (s *sender) throughFront(front string) {
	s.Helper()
	post := lines("From: Ada <ada@people.example>", "To: python@lists.example", "Subject: Through the front door", "Message-ID: <front@people.example>", "", "Hello.")
	s.handIn(front, "ada@people.example", "python@lists.example", post)
	got := s.sink.next(s)
	_, m := got.read(s)
	if got.to != "reader@people.example" || m.MessageID != "front@people.example" || !strings.HasPrefix(got.from, "bounce+") {
		s.Errorf("a mail from %s to %s with the id %q came; want the post for the reader", got.from, got.to, m.MessageID)
	}
	s.settled(1, mail.Done)
	s.handIn(front, "ada@people.example", "nobody@lists.example", strings.ReplaceAll(post, "front@", "nobody@"))
	back := s.sink.next(s)
	if back.to != "ada@people.example" || back.from != "" || !strings.Contains(back.raw, "no such address here") {
		s.Errorf("the author got from %q:\n%s\nwant a report with our reason", back.from, back.raw)
	}
}

// handIn hands a mail to a server by SMTP.
func (s *sender) handIn(server, from, to, raw string) {
	s.Helper()
	c, err := smtp.Dial(server)
	if err == nil {
		defer c.Close()
		err = c.SendMail(from, []string{to}, strings.NewReader(raw))
	}
	if err != nil {
		s.Fatalf("%s takes no mail: %v", server, err)
	}
}

// beside returns where a mail server was unpacked by test/packages.
func beside(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join("/usr/local/lib/picus-test", name)
	if _, err := os.Stat(dir); err != nil || os.Getuid() != 0 {
		skipOrFail(t, name+" is not unpacked (test/packages does it), or this is not root")
	}
	return dir
}

// daemon runs a program that stays in the foreground until the test ends.
func daemon(t *testing.T, dir string, name string, args ...string) {
	t.Helper()
	log, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(name, args...)
	c.Dir, c.Stdout, c.Stderr = dir, log, log
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		c.Process.Signal(os.Interrupt)
		c.Wait()
		log.Close()
		if text, _ := os.ReadFile(log.Name()); t.Failed() {
			t.Logf("%s says:\n%s", filepath.Base(name), text)
		}
	})
}

// serverDir is a folder that a server without rights can reach.
func serverDir(t *testing.T, name string) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/tmp", "picus-"+name+"-")
	if err == nil {
		err = os.Chmod(dir, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func startExim(t *testing.T, sink *sink, lmtpPort string) string {
	exim := filepath.Join(beside(t, "exim4-daemon-light"), "usr", "sbin", "exim4")
	dir, port := serverDir(t, "exim"), freePort(t)
	host, sinkPort, _ := net.SplitHostPort(sink.address)
	conf := fmt.Sprintf(`primary_hostname = relay.example
exim_user = mail
exim_group = mail
never_users =
exim_path = %[7]s
spool_directory = %[1]s/spool
log_file_path = %[1]s/log-%%slog
pid_file_path = %[1]s/pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = %[2]d
host_lookup =
smtputf8_advertise_hosts = *
acl_smtp_rcpt = accept
acl_smtp_data = accept
tls_advertise_hosts =
prdr_enable = false
begin routers
%[3]s
others:
  driver = manualroute
  route_list = * %[4]s
  self = send
  transport = out
begin transports
%[5]s
out:
  driver = smtp
  port = %[6]s
  allow_localhost
`, dir, port, documented(t, "Exim router", lmtpPort), host, documented(t, "Exim transport", lmtpPort), sinkPort, exim)
	file := filepath.Join(dir, "exim.conf")
	if err := os.WriteFile(file, []byte(conf), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "spool"), 0o755); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("chown", "mail:mail", dir, filepath.Join(dir, "spool")).CombinedOutput(); err != nil {
		t.Fatalf("chown: %v %s", err, out)
	}
	daemon(t, dir, exim, "-C", file, "-bdf", "-q5s")
	address := net.JoinHostPort("127.0.0.1", fmt.Sprint(port))
	waitFor(t, address)
	return address
}

func startOpenSMTPD(t *testing.T, sink *sink, lmtpPort string) string {
	smtpd := filepath.Join(beside(t, "opensmtpd"), "usr", "sbin", "smtpd")
	dir, port := serverDir(t, "opensmtpd"), freePort(t)
	// Its spool has a fixed place.
	if err := os.MkdirAll("/var/spool/smtpd", 0o711); err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf(`listen on 127.0.0.1 port %d
%s
action "out" relay host smtp://%s
match from any for any action "out"
`, port, documented(t, "OpenSMTPD", lmtpPort), sink.address)
	file := filepath.Join(dir, "smtpd.conf")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	daemon(t, dir, smtpd, "-d", "-f", file)
	address := net.JoinHostPort("127.0.0.1", fmt.Sprint(port))
	waitFor(t, address)
	return address
}
