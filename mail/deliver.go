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
func (g *Gateway) deliver(ctx context.Context, r *relay, l *lane, ids []int64) report {
	report := report{lane: l, ids: ids}
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
	all := g.handAll(ctx, conn, rows)
	report.slow = conn.late
	if err := g.settle(ctx, all); err != nil {
		slog.Error("outgoing mail: settle", "error", err) // the lease ends, and they are taken up again
	}
	return report
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
func (g *Gateway) handAll(ctx context.Context, conn *link, rows []outgoing) []outcome {
	started := g.now()
	posts := map[int64]*bulletin{}
	var all []outcome
	for _, row := range rows {
		now := g.now()
		switch {
		case conn.late:
			all = append(all, row.released(now.Add(rest)))
		case conn.broken || ctx.Err() != nil || now.Sub(started) > sendLease/2:
			all = append(all, row.released(now))
		default:
			all = append(all, g.handOne(ctx, conn, row, posts))
		}
	}
	return all
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
	if row.item == 0 {
		if answersMail(row.letter) {
			from = ""
		}
		raw, err = g.sign([]byte(row.letter))
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
	if row.to.Unreachable {
		return "", nil, fault.Gone("Mail to this address has come back too often, so none is sent any more.")
	}
	if !row.mayHave(b.space) {
		return "", nil, fault.Gone("The recipient may not read the post any more, or has no address.")
	}
	raw, err = g.copyFor(row, b)
	return from, raw, err
}
