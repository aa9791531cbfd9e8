// Package fetch is the one guarded way out to the network, for requests to addresses
// that members and strangers choose. It connects to public addresses only: what is
// checked is the address that the connection is really made to, after every name has
// been resolved, so that neither an odd spelling nor a name that resolves to something
// else the second time gets through (SECURITY.md, F-1 to F-4).
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"syscall"
	"time"
)

// What one request may take.
const (
	connectTime = 5 * time.Second
	answerTime  = 10 * time.Second // until the header of the answer
	totalTime   = 30 * time.Second
	perHost     = 2
	maxHeader   = 32 << 10
	maxURL      = 2048
)

// ErrRefused says that an address is none that may be asked.
var ErrRefused = errors.New("only public http and https addresses are asked")

// Client makes the requests. Redirects are not followed, cookies and credentials are not
// kept, and no proxy of the environment is used, because it would connect for us.
type Client struct {
	http  http.Client
	agent string
	allow []netip.Prefix
}

// New returns a client that says it is agent. What lies in allow may be asked although it
// is private, on any port.
func New(agent string, allow ...netip.Prefix) *Client {
	c := &Client{agent: agent, allow: allow}
	dialer := &net.Dialer{Timeout: connectTime, Control: c.control}
	c.http = http.Client{
		Timeout:       totalTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: connectTime, ResponseHeaderTimeout: answerTime,
			MaxConnsPerHost: perHost, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
		},
	}
	return c
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // at most as much as was asked for
}

// OK reports whether the answer is one of success.
func (a Answer) OK() bool { return a.Status >= 200 && a.Status < 300 }

// Do makes a request and reads at most so many bytes of its answer; what is longer is cut.
// It fails with ErrRefused where the address is not public.
func (c *Client) Do(ctx context.Context, r *http.Request, most int64) (Answer, error) {
	if _, err := Address(r.URL.String()); err != nil {
		return Answer{}, err
	}
	r.Header.Set("User-Agent", c.agent)
	response, err := c.http.Do(r.WithContext(ctx))
	if err != nil {
		return Answer{}, fmt.Errorf("ask %s: %w", r.URL.Host, bare(err))
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return Answer{}, fmt.Errorf("read the answer of %s: %w", r.URL.Host, bare(err))
	}
	return Answer{Status: response.StatusCode, Header: response.Header, Body: body}, nil
}

// bare leaves out the whole address, which may hold a secret, from what is logged.
func bare(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}

// Address reads an address that somebody wants to have asked. It fails with ErrRefused
// where it is not one of http or https, is too long, or holds a name and password.
func Address(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return nil, ErrRefused
	}
	return u, nil
}

// control is called with the very address that is connected to, before that is done.
func (c *Client) control(_, address string, _ syscall.RawConn) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return ErrRefused
	}
	addr, err := netip.ParseAddr(host)
	if err != nil {
		return ErrRefused
	}
	if addr.Zone() == "" && contains(c.allow, addr.Unmap()) {
		return nil
	}
	if !Public(addr) || !usualPort(port) {
		return ErrRefused
	}
	return nil
}

// usualPort keeps requests away from what listens on the low ports and speaks something else.
func usualPort(port string) bool {
	n, err := strconv.Atoi(port)
	return err == nil && (n == 80 || n == 443 || n >= 1024)
}
