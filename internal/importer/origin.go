package importer

import (
	"context"

	"picus/internal/db"
	"picus/internal/fault"
)

// Origin is what an earlier run made of an entry of the source: the row it became, and a
// digest by which an unchanged entry is recognised. The zero Origin is an entry never seen.
type Origin struct {
	Target int64
	Digest string
}

// Recall returns the origin of an entry.
func Recall(ctx context.Context, r db.Reader, source, key string) (Origin, error) {
	o, err := db.One(ctx, r, func(row db.Row) (o Origin, err error) {
		var digest []byte
		err = row.Scan(&o.Target, &digest)
		o.Digest = string(digest)
		return o, err
	}, "SELECT target, digest FROM origin WHERE source = ? AND key = ?", source, key)
	if fault.Is(err, fault.Missing) {
		return Origin{}, nil
	}
	return o, err
}

// Keep notes what an entry became, in the transaction that made it, so that an interrupted
// run goes on where it stopped.
func Keep(ctx context.Context, tx *db.Tx, source, key string, o Origin) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO origin (source, key, target, digest) VALUES (?, ?, ?, ?)
		ON CONFLICT (source, key) DO UPDATE SET target = excluded.target, digest = excluded.digest`,
		source, key, o.Target, []byte(o.Digest))
	return err
}
