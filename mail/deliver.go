package mail

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"picus/internal/fault"
)

// deliver claims the rows of a unit, hands them to the relay one after the other,
// and settles them.
func (g *Gateway) deliver(ctx context.Context, r *relay, l *lane, ids []int64, at *stint) report {
	report := report{lane: l, ids: ids, stint: at}
	conn, err := r.open(ctx, g.now())
	if err != nil {
		if ctx.Err() == nil {
			report.down = err
		}
		return report
	}
	defer func() { r.giveBack(conn, g.now()) }()
	defer g.leave(ctx, conn, r.patience.leave)()
	rows, err := g.claim(ctx, ids)
	if err != nil {
		slog.Error("outgoing mail: claim", "error", err)
		return report
	}
	s := g.newSettler(ctx)
	g.handAll(ctx, conn, rows, func(o outcome) {
		at.move(r.patience.stall)
		s.add(o)
	})
	s.wait()
	report.slow = conn.late
	return report
}

// unsettled bounds how many mails a worker may have handed over whose outcome is not
// yet written down: twice so many, and the one in hand, are what may come again where the process dies.
const unsettled = 24

// settler writes outcomes down beside the worker that brings them about, as many at a
// time as have come while the database was busy with those before.
type settler struct {
	came  chan outcome
	ended chan struct{}
}

func (g *Gateway) newSettler(ctx context.Context) *settler {
	s := &settler{came: make(chan outcome, unsettled), ended: make(chan struct{})}
	go func() {
		defer close(s.ended)
		for first := range s.came {
			if err := g.settle(ctx, s.gather(first)); err != nil {
				slog.Error("outgoing mail: settle", "error", err) // the lease ends, and they are taken up again
			}
		}
	}()
	return s
}

func (s *settler) add(o outcome) { s.came <- o }

// gather returns what has come, without waiting for more.
func (s *settler) gather(first outcome) []outcome {
	all := []outcome{first}
	for len(all) < unsettled {
		select {
		case o, ok := <-s.came:
			if !ok {
				return all
			}
			all = append(all, o)
		default:
			return all
		}
	}
	return all
}

// wait returns when everything is written.
func (s *settler) wait() {
	close(s.came)
	<-s.ended
}

// leave gives the mail under way a moment when the program is told to stop. What it
// returns is called when the work is done.
func (g *Gateway) leave(ctx context.Context, conn *link, moment time.Duration) func() bool {
	return context.AfterFunc(ctx, func() {
		time.AfterFunc(moment, func() { conn.Close() })
	})
}

// handAll hands over the rows until the connection breaks, half the lease is over,
// or the program is told to stop. The others are released; where an answer did not
// come in time, the domain of these recipients rests.
func (g *Gateway) handAll(ctx context.Context, conn *link, rows []outgoing, settle func(outcome)) {
	started := g.now()
	posts := map[int64]*bulletin{}
	for _, row := range rows {
		now := g.now()
		switch {
		case conn.late:
			settle(row.released(now.Add(rest)))
		case conn.broken || ctx.Err() != nil || now.Sub(started) > sendLease/2:
			settle(row.released(now))
		default:
			settle(g.handOne(ctx, conn, row, posts))
		}
	}
}

// handOne hands over one row. A bug that a post brings to light ends its own mail,
// not the program.
func (g *Gateway) handOne(ctx context.Context, conn *link, row outgoing, posts map[int64]*bulletin) (o outcome) {
	defer func() {
		if p := recover(); p != nil {
			slog.Error("outgoing mail: panic", "row", row.id, "panic", p, "stack", string(debug.Stack()))
			conn.broken = true
			o = row.failed(g.now(), "The program met a bug in this mail; it is in the log.")
		}
	}()
	from, raw, err := g.compose(ctx, row, posts)
	if fault.Is(err, fault.Missing) {
		return row.failed(g.now(), err.Error())
	}
	if err != nil {
		return row.later(g.now(), cutText(err.Error()))
	}
	a, text := conn.hand(from, row.address, raw)
	return row.outcomeOf(a, text, g.now())
}

// compose returns the envelope sender and the whole message of a row. posts holds
// what the rows of a unit share. The fault is Missing where it must not go out.
func (g *Gateway) compose(ctx context.Context, row outgoing, posts map[int64]*bulletin) (from string, raw []byte, err error) {
	from = g.bounceAddress(row.id)
	if row.private != 0 {
		raw, err = g.privateMail(ctx, row.private)
		return from, raw, err
	}
	if row.item == 0 {
		if answersMail(row.letter) {
			from = ""
		}
		letter := row.letter
		if row.to.ID != 0 {
			if letter, err = g.allowedDigest(ctx, row); err != nil {
				return "", nil, err
			}
		}
		raw, err = g.sign([]byte(letter))
		return from, raw, err
	}
	b := posts[row.item]
	if b == nil {
		if b, err = g.bulletin(ctx, row.item); err != nil {
			return "", nil, fmt.Errorf("post %d: %w", row.item, err)
		}
		posts[row.item] = b
	}
	if !b.live {
		return "", nil, fault.Gone("The post was taken out of sight before this mail went out.")
	}
	if row.toMirror() {
		raw, err = g.mirrorCopy(ctx, row, b)
		return from, raw, err
	}
	if row.to.Unreachable {
		return "", nil, fault.Gone("Mail to this address has come back too often, so none is sent any more.")
	}
	if !row.mayHave(b.space) {
		return "", nil, fault.Gone("The recipient may not read the post any more, or has no address.")
	}
	raw, err = g.copyFor(row, b)
	return from, raw, err
}
