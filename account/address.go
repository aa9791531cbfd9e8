package account

import (
	"net/mail"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"

	"picus/internal/fault"
)

// The limits of RFC 5321, section 4.5.3.1; a path is two characters longer than its address.
const (
	maxAddress = 254
	maxLocal   = 64
)

// tidyAddress returns a mail address with its domain in ASCII, or the fault of it.
func tidyAddress(s string) (string, error) {
	errBad := fault.Bad("email", "This does not look like a mail address. Please check it; it reads like name@example.org.")
	s = norm.NFC.String(strings.TrimSpace(s))
	if len(s) > maxAddress || strings.ContainsFunc(s, unaddressable) {
		return s, errBad
	}
	parsed, err := mail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return s, errBad
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil || len(local) > maxLocal || !dotted(ascii) {
		return s, errBad
	}
	address := local + "@" + strings.ToLower(ascii)
	if len(address) > maxAddress {
		return s, errBad
	}
	return address, nil
}

// unaddressable keeps quoted local parts, comments and domain literals out: they are
// allowed by RFC 5322, and nobody has had such a mailbox for decades.
func unaddressable(r rune) bool {
	return strings.ContainsRune("\"()<>[]\\,:;", r) || unicode.IsSpace(r) || invisible(r)
}

// dotted refuses bob@gmail, a common slip, but not the one name every machine has.
func dotted(domain string) bool { return strings.Contains(domain, ".") || domain == "localhost" }

// addressKey is equal for two spellings of one mailbox. Strictly the local part may
// depend on case (RFC 5321, section 2.4); no provider dares to make use of that.
func addressKey(address string) string { return strings.ToLower(norm.NFC.String(address)) }
