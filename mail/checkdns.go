package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"
)

// Finding is one line of what `picus check` found out. A Note is neither good nor bad.
type Finding struct {
	What string
	Err  error
	Note string
}

// CheckDNS holds what the DNS says about the mail domain against what it should: where
// mail for it goes, who may send for it, and what signs it.
func (g *Gateway) CheckDNS(ctx context.Context) []Finding {
	domain := g.domain()
	if g.conf.Mailbox != "" {
		return []Finding{{Note: "all mail goes through " + g.conf.Mailbox + ": its provider sees to the DNS"}}
	}
	if domain == "localhost" || strings.HasSuffix(domain, ".localhost") {
		return []Finding{{Note: "the mail domain is " + domain + ": there is no DNS to check"}}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	found := []Finding{
		{What: "DNS: MX of " + domain, Err: g.checkMX(ctx, domain)},
		{What: "DNS: SPF of " + domain, Err: g.checkSPF(ctx, domain)},
		{What: "DNS: DMARC of " + domain, Err: g.checkDMARC(ctx, domain)},
	}
	if g.dkim == nil {
		return append(found, Finding{Note: "no DKIM key is set: outgoing mail is not signed"})
	}
	for _, record := range g.DNS() {
		owner, text, ok := strings.Cut(record, ". IN TXT ")
		if ok && strings.Contains(owner, "._domainkey.") {
			want := strings.NewReplacer(`" "`, "", `"`, "").Replace(text)
			found = append(found, Finding{What: "DNS: DKIM key " + owner, Err: g.checkKey(ctx, owner, want)})
		}
	}
	return found
}

// published explains a failure to somebody who has to publish a record.
func published(err error, record string) error {
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return fmt.Errorf("there is no such record; publish %s", record)
	}
	return err
}

func (g *Gateway) checkMX(ctx context.Context, domain string) error {
	all, err := g.resolver().LookupMX(ctx, domain)
	if err == nil && len(all) == 0 {
		err = &net.DNSError{IsNotFound: true}
	}
	return published(err, g.DNS()[0])
}

func (g *Gateway) checkSPF(ctx context.Context, domain string) error {
	n, err := g.countTXT(ctx, domain, "v=spf1")
	if err == nil && n > 1 {
		return fmt.Errorf("there are %d SPF records, so none counts (RFC 7208, section 3.2)", n)
	}
	return published(err, g.DNS()[1])
}

func (g *Gateway) checkDMARC(ctx context.Context, domain string) error {
	n, err := g.countTXT(ctx, "_dmarc."+domain, "v=DMARC1")
	if org := organisation(domain); err != nil && org != domain {
		n, err = g.countTXT(ctx, "_dmarc."+org, "v=DMARC1")
	}
	if err == nil && n > 1 {
		return fmt.Errorf("there are %d DMARC records, so none counts (RFC 7489, section 6.6.3)", n)
	}
	return published(err, g.DNS()[2])
}

// countTXT counts the records that begin with a word; none is an error.
func (g *Gateway) countTXT(ctx context.Context, name, begins string) (n int, err error) {
	texts, err := g.resolver().LookupTXT(ctx, name)
	for _, text := range texts {
		if strings.HasPrefix(text, begins) {
			n++
		}
	}
	if err == nil && n == 0 {
		err = &net.DNSError{Name: name, IsNotFound: true}
	}
	return n, err
}

func (g *Gateway) checkKey(ctx context.Context, owner, want string) error {
	texts, err := g.resolver().LookupTXT(ctx, owner)
	if err != nil {
		return published(err, owner+`. IN TXT "`+want+`"`)
	}
	for _, text := range texts {
		if keyIn(text) == keyIn(want) {
			return nil
		}
	}
	return errors.New("the key that is published is another one than ours, so no signature is good")
}

// keyIn returns the tag p= of a DKIM record.
func keyIn(record string) string {
	for tag := range strings.SplitSeq(record, ";") {
		if key, ok := strings.CutPrefix(strings.TrimSpace(tag), "p="); ok {
			return strings.Join(strings.Fields(key), "")
		}
	}
	return ""
}
