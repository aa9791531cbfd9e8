package mail

import (
	"context"
	"log/slog"
	"time"
)

// together is how long a settler waits for the other workers. Who waited for the same
// commit hands the next mail over at the same time, and would come one by one.
const together = time.Millisecond

// settler writes down what became of the mails of all workers, together: each waits until
// its own is written, and with a commit for each they would wait for each other.
type settler struct {
	g     *Gateway
	came  chan settling
	size  int // of the last group: so many are worth waiting for
	ended chan struct{}
}

// settling is what a worker wants written.
type settling struct {
	all     []outcome
	written chan error // is sent one value: nil when it is
}

func (g *Gateway) newSettler(ctx context.Context) *settler {
	s := &settler{g: g, came: make(chan settling, mostOpen), ended: make(chan struct{})}
	go s.run(ctx)
	return s
}

// add has outcomes written down. What it returns tells when they are, or that they cannot
// be: that is in the log, the lease ends, and they are taken up again.
func (s *settler) add(all []outcome) (written <-chan error) {
	w := settling{all, make(chan error, 1)}
	if len(all) == 0 {
		w.written <- nil
		return w.written
	}
	s.came <- w
	return w.written
}

// end returns when everything is written; nothing comes any more.
func (s *settler) end() {
	close(s.came)
	<-s.ended
}

func (s *settler) run(ctx context.Context) {
	defer close(s.ended)
	for first := range s.came {
		s.write(ctx, s.gather(first))
	}
}

// write writes a group at once, or each by itself where that fails: an outcome that cannot
// be written has no other mail sent twice.
func (s *settler) write(ctx context.Context, group []settling) {
	var all []outcome
	for _, w := range group {
		all = append(all, w.all...)
	}
	done := len(group) > 1 && len(all) <= unitSize && s.g.settle(ctx, all) == nil
	for _, w := range group {
		var err error
		if !done {
			err = s.g.settle(ctx, w.all)
		}
		if err != nil {
			slog.Error("outgoing mail: settle", "error", err)
		}
		w.written <- err
	}
}

// gather returns what has come and, for a moment, what is likely to come.
func (s *settler) gather(first settling) []settling {
	group := s.waiting([]settling{first})
	patience := time.NewTimer(together)
	defer patience.Stop()
	for late := false; len(group) < s.size && !late; {
		select {
		case w, more := <-s.came:
			if !more {
				return group
			}
			group = append(group, w)
		case <-patience.C:
			late = true
		}
	}
	group = s.waiting(group)
	s.size = len(group)
	return group
}

// waiting adds what waits already.
func (s *settler) waiting(group []settling) []settling {
	for {
		select {
		case w, more := <-s.came:
			if !more {
				return group
			}
			group = append(group, w)
		default:
			return group
		}
	}
}
