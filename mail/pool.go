package mail

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

const (
	connections = 8           // to the relay at a time, beside those that stand still
	mostOpen    = 20          // connections, those that stand still included
	perDomain   = 2           // of them for recipients of one domain
	lookAhead   = 1000        // rows read at a time
	mostKnown   = 50_000      // rows held in memory, as numbers
	poll        = time.Second // how often rows are looked for that became due or that another process wrote
	rest        = 5 * time.Minute
	maxPause    = time.Minute
)

// pool hands the rows of outgoing that are due to the relay. One goroutine, the one
// in run, decides what goes next; as many workers as there are connections carry it out. Each domain of recipients has a lane of its own, and the lanes take
// turns, so that one that is slow or dead does not hold up the others.
type pool struct {
	g       *Gateway
	relay   *relay
	settler *settler
	lanes   map[string]*lane
	turn    []*lane // those with something to do
	known   map[int64]bool
	seen    dueRow // the last row that was read
	more    bool   // there may be rows after it
	busy    int
	stints  map[*stint]bool
	quota   quota
	done    chan report
	pauses  int       // how often in a row the relay could not be reached
	paused  time.Time // until when it is left alone
}

// lane is what waits for the recipients of one domain.
type lane struct {
	domain  string
	letters []int64 // somebody waits for them, so they go first
	posts   []int64
	busy    int
	waiting bool      // it stands in turn
	rest    time.Time // until then it is left alone
}

// stint is a worker at its unit. One that waits for the answer of a dead domain stands
// still, and another may work meanwhile.
type stint struct {
	still atomic.Bool
	timer *time.Timer // of the connection, as its timeouts are
}

func (p *pool) begin() *stint {
	s := &stint{}
	s.timer = time.AfterFunc(p.relay.patience.stall, func() {
		s.still.Store(true)
		p.g.wake()
	})
	return s
}

// move notes that a mail was handed over.
func (s *stint) move(stall time.Duration) {
	s.still.Store(false)
	s.timer.Reset(stall)
}

// report is what a worker says when it has finished a unit.
type report struct {
	stint *stint
	lane  *lane
	ids   []int64
	slow  bool  // the domain did not answer in time
	down  error // the relay could not be reached
}

// Run hands outgoing mail to the relay until ctx ends. Without a relay the mail is
// kept for the administrator to read. It blocks.
func (g *Gateway) Run(ctx context.Context) {
	if g.conf.Relay == "" {
		g.runKeeper(ctx)
		return
	}
	r, err := readRelay(g.conf.Relay, g.domain())
	if err != nil {
		slog.Error("outgoing mail waits", "error", err)
		return
	}
	if g.patience != (patience{}) {
		r.patience = g.patience
	}
	p := &pool{g: g, relay: r, lanes: map[string]*lane{}, known: map[int64]bool{}, stints: map[*stint]bool{}, more: true, done: make(chan report, mostOpen)}
	p.run(ctx)
}

