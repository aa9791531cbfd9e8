package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"sync"

	"github.com/mattn/go-sqlite3"
)

// readers are the connections that SQLite is read with, as its driver gives them. A page
// reads hundreds of values, and database/sql does for each of them, and for each query,
// what only some other driver needs: it locks, starts a goroutine, converts by reflection.
type readers struct {
	connector sqliteConnector
	places    chan struct{} // taken by each connection that is in use

	mu     sync.Mutex
	idle   []*sqlite3.SQLiteConn // the last one used comes first: its cache is warm
	closed bool
}

func newReaders(c sqliteConnector) *readers {
	return &readers{connector: c, places: make(chan struct{}, poolSize())}
}

func (r *readers) query(ctx context.Context, query string, args []any) (rows, error) {
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, fmt.Errorf("parameter %d: %w", i+1, err)
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	conn, err := r.take(ctx)
	if err != nil {
		return nil, err
	}
	found, err := conn.QueryContext(ctx, query, named)
	if err != nil {
		r.give(conn)
		return nil, err
	}
	return &readRows{from: r, conn: conn, rows: found, values: make([]driver.Value, len(found.Columns()))}, nil
}

// take waits for a connection, at most until ctx ends.
func (r *readers) take(ctx context.Context) (*sqlite3.SQLiteConn, error) {
	select {
	case r.places <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	conn, err := r.last()
	if err == nil && conn == nil {
		conn, err = r.open()
	}
	if err != nil {
		<-r.places
	}
	return conn, err
}

// last returns the connection that was used last, nil where all are in use.
func (r *readers) last() (*sqlite3.SQLiteConn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	n := len(r.idle) - 1
	if n < 0 {
		return nil, nil
	}
	conn := r.idle[n]
	r.idle = r.idle[:n]
	return conn, nil
}

func (r *readers) open() (*sqlite3.SQLiteConn, error) {
	conn, err := r.connector.driver.Open(r.connector.dsn)
	if err != nil {
		return nil, err
	}
	return conn.(*sqlite3.SQLiteConn), nil
}

func (r *readers) give(conn *sqlite3.SQLiteConn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		conn.Close() // nothing was written, and nobody is left to tell
	} else {
		r.idle = append(r.idle, conn)
	}
	<-r.places
}

// close closes what is idle now, and the rest when it is given back.
func (r *readers) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, conn := range r.idle {
		errs = append(errs, conn.Close())
	}
	r.idle, r.closed = nil, true
	return errors.Join(errs...)
}

// readRows is a result that is being read.
type readRows struct {
	from   *readers
	conn   *sqlite3.SQLiteConn // nil: it was closed
	rows   driver.Rows
	values []driver.Value
	err    error
}

func (r *readRows) Next() bool {
	if r.conn == nil {
		return false
	}
	err := r.rows.Next(r.values)
	if err == nil {
		return true
	}
	if !errors.Is(err, io.EOF) {
		r.err = err
	}
	r.err = errors.Join(r.err, r.Close())
	return false
}

func (r *readRows) Err() error { return r.err }

func (r *readRows) Close() error {
	if r.conn == nil {
		return nil
	}
	err := r.rows.Close()
	r.from.give(r.conn)
	r.conn = nil
	return err
}

func (r *readRows) Scan(dest ...any) error {
	if len(dest) != len(r.values) {
		return fmt.Errorf("%d columns are read into %d places", len(r.values), len(dest))
	}
	for i, d := range dest {
		if err := assign(d, r.values[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

// assign puts a value of SQLite where it is wanted: the usual places are named here, and
// what has one of their types below it is found by reflection.
func assign(dest any, value driver.Value) (err error) {
	switch d := dest.(type) {
	case *int64:
		*d, err = integer(value)
	case *string:
		*d, err = text(value)
	case *int:
		var n int64
		n, err = integer(value)
		*d = int(n)
	case *bool:
		var n int64
		n, err = integer(value)
		*d = n != 0
	case *[]byte:
		*d, err = bytesOf(value)
	default:
		err = assignKind(reflect.ValueOf(dest).Elem(), value)
	}
	return err
}

func assignKind(d reflect.Value, value driver.Value) error {
	switch d.Kind() {
	case reflect.Pointer: // it may be missing
		if value == nil {
			d.SetZero()
			return nil
		}
		d.Set(reflect.New(d.Type().Elem()))
		return assign(d.Interface(), value)
	case reflect.String:
		s, err := text(value)
		d.SetString(s)
		return err
	case reflect.Slice:
		b, err := bytesOf(value)
		if err == nil && d.Type().Elem().Kind() != reflect.Uint8 {
			return wrongType(value, d.Type().String())
		}
		d.SetBytes(b)
		return err
	case reflect.Interface:
		if value == nil {
			d.SetZero()
			return nil
		}
		d.Set(reflect.ValueOf(value))
		return nil
	}
	return assignNumber(d, value)
}

func assignNumber(d reflect.Value, value driver.Value) error {
	if f, ok := value.(float64); ok && d.CanFloat() {
		d.SetFloat(f)
		return nil
	}
	n, err := integer(value)
	switch d.Kind() {
	case reflect.Bool:
		d.SetBool(n != 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if err == nil && d.OverflowInt(n) {
			return fmt.Errorf("%d is too large for %s", n, d.Type())
		}
		d.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if err == nil && (n < 0 || d.OverflowUint(uint64(n))) {
			return fmt.Errorf("%d is no value for %s", n, d.Type())
		}
		d.SetUint(uint64(n))
	case reflect.Float32, reflect.Float64:
		d.SetFloat(float64(n))
	default:
		return wrongType(value, d.Type().String())
	}
	return err
}

func integer(value driver.Value) (int64, error) {
	switch v := value.(type) {
	case int64:
		return v, nil
	case string:
		return strconv.ParseInt(v, 10, 64)
	}
	return 0, wrongType(value, "an integer")
}

func text(value driver.Value) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return strconv.FormatInt(v, 10), nil
	}
	return "", wrongType(value, "a text")
}

func bytesOf(value driver.Value) ([]byte, error) {
	switch v := value.(type) {
	case []byte:
		return v, nil
	case string:
		return []byte(v), nil
	case nil:
		return nil, nil
	}
	return nil, wrongType(value, "bytes")
}

func wrongType(value driver.Value, want string) error {
	return fmt.Errorf("a %T is no value for %s", value, want)
}
