package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ErrClosed is returned by Write after Close.
var ErrClosed = errors.New("the database is closed")

// groupSize bounds how many waiting writes share one transaction: enough that
// 16 writers pay for one fsync, few enough that a group takes milliseconds.
const groupSize = 64

// lockKey is the PostgreSQL advisory lock of the writer: what was proved with
// one writer on SQLite is then right with several processes on PostgreSQL.
const lockKey = 0x7069637573 // "picus"

// Tx is the inside of a Write: it reads, it writes, and it sees its own writes.
type Tx struct {
	db     *DB
	tx     *sql.Tx
	before []func(*Tx) error
	after  []func()
	quiet  bool
}

type work struct {
	ctx  context.Context
	fn   func(*Tx) error
	soon bool // it need not be durable yet when it is done
	tx   *Tx
	err  error
	done chan struct{}
}

// Write runs fn in a transaction and returns when it is durable. Writes that
// wait at the same time share one transaction, each under a savepoint of its
// own: an error of one undoes only that one. fn runs on the writer's goroutine;
// it must not call Write, wait for a network, render or hash.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	return d.do(ctx, &work{ctx: ctx, fn: fn, done: make(chan struct{})})
}

// Note is Write for what nobody is told of and what comes often: it does not wait for the
// disk. What it wrote is there when the process dies, and is lost with whatever came after
// it, if with anything, only when the machine or the database's server does.
func (d *DB) Note(ctx context.Context, fn func(*Tx) error) error {
	return d.do(ctx, &work{ctx: ctx, fn: fn, soon: true, done: make(chan struct{})})
}

