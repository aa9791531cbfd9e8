package bench

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"time"
)

// memory is goal 10: what the server holds when nobody asks, and when 16 ask for
// pages of every kind and write.
func (b *bench) memory(ctx context.Context) (err error) {
	if err := b.people(ctx); err != nil {
		return err
	}
	s, err := b.program.serve(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	if err := b.idle(ctx, s); err != nil {
		return err
	}
	all, err := b.mixture(s)
	if err != nil {
		return err
	}
	highest, ended := make(chan float64), make(chan struct{})
	go func() { highest <- s.highest(ended, "RssAnon") }()
	d, err := s.drive(ctx, b.Seed, 20*time.Second, all...)
	close(ended)
	most := <-highest
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 10, What: "anonymous memory under mixed load", Unit: "MB", Floor: 200,
		How: "the highest RssAnon of 20 s, looked at ten times a second; 16 connections: 12 read threads, 2 lists, 1 searches, 1 replies"}, most)
	rss, err := s.memory("status", "VmRSS")
	b.note("under mixed load: %s requests per second, resident %s MB with the files that are mapped", number(d.rate()), number(rss))
	return err
}

// idle is what a server holds that has shown its first page.
func (b *bench) idle(ctx context.Context, s *server) error {
	if err := get(s.url + "/"); err != nil {
		return err
	}
	select {
	case <-time.After(5 * time.Second):
	case <-ctx.Done():
		return ctx.Err()
	}
	rss, err := s.memory("status", "VmRSS")
	if err != nil {
		return err
	}
	pss, err := s.memory("smaps_rollup", "Pss")
	if err != nil {
		return err
	}
	b.add(Figure{Goal: 10, What: "resident memory, idle", Unit: "MB", Floor: 60, How: "VmRSS five seconds after the first page"}, rss)
	b.note("idle: proportional set size %s MB", number(pss))
	return nil
}

// mixture is what the connections do at the same time.
func (b *bench) mixture(s *server) ([]work, error) {
	reader, err := s.signIn(readerName, password)
	if err != nil {
		return nil, err
	}
	writer, err := s.signIn(writerName(0), password)
	if err != nil {
		return nil, err
	}
	words := newWriter(b.site.english, b.draw)
	threads := reader.reads(some(b.draw, 5000, b.anyThread))
	lists := reader.reads(anyBoard)
	finds := reader.reads(some(b.draw, 500, func(*rand.Rand) string { return "/search?q=" + url.QueryEscape(words.word()) }))
	all := []work{lists, lists, finds, b.replying(writer)}
	for len(all) < connections {
		all = append(all, threads)
	}
	return all, nil
}

// highest looks at a figure of the process until it is told to stop.
func (p process) highest(ended <-chan struct{}, name string) float64 {
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for most := 0.0; ; {
		if now, err := p.memory("status", name); err == nil {
			most = max(most, now)
		}
		select {
		case <-ended:
			return most
		case <-look.C:
		}
	}
}
