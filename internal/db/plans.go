package db

/*
typedef struct sqlite3 sqlite3;
extern int sqlite3_auto_extension(void (*entry)(void)) __attribute__((weak));
extern int sqlite3_db_config(sqlite3 *db, int op, ...) __attribute__((weak));

enum { enable_qpsg = 1007 }; // SQLITE_DBCONFIG_ENABLE_QPSG

static int keep_plans(sqlite3 *db, const char **message, const void *api) {
	return sqlite3_db_config(db, enable_qpsg, 1, (int *)0);
}

static int keep_plans_everywhere(void) {
	if (!sqlite3_auto_extension) return 1;
	return sqlite3_auto_extension((void (*)(void))keep_plans);
}
*/
import "C"

import (
	"fmt"
	"sync"
)

// keepPlans has every connection that is opened from now on keep the plan of a
// statement, whatever is bound to it (SQLite's "query planner stability guarantee").
//
// Without it SQLite 3.54 plans a statement anew each time its bindings are cleared,
// as the driver does after each use, if it has a parameter in LIMIT or beside a
// partial index; that was half of the time of a thread's page. The driver has no
// setting for it. Its SQLite is in the same program, so the two functions are found
// when that is linked.
var keepPlans = sync.OnceValue(func() error {
	if code := C.keep_plans_everywhere(); code != 0 {
		return fmt.Errorf("SQLite does not keep plans: code %d", code)
	}
	return nil
})
