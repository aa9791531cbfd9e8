package websub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestSlowHostsLeaveRoomForOthers has three hosts that take ten seconds for each call, with
// twenty calls each, beside one that answers at once, and eight workers for all.
func TestSlowHostsLeaveRoomForOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts()
		busy := map[string]int{}
		var mu sync.Mutex
		call := func(host string, takes time.Duration) bool {
			done, err := h.call(t.Context(), host, func() error {
				mu.Lock()
				if busy[host]++; busy[host] > callsAtOnce {
					t.Errorf("%s is called %d times at once", host, busy[host])
				}
				mu.Unlock()
				time.Sleep(takes)
				mu.Lock()
				busy[host]--
				mu.Unlock()
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			return done
		}
		type work struct {
			host  string
			takes time.Duration
		}
		todo := make(chan work, 100)
		for range 20 {
			for i := range 3 {
				todo <- work{fmt.Sprintf("slow%d", i), 10 * time.Second}
			}
		}
		for range 20 {
			todo <- work{"quick", time.Millisecond}
		}
		close(todo)
		begun := time.Now()
		var quick time.Duration
		var workers sync.WaitGroup
		for range 8 {
			workers.Go(func() {
				for w := range todo {
					if call(w.host, w.takes) && w.host == "quick" {
						mu.Lock()
						quick = max(quick, time.Since(begun))
						mu.Unlock()
					}
				}
			})
		}
		workers.Wait()
		if quick == 0 || quick > 5*time.Second {
			t.Errorf("the last call of the quick host was done after %v; want it not to wait for the slow ones", quick)
		}
		if !call("slow0", time.Millisecond) || h.slow["slow0"] {
			t.Error("a host that answers quickly again is still taken for slow")
		}
		if h.slowNow != 0 || len(h.calls) != 0 {
			t.Errorf("in the end %d slow calls are counted, and %v", h.slowNow, h.calls)
		}
	})
}

func TestACallThatFailsFreesItsPlace(t *testing.T) {
	h := newHosts()
	broken := errors.New("broken")
	for range 3 * callsAtOnce {
		if done, err := h.call(t.Context(), "a", func() error { return broken }); !done || !errors.Is(err, broken) {
			t.Fatalf("call() = %v, %v; want it made", done, err)
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	h.calls["a"] = callsAtOnce
	if done, err := h.call(ctx, "a", func() error { return nil }); done || err == nil {
		t.Errorf("call() at the end = %v, %v; want it not made", done, err)
	}
}

// TestSlowHostsAreNotKeptForEver since whoever has a domain has as many as they like.
func TestSlowHostsAreNotKeptForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHosts()
		for i := range 2*mostSlow + 1 {
			if done, err := h.call(t.Context(), fmt.Sprintf("h%d.example", i), func() error { time.Sleep(slowCall); return nil }); !done || err != nil {
				t.Fatalf("call() = %v, %v; want it made", done, err)
			}
		}
		if len(h.slow) == 0 || len(h.slow) > mostSlow {
			t.Errorf("%d hosts are known to be slow; want some, and at most %d", len(h.slow), mostSlow)
		}
	})
}
