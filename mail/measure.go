package mail

import (
	"context"
	"time"

	"picus/internal/db"
)

// Measures are the state of the mail in numbers.
type Measures struct {
	Out      map[State]int64 // that are queued, on their way, or were given up
	Oldest   time.Duration   // since the oldest of the queued was written
	Unread   int64           // mails that came in and wait to be read
	Today    int64           // mails about posts that went out today
	SelfTest SelfTest
	Late     bool // the last test has not come back
}

// Measures returns them.
func (g *Gateway) Measures(ctx context.Context) (m Measures, err error) {
	m.Out = map[State]int64{Queued: 0, Sending: 0, Failed: 0}
	oldest := int64(0)
	_, err = db.All(ctx, g.db, func(r db.Row) (none struct{}, err error) {
		var s State
		var n, first int64
		err = r.Scan(&s, &n, &first)
		m.Out[s] = n
		if s == Queued {
			oldest = first
		}
		return none, err
	}, "SELECT state, count(*), min(created) FROM outgoing WHERE state IN ('queued', 'sending', 'failed') GROUP BY state")
	if err != nil {
		return m, err
	}
	if oldest > 0 {
		m.Oldest = g.now().Sub(time.UnixMilli(oldest))
	}
	if m.Unread, err = db.Value[int64](ctx, g.db, "SELECT count(*) FROM message WHERE fate = 'received'"); err != nil {
		return m, err
	}
	if m.Today, _, err = g.sentSoFar(ctx); err != nil {
		return m, err
	}
	m.SelfTest, err = g.LastSelfTest(ctx)
	m.Late = m.SelfTest.Late(g.now())
	return m, err
}
