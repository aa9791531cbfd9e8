package mail

import "time"

// Wake tells the sending pool that the clock of a test has moved.
func (g *Gateway) Wake() { g.wake() }

// Hurry shortens the timeouts towards the relay.
func (g *Gateway) Hurry(answer time.Duration) {
	g.patience = patience{connect: 5 * time.Second, command: answer, submit: answer, idle: time.Minute, leave: time.Millisecond, stall: 100 * time.Millisecond}
}

// LeaveAtOnce has no mail under way brought to its end when the program is told to stop.
func (g *Gateway) LeaveAtOnce() {
	g.patience = patient
	g.patience.leave = time.Millisecond
}

// BounceAddress and ReadBounce are the two ends of an envelope sender.
func (g *Gateway) BounceAddress(row int64) string { return g.bounceAddress(row) }

func (g *Gateway) ReadBounce(token string) (int64, bool) { return g.readBounce(token) }

// UnsubscribeToken is what stands in the header of a mail.
func (g *Gateway) UnsubscribeToken(account, space int64) string {
	return g.unsubscribeToken(account, space)
}

// SignAs signs a mail with the gateway's key as another domain's server would, which
// does not sign what lists add.
func (g *Gateway) SignAs(domain, raw string) string {
	s := &signer{key: g.dkim.key, domain: domain}
	signature, err := s.signature(s.key, selector, []string{"From", "To", "Cc", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}, []byte(raw))
	if err != nil {
		panic(err)
	}
	return string(signature) + raw
}

// HurryAll shortens the time for a connection as well.
func (g *Gateway) HurryAll(answer time.Duration) {
	g.patience = patience{connect: answer, command: answer, submit: answer, idle: time.Minute, leave: time.Millisecond, stall: 100 * time.Millisecond}
}
