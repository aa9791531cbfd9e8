package mail

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-msgauth/dmarc"
)

// strict reports whether a domain asks receivers to refuse mail in its name that
// somebody else brings (RFC 7489). Where the DNS gives no answer it may, so the sender
// is on the safe side.
func (g *Gateway) strict(ctx context.Context, domain string) bool {
	domain = strings.ToLower(strings.TrimSuffix(domain, "."))
	now := g.now()
	if is, known := g.policies.get(domain, now); known {
		return is
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	is, err := g.askPolicy(ctx, domain)
	g.policies.put(domain, is || err != nil, now, err != nil)
	return is || err != nil
}

func (g *Gateway) askPolicy(ctx context.Context, domain string) (bool, error) {
	record, err := g.policyOf(ctx, domain)
	if err != nil || record != nil {
		return record != nil && record.Policy != dmarc.PolicyNone, err
	}
	org := organisation(domain)
	if org == domain {
		return false, nil
	}
	if record, err = g.policyOf(ctx, org); err != nil || record == nil {
		return false, err
	}
	if record.SubdomainPolicy != "" {
		return record.SubdomainPolicy != dmarc.PolicyNone, nil
	}
	return record.Policy != dmarc.PolicyNone, nil
}

// policyOf returns the one DMARC record of a domain. Of several none counts, and one
// that cannot be read is none (RFC 7489, section 6.6.3).
func (g *Gateway) policyOf(ctx context.Context, domain string) (*dmarc.Record, error) {
	texts, err := g.resolver().LookupTXT(ctx, "_dmarc."+domain)
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var found []*dmarc.Record
	for _, text := range texts {
		if !strings.HasPrefix(text, "v=DMARC1") {
			continue
		}
		if record, err := dmarc.Parse(text); err == nil {
			found = append(found, record)
		}
	}
	if len(found) != 1 {
		return nil, nil
	}
	return found[0], nil
}

// policies keeps the answers of the DNS for a while.
type policies struct {
	mu    sync.Mutex
	known map[string]policy
}

type policy struct {
	strict bool
	until  time.Time
}

const (
	policyKept   = 10 * time.Minute
	failureKept  = time.Minute
	mostPolicies = 1000
)

func (p *policies) get(domain string, now time.Time) (strict, known bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.known[domain]
	return found.strict, ok && now.Before(found.until)
}

func (p *policies) put(domain string, strict bool, now time.Time, failed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= mostPolicies {
		p.known = map[string]policy{}
	}
	kept := policyKept
	if failed {
		kept = failureKept
	}
	p.known[domain] = policy{strict, now.Add(kept)}
}

// relayedFields are the fields that stand in for the author's own: none, or the list
// as the sender with the author's name (MAIL.md 2.6).
func (g *Gateway) relayedFields(ctx context.Context, b *bulletin, o *original) []field {
	_, domain := cutAddress(o.from.Address)
	author := mailbox(o.from.Name, o.from.Address)
	if g.conf.Mailbox == "" && !g.strict(ctx, domain) { // a provider lets nobody send in the name of others
		if o.munged {
			return []field{{"From", author}}
		}
		return nil
	}
	fields := []field{
		{"From", mailbox(withoutAddresses(firstOf(o.from.Name, b.author))+" via "+b.space.Title, g.listAddress(b, ""))},
		{"X-Original-From", author},
	}
	if o.has("reply-to") {
		return fields // the author has said where answers go
	}
	if !o.has("mail-followup-to") {
		// Some mail programs answer “all” but not the sender whom Reply-To stands in for,
		// and that would be the list.
		fields = append(fields, field{"Mail-Followup-To", mailbox("", g.listAddress(b, "")) + ", " + mailbox("", o.from.Address)})
	}
	return append([]field{{"Reply-To", author}}, fields...)
}

// withoutAddresses takes addresses out of a name: some mail programs would show them
// as the sender.
func withoutAddresses(name string) string {
	words := strings.Fields(name)
	for i, w := range words {
		if strings.Contains(w, "@") {
			words[i] = "---"
		}
	}
	return strings.Join(words, " ")
}
