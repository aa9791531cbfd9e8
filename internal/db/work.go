package db

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// workKey is the PostgreSQL advisory lock of which every process that works on what waits
// in the database holds a share. The server frees it when the process ends, however it
// ends.
const workKey = lockKey + 1

const (
	// workWait is how long a process that has died may take to be missed: its connection
	// ends with the statement that was under way.
	workWait = 3 * time.Second
	workAsk  = 50 * time.Millisecond
	workLook = 15 * time.Second // how often the share is looked after
)

// Work says that this process works from now on what waits in the database, until leave
// is called. Where no other process does, what is marked as under way was left by one
// that died, and alone is called first, to take it up. An SQLite file is worked on by one
// process at a time.
func (d *DB) Work(ctx context.Context, alone func(context.Context) error) (leave func(), err error) {
	if d.dialect != postgres {
		return func() {}, alone(ctx)
	}
	conn, err := d.write.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("a connection for the lock of those who work: %w", err)
	}
	first, err := onlyOne(ctx, conn)
	if err == nil && first {
		err = alone(ctx)
	}
	if err == nil {
		err = share(ctx, conn, first)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var ended sync.WaitGroup
	ended.Go(func() { d.keepShare(ctx, conn) })
	return func() { stop(); ended.Wait() }, nil
}

// onlyOne takes the whole lock, if nobody else has a share of it.
func onlyOne(ctx context.Context, conn *sql.Conn) (first bool, err error) {
	late := time.Now().Add(workWait)
	for {
		err := conn.QueryRowContext(ctx, "SELECT pg_try_advisory_lock($1)", int64(workKey)).Scan(&first)
		if err != nil {
			return false, fmt.Errorf("ask whether another process works: %w", err)
		}
		if first || time.Now().After(late) {
			return first, nil
		}
		select {
		case <-time.After(workAsk):
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// share takes a share of the lock, in exchange for the whole where that was taken.
func share(ctx context.Context, conn *sql.Conn, whole bool) error {
	_, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock_shared($1)", int64(workKey))
	if err == nil && whole {
		_, err = conn.ExecContext(ctx, "SELECT pg_advisory_unlock($1)", int64(workKey))
	}
	if err != nil {
		return fmt.Errorf("take a share of the lock of those who work: %w", err)
	}
	return nil
}

// keepShare holds the share until ctx ends, on another connection where the one it was
// taken on is lost.
func (d *DB) keepShare(ctx context.Context, conn *sql.Conn) {
	tick := time.NewTicker(workLook)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if conn != nil {
				conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_shared($1)", int64(workKey))
				conn.Close()
			}
			return
		case <-tick.C:
		}
		if conn != nil && conn.PingContext(ctx) == nil {
			continue
		}
		if conn != nil {
			conn.Close()
		}
		var err error
		if conn, err = d.write.Conn(ctx); err == nil {
			err = share(ctx, conn, false)
		}
		if err != nil && conn != nil {
			conn.Close() // or it would look as if it held the share
			conn = nil
		}
		if err != nil && ctx.Err() == nil {
			slog.Error("database: the lock of those who work is lost", "error", err)
		}
	}
}
