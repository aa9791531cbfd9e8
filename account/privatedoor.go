package account

import (
	"context"

	"picus/internal/db"
	"picus/internal/fault"
)

// PrivateDoor is what somebody has chosen about private mail.
type PrivateDoor struct {
	Open    bool
	Blocked []User // from whom they take none: names only
}

// mostBlocked bounds how many somebody can block: a list that a page can show.
const mostBlocked = 500

// PrivateDoor returns what by has chosen.
func (a *Accounts) PrivateDoor(ctx context.Context, by User) (PrivateDoor, error) {
	if !by.Signed() {
		return PrivateDoor{}, fault.SignIn("Please sign in first.")
	}
	d, err := door(ctx, a.db, by.ID)
	if err != nil {
		return PrivateDoor{}, err
	}
	blocked, err := db.All(ctx, a.db, func(r db.Row) (u User, err error) { return u, r.Scan(&u.ID, &u.Name, &u.Display) }, `
		SELECT a.id, a.name, a.display FROM private_block b JOIN account a ON a.id = b.blocked
		WHERE b.account = ? ORDER BY b.blocked LIMIT ?`, by.ID, mostBlocked)
	return PrivateDoor{Open: d.open || !d.said && by.Status == Active, Blocked: blocked}, err
}

// SetPrivateDoor opens by's door or shuts it. Shutting it ends every private address
// that leads to by, also for the time when the door is open again.
func (a *Accounts) SetPrivateDoor(ctx context.Context, by User, open bool) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	return a.db.Write(ctx, func(tx *db.Tx) error { return a.TurnPrivateDoor(ctx, tx, by.ID, open) })
}

// TurnPrivateDoor is SetPrivateDoor within a transaction.
func (a *Accounts) TurnPrivateDoor(ctx context.Context, tx *db.Tx, account int64, open bool) error {
	is, shut := 1, 0
	if !open {
		is, shut = 0, 1
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO private_door (account, open, epoch) VALUES (?, ?, ?)
		ON CONFLICT (account) DO UPDATE SET open = excluded.open, epoch = private_door.epoch + excluded.epoch`, account, is, shut)
	return err
}

// Block has by take no private mail from the one called name.
func (a *Accounts) Block(ctx context.Context, by User, name string) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	p, err := byName(ctx, a.db, name)
	if err != nil {
		return err
	}
	if p.ID == by.ID {
		return fault.Bad("to", "This is you.")
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		n, err := db.Value[int](ctx, tx, "SELECT count(*) FROM private_block WHERE account = ?", by.ID)
		if err != nil {
			return err
		}
		if n >= mostBlocked {
			return fault.Limit("You have blocked %d people. Rather take no private mail at all?", mostBlocked)
		}
		_, err = tx.Exec(ctx, "INSERT INTO private_block (account, blocked, at) VALUES (?, ?, ?) ON CONFLICT (account, blocked) DO NOTHING", by.ID, p.ID, a.millis())
		return err
	})
}

// Unblock undoes Block.
func (a *Accounts) Unblock(ctx context.Context, by User, name string) error {
	if !by.Signed() {
		return fault.SignIn("Please sign in first.")
	}
	p, err := byName(ctx, a.db, name)
	if err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, "DELETE FROM private_block WHERE account = ? AND blocked = ?", by.ID, p.ID)
		return err
	})
}
