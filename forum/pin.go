package forum

import (
	"context"
	"slices"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// maxPins is how many threads can stand above the list of a board.
const maxPins = 10

// Pin puts a thread above the list of its board, at a place counted from 1; 0 takes it
// down again. Its fault is on "place".
func (f *Forum) Pin(ctx context.Context, by account.User, thread int64, at int, why string) error {
	if err := checkPin(at); err != nil {
		return err
	}
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return f.pin(ctx, tx, p, at, why)
	})
}

func checkPin(at int) error {
	if at < 0 || at > maxPins {
		return fault.Bad("place", "Give the place above the list: from 1 to %d.", maxPins)
	}
	return nil
}

func (f *Forum) pin(ctx context.Context, tx *db.Tx, p place, at int, why string) (deed, error) {
	pins, err := db.Values[int64](ctx, tx, "SELECT item FROM thread WHERE board = ? AND pinned > 0 ORDER BY pinned", p.board.ID)
	if err != nil {
		return deed{}, err
	}
	was := slices.Index(pins, p.id) + 1
	if was == at || at > len(pins) && was > 0 && was == len(pins) {
		return deed{}, nil
	}
	pins = slices.DeleteFunc(pins, func(id int64) bool { return id == p.id })
	d := deed{verb: VerbUnpin, board: p.board.ID, thread: p.id, was: int64(was), why: why}
	if at > 0 {
		if len(pins) >= maxPins {
			return d, fault.Bad("place", "%d threads are pinned here already. Take one of them down first.", maxPins)
		}
		at = min(at, len(pins)+1)
		pins = slices.Insert(pins, at-1, p.id)
		d.verb, d.became = VerbPin, int64(at)
	}
	if _, err := tx.Exec(ctx, "UPDATE thread SET pinned = 0 WHERE item = ?", p.id); err != nil {
		return d, err
	}
	for i, id := range pins {
		if _, err := tx.Exec(ctx, "UPDATE thread SET pinned = ? WHERE item = ?", i+1, id); err != nil {
			return d, err
		}
	}
	return d, nil
}

// Pinned returns the threads that stand above the list of a board that by has got from
// Board, in their order.
func (f *Forum) Pinned(ctx context.Context, by account.User, b Board) ([]Row, error) {
	if err := b.Readable(by); err != nil {
		return nil, err
	}
	rows, err := db.All(ctx, f.db, rowScan(), "SELECT "+Filter{}.rowColumns(by)+" FROM thread t CROSS JOIN item i"+Filter{}.rowJoins(by)+`
		WHERE t.board = ? AND t.pinned > 0 AND t.state <> 'deleted' AND i.id = t.item ORDER BY t.pinned LIMIT ?`, append(readArgs(by), b.ID, maxPins)...)
	f.marks.onto(by, rows)
	f.age(rows)
	return rows, err
}

// Front is ListIn as the page of the board shows it: in the usual order its pinned
// threads stand first. by has got the board from Profile.
func (f *Forum) Front(ctx context.Context, by account.User, b Profile, q Filter) ([]Row, string, error) {
	narrow := q.Kind != "" || q.Lang != "" || len(q.Tags)+len(q.Not) > 0
	if q.Sort != "" && q.Sort != SortActive || narrow {
		return f.ListIn(ctx, by, b.Board, q)
	}
	q.unpinned = true
	rows, next, err := f.ListIn(ctx, by, b.Board, q)
	if err != nil || q.Cursor != "" || !b.pinned {
		return rows, next, err
	}
	pins, err := f.Pinned(ctx, by, b.Board)
	return append(pins, rows...), next, err
}
