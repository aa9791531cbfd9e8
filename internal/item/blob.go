package item

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"time"

	"picus/internal/db"
	"picus/internal/fault"
)

// partSize is how much of a file is written, or read, at once: what others wait for
// the writer meanwhile is bounded by it.
const partSize = 1 << 20

// putBlob stores a content and returns its name. It is there when the function comes
// back, and what a crash leaves of it is taken up the next time, or swept.
func (s *Store) putBlob(ctx context.Context, data []byte) ([]byte, error) {
	sum := sha256.Sum256(data)
	whole := false
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE blob SET touched = ? WHERE sha256 = ? AND whole = 1", s.Now().UnixMilli(), sum[:])
		if whole = n > 0; err != nil || whole {
			return err
		}
		_, err = tx.Exec(ctx, "INSERT INTO blob (sha256, size, touched) VALUES (?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET touched = excluded.touched",
			sum[:], len(data), s.Now().UnixMilli())
		return err
	})
	for seq := 0; err == nil && !whole; seq++ {
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			part := data[seq*partSize : min((seq+1)*partSize, len(data))]
			_, err := tx.Exec(ctx, "INSERT INTO blob_part (sha256, seq, data) VALUES (?, ?, ?) ON CONFLICT (sha256, seq) DO NOTHING", sum[:], seq, part)
			if err != nil || (seq+1)*partSize < len(data) {
				return err
			}
			whole = true
			_, err = tx.Exec(ctx, "UPDATE blob SET whole = 1 WHERE sha256 = ?", sum[:])
			return err
		})
	}
	return sum[:], err
}

// blob reads a content part by part.
type blob struct {
	ctx    context.Context
	r      db.Reader
	sha256 []byte
	seq    int
	rest   []byte
}

// Read reads on; a part that is not there is our failure.
func (b *blob) Read(p []byte) (int, error) {
	if len(b.rest) == 0 {
		part, err := db.Value[[]byte](b.ctx, b.r, "SELECT data FROM blob_part WHERE sha256 = ? AND seq = ?", b.sha256, b.seq)
		if fault.Is(err, fault.Missing) && b.seq > 0 {
			return 0, io.EOF
		}
		if err != nil {
			return 0, err
		}
		b.seq, b.rest = b.seq+1, part
	}
	n := copy(p, b.rest)
	b.rest = b.rest[n:]
	return n, nil
}

// How long a file waits for the text that mentions it, and a content for its file.
const (
	unattachedAge = 30 * 24 * time.Hour
	unnamedAge    = 24 * time.Hour
	sweptAtOnce   = 100
)

// SweepFiles forgets the files that nothing mentions, and the contents that no file has.
func (s *Store) SweepFiles(ctx context.Context) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(ctx, `
			DELETE FROM upload WHERE id IN (
				SELECT u.id FROM upload u WHERE u.created < ? AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.upload = u.id)
					AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.account = u.owner AND d.body LIKE '%/f/' || u.id || '/%')
				ORDER BY u.created LIMIT ?)`, s.Now().Add(-unattachedAge).UnixMilli(), sweptAtOnce)
		if err != nil {
			return err
		}
		unnamed, err := db.Values[[]byte](ctx, tx, `
			SELECT b.sha256 FROM blob b WHERE b.touched < ?
				AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.sha256 = b.sha256) AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.small = b.sha256)
			ORDER BY b.touched LIMIT ?`, s.Now().Add(-unnamedAge).UnixMilli(), sweptAtOnce)
		if err != nil {
			return err
		}
		for _, sum := range unnamed {
			for _, query := range []string{"DELETE FROM blob_part WHERE sha256 = ?", "DELETE FROM blob WHERE sha256 = ?"} {
				if _, err := tx.Exec(ctx, query, sum); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// CheckFiles reads every content and compares it with its name. It fails at the first
// that is not what was sent.
func (s *Store) CheckFiles(ctx context.Context) error {
	last := []byte{}
	for {
		sums, err := db.Values[[]byte](ctx, s.DB, "SELECT sha256 FROM blob WHERE whole = 1 AND sha256 > ? ORDER BY sha256 LIMIT ?", last, sweptAtOnce)
		if err != nil || len(sums) == 0 {
			return err
		}
		for _, sum := range sums {
			h := sha256.New()
			if _, err := io.Copy(h, &blob{ctx: ctx, r: s.DB, sha256: sum}); err != nil {
				return err
			}
			if string(h.Sum(nil)) != string(sum) {
				return fmt.Errorf("the content of the file %x is damaged; take it from a backup", sum)
			}
		}
		last = sums[len(sums)-1]
	}
}
