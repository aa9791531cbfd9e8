package fetch_test

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"picus/internal/fetch"
)

// TestOnlyPublicAddressesArePublic walks over what is kept for special purposes.
func TestOnlyPublicAddressesArePublic(t *testing.T) {
	for text, want := range map[string]bool{
		"1.1.1.1": true, "8.8.8.8": true, "93.184.215.14": true, "2606:4700:4700::1111": true, "::ffff:8.8.8.8": true, "2a00:1450:4001::1": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false, "127.255.0.1": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.0.0.8": false, "192.0.2.1": false, "192.88.99.1": false,
		"192.168.1.1": false, "198.18.0.1": false, "198.51.100.7": false, "203.0.113.9": false, "224.0.0.1": false, "239.1.1.1": false, "255.255.255.255": false,
		"::": false, "::1": false, "::7f00:1": false, "::ffff:127.0.0.1": false, "::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "64:ff9b:1::1": false,
		"100::1": false, "2001::1": false, "2001:db8::1": false, "2002:7f00:1::": false, "3fff::1": false, "5f00::1": false, "fc00::1": false, "fd00:ec2::254": false,
		"fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false, "2606:4700:4700::1111%eth0": false,
	} {
		if got := fetch.Public(netip.MustParseAddr(text)); got != want {
			t.Errorf("Public(%s) = %t; want %t", text, got, want)
		}
	}
}

// TestNoSpellingReachesThisMachine tries every way to write a loopback or unspecified
// address against a listener that counts who connects.
func TestNoSpellingReachesThisMachine(t *testing.T) {
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer server.Close()
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	client := fetch.New("test")
	for _, host := range []string{
		"127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0177.0.0.1", "017700000001", "127.0.0.2", "127.255.255.254",
		"0", "0.0.0.0", "localhost", "LOCALHOST", "localhost.", "127.0.0.1.", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:1]",
		"[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1%25lo]", "１２７.０.０.１", "①②⑦.⓪.⓪.①", "127。0。0。1", "ip6-localhost",
	} {
		r, err := http.NewRequest("GET", "http://"+host+":"+port+"/", nil)
		if err != nil {
			continue // it is no address at all
		}
		if _, err := client.Do(t.Context(), r, 1000); err == nil {
			t.Errorf("Do(%s) succeeded", host)
		}
	}
	if asked.Load() != 0 {
		t.Errorf("%d requests came through; want none", asked.Load())
	}
}

// TestWhatIsAllowedIsAsked has an operator's own network asked, and what is cut of an answer.
func TestWhatIsAllowedIsAsked(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "http://127.0.0.1/", http.StatusFound)
			return
		}
		fmt.Fprint(w, r.UserAgent(), strings.Repeat("x", 5000))
	}))
	defer server.Close()
	client := fetch.New("Picus test", netip.MustParsePrefix("127.0.0.0/8"))
	get := func(path string) fetch.Answer {
		r, err := http.NewRequest("GET", server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(t.Context(), r, 100)
		if err != nil {
			t.Fatalf("Do(%s) = %v", path, err)
		}
		return answer
	}
	if a := get("/"); !a.OK() || len(a.Body) != 100 || !strings.HasPrefix(string(a.Body), "Picus test") {
		t.Errorf("the answer is %d %.20q with %d bytes", a.Status, a.Body, len(a.Body))
	}
	if a := get("/away"); a.Status != http.StatusFound {
		t.Errorf("a redirect gives %d; want it told, not followed", a.Status)
	}
}

// TestOddAddressesAreRefused before anything is resolved.
func TestOddAddressesAreRefused(t *testing.T) {
	for _, text := range []string{"", "/x", "//example.org/", "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "http://", "http:example.org",
		"http://user:pw@example.org/", "http://example.org/#x", "http://example.org/" + strings.Repeat("x", 3000), "http://exa mple.org/"} {
		if _, err := fetch.Address(text); !errors.Is(err, fetch.ErrRefused) {
			t.Errorf("Address(%.40q) = %v; want ErrRefused", text, err)
		}
	}
}
