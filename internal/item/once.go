package item

import (
	"context"
	"crypto/sha256"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// onceAge is how long a program may send the same request again and is told what
// it made, instead of making it twice.
const onceAge = 24 * time.Hour

// Once is a program's name for a request that has to count once, however often it
// is sent; the zero Once counts each time. It is written with the item that the
// request makes, so that the one cannot be there without the other.
type Once struct {
	Key    string            // the program's own
	Digest [sha256.Size]byte // of the whole request
}

// Repeated returns the item that by's request made when it was sent before, or 0.
// It fails with a fault on "Idempotency-Key" where the key stood for another request.
func (s *Store) Repeated(ctx context.Context, by account.User, o Once) (int64, error) {
	if o.Key == "" {
		return 0, nil
	}
	var digest []byte
	id, err := db.One(ctx, s.DB, func(r db.Row) (id int64, err error) {
		err = r.Scan(&id, &digest)
		return id, err
	}, "SELECT item, digest FROM once WHERE account = ? AND key = ? AND at > ?", by.ID, o.Key, s.Now().Add(-onceAge).UnixMilli())
	if fault.Is(err, fault.Missing) {
		return 0, nil
	}
	if err == nil && string(digest) != string(o.Digest[:]) {
		return 0, fault.Bad("Idempotency-Key", "This key was used for another request. Choose a new one for each.")
	}
	return id, err
}

// remember notes what a request made, and forgets the account's old ones. It fails
// with fault.Conflict where the same request was quicker on another connection.
func (s *Store) remember(ctx context.Context, tx *db.Tx, by, item int64, o Once) error {
	if o.Key == "" {
		return nil
	}
	now := s.Now()
	if _, err := tx.Exec(ctx, "DELETE FROM once WHERE account = ? AND at <= ?", by, now.Add(-onceAge).UnixMilli()); err != nil {
		return err
	}
	n, err := tx.Exec(ctx, "INSERT INTO once (account, key, digest, item, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT (account, key) DO NOTHING",
		by, o.Key, o.Digest[:], item, now.UnixMilli())
	if err == nil && n == 0 {
		return fault.Clash("This request has just been carried out.")
	}
	return err
}
