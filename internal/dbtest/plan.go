package dbtest

import (
	"sync"
	"testing"

	"picus/internal/db"
)

// Plan is how SQLite runs a statement: one step a line, such as "SEARCH t USING
// INDEX thread_active (last_at<?)".
type Plan struct {
	Query string
	Steps []string
}

// Plans returns the plan of every statement that do runs, each statement once.
func Plans(t testing.TB, d *db.DB, do func()) []Plan {
	t.Helper()
	plans, args := watch(d, do)
	for i, p := range plans {
		steps, err := db.All(t.Context(), d, scanStep, "EXPLAIN QUERY PLAN "+p.Query, args[i]...)
		if err != nil {
			t.Fatalf("explain %s: %v", p.Query, err)
		}
		plans[i].Steps = steps
	}
	return plans
}

// watch notes the statements that do runs, and the arguments of each.
func watch(d *db.DB, do func()) (plans []Plan, args [][]any) {
	var mu sync.Mutex
	seen := map[string]bool{}
	d.Watch(func(query string, with []any) {
		mu.Lock()
		defer mu.Unlock()
		if !seen[query] {
			seen[query] = true
			plans, args = append(plans, Plan{Query: query}), append(args, with)
		}
	})
	defer d.Watch(nil)
	do()
	return plans, args
}

func scanStep(r db.Row) (step string, err error) {
	var id, parent, unused int
	err = r.Scan(&id, &parent, &unused, &step)
	return step, err
}
