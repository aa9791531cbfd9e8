package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// bodies are texts for replies, half of them English.
func (b *bench) bodies(n int) []string {
	en, zh := newWriter(b.site.english, b.draw), newWriter(b.site.chinese, b.draw)
	all := make([]string, 0, n)
	for len(all) < n {
		all = append(all, en.body(), zh.body())
	}
	return all
}

// replying answers any thread through the form.
func (b *bench) replying(by *browser) work {
	bodies := b.bodies(200)
	return func(r *rand.Rand) error {
		first := b.site.order[r.IntN(len(b.site.order))] + 1
		return b.reply(by, first, pick(r, bodies))
	}
}

func (b *bench) reply(by *browser, post int, body string) error {
	return by.send(by.post(fmt.Sprintf("/p/%d/reply", post), "body", body))
}

// replies is goal 5: sixteen people reply through the form, each reply durable
// before it is answered, held against raw inserts into the same database; and
// what a page costs meanwhile.
func (b *bench) replies(ctx context.Context) (err error) {
	if err := b.people(ctx); err != nil {
		return err
	}
	w, err := openRaw(b.data, b.bodies(400))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	s, err := b.program.serve(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	reads, writes, err := b.crowd(s)
	if err != nil {
		return err
	}
	var share, rate, rawRate, cost, calm, busy []float64
	for round := range rounds + 1 {
		seed := uint64(round)
		inserts, err := w.run(ctx, 3*time.Second)
		if err != nil {
			return err
		}
		written, err := s.drive(ctx, seed, 3*time.Second, writes...)
		if err != nil {
			return err
		}
		read, err := s.drive(ctx, seed, 2*time.Second, reads...)
		if err != nil {
			return err
		}
		both, err := s.drive(ctx, seed, 3*time.Second, append(reads[:len(reads):len(reads)], writes...)...)
		if err != nil {
			return err
		}
		if round == 0 {
			continue // it warms up
		}
		share, rate, rawRate = append(share, written.rate()/inserts.rate()), append(rate, written.rate()), append(rawRate, inserts.rate())
		cost, calm = append(cost, written.each()), append(calm, read.each())
		busy = append(busy, both.part(len(reads), written.each())/read.each())
	}
	b.add(Figure{Goal: 5, What: "replies by 16 writers, against raw inserts", Unit: "times", Floor: 0.2, Least: true,
		How: "POST /p/ID/reply with session and token; raw is the same six rows of a post (item, revision, search, event, job, post), 50 posts a transaction, one connection, prepared, nothing else; each round side by side"}, share...)
	b.add(Figure{Goal: 5, What: "a reader's page meanwhile, against calm", Unit: "times", Floor: 1.25,
		How: "CPU of the server with 16 readers and 16 writers, less what as many replies cost alone, for a page; against the same pages without writers"}, busy...)
	b.note("replies per second: %s, raw %s; a reply costs the server %s CPU ms, a page in calm %s", number(median(rate)), number(median(rawRate)), number(median(cost)), number(median(calm)))
	return nil
}

// crowd signs in who reads and who writes.
func (b *bench) crowd(s *server) (reads, writes []work, err error) {
	reader, err := s.signIn(readerName, password)
	if err != nil {
		return nil, nil, err
	}
	for i := range connections {
		by, err := s.signIn(writerName(i), password)
		if err != nil {
			return nil, nil, err
		}
		writes = append(writes, b.replying(by))
	}
	return sixteen(reader.reads(some(b.draw, 3000, b.longThread))), writes, nil
}

// part is what one of the first of the connections cost, where each request of
// the others cost known milliseconds.
func (d done) part(first int, known float64) float64 {
	mine, others := 0, 0
	for i, n := range d.counts {
		if i < first {
			mine += n
		} else {
			others += n
		}
	}
	return (d.cpu.Seconds()*1000 - float64(others)*known) / float64(mine)
}
