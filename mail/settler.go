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
	written chan struct{} // closed when it is
}

func (g *Gateway) newSettler(ctx context.Context) *settler {
	s := &settler{g: g, came: make(chan settling, mostOpen), ended: make(chan struct{})}
	go s.run(ctx)
	return s
}

// add has outcomes written down. They are when what it returns is closed, or the failure
// is in the log: then the lease ends, and they are taken up again.
func (s *settler) add(all []outcome) (written <-chan struct{}) {
	w := settling{all, make(chan struct{})}
	if len(all) == 0 {
		close(w.written)
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
		group := s.gather(first)
		var all []outcome
		for _, w := range group {
			all = append(all, w.all...)
		}
		for len(all) > 0 {
			n := min(unitSize, len(all))
			if err := s.g.settle(ctx, all[:n]); err != nil {
				slog.Error("outgoing mail: settle", "error", err)
			}
			all = all[n:]
		}
		for _, w := range group {
			close(w.written)
		}
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
