package dbtest_test

import (
	"context"
	"database/sql"
	"os"
	"sync/atomic"
	"testing"

	"picus/internal/dbtest"
)

// run executes statements in the database at url.
func run(t *testing.T, url string, statements ...string) {
	t.Helper()
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, statement := range statements {
		// The test's context has ended where this runs in a clean-up.
		if _, err := pool.ExecContext(context.Background(), statement); err != nil {
			t.Errorf("%s: %v", statement, err)
		}
	}
}

// query returns the one value that a statement selects in the database at url.
func query(t *testing.T, url, statement string) string {
	t.Helper()
	pool, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	var value string
	if err := pool.QueryRowContext(t.Context(), statement).Scan(&value); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return value
}

// withServer skips a test that has nothing to say without a PostgreSQL server.
func withServer(t *testing.T) {
	t.Helper()
	if os.Getenv("PICUS_TEST_POSTGRES") == "" {
		t.Skip("PICUS_TEST_POSTGRES is empty")
	}
}

func TestPostgresGivesEveryTestItsOwn(t *testing.T) {
	withServer(t)
	a, b := dbtest.Postgres(t), dbtest.Postgres(t)
	run(t, a, `CREATE TABLE only_here ()`)
	if got := query(t, b, `SELECT to_regclass('only_here') IS NULL`); got != "true" {
		t.Errorf("the table of one database is missing in the other = %s; want true", got)
	}
	if got, want := query(t, a, `SHOW server_encoding`), "UTF8"; got != want {
		t.Errorf("server_encoding = %s; want %s", got, want)
	}
}

func TestPostgresGoesWithItsTest(t *testing.T) {
	withServer(t)
	var made string
	t.Run("a test", func(t *testing.T) {
		made = query(t, dbtest.Postgres(t), `SELECT current_database()`)
	})
	left := query(t, os.Getenv("PICUS_TEST_POSTGRES"), `SELECT count(*)::text FROM pg_database WHERE datname = '`+made+`'`)
	if left != "0" {
		t.Errorf("databases called %s after the test = %s; want 0", made, left)
	}
}

func TestPostgresTemplateIsBuiltOnce(t *testing.T) {
	withServer(t)
	const name = "picus_template_of_dbtest"
	var built atomic.Int32
	for range 2 {
		dbtest.PostgresTemplate(t, name, func(url string) error {
			built.Add(1)
			run(t, url, `CREATE TABLE bird AS SELECT 'picus' AS name`)
			return nil
		})
	}
	t.Cleanup(func() {
		run(t, os.Getenv("PICUS_TEST_POSTGRES"), `ALTER DATABASE `+name+` IS_TEMPLATE false`, `DROP DATABASE `+name)
	})
	if got := built.Load(); got > 1 {
		t.Errorf("PostgresTemplate() filled %d times; want once", got)
	}
	for range 2 {
		if got := query(t, dbtest.PostgresCopy(t, name), `SELECT name FROM bird`); got != "picus" {
			t.Errorf("PostgresCopy() holds %q; want picus", got)
		}
	}
}

func TestPostgresWithoutServer(t *testing.T) {
	t.Setenv("PICUS_TEST_POSTGRES", "")
	t.Setenv("CI", "")
	if got := dbtest.Postgres(t); got != "" {
		t.Errorf("Postgres() = %q; want none", got)
	}
}
