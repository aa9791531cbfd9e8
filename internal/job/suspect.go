package job

import (
	"context"
	"log/slog"
	"time"

	"picus/internal/db"
)

// suspicious is how often a job may have been under way when the process ended before it
// is taken for the reason. Many are under way at a time, and a process may end of
// something else, so that it is no more than a suspicion.
const suspicious = 3

// Suspicious reports whether so many attempts ended with the process, unless they failed
// otherwise.
func (j *Job) Suspicious() bool { return j.Attempts > suspicious }

// ClearSuspicions works the jobs of a kind that were under way at the end of a process
// several times, one at a time, while nothing else goes on: those that are not to blame
// are done then, however short the life that follows. It begins none after the time that
// it may take is over. Call it after Recover, and before anything else goes on.
func (q *Queue) ClearSuspicions(ctx context.Context, kind string, most time.Duration) error {
	l := q.lanes[kind]
	limit, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for limit.Err() == nil {
		jobs, err := q.bookSuspicious(ctx, kind)
		if err != nil || len(jobs) == 0 {
			return err
		}
		jobs[0].Alone = true
		slog.Info("job queue: read alone, as the process has ended beside it before", "kind", kind, "job", jobs[0].ID, "attempts", jobs[0].Attempts)
		q.do(ctx, l, jobs[0])
	}
	return ctx.Err()
}

// bookSuspicious books the first job that has no word of how it ended.
func (q *Queue) bookSuspicious(ctx context.Context, kind string) (jobs []*Job, err error) {
	now := q.now().UnixMilli()
	err = q.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		jobs, err = db.All(ctx, tx, scanJob, `
			UPDATE job SET state = 'running', attempts = attempts + 1, due = ?
			WHERE id IN (SELECT id FROM job WHERE state = 'ready' AND kind = ? AND due <= ? AND attempts >= ? AND error = '' ORDER BY due, id LIMIT 1)
			RETURNING id, kind, payload, attempts`,
			now+lease.Milliseconds(), kind, now, suspicious)
		return err
	})
	return jobs, err
}
