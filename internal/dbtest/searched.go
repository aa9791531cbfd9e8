package dbtest

import (
	"context"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"picus/internal/db"
)

// Searched watches a database until the test ends, and fails the test if SQLite looks
// through a whole table for a statement. The tables named small may be: they hold a row
// for each board or the like. So may a statement with one of these texts in it, and what
// the test asks itself. It does nothing on PostgreSQL.
func Searched(t testing.TB, d *db.DB, small ...string) {
	t.Helper()
	if d.Postgres() {
		return
	}
	var mu sync.Mutex
	with := map[string][]any{}
	d.Watch(func(query string, args []any) {
		mu.Lock()
		defer mu.Unlock()
		if _, seen := with[query]; !seen && !byTest() {
			with[query] = args
		}
	})
	t.Cleanup(func() {
		d.Watch(nil)
		mu.Lock()
		defer mu.Unlock()
		l, open := newLooker(t, d, small)
		for query, args := range with {
			if open {
				l.look(query, args)
			}
		}
	})
}

// looker looks whether statements look through whole tables.
type looker struct {
	testing.TB
	db     *db.DB
	small  []string
	tables []string
	few    []string // indexes that hold only some of the rows
}

// newLooker reports as well whether the test has left the database open.
func newLooker(t testing.TB, d *db.DB, small []string) (l looker, open bool) {
	t.Helper()
	l = looker{TB: t, db: d, small: small}
	var err error
	l.tables, err = db.Values[string](context.Background(), d, "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
	if err != nil && strings.Contains(err.Error(), "database is closed") {
		return l, false
	}
	if err == nil {
		l.few, err = db.Values[string](context.Background(), d, "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'")
	}
	if err != nil {
		t.Fatal(err)
	}
	l.tables = slices.DeleteFunc(l.tables, func(name string) bool { return slices.Contains(small, name) })
	return l, true
}

func (l looker) look(query string, args []any) {
	l.Helper()
	if slices.ContainsFunc(l.small, func(part string) bool { return strings.Contains(part, " ") && strings.Contains(query, part) }) {
		return
	}
	steps, err := db.All(context.Background(), l.db, scanStep, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		l.Errorf("explain %s: %v", query, err)
	}
	for _, step := range steps {
		if table, scanned := strings.CutPrefix(step, "SCAN "); scanned && l.isTable(strings.Fields(table)[0], query) && !l.usesFew(step) {
			l.Errorf("%s\n\tneeds %s, as it is run as %s", query, step, strings.Join(steps, "; "))
			return
		}
	}
}

func (l looker) usesFew(step string) bool {
	return slices.ContainsFunc(l.few, func(index string) bool { return strings.HasSuffix(step, " INDEX "+index) })
}

// isTable reports whether a query calls a table by this name, and not what it has
// gathered itself. A table that it does not name at all is looked at for a foreign key,
// which happens in a transaction that has broken one.
func (l looker) isTable(name, query string) bool {
	if slices.Contains(l.tables, name) {
		return strings.Contains(query, name)
	}
	if strings.Contains(query, ") "+name+" ") {
		return false
	}
	for _, found := range regexp.MustCompile(`(\w+)\s+`+name+`\b`).FindAllStringSubmatch(query, -1) {
		if slices.Contains(l.tables, found[1]) {
			return true
		}
	}
	return false
}

// byTest reports whether a test runs the statement that is being watched.
func byTest() bool {
	callers := make([]uintptr, 40)
	frames := runtime.CallersFrames(callers[:runtime.Callers(1, callers)])
	for {
		frame, more := frames.Next()
		own := strings.Contains(frame.File, "/internal/db/") || strings.HasSuffix(frame.File, "/internal/dbtest/searched.go")
		if !own || !more {
			return strings.HasSuffix(frame.File, "_test.go") || strings.Contains(frame.File, "/internal/dbtest/")
		}
	}
}
