package account

import (
	"context"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// Habits say how a person gets mail from the boards, whatever the board.
type Habits struct {
	Plain bool      // digests as one text (RFC 1153) instead of MIME
	Away  time.Time // no mail until then; zero: at home
	Prior bool      // who asks by mail is told what is like it
}

// longestAway is how long somebody can be away: a year abroad, not for ever.
const longestAway = 366 * 24 * time.Hour

// Habits returns what by has chosen.
func (a *Accounts) Habits(ctx context.Context, by User) (Habits, error) {
	return db.One(ctx, a.db, func(r db.Row) (h Habits, err error) {
		var away int64
		err = r.Scan(&h.Plain, &away, &h.Prior)
		if away > a.now().UnixMilli() {
			h.Away = time.UnixMilli(away).UTC()
		}
		return h, err
	}, "SELECT plain = 1, away, prior = 1 FROM account WHERE id = ?", by.ID)
}

// SetHabits keeps what by chooses; a fault on "away" for a time in the past or more
// than a year from now.
func (a *Accounts) SetHabits(ctx context.Context, by User, h Habits) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	away := int64(0)
	if !h.Away.IsZero() {
		if now := a.now(); h.Away.Before(now) || h.Away.After(now.Add(longestAway)) {
			return fault.Bad("away", "Please name a day within the next year.")
		}
		away = h.Away.UnixMilli()
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE account SET plain = ?, away = ?, prior = ? WHERE id = ?", one(h.Plain), away, one(h.Prior), by.ID)
		return err
	})
}

func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
