package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/emersion/go-smtp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
)

// subscribers is how many people have the board by mail.
const subscribers = 10_000

// fanBoard is the board they have.
const fanBoard = "fan"

// errRolledBack ends a transaction whose time alone was wanted.
var errRolledBack = errors.New("rolled back")

// mailOut is goal 7: one post to 10,000 subscribers of fifty domains.
func (b *bench) mailOut(ctx context.Context) (err error) {
	if err := b.people(ctx); err != nil {
		return err
	}
	queued, err := b.subscribe(ctx)
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 7, What: "one post queued for 10,000 subscribers", Unit: "ms", Floor: 50, How: "the transaction that notifies and writes their rows, rolled back"}, queued...)
	sink, address, err := newSink()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, sink.close()) }()
	for _, shared := range []bool{true, false} {
		if err := b.fanOut(ctx, sink, address, shared); err != nil {
			return err
		}
	}
	return b.polite(ctx)
}

// fanOut has posts go out with one signature for all, or with one for each.
func (b *bench) fanOut(ctx context.Context, sink *counting, address string, shared bool) (err error) {
	s, err := b.program.serveMail(ctx, b.data, "", "smtp://"+address,
		"PICUS_DKIM_KEY="+filepath.Join(b.data, "dkim.pem"), fmt.Sprintf("PICUS_DKIM_SHARED=%v", shared), "PICUS_MAIL_DOMAIN=lists.example")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	writer, err := s.signIn(writerName(0), password)
	if err != nil {
		return err
	}
	if shared {
		return b.sharedFanOut(ctx, s, writer, sink)
	}
	var cost []float64
	for range 2 {
		alone, err := b.onePost(ctx, s, writer, sink, nil)
		if err != nil {
			return err
		}
		cost = append(cost, alone.cpu.Seconds())
	}
	b.add(Figure{Goal: 7, What: "handed over, each with its own signature", Unit: "CPU s", Floor: 12, How: "CPU of the server, RSA of 2048 bits"}, cost...)
	return nil
}

// sharedFanOut also has a reader read meanwhile.
func (b *bench) sharedFanOut(ctx context.Context, s *server, writer *browser, sink *counting) error {
	reader, err := s.signIn(readerName, password)
	if err != nil {
		return err
	}
	pages := reader.reads(some(b.draw, 3000, b.longThread))
	var took, cost, slower []float64
	for round := range 4 {
		calm, err := s.drive(ctx, uint64(round), time.Second, pages)
		if err != nil {
			return err
		}
		alone, err := b.onePost(ctx, s, writer, sink, nil)
		if err != nil {
			return err
		}
		both, err := b.onePost(ctx, s, writer, sink, pages)
		if err != nil {
			return err
		}
		if round > 0 { // the first warms up
			took, cost = append(took, alone.wall.Seconds()), append(cost, alone.cpu.Seconds())
			slower = append(slower, (both.cpu-alone.cpu).Seconds()*1000/float64(max(1, both.n))/calm.each())
		}
	}
	b.add(Figure{Goal: 7, What: "handed to a local sink, one shared signature", Unit: "s", Floor: 2, How: "from the answer to the form to the last of 10,000 mails, with VERP, eight connections"}, took...)
	b.add(Figure{Goal: 7, What: "a reader's page meanwhile, against calm", Unit: "times", Floor: 1.5, How: "CPU of the server while it sends, less what sending alone costs, for a page"}, slower...)
	b.note("with one shared signature 10,000 mails cost the server %s CPU s", number(median(cost)))
	return nil
}

