package forum

import (
	"context"
	"slices"
	"time"

	"picus/internal/db"
)

const (
	lately       = 30 * 24 * time.Hour // what counts as a board's people
	recount      = 24 * time.Hour      // a board that stands still is counted that often: things are taken away as well
	newQuestions = 500                 // how many say how fast answers come
)

// Tally counts the figures of the boards where something has happened since they were
// counted last. It is called now and then; a page never counts.
func (f *Forum) Tally(ctx context.Context) error {
	now := f.now()
	boards, err := db.Values[int64](ctx, f.db, `
		SELECT sp.id FROM space sp LEFT JOIN board b ON b.space = sp.id
		WHERE sp.kind = 'board' AND (coalesce(b.counted, 0) <= sp.last_at OR coalesce(b.counted, 0) < ?)`, now.Add(-recount).UnixMilli())
	if err != nil {
		return err
	}
	for _, id := range boards {
		s, err := f.count(ctx, id, now)
		if err != nil {
			return err
		}
		if err := f.keepStats(ctx, id, s, now); err != nil {
			return err
		}
	}
	return nil
}

// count reads the figures of a board, outside of any transaction: nobody waits for it.
func (f *Forum) count(ctx context.Context, board int64, now time.Time) (Stats, error) {
	s, err := db.One(ctx, f.db, func(r db.Row) (s Stats, err error) {
		err = r.Scan(&s.Posts, &s.Questions, &s.Answered)
		return s, err
	}, `
		SELECT coalesce(sum(posts), 0), coalesce(sum(CASE kind WHEN 'question' THEN 1 ELSE 0 END), 0),
			coalesce(sum(CASE WHEN kind = 'question' AND answers > 0 THEN 1 ELSE 0 END), 0)
		FROM thread WHERE board = ? AND state <> 'deleted'`, board)
	if err != nil {
		return s, err
	}
	s.People, err = db.Value[int](ctx, f.db, "SELECT count(DISTINCT author) FROM item WHERE space = ? AND created >= ? AND status = 'live'",
		board, now.Add(-lately).UnixMilli())
	if err != nil {
		return s, err
	}
	s.FirstAnswer, err = f.firstAnswer(ctx, board)
	return s, err
}

// firstAnswer returns how long half of the newest questions waited for the first answer
// of somebody else; 0 where half of them still wait.
func (f *Forum) firstAnswer(ctx context.Context, board int64) (time.Duration, error) {
	waits, err := db.Values[int64](ctx, f.db, `
		SELECT coalesce((SELECT min(p.created) FROM post p JOIN item a ON a.id = p.item
			WHERE p.thread = t.item AND p.kind = 'answer' AND a.status = 'live' AND a.author <> i.author) - t.created, 1000000000000000)
		FROM thread t JOIN item i ON i.id = t.item WHERE t.board = ? AND t.kind = 'question' AND t.state <> 'deleted'
		ORDER BY t.created DESC LIMIT ?`, board, newQuestions)
	if err != nil || len(waits) == 0 {
		return 0, err
	}
	slices.Sort(waits)
	half := waits[(len(waits)-1)/2]
	if half >= 1_000_000_000_000_000 || half < 0 {
		return 0, nil
	}
	return time.Duration(half) * time.Millisecond, nil
}

func (f *Forum) keepStats(ctx context.Context, board int64, s Stats, now time.Time) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			INSERT INTO board (space, posts, questions, answered, people, first_answer, counted) VALUES (?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (space) DO UPDATE SET posts = excluded.posts, questions = excluded.questions, answered = excluded.answered,
				people = excluded.people, first_answer = excluded.first_answer, counted = excluded.counted`,
			board, s.Posts, s.Questions, s.Answered, s.People, s.FirstAnswer.Milliseconds(), now.UnixMilli())
		return err
	})
}
