package search_test

import (
	"strings"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/search"
)

func TestAQuestionIsBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			rule, q string
			wrong   bool
		}{
			{"twelve words may be asked for", strings.Repeat("word ", 12), false},
			{"thirteen may not", strings.Repeat("word ", 13), true},
			{"a Chinese sentence may be asked for", strings.Repeat("取消语义", 25), false},
			{"a Chinese page may not", strings.Repeat("取消语义", 26), true},
			{"a word that no index holds finds nothing", strings.Repeat("x", 5000), false},
			{"signs of the engines' own languages are no words", `"a' \ b:* & ! <-> (NEAR) \x00`, false},
		} {
			ids, err := search.Find(t.Context(), d, c.q, search.Readers{Condition: "sp.may_read <= ?", Args: []any{0}}, 0, 10)
			if len(ids) != 0 || c.wrong != fault.Is(err, fault.Invalid) || !c.wrong && err != nil {
				t.Errorf("%s: Find() = %v, %v; want a fault: %v", c.rule, ids, err, c.wrong)
			}
		}
	})
}
