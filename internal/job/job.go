// Package job is the durable queue: work that must happen after a commit, even
// if the process dies in between. A job is added in the transaction that makes
// it necessary; several processes may work one queue.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"picus/internal/db"
)

const (
	maxAttempts = 8                // then it stays visible as failed
	firstDelay  = 30 * time.Second // doubled after each attempt
	lease       = 5 * time.Minute  // a job that runs longer is taken for lost and tried again
)

// laterError is a job that has to wait for something.
type laterError time.Duration

// Error says for how long.
func (e laterError) Error() string { return "it waits for " + time.Duration(e).String() }

// Later is the error of a handler that has done nothing yet, since what the job needs is in
// use: it is worked again after d, and the attempt is not counted.
func Later(d time.Duration) error { return laterError(d) }

// errTaken says that a job was given to somebody else when its lease was over.
var errTaken = errors.New("it took longer than its lease and was given to somebody else")

// Job is one piece of work, handed to its handler.
type Job struct {
	ID       int64
	Kind     string
	Payload  json.RawMessage
	Attempts int  // this one included
	Alone    bool // nothing else goes on in this process
	finished bool
}

// Read decodes the payload into v.
func (j *Job) Read(v any) error {
	if err := json.Unmarshal(j.Payload, v); err != nil {
		return fmt.Errorf("payload of job %d: %w", j.ID, err)
	}
	return nil
}

// Finish removes the job in the transaction that holds its effect, so that the
// two happen together, and once: where the job took longer than its lease and
// somebody else has it now, Finish fails and the effect is undone. A handler that
// does not call it has its job removed after it returned nil; then it must be
// idempotent.
func (j *Job) Finish(ctx context.Context, tx *db.Tx) error {
	n, err := tx.Exec(ctx, "DELETE FROM job WHERE id = ? AND attempts = ?", j.ID, j.Attempts)
	if err != nil {
		return err
	}
	if n == 0 {
		return errTaken
	}
	tx.AfterCommit(func() { j.finished = true })
	return nil
}

// Add puts a job into the queue; it is worked at due or soon after.
func (q *Queue) Add(ctx context.Context, tx *db.Tx, kind string, payload any, due time.Time) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("payload of a %s job: %w", kind, err)
	}
	_, err = tx.Exec(ctx, "INSERT INTO job (kind, payload, due, created) VALUES (?, ?, ?, ?)",
		kind, string(text), due.UnixMilli(), q.now().UnixMilli())
	tx.AfterCommit(func() { q.wake(kind) })
	return err
}

// Count is how many jobs of a kind are in a state.
type Count struct {
	Kind, State string
	N           int64
}

// Counts returns how many jobs there are.
func (q *Queue) Counts(ctx context.Context) ([]Count, error) {
	return db.All(ctx, q.db, func(r db.Row) (c Count, err error) { return c, r.Scan(&c.Kind, &c.State, &c.N) },
		"SELECT kind, state, count(*) FROM job GROUP BY state, kind ORDER BY state, kind")
}

// Failed is a job that was given up.
type Failed struct {
	ID       int64
	Kind     string
	Error    string
	Attempts int
	Created  time.Time
}

// Failures returns the newest jobs that were given up, for the administrator.
func (q *Queue) Failures(ctx context.Context, limit int) ([]Failed, error) {
	return db.All(ctx, q.db, func(r db.Row) (f Failed, err error) {
		var created int64
		err = r.Scan(&f.ID, &f.Kind, &f.Error, &f.Attempts, &created)
		f.Created = time.UnixMilli(created).UTC()
		return f, err
	}, "SELECT id, kind, error, attempts, created FROM job WHERE state = 'failed' ORDER BY id DESC LIMIT ?", limit)
}
