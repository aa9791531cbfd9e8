// Package db opens the one database of the house, SQLite or PostgreSQL, and
// guards how it is used: many readers that cannot write, and one writer that
// commits what is waiting together.
package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the driver "pgx"
	"github.com/mattn/go-sqlite3"
)

// SQLite before 3.51.3 can corrupt a WAL database that has two connections or
// more (the WAL-reset bug, release notes of 3.51.3).
const oldestSQLite = 3051003

// DB is an open database. Its query methods read; it has no Exec, so that
// writing outside a transaction does not compile: see Write.
type DB struct {
	dialect dialect
	read    *sql.DB  // of PostgreSQL
	readers *readers // of SQLite
	write   *sql.DB
	queue   chan *work
	stopped chan struct{} // closed when the writer has ended
	close   sync.Once
	closing chan struct{}
	watcher atomic.Pointer[Watcher]
	version atomic.Uint64
	hasty   bool // the writer's: SQLite does not wait for the disk at present
}

// Open opens the database at target, a "postgres://" URL or the path of a
// SQLite file, and brings its schema up to date. It refuses a database that a
// newer Picus has changed.
func Open(ctx context.Context, target string) (*DB, error) {
	open := openSQLite
	if strings.HasPrefix(target, "postgres://") || strings.HasPrefix(target, "postgresql://") {
		open = openPostgres
	}
	d, err := open(ctx, target)
	if err != nil {
		return nil, err
	}
	if err := d.migrate(ctx); err != nil {
		d.closePools()
		return nil, err
	}
	d.queue = make(chan *work)
	d.stopped = make(chan struct{})
	d.closing = make(chan struct{})
	go d.writer()
	return d, nil
}

// Close waits for the write that is under way and closes both pools. Writes
// that come later fail with ErrClosed.
func (d *DB) Close() error {
	d.close.Do(func() { close(d.closing) })
	<-d.stopped
	return d.closePools()
}

func (d *DB) closePools() error {
	var err error
	if d.readers != nil {
		err = d.readers.close()
	}
	return errors.Join(err, d.write.Close())
}

// Postgres reports whether the database is PostgreSQL: its indexes of words differ,
// and other processes may work on it.
func (d *DB) Postgres() bool { return d.dialect == postgres }

func openSQLite(ctx context.Context, path string) (*DB, error) {
	if _, number, _ := sqlite3.Version(); number < oldestSQLite {
		return nil, fmt.Errorf("this binary holds an SQLite with a known corruption bug (%d); build it with go-sqlite3 1.14.40 or newer", number)
	}
	if err := errors.Join(checkFolder(filepath.Dir(path)), keepPlans()); err != nil {
		return nil, err
	}
	write := sql.OpenDB(newConnector(sqliteDSN(path, "_txlock=immediate")))
	write.SetMaxOpenConns(1)
	write.SetMaxIdleConns(1)
	if err := write.PingContext(ctx); err != nil {
		write.Close()
		return nil, fmt.Errorf("open the database %s: %w", path, err)
	}
	return &DB{dialect: sqlite, readers: newReaders(newConnector(sqliteDSN(path, "_query_only=on"))), write: write}, nil
}

// checkFolder gives the one sentence an operator needs where SQLite would only
// say "unable to open database file".
func checkFolder(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("the data folder %s cannot be read: %w", dir, err.(*fs.PathError).Err)
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return nil
}

// sqliteDSN puts every setting into the connection string, because a PRAGMA
// statement would reach only one connection of the pool.
func sqliteDSN(path, extra string) string {
	settings := []string{
		"_journal_mode=WAL", "_synchronous=FULL", "_foreign_keys=on", "_busy_timeout=10000",
		"_stmt_cache_size=256", "_cache_size=-8000", "_secure_delete=off",
		"_mutex=no", // database/sql gives a connection to one goroutine at a time
		extra,
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(settings, "&")
}

// The settings for which the connection string has no place. What a statement needs for
// the moment stays in memory, the undo journal of a savepoint above all: a group of
// writes is made of savepoints, and without this each reply would write a file. The file
// is not mapped: a disk that cannot read would end the program instead of one query
// (SECURITY.md).
const connectionSettings = "PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0"

// sqliteConnector opens connections with some of these settings.
type sqliteConnector struct {
	dsn    string
	driver *sqlite3.SQLiteDriver
}

func newConnector(dsn string) sqliteConnector {
	return sqliteConnector{dsn, &sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
		_, err := c.Exec(connectionSettings, nil)
		return err
	}}}
}

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

func (c sqliteConnector) Driver() driver.Driver { return c.driver }

func openPostgres(ctx context.Context, target string) (*DB, error) {
	pool, err := sql.Open("pgx", target)
	if err != nil {
		return nil, fmt.Errorf("the PostgreSQL address cannot be read: %w", err)
	}
	setPool(pool)
	pool.SetMaxOpenConns(pool.Stats().MaxOpenConnections + 1) // for Work
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("PostgreSQL does not answer: %w", inOneLine{err})
	}
	return &DB{dialect: postgres, read: pool, write: pool}, nil
}

// inOneLine is an error of pgx, which names every address it has tried on a line of
// its own.
type inOneLine struct{ error }

func (e inOneLine) Error() string { return strings.Join(strings.Fields(e.error.Error()), " ") }

func (e inOneLine) Unwrap() error { return e.error }

// setPool keeps every connection, because each holds the statements it has
// prepared; closing one would throw them away.
func setPool(pool *sql.DB) {
	pool.SetMaxOpenConns(poolSize())
	pool.SetMaxIdleConns(poolSize())
}

func poolSize() int { return max(4, 2*runtime.NumCPU()) }
