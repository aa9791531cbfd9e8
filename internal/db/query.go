package db

import (
	"context"
	"errors"
	"slices"

	"picus/internal/fault"
)

// Reader is what reads: a DB, or a Tx that sees its own writes.
type Reader interface {
	query(ctx context.Context, query string, args []any) (rows, error)
}

// rows is a result that is being read: of database/sql, or of readers.
type rows interface {
	Row
	Next() bool
	Err() error
	Close() error
}

func (d *DB) query(ctx context.Context, query string, args []any) (rows, error) {
	d.watched(query, args)
	if d.readers != nil {
		return d.readers.query(ctx, query, storable(args))
	}
	return d.read.QueryContext(ctx, d.dialect.bind(query), storable(args)...)
}

// Row is the current row of a result.
type Row interface{ Scan(dest ...any) error }

// usualRows is what most lists hold: a page of posts or of threads, and one row more.
const usualRows = 32

// All returns what scan makes of each row.
func All[T any](ctx context.Context, r Reader, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := r.query(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
		if len(all) == 2 { // it is a list, and doubling would copy its rows five times
			all = slices.Grow(all, usualRows-2)
		}
	}
	return all, rows.Err()
}

// One returns what scan makes of the first row; without a row it fails with a
// fault.Missing, which the caller may replace by a better sentence.
func One[T any](ctx context.Context, r Reader, scan func(Row) (T, error), query string, args ...any) (T, error) {
	var none T
	rows, err := r.query(ctx, query, args)
	if err != nil {
		return none, err
	}
	defer rows.Close()
	if !rows.Next() {
		return none, errors.Join(rows.Err(), missing(rows.Err()))
	}
	v, err := scan(rows)
	if err != nil {
		return none, err
	}
	return v, rows.Err()
}

func missing(err error) error {
	if err != nil {
		return nil
	}
	return fault.Gone("There is nothing here.")
}

// Value returns the single column of the first row, as One does.
func Value[T any](ctx context.Context, r Reader, query string, args ...any) (T, error) {
	return One(ctx, r, scanValue[T], query, args...)
}

// Values returns the single column of every row.
func Values[T any](ctx context.Context, r Reader, query string, args ...any) ([]T, error) {
	return All(ctx, r, scanValue[T], query, args...)
}

func scanValue[T any](row Row) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}
