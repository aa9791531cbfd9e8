package mail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-smtp"

	"picus/internal/fault"
	"picus/mail/message"
)

const (
	maxLine        = 1 << 20          // go-smtp's own 2000 refuses real mail for good
	aboveLine      = 64 << 10         // more than is read ahead of a mail before its lines are counted
	clientPatience = 5 * time.Minute  // RFC 5321, section 4.5.3.2
	answerLimit    = 30 * time.Second // for the database behind one command
	lastWords      = 5 * time.Second  // for the mails under way when the server stops
)

// ServeSMTP takes mail in on l until ctx ends. It relays nothing, and it asks nobody
// to sign in: it delivers to the addresses of this site alone.
func (g *Gateway) ServeSMTP(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, false)
}

// ServeLMTP is ServeSMTP for a mail server in front, which hears of each recipient
// how it went (RFC 2033).
func (g *Gateway) ServeLMTP(ctx context.Context, l net.Listener) error {
	return g.serve(ctx, l, true)
}

func (g *Gateway) serve(ctx context.Context, l net.Listener, lmtp bool) error {
	d := newDoor(l, g.conf.trusts)
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &session{g: g, visitor: c.Conn().(*visitor), lmtp: lmtp}, nil
	}))
	s.Domain, s.LMTP, s.EnableSMTPUTF8 = g.domain(), lmtp, true
	// Of mail longer lines are cut before they come here, see visitor.
	s.MaxLineLength, s.MaxMessageBytes, s.MaxRecipients = maxLine+aboveLine, MaxMessage, maxRecipients
	s.ReadTimeout, s.WriteTimeout = clientPatience, clientPatience
	s.ErrorLog = serverLog{}

	ended := make(chan error, 1)
	go func() { ended <- s.Serve(d) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	d.hurry()
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	err := s.Shutdown(late)
	<-ended
	d.closeAll()
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// session is one conversation with a client.
type session struct {
	g       *Gateway
	visitor *visitor
	lmtp    bool
	from    string
	to      []string

	routes map[string]route // of the recipients
}

// Mail begins a mail. Whether its sender is who they say is judged by what follows.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from, s.to, s.routes = from, nil, map[string]route{}
	return nil
}

// Rcpt refuses addresses that lead nowhere, before the mail is sent.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	r, err := s.g.routeFor(ctx, to, s.from)
	if err != nil {
		return s.g.refusalOf(err)
	}
	s.routes[to] = r
	// The same address named a hundred times is one copy. A server in front hears of
	// each by LMTP, so there each is counted.
	if s.lmtp || !slices.ContainsFunc(s.to, func(known string) bool { return strings.EqualFold(known, to) }) {
		s.to = append(s.to, to)
	}
	return nil
}

// Data takes the mail in for all recipients at once: one answer holds for all of
// them. Where only some are refused, the mail is accepted, and the sender hears of
// the others by mail, unless the mail is too large to be kept for them.
func (s *session) Data(r io.Reader) error {
	env, err := s.envelope(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit) // not before the mail has come, which takes its time
	defer cancel()
	errs := s.g.Receive(ctx, env)
	var refused Envelope
	var why []error
	for i, err := range errs {
		if fault.Is(err, fault.Internal) || fault.Is(err, fault.Limited) {
			return s.g.refusalOf(err) // the client tries again; who has it already knows it
		}
		if err != nil {
			why = append(why, err)
		}
		if err != nil && !tooLarge(err) {
			refused.To = append(refused.To, env.To[i])
		}
	}
	if len(why) == len(env.To) {
		return s.g.refusalOf(why[0])
	}
	refused.From, refused.Peer, refused.Raw = env.From, env.Peer, env.Raw
	return s.g.refusalOf(s.g.store(ctx, refused, message.ParseHeader(env.Raw)))
}

// LMTPData takes the mail in and answers for each recipient.
func (s *session) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	env, err := s.envelope(r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit) // not before the mail has come, which takes its time
	defer cancel()
	for i, err := range s.g.Receive(ctx, env) {
		status.SetStatus(env.To[i], s.g.refusalOf(err))
	}
	return nil
}

// envelope reads the mail itself.
func (s *session) envelope(r io.Reader) (Envelope, error) {
	if _, piece := r.(*io.PipeReader); !piece {
		s.visitor.takesMail()
	}
	raw, err := io.ReadAll(r)
	env := Envelope{From: s.from, To: s.to, Peer: s.visitor.peer, Raw: raw, routes: s.routes}
	switch {
	case s.visitor.mail != nil && s.visitor.mail.taken > 0:
		return env, s.refuse(env, errLongLine)
	case errors.Is(err, smtp.ErrDataTooLarge):
		return env, s.refuse(env, errTooLarge)
	}
	return env, err
}

var errLongLine = fault.Bad(fieldSize, "A line of this mail is longer than %d MB. Please send what is so long as a file.", maxLine>>20)

// refuse answers a mail that was not read to its end, with a trace for the administrator.
func (s *session) refuse(env Envelope, err error) error {
	ctx, cancel := context.WithTimeout(context.Background(), answerLimit)
	defer cancel()
	s.g.noteRefusals(ctx, env, message.ParseHeader(env.Raw), slices.Repeat([]string{err.Error()}, len(env.To)))
	return s.g.refusalOf(err)
}

// Reset forgets the mail that was begun.
func (s *session) Reset() {
	s.from, s.to = "", nil
	s.visitor.mail = nil
}

// Logout ends the conversation; there is nothing to put away.
func (s *session) Logout() error { return nil }

// peerOf returns the address of the other side; a Unix socket has none.
func peerOf(c net.Conn) netip.Addr {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr().Unmap().WithZone("")
	}
	return netip.Addr{}
}

// serverLog is what go-smtp says: broken connections, which are the client's affair.
type serverLog struct{}

func (serverLog) Printf(format string, v ...any) { slog.Debug("smtp: "+format, "values", v) }
func (serverLog) Println(v ...any)               { slog.Debug("smtp", "values", v) }
