package mail

import (
	"errors"
	"strings"
)

// A site without a domain for its lists can have all its mail go through one mailbox at a
// provider that delivers USER+ANYTHING@PROVIDER to USER, as Gmail does and Dovecot. Then
// an address that would be python+help@lists.example.org is
// user+python+help@gmail.com, and the same the other way round.

// AddressAt returns an address of a site whose mail is at a place: its own domain, or the
// one mailbox that everything goes through.
func AddressAt(place, local string) string {
	if user, host, ok := strings.Cut(place, "@"); ok {
		return user + "+" + local + "@" + host
	}
	return local + "@" + place
}

// address returns an address of ours.
func (g *Gateway) address(local string) string {
	if g.conf.Mailbox != "" {
		return AddressAt(strings.ToLower(g.conf.Mailbox), local)
	}
	return AddressAt(g.domain(), local)
}

// localPart returns what an address of ours says before the @; the mailbox itself says
// nothing.
func (g *Gateway) localPart(address string) (local string, ours bool) {
	local, domain := cutAddress(address)
	if g.conf.Mailbox == "" {
		return local, g.isOurDomain(domain)
	}
	user, host := cutAddress(g.conf.Mailbox)
	if domain != host {
		return local, false
	}
	if local == user {
		return "", true
	}
	return strings.CutPrefix(local, user+"+")
}

// longestUser leaves room for the longest of our addresses, a private one, in the 64
// characters that stand before an @ at most (RFC 5321, section 4.5.3.1.1).
const longestUser = 20

// checkMailbox reads the mailbox of the configuration.
func (c Config) checkMailbox() error {
	if c.Mailbox == "" {
		return nil
	}
	user, host := cutAddress(c.Mailbox)
	switch {
	case user == "" || host == "" || strings.ContainsAny(c.Mailbox, "+ <>"):
		return errors.New("the mailbox that all mail goes through is an address like lists@example.org, without a +")
	case len(user) > longestUser:
		return errors.New("the mailbox that all mail goes through has a name that is too long: 20 characters at most before the @")
	}
	return nil
}
