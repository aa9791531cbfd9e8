package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"

	"picus/internal/fault"
)

// Backup writes a consistent copy of the SQLite database at path to a file that must
// not exist, while readers and writers go on. It does not bring the database up to
// date: a backup is taken before an upgrade.
func Backup(ctx context.Context, path, file string) error {
	// SQLite writes into an empty file too, and this one is nobody else's to read from the start.
	out, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("the file %s exists already", file)
	}
	if err != nil {
		return fmt.Errorf("write the backup %s: %w", file, err)
	}
	defer out.Close()
	if err := copyInto(ctx, path, file); err != nil {
		return errors.Join(fmt.Errorf("write the backup %s: %w", file, err), os.Remove(file))
	}
	// VACUUM INTO leaves it to the system when the copy reaches the disk.
	return errors.Join(out.Sync(), syncFolder(filepath.Dir(file)))
}

func copyInto(ctx context.Context, path, file string) error {
	source, err := sql.Open("sqlite3", sqliteDSN(path, "mode=ro"))
	if err != nil {
		return err
	}
	defer source.Close()
	_, err = source.ExecContext(ctx, "VACUUM INTO ?", file)
	return err
}

// Check asks SQLite whether the database is sound. It does not see a flipped
// bit in a text; revisions carry a digest for that.
func (d *DB) Check(ctx context.Context) error {
	if d.dialect == postgres {
		return d.read.PingContext(ctx)
	}
	return sound(func(query string) (string, error) { return Value[string](ctx, d, query) })
}

// sound asks what answers "ok", or nothing, where all is well.
func sound(ask func(query string) (string, error)) error {
	for _, query := range []string{"PRAGMA integrity_check(1)", "SELECT 'a reference of table ' || \"table\" || ' leads nowhere' FROM pragma_foreign_key_check LIMIT 1"} {
		answer, err := ask(query)
		if errors.Is(err, sql.ErrNoRows) || fault.Is(err, fault.Missing) || err == nil && answer == "ok" {
			continue
		}
		if err != nil {
			return err
		}
		return errors.New(answer)
	}
	return nil
}

// Restore checks a backup and puts it in the place of the database at target,
// which no process may have open. The old one stays until the new one is there.
func Restore(ctx context.Context, backup, target string) error {
	if _, err := os.Stat(backup); err != nil {
		return fmt.Errorf("the backup %s cannot be read: %w", backup, err)
	}
	pool, err := sql.Open("sqlite3", "file:"+(&url.URL{Path: backup}).EscapedPath()+"?mode=ro&immutable=1")
	if err != nil {
		return err
	}
	defer pool.Close()
	err = sound(func(query string) (answer string, err error) {
		err = pool.QueryRowContext(ctx, query).Scan(&answer)
		return answer, err
	})
	if err != nil {
		return fmt.Errorf("%s is not a sound backup: %w", backup, err)
	}
	// An empty file is a sound database to SQLite, with nothing in it.
	var tables int
	if err := pool.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE name IN ('migration', 'item')").Scan(&tables); err != nil || tables < 2 {
		return errors.Join(fmt.Errorf("%s is not a backup of Picus", backup), err)
	}
	fresh := target + ".restoring"
	if err := copyFile(backup, fresh); err != nil {
		return err
	}
	for _, old := range []string{target + "-wal", target + "-shm"} {
		if err := os.Remove(old); err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(fresh, target); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(target))
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	if _, err := io.Copy(out, in); err != nil {
		return err
	}
	return out.Sync()
}

// syncFolder makes a rename durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
