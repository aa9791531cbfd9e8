package forum

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// What is kept of reading before it is written.
const (
	noteEvery = 2 * time.Second
	mostNotes = 20_000 // more at once are forgotten: they are a comfort, and no fact
	perNoting = 500    // rows of one transaction, so that nobody's post waits for them
)

// progress is how far somebody has read a thread.
type progress struct {
	seen  int64 // when the newest post that they have read was written
	posts int64 // how many there were
}

type markKey struct{ account, thread int64 }

// marks are those that are not written yet. Reading must not wait for the disk, so
// they are gathered, and lists ask here first.
type marks struct {
	mu    sync.Mutex
	fresh map[markKey]progress
}

func newMarks() *marks { return &marks{fresh: map[markKey]progress{}} }

func (m *marks) note(key markKey, read progress) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.fresh[key]; ok && old.seen >= read.seen || !ok && len(m.fresh) >= mostNotes {
		return
	}
	m.fresh[key] = read
}

// newer returns the mark that is not written yet, if it is the newer one.
func (m *marks) newer(key markKey, written progress) progress {
	m.mu.Lock()
	defer m.mu.Unlock()
	if fresh, ok := m.fresh[key]; ok && fresh.seen > written.seen {
		return fresh
	}
	return written
}

// onto tells of each row whether it is new to by.
func (m *marks) onto(by account.User, rows []Row) {
	if !by.Signed() {
		return
	}
	for i := range rows {
		r := &rows[i]
		read := m.newer(markKey{by.ID, r.ID}, r.mark)
		r.Unread = r.LastBy.ID != by.ID && r.LastAt.UnixMilli() > max(read.seen, r.floor)
		if r.Unread && read.posts > 0 {
			r.New = max(1, r.Posts-int(read.posts))
		}
	}
}

// readColumns and readJoins add to a list how far by has read each thread t: a visitor
// nothing at all.
func readColumns(by account.User) string {
	if !by.Signed() {
		return "0, 0, 0"
	}
	return `coalesce(rd.seen, 0), coalesce(rd.posts, 0),
		CASE WHEN ca.at > coalesce(cb.at, 0) THEN ca.at ELSE coalesce(cb.at, (SELECT created FROM account WHERE id = ?)) END`
}

func readJoins(by account.User) string {
	if !by.Signed() {
		return ""
	}
	return ` LEFT JOIN reading rd ON rd.account = ? AND rd.thread = t.item
		LEFT JOIN caught_up ca ON ca.account = ? AND ca.board = 0 LEFT JOIN caught_up cb ON cb.account = ? AND cb.board = t.board`
}

func readArgs(by account.User) []any {
	if !by.Signed() {
		return nil
	}
	return []any{by.ID, by.ID, by.ID, by.ID}
}

// Saw notes what by has had before their eyes: a page of a thread. On the last page it
// is everything there; on another one the comments do not count, because they may be
// newer than posts that are still to come.
func (f *Forum) Saw(by account.User, t *Thread) {
	seen := t.First.Created
	look := func(p *Post) {
		if p.Created.After(seen) {
			seen = p.Created
		}
		for _, c := range p.Comments {
			if t.Next == "" && c.Created.After(seen) {
				seen = c.Created
			}
		}
	}
	look(&t.First)
	if t.Best != nil && t.Next == "" {
		look(t.Best)
	}
	for _, p := range t.Page {
		look(p)
	}
	if by.Signed() && seen.After(t.Seen) {
		f.marks.note(markKey{by.ID, t.ID}, progress{seen.UnixMilli(), int64(t.Posts)})
	}
}

// MarkRead says that by has read the thread to its end.
func (f *Forum) MarkRead(ctx context.Context, by account.User, thread int64) error {
	if !by.Signed() {
		return errReader
	}
	p, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return err
	}
	read, err := db.One(ctx, f.db, func(r db.Row) (all progress, err error) {
		err = r.Scan(&all.seen, &all.posts)
		return all, err
	}, "SELECT last_at, posts FROM thread WHERE item = ?", p.id)
	if err != nil {
		return err
	}
	f.marks.note(markKey{by.ID, p.id}, read)
	return nil
}

