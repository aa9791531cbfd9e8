package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"
)

// DiscardMail is a server that takes every mail and forgets it, with the library that
// Picus uses: what is left when nothing has to be durable.
func DiscardMail(ctx context.Context, address string, out io.Writer) error {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &discarding{}, nil }))
	server.Domain = "localhost"
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "it serves http://%s\n", l.Addr())
	context.AfterFunc(ctx, func() { server.Close() })
	if err := server.Serve(l); !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// discarding takes mail; took counts it where somebody wants to know.
type discarding struct{ took *atomic.Int64 }

func (d *discarding) Mail(string, *smtp.MailOptions) error { return nil }
func (d *discarding) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (d *discarding) Reset()                               {}
func (d *discarding) Logout() error                        { return nil }

func (d *discarding) Data(r io.Reader) error {
	_, err := io.Copy(io.Discard, r)
	if d.took != nil {
		d.took.Add(1)
	}
	return err
}

// discard starts the server that forgets, in a process of its own.
func (b *bench) discard(ctx context.Context, address string) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(b.data, "discard.log"))
	if err != nil {
		return nil, err
	}
	return start(exec.CommandContext(ctx, self, "-discard", address), log)
}

// freeAddress is a place where nobody listens at present.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// posting hands in one mail after the other over a connection of its own; every fifth
// begins a thread, and the others answer it.
func (b *bench) posting(door string, nth int, run *atomic.Int64) work {
	var c *smtp.Client
	bodies, n, first := b.bodies(100), 0, ""
	from := writerName(nth) + "@example.org"
	return func(r *rand.Rand) (err error) {
		if c == nil {
			if c, err = smtp.Dial(door); err != nil {
				return err
			}
		}
		id := fmt.Sprintf("<%d.%d.%d@example.org>", run.Add(1), nth, n)
		head := "From: " + from + "\r\nTo: python@localhost\r\nDate: " + time.Now().Format(time.RFC1123Z) + "\r\nMessage-ID: " + id + "\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
		if n%5 == 0 {
			first = id
			head += "Subject: A subject of its own " + id + "\r\n"
		} else {
			head += "Subject: Re: A subject of its own " + first + "\r\nIn-Reply-To: " + first + "\r\nReferences: " + first + "\r\n"
		}
		n++
		return c.SendMail(from, []string{"python@localhost"}, strings.NewReader(head+"\r\n"+strings.ReplaceAll(pick(r, bodies), "\n", "\r\n")+"\r\n"))
	}
}

// mailIn is goal 6: sixteen servers hand mail in, each mail durable before it is
// answered, held against a server that forgets; and how fast the mails become posts.
func (b *bench) mailIn(ctx context.Context) (err error) {
	if err := b.people(ctx); err != nil {
		return err
	}
	doors := make([]string, 2)
	for i := range doors {
		if doors[i], err = freeAddress(); err != nil {
			return err
		}
	}
	forgets, err := b.discard(ctx, doors[0])
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, forgets.stop()) }()
	s, err := b.program.serveMail(ctx, b.data, doors[1], "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	counts, err := sql.Open("sqlite3", "file:"+filepath.Join(b.data, "picus.db")+"?mode=ro&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer counts.Close()
	var run atomic.Int64
	var bare, ours []work
	for i := range connections {
		bare, ours = append(bare, b.posting(doors[0], i, &run)), append(ours, b.posting(doors[1], i, &run))
	}
	var share, taken, posted []float64
	for round := range rounds + 1 {
		forgotten, err := forgets.drive(ctx, uint64(round), 2*time.Second, bare...)
		if err != nil {
			return err
		}
		begun := time.Now()
		kept, err := s.drive(ctx, uint64(round), 2*time.Second, ours...)
		if err != nil {
			return err
		}
		if err := untilRead(ctx, counts); err != nil {
			return err
		}
		if round > 0 {
			share, taken = append(share, kept.rate()/forgotten.rate()), append(taken, kept.rate())
			posted = append(posted, float64(kept.n)/time.Since(begun).Seconds())
		}
	}
	b.add(Figure{Goal: 6, What: "mail taken in, against a server that forgets it", Unit: "times", Floor: 0.2, Least: true,
		How: "16 connections, one mail of one recipient at a time, 250 only after it is durable; go-smtp that discards, side by side"}, share...)
	b.add(Figure{Goal: 6, What: "mails parsed, threaded and indexed", Unit: "a second", Floor: 1000, Least: true,
		How: "from the first mail handed in to the last that has become a post, four in five of them answers"}, posted...)
	b.note("mails taken in per second: %s", number(median(taken)))
	return nil
}

// untilRead waits until every mail has become what it becomes.
func untilRead(ctx context.Context, counts *sql.DB) error {
	for ctx.Err() == nil {
		var n int
		if err := counts.QueryRowContext(ctx, "SELECT count(*) FROM message WHERE fate = 'received'").Scan(&n); err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return ctx.Err()
}
