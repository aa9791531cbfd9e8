package mail

import (
	"regexp"
	"strings"

	"picus/mail/message"
)

// Whoever answers a mail of ours may quote it whole, or add it as a file (SECURITY.md,
// M-2). What would let others act in their name is taken out before anybody reads it.

// plus is a + as texts, links and HTML write it.
const plus = `(\+|%2b|&#0*43;|&#x0*2b;|&plus;)`

// personalAddress finds the addresses that hold a token.
var personalAddress = regexp.MustCompile(`(?i)\b(reply|confirm|bounce|resume|mod|private|suggestion)` + plus + `[a-z0-9-]{20,}`)

// personalWord finds the subject by which a mail to the list unsubscribes somebody.
var personalWord = regexp.MustCompile(`(?i)\b(unsubscribe)(\s+|%20|` + plus + `)[a-z0-9]+-[a-z0-9]+-[a-z0-9]{20,}`)

// privateToken finds the private addresses, which the foot of every list mail has.
var privateToken = regexp.MustCompile(`(?i)\bprivate\+[a-z0-9]{20,}`)

// brokenPrivate finds one within which a line ends.
var brokenPrivate = regexp.MustCompile(`(?i)\bprivate\+(?:[a-z0-9]|=?[ \t]*\r?\n[ \t>|]*){20,200}@`)

// personalLink finds the links of ours that work without signing in.
var personalLink = regexp.MustCompile(`(?i)/(confirm|unsubscribe|resume|reset|address)[/?][^\s<>")\]]*`)

// hideSecrets takes out of a text what would let its readers act for its author.
func (g *Gateway) hideSecrets(text string) string {
	text = g.hideBroken(text)
	if mayHoldToken(text) {
		text = personalAddress.ReplaceAllString(text, "$1$2…")
		text = personalWord.ReplaceAllString(text, "$1$2…")
	}
	if g.conf.BaseURL == "" || !strings.Contains(text, g.conf.BaseURL) {
		return text
	}
	parts := strings.Split(text, g.conf.BaseURL)
	for i, part := range parts[1:] {
		if at := personalLink.FindStringIndex(part); at != nil && at[0] == 0 {
			parts[i+1] = "/…" + part[at[1]:]
		}
	}
	return strings.Join(parts, g.conf.BaseURL)
}

// mayHoldToken is a quick look for what the expressions find: few texts have it, and
// they take longer than all the rest of a mail.
func mayHoldToken(text string) bool {
	if strings.Contains(text, "nsubscribe") {
		return true
	}
	for at := 0; ; {
		next := strings.IndexAny(text[at:], "+%&")
		if next < 0 {
			return false
		}
		at += next
		for _, p := range tokened {
			name := string(p)
			if at >= len(name) && strings.EqualFold(text[at-len(name):at], name) {
				return true
			}
		}
		at++
	}
}

// tellsSecrets reports whether a mail quotes an address or a link that would let its
// readers act for its author.
func (g *Gateway) tellsSecrets(raw []byte) (found bool) {
	s := g.newSearch()
	message.Texts(raw, func(text string) {
		found = found || s.packed(text, 0)
		text = brokenPrivate.ReplaceAllLiteralString(text, "")
		text = privateToken.ReplaceAllLiteralString(text, "") // good for one sender alone, who has to prove to be that
		found = found || s.text(text)
	})
	return found
}

// withoutSecrets returns a file without what hideSecrets hides, whatever way the parts of
// a mail in it are encoded. It is not ok where that cannot be taken out.
func (s *search) withoutSecrets(file []byte) (clean []byte, ok bool) {
	if !s.file(file) {
		return file, true
	}
	if isZip(string(file[:min(len(file), 8)])) {
		return nil, false
	}
	clean = message.Rewrite(file, s.g.hideSecrets)
	return clean, !s.file(clean)
}
