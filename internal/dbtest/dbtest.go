// Package dbtest gives tests a real database of each engine.
package dbtest

import (
	"path/filepath"
	"testing"

	"picus/internal/db"
)

// Each runs test on a fresh SQLite file and, where a server is given, on a
// fresh PostgreSQL database; see Postgres.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	if url := Postgres(t); url != "" {
		t.Run("postgres", func(t *testing.T) { test(t, Open(t, url)) })
	}
}

// SQLite opens a fresh SQLite database that goes with the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, filepath.Join(t.TempDir(), "picus.db"))
}

// Open opens the database at target and closes it at the end of the test.
func Open(t testing.TB, target string) *db.DB {
	t.Helper()
	d, err := db.Open(t.Context(), target)
	if err != nil {
		t.Fatalf("db.Open(%q) = %v", target, err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return d
}
