package web

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"picus/account"
	"picus/forum"
)

// What pages that stay open may take. Each is a connection.
const (
	mostLive    = 1000
	perReader   = 12 // of one member, or of one network of visitors
	liveGlance  = time.Second
	liveAtLeast = 5 * time.Second // how late what another process has written is seen
	liveBeat    = 20 * time.Second
	mostNews    = 200  // at a time
	mostMissed  = 2000 // that a page catches up with: it may have slept
)

// live tells pages that are open of what is written. It asks the database once for all of
// them, when something was committed, and never for one page.
type live struct {
	mu      sync.Mutex
	open    map[*stream]bool
	readers map[string]int // how many streams each has
	over    bool

	following sync.Mutex // guards what stands below

	version uint64    // of the database when it was last asked
	asked   time.Time // when that was
	seq     int64     // of the newest event then; -1: nobody has listened
	notice  int64     // and the newest notification
}

// stream is one page that is open.
type stream struct {
	reader string // whose it is, for the bound
	watch  watch
	viewer account.User // guarded by live.mu
	out    chan telling
	end    chan struct{} // closed when the stream has to end
}

// watch is what a page shows.
type watch struct {
	thread int64         // this one
	list   *forum.Filter // or those of a list
}

func (w watch) shows(n forum.News) bool {
	if w.list != nil {
		return w.list.Shows(n)
	}
	return n.Thread == w.thread
}

// telling is what a page is told: a new post, or how many notices there are.
type telling struct {
	news   *forum.News
	unread int
}

func newLive() *live { return &live{open: map[*stream]bool{}, readers: map[string]int{}, seq: -1} }

// join adds a stream; false where there are too many.
func (l *live) join(s *stream) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over || len(l.open) >= mostLive || l.readers[s.reader] >= perReader {
		return false
	}
	l.open[s] = true
	l.readers[s.reader]++
	return true
}

func (l *live) leave(s *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.remove(s)
}

// remove ends a stream; l.mu is held.
func (l *live) remove(s *stream) {
	if !l.open[s] {
		return
	}
	delete(l.open, s)
	close(s.end)
	if l.readers[s.reader]--; l.readers[s.reader] == 0 {
		delete(l.readers, s.reader)
	}
}

// see notes who looks at a page now: roles, groups and the account itself may have changed.
func (l *live) see(s *stream, viewer account.User) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.viewer = viewer
}

// stop ends all streams, and lets none in any more.
func (l *live) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	for s := range l.open {
		l.remove(s)
	}
}

// tell gives a message to the streams that want it. Who does not keep up is let go, and
// comes back by itself.
func (l *live) tell(m telling, wants func(s *stream) bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for s := range l.open {
		if !wants(s) {
			continue
		}
		select {
		case s.out <- m:
		default:
			l.remove(s)
		}
	}
}

func (l *live) listened() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open) > 0
}

// runLive follows what is written until ctx ends.
func (a *App) runLive(ctx context.Context) {
	tick := time.NewTicker(liveGlance)
	defer tick.Stop()
	defer a.live.stop()
	for {
		if err := a.followLive(ctx); err != nil && ctx.Err() == nil {
			slog.Error("live pages: look for news", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// followLive tells what is new since the last time. While nobody listens nothing is asked.
func (a *App) followLive(ctx context.Context) error {
	l := a.live
	l.following.Lock()
	defer l.following.Unlock()
	if !l.listened() {
		l.seq = -1
		return nil
	}
	version, now := a.Items.Version(), a.now()
	if l.seq >= 0 && version == l.version && now.Sub(l.asked) < liveAtLeast {
		return nil
	}
	l.version, l.asked = version, now
	if l.seq < 0 {
		return a.readLive(ctx)
	}
	news, err := a.Forum.News(ctx, l.seq, mostNews)
	if err != nil {
		return err
	}
	for _, n := range news {
		l.seq = n.Seq
		l.tell(telling{news: &n}, func(s *stream) bool { return s.watch.shows(n) && n.For(s.viewer) })
	}
	unread, err := a.Items.UnreadSince(ctx, l.notice, mostNews)
	if err != nil {
		return err
	}
	for _, u := range unread {
		l.notice = max(l.notice, u.Newest)
		l.tell(telling{unread: u.N}, func(s *stream) bool { return s.viewer.Signed() && s.viewer.ID == u.Account })
	}
	return nil
}

// beginLive has what is written from now on be told. Who has joined before hears of all of
// it, and of what was written until now from the database: nothing lies in between.
func (a *App) beginLive(ctx context.Context) error {
	a.live.following.Lock()
	defer a.live.following.Unlock()
	if a.live.seq >= 0 {
		return nil
	}
	a.live.version, a.live.asked = a.Items.Version(), a.now()
	return a.readLive(ctx)
}

// readLive notes where the news begin; l.following is held.
func (a *App) readLive(ctx context.Context) (err error) {
	if a.live.notice, err = a.Items.NewestNotification(ctx); err != nil {
		return err
	}
	seq, err := a.Forum.Newest(ctx)
	if err == nil {
		a.live.seq = seq
	}
	return err
}
