package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed schema
var schema embed.FS

// migrate applies the schema files that the database has not had yet, in name
// order, each in a transaction of its own. There is no way back: a database
// with a file this binary does not know is refused.
func (d *DB) migrate(ctx context.Context) error {
	names, err := fs.Glob(schema, path.Join("schema", d.dialect.name(), "*.sql"))
	if err != nil {
		return err
	}
	applied, err := d.applied(ctx)
	if err != nil {
		return err
	}
	for name := range applied {
		if !slices.ContainsFunc(names, func(n string) bool { return path.Base(n) == name }) {
			return fmt.Errorf("the database was changed by a newer Picus (%s); start that version, or restore a backup", strings.TrimSuffix(name, ".sql"))
		}
	}
	for _, name := range names {
		if applied[path.Base(name)] {
			continue
		}
		if err := d.apply(ctx, name); err != nil {
			return fmt.Errorf("bring the database up to date (%s): %w", path.Base(name), err)
		}
	}
	return nil
}

func (d *DB) applied(ctx context.Context) (map[string]bool, error) {
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	defer tx.Rollback()
	if err := d.lock(ctx, tx); err != nil {
		return nil, err
	}
	if _, err := tx.ExecContext(ctx, "CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY)"); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	names, err := Values[string](ctx, &Tx{db: d, tx: tx}, "SELECT name FROM migration")
	if err != nil {
		return nil, err
	}
	applied := map[string]bool{}
	for _, name := range names {
		applied[name] = true
	}
	return applied, tx.Commit()
}

func (d *DB) apply(ctx context.Context, name string) error {
	text, err := schema.ReadFile(name)
	if err != nil {
		return err
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if err := d.lock(ctx, tx); err != nil {
		return err
	}
	// Two processes may have started at once; the one that had to wait finds the work done.
	row := tx.QueryRowContext(ctx, d.dialect.bind("SELECT count(*) FROM migration WHERE name = ?"), path.Base(name))
	var done int
	if err := row.Scan(&done); err != nil || done > 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, d.dialect.bind("INSERT INTO migration (name) VALUES (?)"), path.Base(name)); err != nil {
		return err
	}
	return tx.Commit()
}

func (d *DB) lock(ctx context.Context, tx *sql.Tx) error {
	if d.dialect != postgres {
		return nil // _txlock=immediate has taken it
	}
	_, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(lockKey))
	return err
}
