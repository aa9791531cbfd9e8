package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// mutedDomain is the one of the fifty that takes a connection and then says nothing more.
const mutedDomain = "@domain7.example"

// polite is the part of goal 7 about receivers that do not answer: when the mails of the
// other domains come while one of the fifty is mute, against when all answer.
func (b *bench) polite(ctx context.Context) error {
	var slower, most []float64
	for range 3 {
		calm, _, err := b.arrivals(ctx, false)
		if err != nil {
			return err
		}
		beside, at, err := b.arrivals(ctx, true)
		if err != nil {
			return err
		}
		slower, most = append(slower, percentile(beside, 0.95)/percentile(calm, 0.95)), append(most, float64(at))
		b.note("p95 from post to mailbox with all domains well %s s, beside a mute one %s s", number(percentile(calm, 0.95)), number(percentile(beside, 0.95)))
	}
	b.add(Figure{Goal: 7, What: "mail to other domains while one of fifty is mute, p95", Unit: "times", Floor: 1.2, How: "from the answer to the form to each mail, against the same post with all domains well"}, slower...)
	b.add(Figure{Goal: 7, What: "connections for the mute domain", Unit: "at once", Floor: 2, How: "recipients of it that the sink has not answered"}, most...)
	return nil
}

// arrivals has one post go out and returns after how many seconds each mail to a domain that
// answers came, and how many connections the mute one had.
func (b *bench) arrivals(ctx context.Context, mute bool) (came []float64, most int, err error) {
	t, address, err := newTarpit(mute)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, t.close()) }()
	s, err := b.program.serveMail(ctx, b.data, "", "smtp://"+address,
		"PICUS_DKIM_KEY="+filepath.Join(b.data, "dkim.pem"), "PICUS_DKIM_SHARED=true", "PICUS_MAIL_DOMAIN=lists.example")
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	by, err := s.signIn(writerName(0), password)
	if err != nil {
		return nil, 0, err
	}
	if err := by.send(by.post("/b/"+fanBoard+"/new", "kind", "discussion", "title", "To all who answer", "body", "Hello. 你好。")); err != nil {
		return nil, 0, err
	}
	begun := time.Now()
	for deadline := begun.Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		at, inside := t.seen()
		switch {
		case len(at) >= subscribers*49/50:
			for _, c := range at {
				came = append(came, c.Sub(begun).Seconds())
			}
			return came, inside, nil
		case ctx.Err() != nil:
			return nil, 0, ctx.Err()
		case time.Now().After(deadline):
			return nil, 0, fmt.Errorf("only %d mails came to the domains that answer", len(at))
		}
	}
}

// tarpit is a sink in which one domain may be mute.
type tarpit struct {
	server *smtp.Server
	ended  chan error
	over   chan struct{} // closed: the mute domain is let go

	mu           sync.Mutex
	at           []time.Time // of mails to other domains
	inside, most int         // recipients of the mute domain without an answer
}

func newTarpit(mute bool) (*tarpit, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	t := &tarpit{ended: make(chan error, 1), over: make(chan struct{})}
	if !mute {
		close(t.over)
	}
	t.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &caller{tarpit: t}, nil }))
	t.server.Domain, t.server.ErrorLog = "sink.example", log.New(io.Discard, "", 0)
	go func() { t.ended <- t.server.Serve(l) }()
	return t, l.Addr().String(), nil
}

func (t *tarpit) seen() ([]time.Time, int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.at, t.most
}

func (t *tarpit) close() error {
	select {
	case <-t.over:
	default:
		close(t.over)
	}
	t.server.Close()
	if err := <-t.ended; !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// caller is one connection to the tarpit.
type caller struct {
	discarding
	*tarpit
	to string
}

func (c *caller) Rcpt(to string, _ *smtp.RcptOptions) error {
	c.to = to
	if !strings.HasSuffix(to, mutedDomain) {
		return nil
	}
	c.mu.Lock()
	c.inside++
	c.most = max(c.most, c.inside)
	c.mu.Unlock()
	<-c.over
	c.mu.Lock()
	c.inside--
	c.mu.Unlock()
	return nil
}

func (c *caller) Data(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return err
	}
	if strings.HasSuffix(c.to, mutedDomain) {
		return nil
	}
	c.mu.Lock()
	c.at = append(c.at, time.Now())
	c.mu.Unlock()
	return nil
}
