package db_test

import (
	"strings"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

// TestPlansAreKept asks for the plan of a statement that could use a partial index
// if SQLite looked at what is bound. It looks by planning the statement anew, every
// time; with kept plans it does not.
func TestPlansAreKept(t *testing.T) {
	steps, err := db.All(t.Context(), dbtest.SQLite(t), func(r db.Row) (step string, err error) {
		var id, parent, unused int
		err = r.Scan(&id, &parent, &unused, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN SELECT item FROM post WHERE thread = 1 AND kind = ? ORDER BY score DESC", "answer")
	if err != nil {
		t.Fatal(err)
	}
	if plan := strings.Join(steps, "; "); strings.Contains(plan, "post_score") {
		t.Errorf("the plan %q depends on what is bound", plan)
	}
}
