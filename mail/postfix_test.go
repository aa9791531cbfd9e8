package mail_test

import (
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"picus/forum"
	"picus/internal/dbtest"
	"picus/mail"
)

// TestPostfixBringsOurMailOn has Debian's Postfix take our mail as a relay and bring
// it to the sink, with the signature and the thread intact.
func TestPostfixBringsOurMailOn(t *testing.T) {
	sink := newSink(t)
	relay := startPostfix(t, sink, "")
	s := newSender(t, dbtest.SQLite(t), sink, mail.Config{Relay: "smtp://" + relay})
	s.run()
	if err := s.gateway.CheckRelay(t.Context()); err != nil {
		t.Fatalf("CheckRelay() = %v", err)
	}
	s.reader("reader", "zh-Hans")
	ref := s.start(s.ada, forum.NewThread{Title: "你好", Body: "正文"})
	got := s.sink.next(t)
	_, m := got.read(t)
	if got.to != "reader@people.example" || !strings.HasPrefix(got.from, "bounce+") || m.Subject != "你好" || m.MessageID != s.gateway.MessageID(ref.Post) {
		t.Errorf("it came from %s to %s with the subject %q and the id %s", got.from, got.to, m.Subject, m.MessageID)
	}
	s.settled(1, mail.Done)
}

// startPostfix starts a Postfix of its own in a temporary folder, which sends
// everything to the sink, and returns its address. More lines may follow in its main.cf.
func startPostfix(t *testing.T, sink *sink, more string) string {
	t.Helper()
	if _, err := exec.LookPath("postfix"); err != nil {
		skipOrFail(t, "postfix is not installed")
	}
	if os.Getuid() != 0 {
		skipOrFail(t, "only root can start postfix")
	}
	// Postfix drops its rights, so every folder on the way must let it through.
	dir, err := os.MkdirTemp("/var/tmp", "picus-postfix-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	port := freePort(t)
	writePostfix(t, dir, port, sink, more)
	postfix := func(command string) ([]byte, error) {
		return exec.Command("postfix", "-c", filepath.Join(dir, "etc"), command).CombinedOutput()
	}
	if out, err := postfix("start"); err != nil {
		t.Fatalf("postfix start: %v\n%s", err, out)
	}
	t.Cleanup(func() {
		if out, err := postfix("abort"); err != nil { // stop waits for seconds
			t.Errorf("postfix abort: %v\n%s", err, out)
		}
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("postfix says:\n%s", log)
		}
	})
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	waitFor(t, address)
	return address
}

func writePostfix(t *testing.T, dir string, port int, sink *sink, more string) {
	t.Helper()
	owner, err := user.Lookup("postfix")
	if err != nil {
		t.Fatal(err)
	}
	uid, _ := strconv.Atoi(owner.Uid)
	for _, name := range []string{"etc", "queue", "data"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chown(filepath.Join(dir, "data"), uid, -1); err != nil {
		t.Fatal(err)
	}
	host, sinkPort, _ := net.SplitHostPort(sink.address)
	main := fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = /var/tmp
myhostname = relay.example
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
inet_interfaces = loopback-only
inet_protocols = ipv4
recipient_delimiter = +
relayhost = [%[2]s]:%[3]s
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtpd_peername_lookup = no
%[4]s
`, dir, host, sinkPort, more)
	master := fmt.Sprintf(`127.0.0.1:%d inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`, port)
	for name, text := range map[string]string{"main.cf": main, "master.cf": master} {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// skipOrFail ends a test that cannot run here. CI has everything.
func skipOrFail(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(why)
	}
	t.Skip("SKIPPED: " + why)
}

// freePorts returns ports that servers can be started at, and again after they were
// stopped. None is of those that the system lends to connections, which begin at 32768:
// such a port may be lent before the server is there, and for a minute after its end.
func freePorts(t *testing.T, n int) (all []int) {
	t.Helper()
	for range 1000 {
		port := 10_000 + rand.IntN(22_000)
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
		if err != nil {
			continue // it is somebody else's
		}
		defer l.Close() // not before all are found, which have to be different
		if all = append(all, port); len(all) == n {
			return all
		}
	}
	t.Fatal("no port is free")
	return nil
}

func freePort(t *testing.T) int {
	t.Helper()
	return freePorts(t, 1)[0]
}

// waitFor returns when a server takes connections.
func waitFor(t *testing.T, address string) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(aWhile)
	for {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("nobody answers at %s: %v", address, err)
		}
	}
}
