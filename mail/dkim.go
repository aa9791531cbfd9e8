package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/emersion/go-msgauth/dkim"
)

const (
	selector = "picus"
	keyBits  = 2048 // RSA, because many receivers still check nothing else (RFC 8301)
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
	domain string
}

// Open reads the address of the relay and the signing key, or makes one where its
// file is missing. Call it before Run; without a key in the configuration mail is not
// signed.
func (g *Gateway) Open(context.Context) error {
	if g.conf.Relay != "" {
		if _, err := readRelay(g.conf.Relay, g.domain()); err != nil {
			return err
		}
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
	g.dkim = &signer{key: key, domain: g.domain()}
	return nil
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
func (g *Gateway) sign(raw []byte) ([]byte, error) {
	if g.dkim == nil {
		return raw, nil
	}
	var b bytes.Buffer
	b.Grow(len(raw) + 1024)
	err := dkim.Sign(&b, bytes.NewReader(raw), &dkim.SignOptions{
		Domain: g.dkim.domain, Selector: selector, Signer: g.dkim.key,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed, BodyCanonicalization: dkim.CanonicalizationRelaxed,
		HeaderKeys: signedFields,
	})
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return b.Bytes(), nil
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
	return append(records, selector+"._domainkey."+domain+". IN TXT "+quoteTXT("v=DKIM1; k=rsa; p="+base64.StdEncoding.EncodeToString(public)))
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