func (g *Gateway) runKeeper(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		err := errors.Join(g.takeUp(ctx, g.now()), g.keep(ctx)) // there may have been a relay yesterday
		if err != nil && ctx.Err() == nil {
			slog.Error("outgoing mail: keep", "error", err)
		}
		select {
		case <-g.woken:
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

func (p *pool) run(ctx context.Context) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	p.settler = p.g.newSettler(ctx)
	defer func() { p.settler.end() }()
	p.refill(ctx)
	for ctx.Err() == nil {
		p.look(ctx)
		p.assign(ctx)
		select {
		case r := <-p.done:
			p.finish(r)
		case <-p.g.woken:
			p.more = true
		case <-tick.C:
			p.tick(ctx)
		case <-ctx.Done():
		}
	}
	for p.busy > 0 {
		p.finish(<-p.done)
	}
	p.relay.hangUp(p.g.now().Add(p.relay.patience.idle))
}

// tick looks at everything that is due from the start again: a row may have been
// committed after another one that came due later.
func (p *pool) tick(ctx context.Context) {
	p.seen, p.more = dueRow{}, true
	p.refill(ctx)
	p.relay.hangUp(p.g.now())
	if err := p.g.takeUp(ctx, p.g.now()); err != nil && ctx.Err() == nil {
		slog.Error("outgoing mail: take up what was left", "error", err)
	}
}

// look reads which rows are due and puts them into their lanes.
func (p *pool) look(ctx context.Context) {
	for p.more && len(p.known) < mostKnown {
		rows, err := p.g.dueRows(ctx, p.seen, lookAhead)
		if err != nil {
			if ctx.Err() == nil {
				slog.Error("outgoing mail: look", "error", err)
			}
			p.more = false // until the next tick
			return
		}
		for _, row := range rows {
			p.add(row)
			p.seen = row
		}
		p.more = len(rows) == lookAhead
	}
	p.postpone(ctx)
}

func (p *pool) add(row dueRow) {
	if p.known[row.id] {
		return
	}
	domain := strings.ToLower(row.address[strings.LastIndexByte(row.address, '@')+1:])
	l := p.lanes[domain]
	if l == nil {
		l = &lane{domain: domain}
		p.lanes[domain] = l
	}
	p.known[row.id] = true
	if row.letter {
		l.letters = append(l.letters, row.id)
	} else {
		l.posts = append(l.posts, row.id)
	}
	p.queue(l)
}

func (p *pool) queue(l *lane) {
	if !l.waiting && len(l.letters)+len(l.posts) > 0 {
		l.waiting = true
		p.turn = append(p.turn, l)
	}
}

// postpone writes down that a domain rests, and forgets its rows until then.
func (p *pool) postpone(ctx context.Context) {
	now := p.g.now()
	p.turn = slices.DeleteFunc(p.turn, func(l *lane) bool {
		if !l.rest.After(now) {
			return false
		}
		ids := append(l.letters, l.posts...)
		if err := p.g.postpone(ctx, ids, l.rest); err != nil {
			slog.Error("outgoing mail: postpone", "domain", l.domain, "error", err)
			return false
		}
		p.forget(ids)
		l.letters, l.posts, l.waiting = nil, nil, false
		return true
	})
}

func (p *pool) forget(ids []int64) {
	for _, id := range ids {
		delete(p.known, id)
	}
}

// assign gives work to the workers that are free.
func (p *pool) assign(ctx context.Context) {
	if p.paused.After(p.g.now()) {
		return
	}
	for p.busy < mostOpen && p.busy-p.still() < connections {
		l := p.next()
		if l == nil {
			return
		}
		ids, posts := l.take(p.quota.left())
		p.quota.taken += posts
		p.queue(l)
		l.busy++
		p.busy++
		at := p.begin()
		p.stints[at] = true
		go func() { p.done <- p.g.deliver(ctx, p.relay, l, ids, at, p.settler) }()
	}
}

// still counts the workers that wait for an answer.
func (p *pool) still() (n int) {
	for s := range p.stints {
		if s.still.Load() {
			n++
		}
	}
	return n
}

// next takes the lane whose turn it is out of the row.
func (p *pool) next() *lane {
	for i, l := range p.turn {
		if l.busy < perDomain && (len(l.letters) > 0 || p.quota.left() > 0) {
			p.turn = slices.Delete(p.turn, i, i+1)
			l.waiting = false
			return l
		}
	}
	return nil
}

// take returns what one worker does next: one letter, or a unit of at most so many
// posts. A letter is claimed alone, because one that a dead process had claimed is not
// sent again.
func (l *lane) take(most int64) (ids []int64, posts int64) {
	if len(l.letters) > 0 {
		ids, l.letters = l.letters[:1], l.letters[1:]
		return ids, 0
	}
	n := min(unitSize, len(l.posts), int(most))
	ids, l.posts = l.posts[:n], l.posts[n:]
	return ids, int64(n)
}

// finish notes what a worker has done.
func (p *pool) finish(r report) {
	p.busy--
	r.lane.busy--
	r.stint.timer.Stop()
	delete(p.stints, r.stint)
	p.forget(r.ids)
	now := p.g.now()
	switch {
	case r.down != nil:
		p.pauses++
		p.paused = now.Add(min(maxPause, time.Second<<min(p.pauses, 6)))
		slog.Warn("outgoing mail waits", "until", p.paused, "error", r.down)
	default:
		p.pauses = 0
	}
	if r.slow {
		r.lane.rest = now.Add(rest)
	}
	if l := r.lane; l.busy == 0 && !l.waiting && !l.rest.After(now) {
		delete(p.lanes, l.domain)
	}
}
