package mail

import (
	"context"
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"picus/mail/imap"
)

const (
	selector      = "picus"
	smallSelector = "picus-ed25519"
	keyBits       = 2048 // RSA, because many receivers still check nothing else (RFC 8301)
)

// signedFields are covered by the signature, also where a mail has none of them, so
// that none can be added. RFC 8058 asks for both of the unsubscribing ones.
var signedFields = []string{
	"From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "References",
	"MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Auto-Submitted",
	"List-Id", "List-Post", "List-Help", "List-Subscribe", "List-Owner", "List-Archive",
	"List-Unsubscribe", "List-Unsubscribe-Post",
}

// signer signs what goes out (RFC 6376).
type signer struct {
	key    *rsa.PrivateKey
	small  ed25519.PrivateKey // follows from key, so that one file is enough
	domain string

	mu    sync.Mutex
	known map[[sha256.Size]byte][]byte // signatures over what copies share

	bodies bodies
}

// mostSignatures bounds how many of these are kept: those of the posts that go out now.
const mostSignatures = 64

// personalNames are the fields in which copies differ.
var personalNames = []string{"Reply-To", "List-Unsubscribe", "List-Unsubscribe-Post"}

// commonFields are the signed ones in which they do not.
var commonFields = slices.DeleteFunc(slices.Clone(signedFields), func(name string) bool { return slices.Contains(personalNames, name) })

func newSigner(key *rsa.PrivateKey, domain string) (*signer, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	seed, err := hkdf.Key(sha256.New, der, nil, "picus dkim ed25519", ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	return &signer{key: key, small: ed25519.NewKeyFromSeed(seed), domain: domain}, nil
}

// Open reads the addresses of the relay and the mailbox, and the signing key, or makes one where its
// file is missing. Call it before Run; without a key in the configuration mail is not
// signed.
func (g *Gateway) Open(context.Context) error {
	if err := g.conf.checkMailbox(); err != nil {
		return err
	}
	if g.conf.Relay != "" {
		if _, err := readRelay(g.conf.Relay, g.domain()); err != nil {
			return err
		}
	}
	if g.conf.IMAP != "" {
		account, err := imap.ReadAddress(g.conf.IMAP)
		if err != nil {
			return err
		}
		account.Trust = g.conf.IMAPTrust
		g.inbox = &account
	}
	if g.conf.DKIMKey == "" {
		return nil
	}
	key, err := readKey(g.conf.DKIMKey)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(g.conf.DKIMKey)
	}
	if err != nil {
		return fmt.Errorf("the DKIM key %s: %w", g.conf.DKIMKey, err)
	}
	g.dkim, err = newSigner(key, g.domain())
	return err
}

func readKey(name string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the file holds no PEM block")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(*rsa.PrivateKey)
	if !ok {
		return nil, errors.New("it is not an RSA key")
	}
	return key, nil
}

// makeKey writes a new key, for its owner's eyes only. The file appears whole or not
// at all, and one that another process has made in the meantime is left alone.
func makeKey(name string) (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".dkim-*") // of mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	err = errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: der}), f.Sync(), f.Close())
	if err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), name); errors.Is(err, fs.ErrExist) {
		return readKey(name)
	} else if err != nil {
		return nil, err
	}
	return key, nil
}

// sign returns the message with its signature before it, or as it is without a key.
func (g *Gateway) sign(raw []byte) ([]byte, error) { return g.signFields(raw, signedFields) }

// signFields is sign for a mail of which only some fields are to stay as they are.
func (g *Gateway) signFields(raw []byte, fields []string) ([]byte, error) {
	if g.dkim == nil {
		return raw, nil
	}
	signature, err := g.dkim.signature(g.dkim.key, selector, fields, raw)
	return slices.Concat(signature, raw), err
}

// signCopy signs a post for one recipient. An RSA signature costs a millisecond, and
// RFC 8058 wants the personal link to unsubscribe covered, so each copy has its own,
// unless the operator of very large lists says otherwise: then one RSA signature over
// what all copies share vouches for the author and the text, and a signature of
// Ed25519 (RFC 8463), which costs next to nothing but which not every receiver checks,
// covers the personal fields as well.
func (g *Gateway) signCopy(b *bulletin, personal, entity []byte) ([]byte, error) {
	if g.dkim == nil {
		return slices.Concat(personal, b.shared, entity), nil
	}
	fields, _ := cutHeader(entity)
	sum := g.dkim.bodies.hash(entity)
	if b.signed == nil {
		b.signed = headerFields(b.shared)
	}
	all := slices.Concat(headerFields(fields), b.signed, headerFields(personal)) // the last first
	if !g.conf.DKIMShared {
		own, err := g.dkim.signHeader(g.dkim.key, selector, signedFields, all, sum)
		return slices.Concat(own, personal, b.shared, entity), err
	}
	common, err := g.dkim.commonSignature(slices.Concat(b.shared, fields), sum)
	if err != nil {
		return nil, err
	}
	own, err := g.dkim.signHeader(g.dkim.small, smallSelector, signedFields, all, sum)
	return slices.Concat(own, common, personal, b.shared, entity), err
}

// commonSignature signs what all copies share, once for a fan-out.
func (s *signer) commonSignature(header []byte, body string) ([]byte, error) {
	sum := sha256.Sum256(append(slices.Clone(header), body...))
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.known[sum]; ok {
		return known, nil
	}
	signature, err := s.signHeader(s.key, selector, commonFields, headerFields(header), body)
	if err != nil {
		return nil, err
	}
	if s.known == nil || len(s.known) >= mostSignatures {
		s.known = map[[sha256.Size]byte][]byte{}
	}
	s.known[sum] = signature
	return signature, nil
}

// DNS returns the records that the operator publishes, each as a line of a zone
// file: where mail for the domain goes, who may send for it, and what signs it.
func (g *Gateway) DNS() []string {
	domain, host := g.domain(), g.domain()
	if u, err := url.Parse(g.conf.BaseURL); err == nil && u.Hostname() != "" {
		host = u.Hostname()
	}
	senders := "mx"
	if r, err := readRelay(g.conf.Relay, domain); err == nil && !r.loopback() {
		senders += " a:" + r.host
	}
	records := []string{
		domain + ". IN MX 10 " + host + ".",
		domain + `. IN TXT "v=spf1 ` + senders + ` -all"`,
		"_dmarc." + domain + `. IN TXT "v=DMARC1; p=quarantine"`,
	}
	if g.dkim == nil {
		return records
	}
	public, err := x509.MarshalPKIXPublicKey(&g.dkim.key.PublicKey)
	if err != nil {
		return records // an RSA key that signs can be written
	}
	records = append(records, selector+"._domainkey."+domain+". IN TXT "+quoteTXT("v=DKIM1; k=rsa; p="+base64.StdEncoding.EncodeToString(public)))
	if g.conf.DKIMShared {
		small := g.dkim.small.Public().(ed25519.PublicKey)
		records = append(records, smallSelector+"._domainkey."+domain+". IN TXT "+quoteTXT("v=DKIM1; k=ed25519; p="+base64.StdEncoding.EncodeToString(small)))
	}
	return records
}

// quoteTXT cuts a text into strings of at most 255 bytes (RFC 1035, section 3.3.14).
func quoteTXT(s string) string {
	const most = 255
	var parts []string
	for len(s) > most {
		parts, s = append(parts, `"`+s[:most]+`"`), s[most:]
	}
	return strings.Join(append(parts, `"`+s+`"`), " ")
}
