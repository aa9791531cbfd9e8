package db_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

var update = flag.Bool("update", false, "write the golden schema files anew")

// TestSchemaIsGolden shows in review what a migration makes of the whole schema.
func TestSchemaIsGolden(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		golden, query := "testdata/schema.sqlite.golden", `
			SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'search_%' ORDER BY type DESC, name`
		if d.Postgres() {
			golden, query = "testdata/schema.postgres.golden", `
				SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'NO' THEN ' NOT NULL' ELSE '' END || coalesce(' DEFAULT ' || column_default, '')
				FROM information_schema.columns WHERE table_schema = 'public'
				UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1`
		}
		lines, err := db.Values[string](t.Context(), d, query)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(lines, "\n") + "\n"
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("the schema is not what %s says; if that is meant, run this test with -update and read the difference", golden)
		}
	})
}
