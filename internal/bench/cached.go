package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// cachedThreads is how many threads are asked for in turn: more than one, and few
// enough that each is asked for again before it is too old.
const cachedThreads = 100

// cached is goal 1: what visitors get that others have asked for before, against a
// server that does nothing else. The two are asked in turn.
func (b *bench) cached(ctx context.Context) (err error) {
	s, err := b.program.serve(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	bare, err := b.bare(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.stop()) }()
	ours := sixteen(s.visitor().reads(some(b.draw, cachedThreads, b.longThread)))
	theirs := sixteen(bare.visitor().reads(func(*rand.Rand) string { return "/" }))
	var ratio, rate, cost []float64
	for round := range rounds + 1 {
		floor, err := bare.drive(ctx, uint64(round), time.Second, theirs...)
		if err != nil {
			return err
		}
		d, err := s.drive(ctx, uint64(round), time.Second, ours...)
		if err != nil {
			return err
		}
		if round > 0 { // the first one fills the cache
			ratio, rate, cost = append(ratio, d.rate()/floor.rate()), append(rate, d.rate()), append(cost, d.each())
		}
	}
	b.add(Figure{Goal: 1, What: "thread page, anonymous, cached", Unit: "times", Floor: 0.40, Least: true,
		How: "requests per second against those of a bare Fiber server that sends 30 KB, in turn, 16 connections over loopback"}, ratio...)
	b.note("a cached thread page: %s requests per second, %s CPU ms each", number(median(rate)), number(median(cost)))
	return nil
}
