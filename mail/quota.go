package mail

import (
	"context"
	"log/slog"
	"math"
	"math/rand/v2"
	"time"

	"picus/internal/db"
)

// quota is how many mails about posts may still go out today. It was read from the
// database at the last tick; taken is what the workers have got since.
type quota struct{ most, sent, taken int64 }

func (q quota) left() int64 { return max(0, q.most-q.sent-q.taken) }

// refill reads how much has gone today. Where the workers are busy what they have in
// hand is counted twice for a moment, which errs on the safe side.
func (p *pool) refill(ctx context.Context) {
	if p.g.conf.PerDay <= 0 && p.g.conf.WarmUp <= 0 {
		p.quota = quota{most: math.MaxInt64 / 2}
		return
	}
	sent, best, err := p.g.sentSoFar(ctx)
	if err != nil {
		if ctx.Err() == nil {
			slog.Error("outgoing mail: read the day's bound", "error", err)
		}
		return
	}
	p.quota.most, p.quota.sent = p.g.mostToday(best), sent
	if p.busy == 0 {
		p.quota.taken = 0
	}
}

// mostToday is the bound of a day, where best is what the best day before had.
func (g *Gateway) mostToday(best int64) int64 {
	most := int64(math.MaxInt64 / 2)
	if g.conf.WarmUp > 0 {
		most = max(g.conf.WarmUp, 2*best)
	}
	if g.conf.PerDay > 0 {
		most = min(most, g.conf.PerDay)
	}
	return most
}

// sentSoFar returns how many mails went out today, and on the best day before.
func (g *Gateway) sentSoFar(ctx context.Context) (sent, best int64, err error) {
	day := today(g.now())
	_, err = db.All(ctx, g.db, func(r db.Row) (none struct{}, err error) { return none, r.Scan(&sent, &best) }, `
		SELECT coalesce(max(CASE WHEN day = ? THEN sent END), 0), coalesce(max(CASE WHEN day < ? THEN sent END), 0) FROM mail_day`, day, day)
	return sent, best, err
}

// countSent books mails that have gone out.
func countSent(ctx context.Context, tx *db.Tx, day, n int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO mail_day (day, sent) VALUES (?, ?)
		ON CONFLICT (day) DO UPDATE SET sent = mail_day.sent + excluded.sent`, day, n)
	return err
}

// today numbers the days since 1970, UTC.
func today(now time.Time) int64 { return now.UnixMilli() / (24 * time.Hour).Milliseconds() }

// jittered moves a delay by up to a tenth either way, so that what failed together is
// not tried together again.
func jittered(delay time.Duration) time.Duration {
	return delay - delay/10 + rand.N(delay/5)
}
