package forum

import (
	"context"
	"math"
	"time"

	"picus/account"
	"picus/internal/db"
)

// Offshoot is what was split off a thread: the line that stands in the place of its posts.
type Offshoot struct {
	Link
	At    time.Time // when its first post was written: where the line stands
	Posts []int64   // what went there, as far as old addresses may name it
}

// mostGone is how many posts the lines of a thread answer for.
const mostGone = 500

// offshoots finds what was split off the thread, as far as by may see it and the page
// with these ends holds it. In an order that is not that of time all stand on the first
// page.
func (f *Forum) offshoots(ctx context.Context, by account.User, t *Thread, after cursor) error {
	if t.split == 0 {
		return nil
	}
	from, to := int64(math.MinInt64), int64(math.MaxInt64)
	if t.Order == Oldest {
		from = after.key
		if end, err := readCursor(t.Next); err == nil && t.Next != "" {
			to = end.key
		}
		if after == (cursor{}) {
			from = math.MinInt64
		}
	} else if after != (cursor{}) {
		return nil
	}
	_, err := db.All(ctx, f.db, func(r db.Row) (post int64, err error) {
		var o Offshoot
		var at int64
		if err = r.Scan(&o.Thread, &o.Slug, &o.Title, &o.State, &o.Answers, &at, &post); err != nil {
			return 0, err
		}
		o.At = time.UnixMilli(at).UTC()
		if n := len(t.Offshoots); n == 0 || t.Offshoots[n-1].Thread != o.Thread {
			t.Offshoots = append(t.Offshoots, o)
		}
		last := &t.Offshoots[len(t.Offshoots)-1]
		last.Posts = append(last.Posts, post)
		return post, nil
	}, `
		SELECT now.item, i.slug, i.title, now.state, now.answers, s.at, m.post
		FROM thread was JOIN split s ON s.origin = was.item JOIN moved_post m ON m.action = s.action
		JOIN thread made ON made.item = s.thread JOIN thread now ON now.item = coalesce(made.merged, made.item)
		JOIN item i ON i.id = now.item JOIN space sp ON sp.id = now.board
		WHERE (was.item = ? OR was.merged = ?) AND now.item <> ? AND s.at >= ? AND s.at < ? AND i.status = 'live' AND `+account.Admits+`
		ORDER BY s.at, s.thread, m.post LIMIT ?`, t.ID, t.ID, t.ID, from, to, by.Clearance(), by.Joined(), mostGone)
	return err
}
