package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// MeToo says that by has the same question, or not any more. Who has it hears of the
// answers. It returns how many have it besides who asked.
func (f *Forum) MeToo(ctx context.Context, by account.User, question int64, on bool) (wanted int, err error) {
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.place(ctx, tx, by, question)
		if err != nil {
			return err
		}
		if err := p.sharable(by); err != nil {
			return err
		}
		wanted, err = f.share(ctx, tx, by, p.id, on)
		return err
	})
	return wanted, err
}

func (p place) sharable(by account.User) error {
	if err := p.movable(by); err != nil {
		return err
	}
	if by.ID == p.author {
		return fault.Forbid("You asked this yourself.")
	}
	return nil
}

func (f *Forum) share(ctx context.Context, tx *db.Tx, by account.User, question int64, on bool) (int, error) {
	change, step := int64(0), 1
	var err error
	if on {
		change, err = tx.Exec(ctx, "INSERT INTO me_too (thread, account, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", question, by.ID, f.now().UnixMilli())
		if err == nil {
			err = f.items.Join(ctx, tx, by.ID, question)
		}
	} else {
		step = -1
		change, err = tx.Exec(ctx, "DELETE FROM me_too WHERE thread = ? AND account = ?", question, by.ID)
	}
	if err != nil {
		return 0, err
	}
	return db.Value[int](ctx, tx, `
		INSERT INTO question (item, since, wanted) SELECT item, created, CAST(? AS BIGINT) FROM thread WHERE item = ?
		ON CONFLICT (item) DO UPDATE SET wanted = question.wanted + excluded.wanted RETURNING wanted`, int(change)*step, question)
}

// MayShare fails as MeToo would.
func (t *Thread) MayShare(by account.User) error { return t.place().sharable(by) }
