package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
)

// Life is what is special about a question.
type Life struct {
	Since      time.Time // when its state began
	Due        time.Time // when it expires unless its asker answers; zero: never
	Why        string    // of an Invalid one: what is missing
	Wanted     int       // how many others have the same question
	MeToo      bool      // the reader is one of them
	Original   *Link     // of a Duplicate, where the reader may see it
	Duplicates []Link    // what points to this one

	original int64
	copies   int // how many questions are duplicates of this one, whoever may see them
}

// Link names a thread that another one points to.
type Link struct {
	Thread      int64
	Slug, Title string
	State       State
	Answers     int
}

// lifeColumns needs thread t, its question q, and the viewer's me_too m.
const lifeColumns = `coalesce(q.since, t.created), coalesce(q.due, 0), coalesce(q.why, ''), coalesce(q.wanted, 0), coalesce(q.original, 0), coalesce(m.account, 0)`

func (l *Life) read(since, due, mine int64) {
	l.Since, l.MeToo = time.UnixMilli(since).UTC(), mine != 0
	if due != 0 {
		l.Due = time.UnixMilli(due).UTC()
	}
}

// mostDuplicates is how many duplicates a question names.
const mostDuplicates = 20

// pointers finds what a question points to and what points to it, as far as by may see it.
func (f *Forum) pointers(ctx context.Context, by account.User, t *Thread) error {
	if t.Life.copies > 0 {
		same, err := f.links(ctx, by, "q.original IN (SELECT same.item FROM thread same WHERE same.item = ? OR same.merged = ?) AND now.item <> ?", t.ID, t.ID, t.ID)
		if err != nil {
			return err
		}
		t.Life.Duplicates = same
	}
	if t.Life.original == 0 {
		return nil
	}
	original, err := f.links(ctx, by, "t.item = ?", t.Life.original)
	if err == nil && len(original) > 0 {
		t.Life.Original = &original[0]
	}
	return err
}

// links returns threads; where is constant SQL over thread t and question q. One that
// was merged into another is named by that.
func (f *Forum) links(ctx context.Context, by account.User, where string, ids ...any) ([]Link, error) {
	return db.All(ctx, f.db, func(r db.Row) (l Link, err error) {
		err = r.Scan(&l.Thread, &l.Slug, &l.Title, &l.State, &l.Answers)
		return l, err
	}, `
		SELECT now.item, i.slug, i.title, now.state, now.answers
		FROM thread t LEFT JOIN question q ON q.item = t.item JOIN thread now ON now.item = coalesce(t.merged, t.item)
		JOIN item i ON i.id = now.item JOIN space sp ON sp.id = now.board
		WHERE `+where+` AND i.status = 'live' AND `+account.Admits+` ORDER BY q.item LIMIT ?`, append(ids, by.Clearance(), by.Joined(), mostDuplicates)...)
}
