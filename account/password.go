package account

import (
	"bytes"
	"context"
	"crypto/subtle"
	_ "embed"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"picus/internal/fault"
)

const (
	minPassword = 8
	maxPassword = 1024
)

// What a hash costs: the minimum of the OWASP Password Storage Cheat Sheet.
const (
	argonMemory  = 19456 // KiB
	argonTime    = 2
	argonThreads = 1
	saltSize     = 16
	hashSize     = 32
)

// hashesAtOnce bounds memory and leaves the processors to the readers.
const hashesAtOnce = 2

// common-passwords.txt names its origin and licences at its top.
//
//go:embed common-passwords.txt
var commonPasswords []byte

// checkPassword returns the fault of a new password, if it has one. mine are words
// that a guesser tries first: the person's name and address. There is no rule about
// kinds of characters (NIST SP 800-63B, section 3.1.1.2).
func checkPassword(password string, mine ...string) error {
	password = norm.NFC.String(password)
	n := utf8.RuneCountInString(password)
	if n < minPassword {
		return fault.Bad("password", "A password has at least %d characters. A few words in a row are easy to remember.", minPassword)
	}
	if n > maxPassword || !utf8.ValidString(password) {
		return fault.Bad("password", "A password has at most %d characters.", maxPassword)
	}
	if isCommon(password) {
		return fault.Bad("password", "This password is one of the first that a guesser would try. Please choose another.")
	}
	for _, word := range mine {
		local, _, _ := strings.Cut(word, "@")
		if p := fold(password); p == fold(word) || p == fold(local) {
			return fault.Bad("password", "This password is the same as your name or your address. Please choose another.")
		}
	}
	return nil
}

func isCommon(password string) bool {
	return bytes.Contains(commonPasswords, []byte("\n"+strings.ToLower(password)+"\n"))
}

// hashing makes and compares password hashes, a few at a time.
type hashing chan struct{}

func newHashing() hashing { return make(hashing, hashesAtOnce) }

// make returns the hash of password as a PHC string
// (https://github.com/P-H-C/phc-string-format).
func (h hashing) make(ctx context.Context, password string) (string, error) {
	salt := random(saltSize)
	sum, err := h.sum(ctx, password, phc{argonMemory, argonTime, argonThreads, salt, make([]byte, hashSize)})
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, argonMemory, argonTime, argonThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// check reports whether password is the one that was hashed, and whether the hash was
// made at another cost than today's. Where there is no hash it works as long, so that
// the time does not tell.
func (h hashing) check(ctx context.Context, hash, password string) (right, stale bool, err error) {
	want, ok := readPHC(hash)
	if !ok || len(password) > maxPassword*utf8.UTFMax {
		want, ok = phc{argonMemory, argonTime, argonThreads, make([]byte, saltSize), make([]byte, hashSize)}, false
	}
	got, err := h.sum(ctx, password, want)
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(got, want.sum) == 1 && ok
	return right, right && want.stale(), nil
}

// sum waits for its turn. Text that looks the same can be typed in several ways,
// which NFC makes one.
func (h hashing) sum(ctx context.Context, password string, p phc) ([]byte, error) {
	select {
	case h <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), p.salt, p.time, p.memory, p.threads, uint32(len(p.sum))), nil
}

// phc is a hash with the cost it was made at.
type phc struct {
	memory, time uint32
	threads      uint8
	salt, sum    []byte
}

func (p phc) stale() bool {
	return p.memory != argonMemory || p.time != argonTime || p.threads != argonThreads
}

func readPHC(s string) (p phc, ok bool) {
	parts := strings.Split(s, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return phc{}, false
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); err != nil {
		return phc{}, false
	}
	var err, err2 error
	p.salt, err = base64.RawStdEncoding.DecodeString(parts[4])
	p.sum, err2 = base64.RawStdEncoding.DecodeString(parts[5])
	// argon2 panics on a time or a number of threads below 1.
	sound := err == nil && err2 == nil && len(p.sum) > 0 && p.time > 0 && p.threads > 0
	return p, sound
}
