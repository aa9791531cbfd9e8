// Package mail is the gateway between the community and its members' mail
// programs. What comes in is durable before it is acknowledged, then posted
// through the same methods as the browser's; what happens here goes out to
// everybody who asked for it. The mail room knows the forum; the forum does not
// know that there is mail.
package mail

import (
	"crypto/tls"
	"net"
	"net/netip"
	"time"

	"golang.org/x/sync/semaphore"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail/imap"
)

// Config is what the operator says about mail.
type Config struct {
	Domain  string         // of every address: python@DOMAIN
	BaseURL string         // of the site, without a slash at the end
	Site    string         // its name, as people read it
	Relay   string         // smtp:// or smtps:// address of the relay; empty: mail stays in the outbox
	Trusted []netip.Prefix // peers that have checked the sender already, as Postfix's mynetworks; empty: loopback
	DKIMKey string         // file of the signing key; empty: not signed
	// PerDay bounds the mails about posts that go out on a day; 0: no bound. Letters
	// always go.
	PerDay int64
	// WarmUp is how many may go on the first day; then each day may have twice as many
	// as the best before it. A new sender that begins with thousands is taken for a
	// spammer. 0: no such bound.
	WarmUp int64
	// DKIMShared has one RSA signature serve all copies of a post; see dkim.go.
	DKIMShared bool
	IMAP       string // address of a mailbox that mail is taken out of; empty: none
	// Mailbox is the address of the one mailbox that all mail goes through, where the
	// site has no domain for it; empty: Domain is that of every address.
	Mailbox string
	// IMAPTrust holds the certificates that its server may have; nil: the system's.
	IMAPTrust *tls.Config
	// Resolver answers about the domains of senders; nil: the system's.
	Resolver *net.Resolver
}

// Gateway is the room.
type Gateway struct {
	conf      Config
	db        *db.DB
	items     *item.Store
	forum     *forum.Forum
	accounts  *account.Accounts
	jobs      *job.Queue
	now       func() time.Time
	woken     chan struct{}       // the sending pool, by what may be due
	dkim      *signer             // nil: not signed
	reading   *semaphore.Weighted // bytes of incoming mail
	arrivals  arrivals            // of mails that are taken in
	readings  arrivals            // of mails that are read
	policies  policies            // of the domains of authors
	mirrors   mirrors             // of all boards
	originals originals           // mails that go on as they came
	patience  patience            // with the relay; zero: the usual
	rhythm    rhythm              // of reading the mailbox; zero: the usual
	inbox     *imap.Account       // nil: none
}

// New returns the gateway and puts its handlers into the queue; Run works them.
func New(conf Config, f *forum.Forum, items *item.Store, accounts *account.Accounts) *Gateway {
	g := &Gateway{conf: conf, db: items.DB, items: items, forum: f, accounts: accounts, jobs: items.Jobs, now: items.Now}
	items.Mailed = g.itemOf
	g.handleIn()
	g.handleOut()
	return g
}

// Relayed reports whether mail leaves this machine; without a relay it is kept in
// the outbox.
func (g *Gateway) Relayed() bool { return g.conf.Relay != "" }