// CatchUp says that by has put everything behind them that was written until then, in
// one board or, with an empty slug, in all of them.
func (f *Forum) CatchUp(ctx context.Context, by account.User, board string, until time.Time) error {
	if !by.Signed() {
		return errReader
	}
	id := int64(0)
	if board != "" {
		b, err := f.Board(ctx, by, board)
		if err != nil {
			return err
		}
		id = b.ID
	}
	if now := f.now(); until.After(now) {
		until = now
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		tx.Quiet()
		_, err := tx.Exec(ctx, `
			INSERT INTO caught_up (account, board, at) VALUES (?, ?, ?)
			ON CONFLICT (account, board) DO UPDATE SET at = excluded.at WHERE excluded.at > caught_up.at`, by.ID, id, until.UnixMilli())
		return err
	})
}

var errReader = fault.SignIn("Sign in to have it remembered what you have read.")

// FirstUnread returns the first post of the thread that is new to by, or the newest
// one where none is.
func (f *Forum) FirstUnread(ctx context.Context, by account.User, thread int64) (int64, error) {
	t, err := f.threadHead(ctx, by, thread)
	if err != nil {
		return 0, err
	}
	post, err := db.Value[int64](ctx, f.db, `
		SELECT p.item FROM post p JOIN item i ON i.id = p.item
		WHERE p.thread = ? AND p.created > ? AND i.status = 'live' ORDER BY p.created, p.item LIMIT 1`, t.ID, t.Seen.UnixMilli())
	if fault.Is(err, fault.Missing) {
		return f.NewestPost(ctx, by, thread)
	}
	return post, err
}

// NewestPost returns the last post of the thread.
func (f *Forum) NewestPost(ctx context.Context, by account.User, thread int64) (int64, error) {
	p, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return 0, err
	}
	return db.Value[int64](ctx, f.db, "SELECT last_post FROM thread WHERE item = ?", p.id)
}

// KeepReading writes every few seconds what was read, until ctx ends.
func (f *Forum) KeepReading(ctx context.Context) error {
	tick := time.NewTicker(noteEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return f.SaveReading(context.WithoutCancel(ctx))
		}
		if err := f.SaveReading(ctx); err != nil && ctx.Err() == nil {
			slog.Warn("what was read could not be noted", "error", err)
		}
	}
}

// SaveReading writes what was read since it was called last. What cannot be written,
// on a full disk for instance, is forgotten.
func (f *Forum) SaveReading(ctx context.Context) error {
	f.marks.mu.Lock()
	all := make(map[markKey]progress, len(f.marks.fresh))
	for key, m := range f.marks.fresh {
		all[key] = m
	}
	f.marks.mu.Unlock()
	err := f.writeMarks(ctx, all)
	f.marks.mu.Lock()
	defer f.marks.mu.Unlock()
	for key, m := range all {
		if f.marks.fresh[key] == m {
			delete(f.marks.fresh, key)
		}
	}
	return err
}

func (f *Forum) writeMarks(ctx context.Context, all map[markKey]progress) error {
	var keys []markKey
	for key := range all {
		keys = append(keys, key)
	}
	for len(keys) > 0 {
		n := min(perNoting, len(keys))
		some := keys[:n]
		err := f.db.Write(ctx, func(tx *db.Tx) error {
			tx.Quiet()
			for _, key := range some {
				_, err := tx.Exec(ctx, `
					INSERT INTO reading (account, thread, seen, posts, at) VALUES (?, ?, ?, ?, ?)
					ON CONFLICT (account, thread) DO UPDATE SET seen = excluded.seen, posts = excluded.posts, at = excluded.at
					WHERE excluded.seen > reading.seen`, key.account, key.thread, all[key].seen, all[key].posts, f.now().UnixMilli())
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
