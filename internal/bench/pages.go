package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strconv"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/markdown"
	"picus/views"
)

// longThread is the address of a discussion whose first page is full: the post it
// began with and twenty replies.
func (b *bench) longThread(r *rand.Rand) string {
	for {
		i := b.site.order[r.IntN(len(b.site.order))]
		t := b.site.threads[b.site.posts[i].thread]
		if t.kind == forum.Discussion && t.size > 20 || len(b.site.posts) < 1000 {
			return b.site.address(i)
		}
	}
}

// anyThread is the address of any thread.
func (b *bench) anyThread(r *rand.Rand) string {
	return b.site.address(b.site.order[r.IntN(len(b.site.order))])
}

// address is where the thread stands that the ith post began.
func (s *Site) address(i int) string {
	return views.ThreadPath(int64(i+1), markdown.Slug(s.text(i).title))
}

func anyBoard(r *rand.Rand) string { return "/b/" + boards[r.IntN(len(boards))].slug }

// some draws n things before the measuring begins, so that drawing costs nothing then.
func some(r *rand.Rand, n int, draw func(r *rand.Rand) string) func(*rand.Rand) string {
	all := make([]string, n)
	for i := range all {
		all[i] = draw(r)
	}
	return func(r *rand.Rand) string { return all[r.IntN(n)] }
}

// pages is goals 2 and 3: what a page costs the server, over the network, asked
// for by 16 connections of somebody who is signed in.
func (b *bench) pages(ctx context.Context) (err error) {
	if err := b.people(ctx); err != nil {
		return err
	}
	deep, page, err := b.deepPages(ctx)
	if err != nil {
		return err
	}
	if err := b.queries(ctx); err != nil {
		return err
	}
	s, err := b.program.serve(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	reader, err := s.signIn(readerName, password)
	if err != nil {
		return err
	}
	kinds := []struct {
		name string
		next func(*rand.Rand) string
	}{
		{"thread", some(b.draw, 3000, b.longThread)},
		{"any thread", some(b.draw, 3000, b.anyThread)},
		{"list", some(b.draw, 100, anyBoard)},
		{"first", func(*rand.Rand) string { return "/questions" }},
		{"deep", func(r *rand.Rand) string { return deep[r.IntN(len(deep))] }},
	}
	cost, rate := map[string][]float64{}, map[string][]float64{}
	for round := range rounds + 1 {
		for _, kind := range kinds {
			d, err := s.drive(ctx, uint64(round), 2*time.Second, sixteen(reader.reads(kind.next))...)
			if err != nil {
				return err
			}
			if round > 0 { // the first one warms up
				cost[kind.name], rate[kind.name] = append(cost[kind.name], d.each()), append(rate[kind.name], d.rate())
			}
		}
	}
	how := "user and system time of the server by /proc, divided by requests; signed in, 16 connections over loopback"
	b.add(Figure{Goal: 2, What: "thread page, 20 posts, signed in", Unit: "CPU ms", Floor: 0.45, How: how}, cost["thread"]...)
	b.add(Figure{Goal: 3, What: "list page of a board", Unit: "CPU ms", Floor: 0.45, How: how}, cost["list"]...)
	b.add(Figure{Goal: 3, What: fmt.Sprintf("page %d of a list, against page 1", page), Unit: "times", Floor: 2, How: "the questions, each round side by side"}, ratios(cost["deep"], cost["first"])...)
	b.note("a thread of any length, signed in: %s CPU ms; requests per second with the load beside it on the same machine: thread %s, list %s",
		number(median(cost["any thread"])), number(median(rate["thread"])), number(median(rate["list"])))
	return nil
}

func ratios(a, b []float64) []float64 {
	all := make([]float64, len(a))
	for i := range a {
		all[i] = a[i] / b[i]
	}
	return all
}

// deepPages follows the cursors of the questions to page 3,000, or nearly to the
// end of a smaller site, and returns the addresses of the pages around it.
func (b *bench) deepPages(ctx context.Context) (paths []string, page int, err error) {
	h, err := openHouse(ctx, b.data)
	if err != nil {
		return nil, 0, err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	questions := 0
	for _, t := range b.site.threads {
		if t.kind == forum.Question {
			questions++
		}
	}
	const perPage, around = 30, 50
	page = max(1, min(3000, questions/perPage-around))
	filter := forum.Filter{Kind: forum.Question, Limit: perPage}
	for n := 1; n < page+around; n++ {
		_, next, err := h.forum.List(ctx, account.User{}, filter)
		if err != nil {
			return nil, 0, err
		}
		if next == "" {
			break
		}
		filter.Cursor = next
		if n >= page-1 {
			paths = append(paths, "/questions?cursor="+url.QueryEscape(next))
		}
	}
	if len(paths) == 0 {
		return nil, 0, errors.New("the questions fit on one page; measure with more posts")
	}
	return paths, page, nil
}

// queries counts what the server asks the database for a page.
func (b *bench) queries(ctx context.Context) (err error) {
	h, err := openHouse(ctx, b.data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, h.close()) }()
	var thread int
	for range 2 { // the first page after a start reads what is then kept for all
		if thread, err = h.countQueries(ctx, b.longThread(b.draw)); err != nil {
			return err
		}
	}
	list, err := h.countQueries(ctx, anyBoard(b.draw))
	if err != nil {
		return err
	}
	how := "db.Watch in this process, which has the same rooms open; the session is one of them"
	b.add(Figure{Goal: 2, What: "queries for a thread page", Unit: "queries", Floor: 4, How: how}, float64(thread))
	b.note("a board's page takes %s queries", strconv.Itoa(list))
	return nil
}
