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
func (g *Gateway) deliver(ctx context.Context, r *relay, l *lane, ids []int64, at *stint, s *settler) report {
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
	g.handAll(ctx, conn, rows, func(all ...outcome) (written <-chan error) {
		at.move(r.patience.stall)
		return s.add(all)
	})
	report.slow = conn.late
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
//
// A mail is offered when what became of the one before is written down, and not sooner: so
// one mail for each connection, the one in hand, is all that may come again where the
// process dies, or where nothing can be written. It is made while that is written.
func (g *Gateway) handAll(ctx context.Context, conn *link, rows []outgoing, settle func(...outcome) <-chan error) {
	started := g.now()
	over := func() bool { return ctx.Err() != nil || g.now().Sub(started) > sendLease/2 }
	posts := map[int64]*bulletin{}
	written := settle()
	for i, row := range rows {
		var offer func() outcome
		if !conn.broken && !over() {
			offer = g.made(ctx, conn, row, posts)
		}
		err := <-written
		if offer == nil || err != nil || over() { // to write may have taken long
			due := g.now()
			if conn.late || err != nil {
				due = due.Add(rest)
			}
			written = settle(released(rows[i:], due)...)
			break
		}
		written = settle(offer())
	}
	<-written
}

// made composes a row's mail and returns what offers it. A bug that a post brings to light
// ends its own mail, not the program.
func (g *Gateway) made(ctx context.Context, conn *link, row outgoing, posts map[int64]*bulletin) (offer func() outcome) {
	var early outcome
	offer = func() outcome { return early }
	defer g.survive(conn, row, &early)
	from, raw, err := g.compose(ctx, row, posts)
	switch {
	case fault.Is(err, fault.Missing):
		early = row.failed(g.now(), err.Error())
	case err != nil:
		early = row.later(g.now(), cutText(err.Error()))
	default:
		return func() (o outcome) {
			defer g.survive(conn, row, &o)
			a, text := conn.hand(from, row.address, raw)
			return row.outcomeOf(a, text, g.now())
		}
	}
	return offer
}

// survive ends the mail of a row that a panic came of.
func (g *Gateway) survive(conn *link, row outgoing, o *outcome) {
	if p := recover(); p != nil {
		slog.Error("outgoing mail: panic", "row", row.id, "panic", p, "stack", string(debug.Stack()))
		conn.broken = true
		*o = row.failed(g.now(), fault.Told("The program met a bug in this mail; it is in the log."))
	}
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
