package account

import (
	"context"
	"crypto/hmac"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// privateLife is how long a private address is good: people answer each other later than
// they answer a list.
const privateLife = 365 * 24 * time.Hour

// PrivateToken returns the token of a private address, private+TOKEN@: what one person
// writes there reaches another, and neither learns the other's address. It holds both
// accounts, the day it expires and a keyed hash, in at most 50 lower-case letters and
// digits. The key is the writer's account.reply_key, which changes with the password;
// the epoch is the receiver's, which changes when they shut their door. So either ends
// the addresses that are theirs to end, and a fan-out needs no query per recipient.
func PrivateToken(from int64, key []byte, to, epoch int64, now time.Time) string {
	b := binary.AppendUvarint(nil, uint64(from))
	b = binary.AppendUvarint(b, uint64(to))
	b = binary.AppendUvarint(b, uint64(now.Add(privateLife).Unix()/int64(day/time.Second)))
	return lower32.EncodeToString(append(b, privateSum(key, b, epoch)...))
}

func privateSum(key, body []byte, epoch int64) []byte {
	return keyedSum(key, "private", string(body), string(binary.AppendUvarint(nil, uint64(epoch))))
}

// PrivateToken is the function PrivateToken for two people.
func (a *Accounts) PrivateToken(ctx context.Context, from, to int64) (string, error) {
	p, err := byID(ctx, a.db, from)
	if err != nil {
		return "", err
	}
	d, err := door(ctx, a.db, to)
	return PrivateToken(from, p.replyKey, to, d.epoch, a.now()), err
}

// Pair is who writes privately to whom.
type Pair struct{ From, To User }

var errPrivate = fault.Gone("This private address is not good. Please open the page of whom you want to write to, or answer their newest mail.")

// ReadPrivateToken returns who writes to whom; a fault.Missing, always the same, for a
// token that is not ours, too old, or was ended by one of the two.
func (a *Accounts) ReadPrivateToken(ctx context.Context, r db.Reader, token string) (Pair, error) {
	raw, err := lower32.DecodeString(strings.ToLower(token))
	if err != nil || len(raw) <= sumSize {
		return Pair{}, errPrivate
	}
	body, sum := raw[:len(raw)-sumSize], raw[len(raw)-sumSize:]
	said, ok := readNumbers(body)
	if !ok {
		return Pair{}, errPrivate
	}
	from, err := orNobody(byID(ctx, r, int64(said[0])))
	if err != nil {
		return Pair{}, err
	}
	to, err := orNobody(byID(ctx, r, int64(said[1])))
	if err != nil {
		return Pair{}, err
	}
	d, err := door(ctx, r, int64(said[1]))
	if err != nil {
		return Pair{}, err
	}
	// The hash is looked at whoever exists, so that the answer and its time tell nothing.
	good := hmac.Equal(sum, privateSum(from.replyKey, body, d.epoch))
	if !good || from.ID == 0 || to.ID == 0 || a.now().Unix()/int64(day/time.Second) > int64(said[2]) {
		return Pair{}, errPrivate
	}
	if from, err = successor(ctx, r, from); err != nil {
		return Pair{}, err
	}
	to, err = successor(ctx, r, to)
	return Pair{from.User, to.User}, err
}

func orNobody(p person, err error) (person, error) {
	if fault.Is(err, fault.Missing) {
		return person{}, nil
	}
	return p, err
}

// doorway is a row of private_door.
type doorway struct {
	said  bool // the person has chosen
	open  bool
	epoch int64
}

func door(ctx context.Context, r db.Reader, account int64) (doorway, error) {
	d, err := db.One(ctx, r, func(r db.Row) (d doorway, err error) {
		d.said = true
		return d, r.Scan(&d.open, &d.epoch)
	}, "SELECT open > 0, epoch FROM private_door WHERE account = ?", account)
	if fault.Is(err, fault.Missing) {
		return doorway{}, nil
	}
	if err != nil {
		return d, fmt.Errorf("read a private door: %w", err)
	}
	return d, nil
}

// opens reports whether u takes private mail. A member does who has not said otherwise;
// a shadow, who may never have been here, only after having said so.
func (d doorway) opens(u User) bool {
	if u.Email == "" || u.Unreachable {
		return false
	}
	return u.Status == Active && (d.open || !d.said) || u.Status == Shadow && d.open
}

var errShut = fault.Forbid("This person takes no private mail, or none from you.")

// ErrNoConsent is what MayWritePrivately says to a shadow who has not yet agreed to take
// private mail, which whoever writes one must.
var ErrNoConsent = fault.Forbid("Please confirm first that you take private mail too, so that you can be answered.")

// MayWritePrivately returns nil where one person may write to another in private. Why the
// other takes nothing is not told: shut, blocked and gone look the same.
func (a *Accounts) MayWritePrivately(ctx context.Context, r db.Reader, from, to User) error {
	if from.ID == 0 {
		return fault.SignIn("Please sign in first.")
	}
	if from.Status != Active && from.Status != Shadow {
		return errSuspended
	}
	if from.ID == to.ID {
		return fault.Bad("to", "This is you.")
	}
	theirs, err := door(ctx, r, to.ID)
	if err != nil {
		return err
	}
	mine, blocks, err := blocksBetween(ctx, r, from.ID, to.ID)
	switch {
	case err != nil:
		return err
	case !theirs.opens(to) || blocks:
		return errShut
	case mine:
		return fault.Forbid("You take no private mail from %s, so you cannot write any to them. You can change that in your settings.", to.Display)
	}
	own, err := door(ctx, r, from.ID)
	switch {
	case err != nil || own.opens(from):
		return err
	case from.Status == Shadow && !own.said:
		return ErrNoConsent
	case from.Email == "" || from.Unreachable:
		return fault.Forbid("Mail to you does not arrive at present, so an answer could not reach you. Please see to your mail address in the settings first.")
	}
	return fault.Forbid("You take no private mail, so an answer could not reach you. Please open your door in the settings first.")
}

// blocksBetween reports whether from blocks to, and whether to blocks from.
func blocksBetween(ctx context.Context, r db.Reader, from, to int64) (mine, theirs bool, err error) {
	found, err := db.Values[int64](ctx, r, `
		SELECT account FROM private_block WHERE account = ? AND blocked = ?
		UNION ALL SELECT account FROM private_block WHERE account = ? AND blocked = ?`, from, to, to, from)
	for _, id := range found {
		mine, theirs = mine || id == from, theirs || id == to
	}
	return mine, theirs, err
}
