package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// maxRest is how many days a board can wait before it puts a thread away.
const maxRest = 36_500

const day = 24 * time.Hour

// NeverArchived is the rest of a thread that stays open whatever its board says.
const NeverArchived = -1

// rest is when a thread becomes an archive. Nobody has to put it there: it is one when
// nothing was posted for so many days, and it is none any more when its board waits longer.
type rest struct {
	last          int64 // its last post
	thread, board int   // days; of the thread 0: as its board says, NeverArchived: never
}

const restColumns = "t.last_at, t.rest, sp.rest"

func (r rest) days() int {
	if r.thread != 0 {
		return max(r.thread, 0)
	}
	return r.board
}

func (r rest) over(now time.Time) bool {
	days := r.days()
	return days > 0 && now.Sub(time.UnixMilli(r.last)) > time.Duration(days)*day
}

// Rest has a thread become an archive after some days without a post: 0 as its board
// says, NeverArchived never. Its fault is on "days".
func (f *Forum) Rest(ctx context.Context, by account.User, thread int64, days int, why string) error {
	if err := checkRest(days); err != nil {
		return err
	}
	return f.moderate(ctx, by, thread, func(tx *db.Tx, p place) (deed, error) {
		return p.setRest(ctx, tx, days, why)
	})
}

func checkRest(days int) error {
	if days < NeverArchived || days > maxRest {
		return badDays()
	}
	return nil
}

func badDays() error {
	return fault.Bad("days", "Give a number of days, %d at most.", maxRest)
}

func (p place) setRest(ctx context.Context, tx *db.Tx, days int, why string) (deed, error) {
	if p.rest.thread == days {
		return deed{}, nil
	}
	return p.set(ctx, tx, deed{verb: VerbRest, why: why, was: int64(p.rest.thread), became: int64(days)}, "UPDATE thread SET rest = ? WHERE item = ?", int64(days))
}

// RestBoard has the threads of a board become archives after some days without a post;
// 0: never. Its fault is on "days".
func (f *Forum) RestBoard(ctx context.Context, by account.User, board string, days int, why string) error {
	if days < 0 || days > maxRest {
		return badDays()
	}
	b, err := f.Board(ctx, by, board)
	if err != nil {
		return err
	}
	if err := MayOrder(by, b); err != nil {
		return err
	}
	return f.db.Write(ctx, func(tx *db.Tx) error { return f.restBoard(ctx, tx, by, b, days, why, 0) })
}

func (f *Forum) restBoard(ctx context.Context, tx *db.Tx, by account.User, b Board, days int, why string, undoes int64) error {
	was, err := db.Value[int64](ctx, tx, "SELECT rest FROM space WHERE id = ?", b.ID)
	if err != nil || was == int64(days) {
		return err
	}
	if _, err := tx.Exec(ctx, "UPDATE space SET rest = ? WHERE id = ?", days, b.ID); err != nil {
		return err
	}
	_, err = f.note(ctx, tx, by, deed{verb: VerbBoardRest, board: b.ID, was: was, became: int64(days), why: why, undoes: undoes})
	return err
}

// RestOf returns after how many days without a post the threads of a board that by has
// got from Board become archives; 0: never.
func (f *Forum) RestOf(ctx context.Context, b Board) (int, error) {
	return db.Value[int](ctx, f.db, "SELECT rest FROM space WHERE id = ?", b.ID)
}
