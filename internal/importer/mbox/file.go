package mbox

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"
	"golang.org/x/sync/semaphore"

	"picus/internal/fault"
	"picus/mail"
	"picus/mail/message"
)

const (
	writers = 64       // so many writes share one transaction
	ahead   = 128      // numbers that wait for one writer
	budget  = 48 << 20 // bytes that may be worked on at a time
	parsed  = 6        // as many bytes become of one byte of mail
)

// filing is the second reading.
type filing struct {
	archive *mail.Archive
	reading *reading
	order   []int32
	dry     bool

	threads []int64 // of each group, once it has one; each is touched by one writer
	posts   []int64 // of each entry, once it has one; read by the same writer
	room    *semaphore.Weighted
	mu      sync.Mutex // of what follows, and of the summary
	bytes   int64
}

// run files every mail. The mails of one thread go to one writer, so that they stay in
// their order.
func (f *filing) run(ctx context.Context) error {
	f.threads, f.posts = make([]int64, len(f.reading.nodes)), make([]int64, len(f.reading.entries))
	f.room = semaphore.NewWeighted(budget)
	group, ctx := errgroup.WithContext(ctx)
	queues := make([]chan int32, writers)
	for i := range queues {
		queues[i] = make(chan int32, ahead)
		group.Go(func() error {
			for n := range queues[i] {
				if err := f.one(ctx, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	group.Go(func() error {
		for _, q := range queues {
			defer close(q)
		}
		for _, n := range f.order {
			e := &f.reading.entries[n]
			select {
			case queues[f.reading.nodes[e.node]%writers] <- n:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return nil
	})
	return group.Wait()
}

// one files one mail, or counts why it cannot be.
func (f *filing) one(ctx context.Context, number int32) error {
	e := &f.reading.entries[number]
	weight := min(int64(e.size)*parsed, budget)
	if err := f.room.Acquire(ctx, weight); err != nil {
		return err
	}
	defer f.room.Release(weight)
	packed, err := f.reading.spool.packed(e)
	if err != nil {
		return err
	}
	raw, err := mail.Unpack(packed)
	if err != nil {
		return err
	}
	filed, err := f.file(ctx, e, raw, packed)
	if err != nil && fault.Is(err, fault.Internal) {
		return err
	}
	f.posts[number] = filed.Post
	f.count(e, filed, err)
	return nil
}

func (f *filing) file(ctx context.Context, e *entry, raw, packed []byte) (mail.Filed, error) {
	thread := &f.threads[f.reading.nodes[e.node]]
	m := mail.Archived{Message: message.Parse(raw), Raw: raw, Packed: packed, At: e.when(), Thread: *thread, Guessed: e.guessed}
	if e.parent >= 0 {
		m.Parent = f.posts[e.parent]
	}
	if f.dry {
		return f.archive.Try(ctx, m)
	}
	filed, err := f.archive.File(ctx, m)
	if err == nil {
		*thread = filed.Thread
	}
	return filed, err
}

func (f *filing) count(e *entry, filed mail.Filed, refused error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.reading
	switch {
	case refused != nil:
		r.summary.Refuse(fmt.Sprintf("%s, byte %d", r.names[e.file], e.offset), refused.Error())
	case filed.Known:
		r.summary.Known++
	default:
		r.summary.New++
	}
	f.bytes += int64(e.length)
	r.progress.Report(r.total+int64(float64(r.total)*float64(f.bytes)/float64(max(1, r.spool.size))), 2*r.total)
}
