package main

import (
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	kongtoml "github.com/alecthomas/kong-toml"
)

// config is what the operator sets, by flag, environment or file.
type config struct {
	Data           string        `help:"Folder of the database and everything else that is kept." env:"PICUS_DATA" default:"./data" placeholder:"DIR"`
	Database       string        `help:"A postgres:// address; empty: SQLite in the data folder." env:"PICUS_DATABASE" placeholder:"URL"`
	BaseURL        string        `help:"Address of the site as people type it; empty: the address it listens on." name:"base-url" env:"PICUS_BASE_URL" placeholder:"URL"`
	Site           string        `help:"Name of the community." env:"PICUS_SITE" default:"Picus"`
	Licence        string        `help:"Licence of the members' public texts: one of Creative Commons, or a name and its https address; empty: nothing is said." env:"PICUS_LICENCE" default:"CC BY-SA 4.0" placeholder:"NAME"`
	MailDomain     string        `help:"Domain of the lists' addresses; empty: the host of the base URL." env:"PICUS_MAIL_DOMAIN" placeholder:"DOMAIN"`
	MailMailbox    string        `help:"The one mailbox that all mail goes through, as lists@example.org, where its provider delivers lists+anything@ to it; empty: each address of the mail domain is ours." env:"PICUS_MAIL_MAILBOX" placeholder:"ADDRESS"`
	Relay          string        `help:"SMTP server that delivers our mail: smtp://[user:pass@]host:port or smtps://…; empty: mail is kept in the outbox." env:"PICUS_RELAY" placeholder:"URL"`
	IMAP           string        `help:"Mailbox that mail is taken out of: imaps://user:pass@host/Folder; empty: none." name:"imap" env:"PICUS_IMAP" placeholder:"URL"`
	TrustedProxies []string      `help:"Networks of reverse proxies whose X-Forwarded-For is believed." env:"PICUS_TRUSTED_PROXIES" placeholder:"CIDR"`
	MailTrusted    []string      `help:"Networks of your own mail servers." env:"PICUS_MAIL_TRUSTED" default:"127.0.0.0/8,::1/128" placeholder:"CIDR"`
	DKIMKey        string        `help:"File of the key that signs our mail; made on first start." name:"dkim-key" env:"PICUS_DKIM_KEY" placeholder:"FILE"`
	DKIMShared     bool          `help:"One RSA signature for all copies of a post: for lists of many thousands." name:"dkim-shared" env:"PICUS_DKIM_SHARED"`
	MailPerDay     int64         `help:"Most mails about posts a day; 0: no bound." env:"PICUS_MAIL_PER_DAY" default:"0"`
	MailWarmUp     int64         `help:"Most of them on the first day, then each day twice the best day before; 0: no such bound." env:"PICUS_MAIL_WARM_UP" default:"0"`
	FetchAllow     []string      `help:"Private networks that the site may ask when a member or a stranger names an address there; none by itself." env:"PICUS_FETCH_ALLOW" placeholder:"CIDR"`
	Grace          time.Duration `help:"How long a post can be taken back before it is mailed out." env:"PICUS_GRACE" default:"3m"`
	Dev            bool          `help:"Show the style page and more in the log." env:"PICUS_DEV"`
}

// settings are what the file says. A flag wins over the environment, and the
// environment over the file: kong alone would have the file win over both.
type settings struct{ kong.Resolver }

func readSettings(r io.Reader) (kong.Resolver, error) {
	file, err := kongtoml.Loader(r)
	return settings{file}, err
}

// Resolve returns the file's value of a setting that the environment leaves open.
func (s settings) Resolve(c *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	for _, name := range flag.Envs {
		if os.Getenv(name) != "" {
			return nil, nil
		}
	}
	return s.Resolver.Resolve(c, parent, flag)
}

// database returns what db.Open takes, and makes the data folder where it is missing.
func (c *config) database() (string, error) {
	if c.Database != "" {
		return c.Database, nil
	}
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return "", fmt.Errorf("the data folder %s cannot be made: %w", c.Data, reason(err))
	}
	return filepath.Join(c.Data, "picus.db"), nil
}

// reason is the last word of a file system error: the path is in the sentence already.
func reason(err error) error {
	if p, ok := err.(*os.PathError); ok {
		return p.Err
	}
	return err
}

// defaultBaseURL is what a command other than serve takes for the site's address.
const defaultBaseURL = "http://localhost:8080"

// mailDomain returns the domain of the lists' addresses. A network address is no
// domain, so a site that has nothing else is localhost.
func (c *config) mailDomain() (string, error) {
	if c.MailDomain != "" {
		return strings.ToLower(c.MailDomain), nil
	}
	u, err := url.Parse(c.BaseURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return "", fmt.Errorf("the base URL %q is not an http or https address", c.BaseURL)
	}
	if _, err := netip.ParseAddr(u.Hostname()); err == nil {
		return "localhost", nil
	}
	return strings.ToLower(u.Hostname()), nil
}

// prefixes reads networks in CIDR notation; a bare address is a network of one.
func prefixes(what string, texts []string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if addr, addrErr := netip.ParseAddr(text); addrErr == nil {
			p, err = netip.PrefixFrom(addr, addr.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a network like 10.0.0.0/8", what, text)
		}
		all = append(all, p)
	}
	return all, nil
}

// withoutPassword hides the password of an address such as a relay's.
func withoutPassword(setting string) string {
	u, err := url.Parse(setting)
	if err != nil || u.User == nil {
		return setting
	}
	return u.Redacted()
}

// free is how many bytes the disk of the data folder can still take.
func (c *config) free() (uint64, error) {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(c.Data, &disk); err != nil {
		return 0, fmt.Errorf("the disk of the data folder %s: %w", c.Data, err)
	}
	return disk.Bavail * uint64(disk.Bsize), nil
}
