package account

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
)

// sumSize is the length of a keyed hash that leaves the house: 128 bits.
const sumSize = 16

// lower32 is base32 in lower case: mail servers may change the case of a local
// part, and this alphabet survives it.
var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Sign returns a keyed hash of the parts under the site's secret: 26 lower-case
// letters and digits. A hash made for one purpose is no good for another.
func (a *Accounts) Sign(purpose string, parts ...string) string {
	if len(a.secret) == 0 {
		panic("account: Open has not been called")
	}
	return lower32.EncodeToString(keyedSum(a.secret, purpose, parts...))
}

// Verify reports whether sum is what Sign returns for the same purpose and parts.
func (a *Accounts) Verify(sum, purpose string, parts ...string) bool {
	return hmac.Equal([]byte(sum), []byte(a.Sign(purpose, parts...)))
}

// keyedSum puts the length before each part, so that ("ab", "c") and ("a", "bc") differ.
func keyedSum(key []byte, purpose string, parts ...string) []byte {
	h := hmac.New(sha256.New, key)
	for _, part := range append([]string{purpose}, parts...) {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return h.Sum(nil)[:sumSize]
}

// newSecret returns 256 random bits as text, for a cookie or a link.
func newSecret() string { return base64.RawURLEncoding.EncodeToString(random(32)) }

// hashed is what the database keeps of a secret. The secret has 256 bits (the set-up
// code 100), so a plain hash cannot be turned back.
func hashed(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
