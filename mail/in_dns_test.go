package mail_test

import (
	"context"
	"net"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// zone answers TXT questions from a map over a real socket; everything else is unknown.
func zone(t *testing.T, txt map[string]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	go answerDNS(conn, txt)
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// serverFailure stands for a record that the servers of its domain cannot be asked for.
const serverFailure = "the DNS is away"

// answerDNS ends when the connection is closed.
func answerDNS(conn net.PacketConn, txt map[string]string) {
	buf := make([]byte, 4096)
	for {
		n, from, err := conn.ReadFrom(buf)
		if err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
			continue
		}
		q := m.Questions[0]
		m.Header.Response, m.Header.Authoritative, m.Additionals = true, true, nil
		record, ok := txt[q.Name.String()]
		switch {
		case !ok:
			m.Header.RCode = dnsmessage.RCodeNameError
		case record == serverFailure:
			m.Header.RCode = dnsmessage.RCodeServerFailure
		case q.Type == dnsmessage.TypeTXT:
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 60},
				Body:   &dnsmessage.TXTResource{TXT: chunks(record)},
			}}
		}
		if reply, err := m.Pack(); err == nil {
			conn.WriteTo(reply, from)
		}
	}
}

// chunks cuts a record into the strings of 255 bytes that TXT is made of.
func chunks(s string) []string {
	var all []string
	for len(s) > 255 {
		all, s = append(all, s[:255]), s[255:]
	}
	return append(all, s)
}