// onePost writes one post, lets others work until all its mails have come, and returns
// what that cost; n are the pieces of the others' work.
func (b *bench) onePost(ctx context.Context, s *server, by *browser, sink *counting, meanwhile work) (done, error) {
	sink.took.Store(0)
	before, err := s.cpu()
	if err != nil {
		return done{}, err
	}
	if err := by.send(by.post("/b/"+fanBoard+"/new", "kind", "discussion", "title", "To everybody", "body", "Hello, everybody. 你好。")); err != nil {
		return done{}, err
	}
	begun, result := time.Now(), done{}
	r := rand.New(rand.NewPCG(1, 1))
	for sink.took.Load() < subscribers {
		switch {
		case ctx.Err() != nil:
			return done{}, ctx.Err()
		case time.Since(begun) > 2*time.Minute:
			return done{}, fmt.Errorf("only %d of %d mails came", sink.took.Load(), subscribers)
		case meanwhile == nil:
			time.Sleep(time.Millisecond)
			continue
		}
		if err := meanwhile(r); err != nil {
			return done{}, err
		}
		result.n++
	}
	result.wall = time.Since(begun)
	time.Sleep(200 * time.Millisecond) // the last outcomes are written down
	after, err := s.cpu()
	result.cpu = after - before
	return result, err
}

// counting is a sink that counts.
type counting struct {
	server *smtp.Server
	took   atomic.Int64
	ended  chan error
}

func newSink() (*counting, string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	c := &counting{ended: make(chan error, 1)}
	c.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &discarding{took: &c.took}, nil }))
	c.server.Domain, c.server.ErrorLog = "sink.example", log.New(io.Discard, "", 0)
	go func() { c.ended <- c.server.Serve(l) }()
	return c, l.Addr().String(), nil
}

func (c *counting) close() error {
	c.server.Close()
	if err := <-c.ended; !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// subscribe makes the board and its subscribers, and measures how long a post takes to
// be queued for all of them.
func (b *bench) subscribe(ctx context.Context) (took []float64, err error) {
	h, err := openHouse(ctx, b.data)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	board, err := h.forum.AddBoard(ctx, account.Operator(), forum.Board{Slug: fanBoard, Title: "Fan", MayPost: 1})
	if err != nil {
		return nil, err
	}
	items := &item.Store{DB: h.db, Jobs: job.New(h.db, time.Now), Now: time.Now}
	var event int64
	err = h.db.Write(ctx, func(tx *db.Tx) error {
		if err := addSubscribers(ctx, tx, board.ID); err != nil {
			return err
		}
		author, err := db.Value[int64](ctx, tx, "SELECT id FROM account WHERE name = ?", writerName(0))
		if err != nil {
			return err
		}
		saved, err := items.Create(ctx, tx, item.New{Kind: item.Thread, Space: board.ID, Author: account.User{ID: author}, Status: item.Live,
			Via: item.Web, At: time.Now(), Text: item.Render("Hello", item.Markdown, "Hello.", true, nil)})
		event = saved.Event
		return err
	})
	if err != nil {
		return nil, err
	}
	for range rounds {
		begun := time.Now()
		err := h.db.Write(ctx, func(tx *db.Tx) error {
			if err := items.Notify(ctx, tx, event); err != nil {
				return err
			}
			n, err := items.QueueMail(ctx, tx, event)
			if err == nil && n != subscribers {
				return fmt.Errorf("%d mails are queued; want %d", n, subscribers)
			}
			took = append(took, time.Since(begun).Seconds()*1000)
			return errors.Join(err, errRolledBack)
		})
		if !errors.Is(err, errRolledBack) {
			return nil, err
		}
	}
	return took, h.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM job WHERE kind = ?", item.EventJob)
		return err
	})
}

func addSubscribers(ctx context.Context, tx *db.Tx, board int64) error {
	for i := range subscribers {
		name := fmt.Sprintf("subscriber-%d", i)
		address := fmt.Sprintf("%s@domain%d.example", name, i%50)
		id, err := tx.Insert(ctx, `
			INSERT INTO account (name, name_key, display, email, email_key, status, role, reply_key, created)
			VALUES (?, ?, ?, ?, ?, 'active', 'member', ?, 0) RETURNING id`, name, name, name, address, address, []byte("key of "+name))
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', ?, ?, 'watch', 'mail', 0)", board, id)
		if err != nil {
			return err
		}
	}
	return nil
}
