package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

const (
	// mostSwept is how many posts one sweep takes out of sight, or brings back.
	mostSwept = 500
	// SweptFor is how long a sweep can be undone as a whole. Each post can be brought
	// back from the log after that too.
	SweptFor = 30 * 24 * time.Hour
)

// Sweep takes out of sight what a member has posted, each post as Remove does, and
// returns how much that was. What is more than one sweep holds is left for another. Only
// the staff may, and only with members; Unsweep undoes it.
func (f *Forum) Sweep(ctx context.Context, by, person account.User, why string, via item.Via) (int, error) {
	if err := MaySweep(by, person); err != nil {
		return 0, err
	}
	posts, err := db.All(ctx, f.db, scanID, `
		SELECT i.id FROM item i JOIN post p ON p.item = i.id
		WHERE i.author = ? AND i.status = 'live' ORDER BY i.created DESC LIMIT ?`, person.ID, mostSwept)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, id := range posts {
		err := f.db.Write(ctx, func(tx *db.Tx) error {
			p, err := f.find(ctx, tx, by, id)
			if err != nil {
				return err
			}
			return f.remove(ctx, tx, by, p, removal{why: why, via: via, sweep: true})
		})
		if fault.Is(err, fault.Missing) {
			continue // it is out of sight with what it is about
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Unsweep brings back what was swept of a member in the last SweptFor, and returns how
// much that was. What was removed by itself stays away.
func (f *Forum) Unsweep(ctx context.Context, by, person account.User, via item.Via) (int, error) {
	if err := MaySweep(by, person); err != nil {
		return 0, err
	}
	swept, err := f.swept(ctx, person)
	if err != nil {
		return 0, err
	}
	for n, s := range swept {
		if err := f.restore(ctx, by, s.post, removal{via: via, undoes: s.line}); err != nil {
			return n, err
		}
	}
	return len(swept), nil
}

// Swept returns how much Unsweep would bring back, up to what it does at once.
func (f *Forum) Swept(ctx context.Context, by, person account.User) (int, error) {
	if MaySweep(by, person) != nil {
		return 0, nil
	}
	swept, err := f.swept(ctx, person)
	return len(swept), err
}

type sweptPost struct{ post, line int64 }

// swept are the posts that lines of the log say were swept, the first posts of threads
// before what stands in them.
func (f *Forum) swept(ctx context.Context, person account.User) ([]sweptPost, error) {
	return db.All(ctx, f.db, func(r db.Row) (s sweptPost, err error) {
		err = r.Scan(&s.post, &s.line)
		return s, err
	}, `
		SELECT i.id, m.id FROM item i JOIN post p ON p.item = i.id JOIN removal r ON r.item = i.id
		JOIN modlog m ON m.thread = p.thread AND m.post = i.id AND m.verb = 'delete' AND m.other = i.author
		WHERE i.author = ? AND i.status = 'deleted' AND r.at >= ? AND NOT EXISTS (SELECT 1 FROM modlog u WHERE u.undoes = m.id)
		ORDER BY i.created LIMIT ?`, person.ID, f.now().Add(-SweptFor).UnixMilli(), mostSwept)
}

func scanID(r db.Row) (id int64, err error) {
	err = r.Scan(&id)
	return id, err
}

// MaySweep says why by may not sweep what person has posted, or returns nil.
func MaySweep(by, person account.User) error {
	if !by.Staff() || person.Role != account.Member || person.ID == by.ID {
		return fault.Forbid("Only the staff take away everything that a member has posted.")
	}
	return nil
}
