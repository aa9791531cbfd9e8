package job

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"picus/internal/db"
)

// poll is how often the queue looks for jobs that became due or that another
// process added; jobs added in this process wake it at once.
const poll = time.Second

// Handler does the work of one job. An error has it tried again later.
type Handler func(ctx context.Context, j *Job) error

// Queue works the jobs of one database.
type Queue struct {
	db    *db.DB
	now   func() time.Time
	lanes map[string]*lane
}

// lane is the work of one kind: its own workers, so that one kind that is slow
// or stuck does not hold up another.
type lane struct {
	kind    string
	workers int
	handle  Handler
	woken   chan struct{}
	yield   yield
}

// New returns a queue on d; now is the clock.
func New(d *db.DB, now func() time.Time) *Queue {
	return &Queue{db: d, now: now, lanes: map[string]*lane{}}
}

// Handle has jobs of a kind done by h, at most workers at a time. Call it
// before Run.
func (q *Queue) Handle(kind string, workers int, h Handler) {
	q.lanes[kind] = &lane{kind: kind, workers: workers, handle: h, woken: make(chan struct{}, 1)}
}

// Run works the queue until ctx ends, and waits for what is under way.
func (q *Queue) Run(ctx context.Context) {
	var wg sync.WaitGroup
	for _, l := range q.lanes {
		wg.Go(func() { q.runLane(ctx, l) })
	}
	wg.Wait()
}

func (q *Queue) wake(kind string) {
	l := q.lanes[kind]
	if l == nil {
		return // this process only adds such jobs
	}
	select {
	case l.woken <- struct{}{}:
	default:
	}
}

// runLane keeps the workers of a lane busy: as soon as half of them are idle it books
// more, so that some prepare what they will write while others wait for their commit.
func (q *Queue) runLane(ctx context.Context, l *lane) {
	tick := time.NewTicker(poll)
	defer tick.Stop()
	done := make(chan struct{}, l.workers)
	idle, more := l.workers, true
	for ctx.Err() == nil {
		if more && 2*idle >= l.workers {
			n, err := q.begin(ctx, l, idle, done)
			if err != nil && ctx.Err() == nil {
				slog.Error("job queue", "kind", l.kind, "error", err)
			}
			more = err == nil && n == idle
			idle -= n
		}
		select {
		case <-done:
			idle++
		case <-l.woken:
			more = true
		case <-tick.C:
			more = true
		case <-ctx.Done():
		}
	}
	for ; idle < l.workers; idle++ {
		<-done
	}
}

// begin books the next due jobs of the lane, starts them side by side, and returns how
// many they are. Each says when it is done.
func (q *Queue) begin(ctx context.Context, l *lane, most int, done chan<- struct{}) (int, error) {
	if due, err := q.due(ctx, l.kind); err != nil || !due {
		return 0, err
	}
	if err := q.letPass(ctx, l); err != nil {
		return 0, err
	}
	jobs, err := q.book(ctx, l.kind, most)
	if err != nil {
		return 0, fmt.Errorf("book: %w", err)
	}
	for _, j := range jobs {
		go func() {
			q.do(ctx, l, j)
			done <- struct{}{}
		}()
	}
	return len(jobs), nil
}

// due asks with a reader, so that an idle queue never takes the writer.
func (q *Queue) due(ctx context.Context, kind string) (bool, error) {
	return db.Value[bool](ctx, q.db, `
		SELECT EXISTS (SELECT 1 FROM job WHERE state = 'ready' AND kind = ? AND due <= ?)
		    OR EXISTS (SELECT 1 FROM job WHERE state = 'running' AND kind = ? AND due <= ?)`,
		kind, q.now().UnixMilli(), kind, q.now().UnixMilli())
}

// nextSQL selects the jobs of a kind that are due, each state in the order of the index:
// to sort both together would read all that wait, for each batch anew.
const nextSQL = `
	SELECT id FROM (
		SELECT * FROM (SELECT id, due FROM job WHERE state = 'running' AND kind = ? AND due <= ? ORDER BY due, id LIMIT ?) lost
		UNION ALL
		SELECT * FROM (SELECT id, due FROM job WHERE state = 'ready' AND kind = ? AND due <= ? ORDER BY due, id LIMIT ?) waiting
	) next ORDER BY due, id LIMIT ?`

// book counts the attempt before it is made: a job that kills the process is
// given up after some attempts instead of killing it for ever. A running job
// whose lease is over belonged to a process that died.
func (q *Queue) book(ctx context.Context, kind string, most int) (jobs []*Job, err error) {
	now := q.now().UnixMilli()
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		jobs, err = db.All(ctx, tx, scanJob, `
			UPDATE job SET state = 'running', attempts = attempts + 1, due = ?
			WHERE id IN (`+nextSQL+`)
			RETURNING id, kind, payload, attempts`,
			now+lease.Milliseconds(), kind, now, most, kind, now, most, most)
		return err
	})
	return jobs, err
}

func scanJob(r db.Row) (*Job, error) {
	var j Job
	var payload string
	err := r.Scan(&j.ID, &j.Kind, &payload, &j.Attempts)
	j.Payload = []byte(payload)
	return &j, err
}

func (q *Queue) do(ctx context.Context, l *lane, j *Job) {
	err := fmt.Errorf("it ended the process %d times", j.Attempts-1)
	if j.Attempts <= maxAttempts || j.Alone && j.Attempts <= 2*maxAttempts {
		err = guarded(ctx, l.handle, j)
	}
	if j.finished {
		return
	}
	// What was done must be noted even if the process is told to stop meanwhile.
	ctx = context.WithoutCancel(ctx)
	if err := q.settle(ctx, j, err); err != nil {
		slog.Error("job queue: settle", "kind", j.Kind, "job", j.ID, "error", err)
	}
}

func (q *Queue) settle(ctx context.Context, j *Job, failure error) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		if failure == nil {
			return j.Finish(ctx, tx)
		}
		if later, ok := errors.AsType[laterError](failure); ok {
			_, err := tx.Exec(ctx, "UPDATE job SET state = 'ready', due = ?, attempts = attempts - 1 WHERE id = ? AND attempts = ?",
				q.now().Add(time.Duration(later)).UnixMilli(), j.ID, j.Attempts)
			return err
		}
		state := "ready"
		if j.Attempts >= maxAttempts {
			state = "failed"
		}
		slog.Warn("job failed", "kind", j.Kind, "job", j.ID, "attempt", j.Attempts, "error", failure)
		_, err := tx.Exec(ctx, "UPDATE job SET state = ?, due = ?, error = ? WHERE id = ? AND attempts = ?",
			state, q.now().Add(firstDelay<<(j.Attempts-1)).UnixMilli(), failure.Error(), j.ID, j.Attempts)
		return err
	})
}

func guarded(ctx context.Context, h Handler, j *Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h(ctx, j)
}

// Recover makes jobs ready again that a former process left running. Call it
// before Run, and only where no other process works the queue.
func (q *Queue) Recover(ctx context.Context) error {
	return q.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE job SET state = 'ready', due = ? WHERE state = 'running'", q.now().UnixMilli())
		return err
	})
}
