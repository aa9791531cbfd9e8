package mail

import (
	"bytes"
	"context"
	"net"
	"slices"
	"strings"
	"time"

	"blitiri.com.ar/go/spf"
	"github.com/emersion/go-msgauth/authres"
	"github.com/emersion/go-msgauth/dkim"
	"golang.org/x/net/publicsuffix"

	"picus/internal/lang"
)

// A From header proves nothing: anybody can write anything there. It is believed when
// something else vouches for it (MAIL.md 2.5; SECURITY.md, M-1).

const (
	proofTime     = 20 * time.Second // for all the questions to the DNS about one mail
	maxSignatures = 5
)

// proof says why the sender is believed, or why not.
type proof struct {
	by    string // "token", "server", "DKIM", "SPF"
	doubt string // a sentence; empty: the sender is who the From header names
}

// prove judges whether the mail comes from the address in its From header.
func (g *Gateway) prove(ctx context.Context, d *delivery) (proof, error) {
	from := sender(d.m).Address
	switch {
	case from == "" || len(d.m.Values("From")) != 1:
		return proof{doubt: lang.Mark("The mail does not name exactly one sender.")}, nil
	case d.route.purpose == toReply:
		return g.holdsToken(ctx, d, from)
	case g.failedAtServer(d):
		return proof{doubt: lang.Mark("The mail server in front found that it does not come from the sender's domain (DMARC).")}, nil
	case g.trusts(d), g.judgedByMailbox(d):
		return proof{by: "server"}, nil
	}
	return g.vouched(ctx, d, from), nil
}

// holdsToken believes whom a reply address was made for, from any address of theirs.
func (g *Gateway) holdsToken(ctx context.Context, d *delivery, from string) (proof, error) {
	theirs, err := g.accounts.Owns(ctx, d.route.user, from)
	if err != nil || theirs {
		return proof{by: "token"}, err
	}
	return proof{doubt: lang.Mark("The reply address belongs to somebody else.")}, nil
}

// vouched asks the DNS who may write for the domain of the sender.
func (g *Gateway) vouched(ctx context.Context, d *delivery, from string) proof {
	ctx, cancel := context.WithTimeout(ctx, proofTime)
	defer cancel()
	_, domain := cutAddress(from)
	switch {
	case g.signedBy(ctx, d.raw, domain):
		return proof{by: "DKIM"}
	case g.sentFrom(ctx, d, domain):
		return proof{by: "SPF"}
	}
	return proof{doubt: lang.Mark("Nothing proves that the sender wrote it: neither a DKIM signature nor SPF of their domain.")}
}

// failedAtServer reports whether the operator's own server has noted that the sender
// failed. That it has noted the opposite proves nothing: a field that a stranger has
// forged looks the same, unless the server takes these out.
func (g *Gateway) failedAtServer(d *delivery) bool {
	return g.handedIn(d) && slices.ContainsFunc(g.notes(d), func(r authres.Result) bool {
		dmarc, ok := r.(*authres.DMARCResult)
		return ok && dmarc.Value == authres.ResultFail
	})
}

// strangeEnvelope reports whether the operator's own server has noted that the domain of
// the envelope does not send from there.
func (g *Gateway) strangeEnvelope(d *delivery) bool {
	return slices.ContainsFunc(g.notes(d), func(r authres.Result) bool {
		spf, ok := r.(*authres.SPFResult)
		return ok && (spf.Value == authres.ResultFail || spf.Value == authres.ResultSoftFail)
	})
}

// notes returns what the operator's own server has noted. Only a header with our own
// domain's name on it is that server's.
func (g *Gateway) notes(d *delivery) (all []authres.Result) {
	for _, value := range d.m.Values("Authentication-Results") {
		if id, results, err := authres.Parse(value); err == nil && strings.EqualFold(id, g.domain()) {
			all = append(all, results...)
		}
	}
	return all
}

// handedIn reports whether a server of the operator's handed a mail in. What was read in
// a mailbox was handed in by nobody.
func (g *Gateway) handedIn(d *delivery) bool { return !d.mailbox && g.conf.trusts(d.peer) }

// trusts reports whether a mail was written at one of the operator's servers, or by
// somebody who had signed in there.
func (g *Gateway) trusts(d *delivery) bool {
	return g.handedIn(d) && !g.conf.edgeOf(d.m.Values("Received")).outside
}

// judgedByMailbox believes the server of the mailbox, if the operator has named it, that
// DMARC passed. Only the topmost header is that server's: it was added last.
func (g *Gateway) judgedByMailbox(d *delivery) bool {
	noted := d.m.Values("Authentication-Results")
	if !d.mailbox || g.inbox == nil || g.inbox.Judge == "" || len(noted) == 0 {
		return false
	}
	id, results, err := authres.Parse(noted[0])
	if err != nil || !strings.EqualFold(id, g.inbox.Judge) {
		return false
	}
	_, domain := cutAddress(sender(d.m).Address)
	for _, r := range results {
		if r, ok := r.(*authres.DMARCResult); ok {
			return r.Value == authres.ResultPass && strings.EqualFold(r.From, domain)
		}
	}
	return false
}

// signedBy reports whether a domain, or one of the same organisation, has signed the
// mail (RFC 7489, section 3.1.1).
func (g *Gateway) signedBy(ctx context.Context, raw []byte, domain string) bool {
	verifications, err := dkim.VerifyWithOptions(bytes.NewReader(crlfBytes(raw)), &dkim.VerifyOptions{
		LookupTXT:        func(name string) ([]string, error) { return g.resolver().LookupTXT(ctx, name) },
		MaxVerifications: maxSignatures,
	})
	if err != nil && len(verifications) == 0 {
		return false
	}
	for _, v := range verifications {
		if v.Err == nil && aligned(v.Domain, domain) && !(!v.Expiration.IsZero() && v.Expiration.Before(g.now())) {
			return true
		}
	}
	return false
}

// sentFrom reports whether the envelope sender is of the same organisation and its
// domain names the peer as one of its servers (RFC 7489, section 3.1.2).
func (g *Gateway) sentFrom(ctx context.Context, d *delivery, domain string) bool {
	_, envelope := cutAddress(d.from)
	client := g.client(d)
	if envelope == "" || !aligned(envelope, domain) || !client.IsValid() {
		return false
	}
	result, _ := spf.CheckHostWithSender(net.IP(client.AsSlice()), envelope, d.from, spf.WithContext(ctx), spf.WithResolver(g.resolver()))
	return result == spf.Pass
}

func (g *Gateway) resolver() *net.Resolver {
	if g.conf.Resolver != nil {
		return g.conf.Resolver
	}
	return net.DefaultResolver
}

// aligned reports whether two domains are of one organisation.
func aligned(a, b string) bool {
	a, b = strings.ToLower(strings.TrimSuffix(a, ".")), strings.ToLower(strings.TrimSuffix(b, "."))
	return a != "" && organisation(a) == organisation(b)
}

// organisation returns the domain that somebody has registered. One that nobody can
// register, "co.uk", stands for itself.
func organisation(domain string) string {
	if org, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return org
	}
	return domain
}

// crlfBytes returns a mail with the line ends that were signed; a pipe may have
// changed them.
func crlfBytes(raw []byte) []byte {
	if bytes.Contains(raw, []byte("\r\n")) {
		return raw
	}
	return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n"))
}
