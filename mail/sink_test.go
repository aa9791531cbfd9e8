package mail_test

import (
	"errors"
	"io"
	"maps"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// sink is a mail server that takes everything, or answers as a test tells it to.
type sink struct {
	address  string
	arrived  chan caught
	accounts map[string]string // user → password; nil: it asks for none

	mu      sync.Mutex
	answers map[string]answer // by recipient
	server  *smtp.Server
	waiting map[string]int // recipients whose answer is slow, by domain
	most    map[string]int // the same at the worst moment
}

// caught is one mail that the sink has taken.
type caught struct {
	from, to string
	raw      string
	user     string
	secure   bool
}

// answer is how the sink treats a recipient.
type answer struct {
	rcpt error
	data error
	slow chan struct{} // the answer to RCPT comes when it is closed
	drop bool          // the connection ends after the final dot, without an answer
}

// newSink starts a sink on a free port.
func newSink(t testing.TB, setUp ...func(*smtp.Server, *sink)) *sink {
	t.Helper()
	s := &sink{arrived: make(chan caught, 20_000), answers: map[string]answer{}, waiting: map[string]int{}, most: map[string]int{}}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) { return &sinkSession{sink: s, conn: c}, nil }))
	s.server.Domain = "sink.example"
	s.server.MaxLineLength = 1 << 20
	s.server.ErrorLog = silent{}
	for _, f := range setUp {
		f(s.server, s)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.server.Serve(l) }()
	t.Cleanup(func() {
		s.server.Close()
		if err := <-served; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Errorf("the sink ended: %v", err)
		}
	})
	return s
}

func (s *sink) url() string { return "smtp://" + s.address }

// answer has the sink treat a recipient in a way of its own from now on.
func (s *sink) answer(to string, a answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[to] = a
}

func (s *sink) answerFor(to string) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answers[to]
}

// next waits for a mail.
func (s *sink) next(t testing.TB) caught {
	t.Helper()
	select {
	case c := <-s.arrived:
		return c
	case <-time.After(aWhile):
		t.Fatal("no mail came")
	}
	return caught{}
}

// take waits for n mails and returns them by recipient.
func (s *sink) take(t testing.TB, n int) map[string]caught {
	t.Helper()
	all := map[string]caught{}
	for range n {
		c := s.next(t)
		if _, twice := all[c.to]; twice {
			t.Errorf("%s got two mails", c.to)
		}
		all[c.to] = c
	}
	return all
}

type sinkSession struct {
	sink     *sink
	conn     *smtp.Conn
	from, to string
	user     string
}

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if s.sink.accounts != nil && s.user == "" {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	s.from = from
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	a := s.sink.answerFor(to)
	if a.slow != nil {
		s.sink.wait(to, 1)
		<-a.slow
		s.sink.wait(to, -1)
	}
	return a.rcpt
}

// wait counts a recipient whose answer is slow, or does so no more.
func (s *sink) wait(to string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	domain := to[strings.LastIndexByte(to, '@')+1:]
	s.waiting[domain] += n
	s.most[domain] = max(s.most[domain], s.waiting[domain])
}

// mostSlow returns how many connections each slow domain had at once.
func (s *sink) mostSlow() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.most)
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	a := s.sink.answerFor(s.to)
	if a.data != nil {
		return a.data
	}
	_, secure := s.conn.TLSConnectionState()
	s.sink.arrived <- caught{from: s.from, to: s.to, raw: string(raw), user: s.user, secure: secure}
	if a.drop {
		s.conn.Conn().Close()
	}
	return nil
}

func (s *sinkSession) Reset()        { s.from, s.to = "", "" }
func (s *sinkSession) Logout() error { return nil }

func (s *sinkSession) AuthMechanisms() []string {
	if s.sink.accounts == nil {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if want, ok := s.sink.accounts[user]; !ok || want != password {
			return smtp.ErrAuthFailed
		}
		s.user = user
		return nil
	}), nil
}

// silent drops what the server would log about connections that tests break.
type silent struct{}

func (silent) Printf(string, ...any) {}
func (silent) Println(...any)        {}

// head returns the header of a mail.
func (c caught) head() string {
	head, _, _ := strings.Cut(c.raw, "\r\n\r\n")
	return head + "\r\n"
}
