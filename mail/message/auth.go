package message

import (
	"strings"

	"github.com/emersion/go-msgauth/authres"
)

// Reported returns what the mail server authserv wrote into the message about its
// sender (Authentication-Results, RFC 8601). Anybody can write such a field, so that
// it counts only where authserv is the operator's own server and takes foreign
// fields of its name out (SECURITY.md, M-1). Only the topmost one is believed.
func (m *Message) Reported(authserv string) Auth {
	var a Auth
	for _, raw := range m.header.all("Authentication-Results") {
		id, results, err := authres.Parse(raw)
		if err != nil || authserv == "" || !strings.EqualFold(id, authserv) {
			continue
		}
		for _, r := range results {
			a.take(r)
		}
		return a
	}
	return a
}

// take notes one result. Of several signatures one that is good is enough.
func (a *Auth) take(result authres.Result) {
	switch r := result.(type) {
	case *authres.SPFResult:
		a.SPF = string(r.Value)
	case *authres.DKIMResult:
		if a.DKIM != "pass" {
			a.DKIM = string(r.Value)
		}
	case *authres.DMARCResult:
		a.DMARC = string(r.Value)
	}
}
