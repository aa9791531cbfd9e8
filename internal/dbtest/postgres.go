package dbtest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver named pgx
)

// errNoServer is the answer where both engines must be tested and one is missing.
var errNoServer = errors.New("PICUS_TEST_POSTGRES is empty: in CI every test of the database runs on PostgreSQL too; run make test, or test/postgres go test …")

// Postgres makes an empty database on the server that PICUS_TEST_POSTGRES names, and
// returns its URL. The database goes away with the test. Without a server it returns
// "", and the test runs on SQLite alone; in CI that fails the test.
func Postgres(t testing.TB) string {
	t.Helper()
	return PostgresCopy(t, "template1")
}

// PostgresCopy is Postgres with a database that starts as a copy of another one,
// which takes a fraction of the time of building it anew. Nobody may be connected
// to the one that is copied.
func PostgresCopy(t testing.TB, template string) string {
	t.Helper()
	server, err := postgresServer()
	if err != nil {
		t.Fatal(err)
	}
	if server == "" {
		return ""
	}
	name := "picus_test_" + rand.Text()
	if err := execute(t.Context(), server, `CREATE DATABASE "`+name+`" TEMPLATE "`+template+`"`); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The test's own context has ended by now.
		if err := execute(context.Background(), server, `DROP DATABASE "`+name+`" WITH (FORCE)`); err != nil {
			t.Error(err)
		}
	})
	return onServer(t, server, name)
}

// PostgresTemplate makes the database called name once on the server, for PostgresCopy,
// and has fill build it through its URL. The name should change with what fill does,
// for instance by a checksum of the schema. Tests of several packages may ask at the
// same time: the first builds, the others wait. Without a server it does nothing.
func PostgresTemplate(t testing.TB, name string, fill func(url string) error) {
	t.Helper()
	server, err := postgresServer()
	if err != nil {
		t.Fatal(err)
	}
	if server == "" {
		return
	}
	if err := buildTemplate(t.Context(), server, name, func() error { return fill(onServer(t, server, name)) }); err != nil {
		t.Fatal(err)
	}
}

// buildTemplate holds a lock of the whole server from the look to the last step. A
// database that is not marked as a template was left half-built by a broken run.
func buildTemplate(ctx context.Context, server, name string, fill func() error) error {
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer pool.Close()
	conn, err := pool.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock(hashtext($1))`, name); err != nil {
		return err
	}
	var built bool
	err = conn.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&built)
	if err != nil || built {
		return err
	}
	for _, statement := range []string{`DROP DATABASE IF EXISTS "%s"`, `CREATE DATABASE "%s"`} {
		if _, err := conn.ExecContext(ctx, fmt.Sprintf(statement, name)); err != nil {
			return err
		}
	}
	if err := fill(); err != nil {
		return fmt.Errorf("build the template %s: %w", name, err)
	}
	_, err = conn.ExecContext(ctx, fmt.Sprintf(`ALTER DATABASE "%s" IS_TEMPLATE true`, name))
	return err
}

// postgresServer returns the URL of the server that tests may use, "" for none.
func postgresServer() (string, error) {
	server := os.Getenv("PICUS_TEST_POSTGRES")
	if server == "" && os.Getenv("CI") == "true" {
		return "", errNoServer
	}
	return server, nil
}

// onServer returns the URL of another database on the same server.
func onServer(t testing.TB, server, name string) string {
	t.Helper()
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("PICUS_TEST_POSTGRES is not a URL: %v", err)
	}
	u.Path = "/" + name
	return u.String()
}

// execute runs one statement on a connection of its own.
func execute(ctx context.Context, server, statement string) error {
	pool, err := sql.Open("pgx", server)
	if err != nil {
		return err
	}
	defer pool.Close()
	_, err = pool.ExecContext(ctx, statement)
	return err
}
