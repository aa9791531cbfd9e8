// Package imap reads a mailbox on another server (RFC 9051, RFC 3501). It is a small
// door of our own to go-imap: each command has a deadline and may make the server send
// only so much, since the library waits for ever and takes whatever size is announced
// (SECURITY.md, M-14 and FT-9). Nothing is ever deleted from the mailbox.
package imap

import (
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"
)

// Account is a mailbox and how to open it.
type Account struct {
	Host, Port     string
	User, Password string
	TokenFile      string // holds an OAuth 2 access token, read at each log-in; empty: the password is used
	Folder         string
	Done           string        // where a mail is moved when it has been taken in; empty: none is moved
	Judge          string        // whose Authentication-Results are believed; empty: nobody's
	TLS            bool          // from the first byte on
	Trust          *tls.Config   // nil: the system's certificates
	Patience       time.Duration // with one command; 0: the usual
}

var errAddress = errors.New("the address of the mailbox cannot be read; it looks like imaps://user:password@host/INBOX, imap://… for STARTTLS")

// ReadAddress reads an address such as imaps://user:password@host/Folder. After a ? it
// may say done=FOLDER (empty: nothing is moved), xoauth2=FILE and judge=SERVER. Its
// errors do not repeat the address, which may hold a password.
func ReadAddress(address string) (Account, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User.Username() == "" || u.Scheme != "imap" && u.Scheme != "imaps" {
		return Account{}, errAddress
	}
	options, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return Account{}, errAddress
	}
	a := Account{Host: u.Hostname(), Port: u.Port(), User: u.User.Username(), Folder: strings.Trim(u.Path, "/"), Done: "Done", TLS: u.Scheme == "imaps"}
	a.Password, _ = u.User.Password()
	a.TokenFile, a.Judge = options.Get("xoauth2"), options.Get("judge")
	if options.Has("done") {
		a.Done = options.Get("done")
	}
	if a.Folder == "" {
		a.Folder = "INBOX"
	}
	switch {
	case a.Port != "":
	case a.TLS:
		a.Port = "993"
	default:
		a.Port = "143"
	}
	return a, nil
}

// Name tells the mailbox from others, without its password.
func (a Account) Name() string { return a.User + "@" + a.Host + "/" + a.Folder }

// tlsConfig asks for a good certificate in any case: there is always a secret to lose.
func (a Account) tlsConfig() *tls.Config {
	c := &tls.Config{}
	if a.Trust != nil {
		c = a.Trust.Clone()
	}
	c.ServerName, c.MinVersion = a.Host, tls.VersionTLS12
	return c
}

// local reports whether the server is on this machine, where nobody can listen in.
func (a Account) local() bool {
	address, err := netip.ParseAddr(a.Host)
	return a.Host == "localhost" || err == nil && address.IsLoopback()
}

func (a Account) address() string { return net.JoinHostPort(a.Host, a.Port) }

// token returns the access token, which another program renews every hour.
func (a Account) token() (string, error) {
	text, err := os.ReadFile(a.TokenFile)
	return strings.TrimSpace(string(text)), err
}
