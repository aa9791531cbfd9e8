package mail

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
)

// A server in front hands in whatever the world has sent to it, and most have judged
// nothing: Postfix as it is installed does not ask who wrote a mail. So a mail that such
// a server hands in is judged by where that server had it from, which its Received field
// says (RFC 5321, section 4.4). Fields below that one may be forged.

// edge is where a mail came from to the operator's own servers.
type edge struct {
	outside bool       // it was not written there
	at      netip.Addr // who handed it to them; invalid where that is not said clearly
}

// edgeOf walks the Received fields from the top, as long as the operator's own servers had
// the mail from one of their own.
func (c Config) edgeOf(received []string) edge {
	for _, field := range received {
		field = strings.Join(strings.Fields(field), " ")
		if hasSignedIn(field) {
			return edge{}
		}
		from := hosts(firstHalf(field))
		if len(from) == 0 {
			// It was written on the machine itself, or the server does not say where.
			return edge{outside: overNetwork.MatchString(field)}
		}
		for _, at := range from {
			if !c.trusts(at) {
				return edge{true, only(from)}
			}
		}
	}
	return edge{}
}

// firstHalf cuts off who received the mail, and for whom. Who greets may put anything
// before it.
func firstHalf(field string) string { return field[:max(strings.LastIndex(field, " by "), 0)] }

// hasSignedIn reports whether the client had (RFC 3848). What it has called itself, or the
// sender, may say so as well, which is not believed.
func hasSignedIn(field string) bool {
	if slices.ContainsFunc(chosen.FindAllString(field, -1), func(s string) bool { return strings.Contains(s, " by ") }) {
		return false // a quote that the client began may hold what the server wrote
	}
	field = chosen.ReplaceAllString(field, "")
	return signedIn.MatchString(field[len(firstHalf(field)):])
}

var (
	// chosen is what a client may have chosen: quoted local parts and whole addresses.
	chosen = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|<[^<>]*>`)
	// signedIn finds the protocol of a client that had, behind the server's own name.
	signedIn = regexp.MustCompile(`(?i)^ by \S+(?: \([^()]*\))? with (?:UTF8)?(?:E?SMTP|LMTP)S?A\b`)
	// overNetwork finds that a client handed a mail in, rather than a program on the machine.
	overNetwork = regexp.MustCompile(`(?i)^from .* with (?:UTF8)?(?:E?SMTP|LMTP)S?A?\b`)
	// greeting is what Exim says that the client called itself.
	greeting = regexp.MustCompile(`(?i)\bhelo=\S+`)
	// literal finds an address between brackets, as all write it but qmail and Exchange.
	literal = regexp.MustCompile(`[\[(](?i:IPv6:)?([0-9A-Fa-f:.]{3,45})[\])]`)
)

// hosts returns the addresses in the first half of a Received field. There may be more
// than one, as a client may call itself by one.
func hosts(from string) (all []netip.Addr) {
	for _, found := range literal.FindAllStringSubmatch(greeting.ReplaceAllString(from, ""), -1) {
		if at, err := netip.ParseAddr(found[1]); err == nil {
			all = append(all, at.Unmap())
		}
	}
	return all
}

// only returns the one address of them all, and none where there are two.
func only(all []netip.Addr) netip.Addr {
	for _, at := range all {
		if at != all[0] {
			return netip.Addr{}
		}
	}
	return all[0]
}

// client returns who has handed a mail to us or to the operator's own servers.
func (g *Gateway) client(d *delivery) netip.Addr {
	if d.mailbox || !g.conf.trusts(d.peer) {
		return d.peer
	}
	if e := g.conf.edgeOf(d.m.Values("Received")); e.outside {
		return e.at
	}
	return d.peer
}
