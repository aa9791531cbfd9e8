package imap_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/mail/imap"
)

// elsewhere is this machine under an address that is not known to be it, so that a server
// there has to offer TLS.
const elsewhere = "0.0.0.0"

// certificate is one for an address, and what trusts it.
func certificate(t *testing.T, address string) (*tls.Config, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.ParseIP(address)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(made)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: pool}
}

// guarded is a server that speaks in the clear until STARTTLS, and notes what it hears.
type guarded struct {
	port   string
	caps   string
	behind string // said behind the answer to STARTTLS, before TLS begins
	tls    *tls.Config
	mu     sync.Mutex
	clear  []string // what came without TLS
	signed bool     // somebody has signed in
}

func (s *guarded) listen(t *testing.T, atOnce bool) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	_, s.port, _ = net.SplitHostPort(l.Addr().String())
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if atOnce {
				conn = tls.Server(conn, s.tls)
			}
			go s.talk(conn, atOnce)
		}
	}()
}

func (s *guarded) talk(conn net.Conn, private bool) {
	defer conn.Close()
	fmt.Fprintf(conn, "* OK [CAPABILITY %s] ready\r\n", s.caps)
	lines := bufio.NewScanner(conn)
	for lines.Scan() {
		tag, command, _ := strings.Cut(lines.Text(), " ")
		command = strings.ToUpper(command)
		s.mu.Lock()
		if !private {
			s.clear = append(s.clear, command)
		}
		s.signed = s.signed || strings.HasPrefix(command, "LOGIN")
		s.mu.Unlock()
		switch {
		case strings.HasPrefix(command, "STARTTLS"):
			fmt.Fprintf(conn, "%s OK go on\r\n%s", tag, s.behind)
			conn, private = tls.Server(conn, s.tls), true
			lines = bufio.NewScanner(conn)
			continue
		case strings.HasPrefix(command, "SELECT"):
			fmt.Fprint(conn, "* 0 EXISTS\r\n* OK [UIDVALIDITY 1] x\r\n")
		case strings.HasPrefix(command, "CAPABILITY"):
			fmt.Fprintf(conn, "* CAPABILITY %s\r\n", s.caps)
		}
		fmt.Fprintf(conn, "%s OK done\r\n", tag)
	}
}

// TestThePasswordGoesToTheRightServerOnly opens a mailbox at servers that are not who they
// should be, or do not keep a secret (SECURITY.md, M-14).
func TestThePasswordGoesToTheRightServerOnly(t *testing.T) {
	good, trust := certificate(t, elsewhere)
	other, trustOther := certificate(t, "192.0.2.1")
	for name, c := range map[string]struct {
		server *guarded
		atOnce bool
		trust  *tls.Config
		opened bool
	}{
		"STARTTLS with a good certificate":          {&guarded{caps: "IMAP4rev1 STARTTLS", tls: good}, false, trust, true},
		"TLS from the first byte":                   {&guarded{caps: "IMAP4rev1", tls: good}, true, trust, true},
		"a certificate that nobody vouches for":     {&guarded{caps: "IMAP4rev1 STARTTLS", tls: good}, false, nil, false},
		"the same from the first byte":              {&guarded{caps: "IMAP4rev1", tls: good}, true, nil, false},
		"a certificate of another address":          {&guarded{caps: "IMAP4rev1 STARTTLS", tls: other}, false, trustOther, false},
		"the same address from the first byte":      {&guarded{caps: "IMAP4rev1", tls: other}, true, trustOther, false},
		"TLS 1.1":                                   {&guarded{caps: "IMAP4rev1", tls: &tls.Config{Certificates: good.Certificates, MaxVersion: tls.VersionTLS11}}, true, trust, false},
		"words behind the answer, before TLS":       {&guarded{caps: "IMAP4rev1 STARTTLS", tls: good, behind: "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] injected\r\n"}, false, trust, false},
		"an answer to what was not yet said":        {&guarded{caps: "IMAP4rev1 STARTTLS", tls: good, behind: "T2 OK signed in\r\nT3 OK opened\r\n"}, false, trust, false},
		"a server that speaks no TLS behind its OK": {&guarded{caps: "IMAP4rev1 STARTTLS", tls: &tls.Config{}}, false, trust, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.server
			s.listen(t, c.atOnce)
			conn, err := imap.Dial(t.Context(), imap.Account{Host: elsewhere, Port: s.port, User: "box", Password: "secret", Folder: "INBOX", TLS: c.atOnce, Trust: c.trust, Patience: 5 * time.Second})
			if err == nil {
				conn.Close()
			}
			if (err == nil) != c.opened {
				t.Errorf("Dial() = %v; want it opened: %v", err, c.opened)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if s.signed != c.opened {
				t.Errorf("somebody has signed in: %v; want %v", s.signed, c.opened)
			}
			for _, line := range s.clear {
				if strings.Contains(line, "SECRET") || strings.HasPrefix(line, "LOGIN") {
					t.Errorf("in the clear it said %q", line)
				}
			}
		})
	}
}
