// Package dbtest gives tests a real database of each engine.
package dbtest

import (
	"context"
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
		checkShown(t, d)
		if err := d.Close(); err != nil {
			t.Errorf("Close() = %v", err)
		}
	})
	return d
}

// checkShown holds the copy of the posts that pages are drawn from against what it is a
// copy of, whatever the test has done to them. A test may have closed the database.
func checkShown(t testing.TB, d *db.DB) {
	t.Helper()
	const columns = "place, author, marks, facts, html"
	wrong, err := db.Values[int64](context.Background(), d, `
		SELECT place FROM (SELECT `+columns+` FROM shown EXCEPT SELECT `+columns+` FROM shown_post) a
		UNION SELECT place FROM (SELECT `+columns+` FROM shown_post EXCEPT SELECT `+columns+` FROM shown) b`)
	if err == nil && len(wrong) > 0 {
		t.Errorf("what is shown of the posts at %d is not what they are", wrong)
	}
}