func (d *DB) do(ctx context.Context, w *work) error {
	fn := w.fn
	if also, ok := ctx.Value(along{}).(func(context.Context, *Tx) error); ok {
		w.fn = func(tx *Tx) error {
			if err := fn(tx); err != nil {
				return err
			}
			return also(ctx, tx)
		}
	}
	select {
	case d.queue <- w:
	case <-d.closing:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	<-w.done
	if w.err != nil {
		return w.err
	}
	for _, f := range w.tx.after {
		f()
	}
	return nil
}

// along is the key of Along in a context.
type along struct{}

// Along returns a context whose Writes also run fn, at their end and in the same
// transaction: the caller of a method notes in it that the method has been called, so
// that a crash cannot come between the two. A deed of several Writes runs it with each.
func Along(ctx context.Context, fn func(context.Context, *Tx) error) context.Context {
	return context.WithValue(ctx, along{}, fn)
}

// AfterCommit has f called once what the transaction wrote is durable, or of a Note, is there.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// BeforeCommit has f called once every write of the group has succeeded or been undone,
// just before all of them become durable together. It is for the full-text index alone,
// which writes a segment of its own for each savepoint unless its rows come in one
// run. An error of f undoes the whole group.
func (t *Tx) BeforeCommit(f func(*Tx) error) { t.before = append(t.before, f) }

// Quiet says that what the transaction writes is seen on no page that everybody reads,
// so that Version stays as it is: a job that is done, a mark of what somebody has read.
func (t *Tx) Quiet() { t.quiet = true }

// Version grows with every commit of this process that is not quiet, before the Write
// returns. What was made from the database is as good as new while it stays the same,
// as far as no other process writes.
func (d *DB) Version() uint64 { return d.version.Load() }

// Exec runs a statement and returns how many rows it changed.
//
// The caller's deadline does not reach it: SQLite answers an interrupted
// statement by undoing the whole transaction, the neighbours' writes with it.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	t.db.watched(query, args)
	res, err := t.tx.ExecContext(context.WithoutCancel(ctx), t.db.dialect.bind(query), storable(args)...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// Insert runs an INSERT … RETURNING id of one new row and returns the id. It is
// not for ON CONFLICT.
//
// SQLite is not told of the RETURNING: it would keep a journal of every page that
// the statement touches, in case a later row failed, and a post is five inserts.
func (t *Tx) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	insert, _, ok := strings.Cut(query, " RETURNING ")
	if !ok || t.db.dialect != sqlite {
		return Value[int64](ctx, t, query, args...)
	}
	t.db.watched(insert, args)
	res, err := t.tx.ExecContext(context.WithoutCancel(ctx), insert, storable(args)...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

func (t *Tx) query(ctx context.Context, query string, args []any) (rows, error) {
	t.db.watched(query, args)
	return t.tx.QueryContext(context.WithoutCancel(ctx), t.db.dialect.bind(query), storable(args)...)
}

// Postgres reports whether the database is PostgreSQL, as DB.Postgres does.
func (t *Tx) Postgres() bool { return t.db.Postgres() }

// writer is the only goroutine that writes. It ends when Close is called.
func (d *DB) writer() {
	defer close(d.stopped)
	var crowd crowd
	for {
		select {
		case w := <-d.queue:
			group := d.gather(w, crowd)
			begun := time.Now()
			d.commit(group)
			crowd = crowdOf(len(group), time.Since(begun))
		case <-d.closing:
			return
		}
	}
}

// longestWait bounds how long a write waits for others to share its commit with.
const longestWait = 2 * time.Millisecond

// crowd is what the last group says of the next one. Who wrote together will write
// together again soon after: sixteen who are answered at the same time come back one by
// one, and without a little patience each would pay for a commit of their own.
type crowd struct {
	size int           // how many are worth waiting for
	wait time.Duration // and how long
}

// crowdOf has a group wait no longer than the last one took, so that patience costs a
// writer no more than not having been in time for that. Who writes alone never waits.
func crowdOf(size int, took time.Duration) crowd {
	if size < 2 {
		return crowd{}
	}
	return crowd{size, min(took, longestWait)}
}

// gather takes the writes that are already waiting, and those that are likely to come.
func (d *DB) gather(first *work, c crowd) []*work {
	group := d.waiting([]*work{first})
	if len(group) >= c.size {
		return group
	}
	patience := time.NewTimer(c.wait)
	defer patience.Stop()
	for len(group) < c.size {
		select {
		case w := <-d.queue:
			group = append(group, w)
		case <-patience.C:
			return d.waiting(group)
		}
	}
	return d.waiting(group)
}

// waiting adds the writes that wait already.
func (d *DB) waiting(group []*work) []*work {
	for len(group) < groupSize {
		select {
		case w := <-d.queue:
			group = append(group, w)
		default:
			return group
		}
	}
	return group
}

// commit runs a group and tells every member how it went.
func (d *DB) commit(group []*work) {
	if err := d.run(group); err != nil {
		for _, w := range group {
			w.err = err
		}
	} else if slices.ContainsFunc(group, func(w *work) bool { return w.err == nil && !w.tx.quiet }) {
		d.version.Add(1)
	}
	for _, w := range group {
		close(w.done)
	}
}

// run returns an error when the group as a whole failed; then nobody's write
// has happened. A single member's failure is in its own err.
func (d *DB) run(group []*work) error {
	ctx := context.Background()
	soon := !slices.ContainsFunc(group, func(w *work) bool { return !w.soon })
	if err := d.waitForDisk(ctx, !soon); err != nil {
		return err
	}
	tx, err := d.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback() // a no-op once it is committed
	if err := d.lock(ctx, tx); err != nil {
		return fmt.Errorf("wait for the writer's lock: %w", err)
	}
	if soon && d.dialect == postgres {
		if _, err := tx.ExecContext(ctx, "SET LOCAL synchronous_commit = off"); err != nil {
			return fmt.Errorf("commit without the disk: %w", err)
		}
	}
	if err := d.members(ctx, tx, group); err != nil {
		return err
	}
	if !slices.ContainsFunc(group, func(w *work) bool { return w.err == nil }) {
		return nil // and nothing has happened
	}
	for _, w := range group {
		if err := w.last(); err != nil {
			return err
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

// waitForDisk has the writer's connection to SQLite wait for the disk with each commit, as
// it does when it is opened, or not; the log of commits is in order all the same.
// PostgreSQL is told in each transaction.
func (d *DB) waitForDisk(ctx context.Context, wait bool) error {
	if d.dialect != sqlite || d.hasty == !wait {
		return nil
	}
	level := "FULL"
	if !wait {
		level = "NORMAL"
	}
	d.hasty = true // until it is sure that it is not
	if _, err := d.write.ExecContext(ctx, "PRAGMA synchronous = "+level); err != nil {
		return fmt.Errorf("wait for the disk: %w", err)
	}
	d.hasty = !wait
	return nil
}

// last does what a member has put off to the end.
func (w *work) last() error {
	if w.err != nil || w.tx == nil {
		return nil
	}
	for _, f := range w.tx.before {
		if err := guarded(f, w.tx); err != nil {
			return fmt.Errorf("finish the transaction: %w", err)
		}
	}
	return nil
}

// members runs each member of a group. One that is alone needs no savepoint: what it leaves
// half done is undone with the transaction.
func (d *DB) members(ctx context.Context, tx *sql.Tx, group []*work) error {
	if w := group[0]; len(group) == 1 {
		if w.err = w.ctx.Err(); w.err == nil {
			w.tx = &Tx{db: d, tx: tx}
			w.err = guarded(w.fn, w.tx)
		}
		return nil
	}
	for _, w := range group {
		if err := d.member(ctx, tx, w); err != nil {
			return err
		}
	}
	return nil
}

func (d *DB) member(ctx context.Context, tx *sql.Tx, w *work) error {
	if w.err = w.ctx.Err(); w.err != nil {
		return nil // nobody waits for it any more
	}
	if _, err := tx.ExecContext(ctx, "SAVEPOINT member"); err != nil {
		return fmt.Errorf("savepoint: %w", err)
	}
	w.tx = &Tx{db: d, tx: tx}
	if w.err = guarded(w.fn, w.tx); w.err != nil {
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO SAVEPOINT member"); err != nil {
			return fmt.Errorf("the transaction was lost after %w", w.err)
		}
	}
	_, err := tx.ExecContext(ctx, "RELEASE SAVEPOINT member")
	return err
}

// guarded turns a panic of one member into its error: the neighbours in the
// group, and the writer, have nothing to do with it.
func guarded(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in a write: %v", p)
		}
	}()
	return fn(tx)
}
