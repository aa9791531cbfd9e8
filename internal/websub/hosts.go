package websub

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"picus/internal/fetch"
	"picus/internal/job"
)

const (
	callsAtOnce = 2                // of one host
	slowAtOnce  = 2                // of all hosts together that are slow
	slowCall    = 2 * time.Second  // so long a call may take, and so long a host's others wait for it
	restOfSlow  = 30 * time.Second // until a call is tried again that found its host in use
	mostSlow    = 1000             // hosts that are known to be slow: strangers choose their names
)

// errInUse puts a job off whose callback's host has no place free.
var errInUse = job.Later(restOfSlow)

// call asks a callback, when its turn has come.
func (h *Hub) call(ctx context.Context, r *http.Request, most int64) (answer fetch.Answer, err error) {
	done, err := h.hosts.call(ctx, hostOf(r.URL), func() (err error) {
		answer, err = h.client.Do(ctx, r, most)
		return err
	})
	if !done && err == nil {
		err = errInUse
	}
	return answer, err
}

func hostOf(u *url.URL) string { return strings.ToLower(u.Hostname()) }

// hosts sees to it that a callback's host which is slow, or has many subscriptions, holds up
// no other: a host has few calls at once, and all that are slow share a few, so that most
// workers are there for those that answer.
type hosts struct {
	mu      sync.Mutex
	calls   map[string]int
	slow    map[string]bool
	slowNow int           // calls of hosts that were slow when they began
	freed   chan struct{} // closed when a call ends
}

func newHosts() *hosts {
	return &hosts{calls: map[string]int{}, slow: map[string]bool{}, freed: make(chan struct{})}
}

// call does what calls the host. It is false, and nothing was done, where the host has no
// place free: at once where it is known to be slow, else after waiting for a moment.
func (h *hosts) call(ctx context.Context, host string, do func() error) (bool, error) {
	slow, ok := h.enter(ctx, host)
	if !ok {
		return false, ctx.Err()
	}
	begun := time.Now()
	defer func() { h.leave(host, slow, time.Since(begun) >= slowCall) }()
	return true, do()
}

// enter takes a place of the host, and reports whether that is one of the slow.
func (h *hosts) enter(ctx context.Context, host string) (slow, ok bool) {
	late := time.NewTimer(slowCall)
	defer late.Stop()
	for {
		h.mu.Lock()
		if h.slow[host] || h.calls[host] < callsAtOnce {
			slow, ok = h.take(host)
			h.mu.Unlock()
			return slow, ok
		}
		freed := h.freed
		h.mu.Unlock()
		select {
		case <-freed:
		case <-late.C:
			h.mu.Lock()
			h.keepSlow(host)
			h.mu.Unlock()
			return false, false
		case <-ctx.Done():
			return false, false
		}
	}
}

// full reports whether a call of the host would be put off at once.
func (h *hosts) full(host string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.slow[host] && !h.free(host)
}

// free is called with the lock, of a host that is slow.
func (h *hosts) free(host string) bool { return h.calls[host] == 0 && h.slowNow < slowAtOnce }

// take is called with the lock.
func (h *hosts) take(host string) (slow, ok bool) {
	if h.slow[host] {
		if !h.free(host) {
			return true, false
		}
		h.slowNow++
	}
	h.calls[host]++
	return h.slow[host], true
}

// leave frees a place. How the last call went says whether the host is slow.
func (h *hosts) leave(host string, wasSlow, slow bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if wasSlow {
		h.slowNow--
	}
	if h.calls[host]--; h.calls[host] == 0 {
		delete(h.calls, host)
	}
	if slow {
		h.keepSlow(host)
	} else {
		delete(h.slow, host)
	}
	close(h.freed)
	h.freed = make(chan struct{})
}

// keepSlow is called with the lock. Where there are too many, all are forgotten: those
// that are slow still show it with their next call.
func (h *hosts) keepSlow(host string) {
	if len(h.slow) >= mostSlow {
		clear(h.slow)
	}
	h.slow[host] = true
}
