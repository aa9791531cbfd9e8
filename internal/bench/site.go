// Package bench measures the floors of docs/performance.md on a generated
// community: it makes the database, starts the real program on it, and drives it
// from outside.
package bench

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"picus/internal/db"
)

// generation is raised when the generator writes something else from the same seed.
const generation = 1

// Site is a generated community.
type Site struct {
	Path  string // of its SQLite database, which nothing may write to
	Posts int
	Seed  uint64
	Fresh bool // made by this run

	*schedule
	dir string
}

// OpenSite returns the community of n posts kept in the folder dir, and makes it
// where there is none for the seed and today's schema.
func OpenSite(ctx context.Context, dir string, seed uint64, n int, report func(done int)) (*Site, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	schema, err := schemaSum(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	stem := fmt.Sprintf("site-%d-%d-", n, seed)
	s := &Site{Path: filepath.Join(dir, stem+schema+".db"), Posts: n, Seed: seed, schedule: plan(seed, n), dir: dir}
	if _, err := os.Stat(s.Path); err == nil {
		return s, nil
	}
	s.Fresh = true
	if err := removeOld(dir, stem); err != nil {
		return nil, err
	}
	return s, s.make(ctx, report)
}

// schemaSum names the schema, and with it what the generator writes into it.
func schemaSum(ctx context.Context) (string, error) {
	dir, err := os.MkdirTemp("", "picus-bench-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	d, err := db.Open(ctx, filepath.Join(dir, "picus.db"))
	if err != nil {
		return "", err
	}
	defer d.Close()
	lines, err := db.Values[string](ctx, d, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendln([]byte(strings.Join(lines, "\n")), generation))
	return fmt.Sprintf("%x", sum[:4]), nil
}

// removeOld deletes what was made for another schema, or was not finished.
func removeOld(dir, stem string) error {
	old, err := filepath.Glob(filepath.Join(dir, stem+"*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return err
		}
	}
	return nil
}

// make writes the database under another name first, so that one that was not
// finished is never taken for it.
func (s *Site) make(ctx context.Context, report func(done int)) error {
	unfinished := s.Path + ".unfinished"
	d, err := db.Open(ctx, unfinished)
	if err != nil {
		return err
	}
	err = newBuilder(d, s.schedule).build(ctx, report)
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("generate a community of %d posts: %w", s.Posts, err)
	}
	return os.Rename(unfinished, s.Path)
}
