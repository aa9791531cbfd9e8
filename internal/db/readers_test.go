package db_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

type word string

// TestAValueIsReadIntoWhatWantsIt goes through the places that values are read into, on
// both engines: SQLite is read without database/sql.
func TestAValueIsReadIntoWhatWantsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var (
			n, wide     = 0, int64(0)
			small       uint32
			share       float64
			anything    any
			yes         bool
			name        string
			kind        word
			raw         []byte
			none, given *string
		)
		_, err := db.One(t.Context(), d, func(r db.Row) (bool, error) {
			return true, r.Scan(&n, &wide, &small, &share, &anything, &yes, &name, &kind, &raw, &none, &given)
		}, "SELECT 7, CAST(1 AS BIGINT) * 9007199254740993, 4294967295, 0.5, 4, 1 = 1, 'Specht', 'bird', CAST(? AS "+map[bool]string{true: "BYTEA", false: "BLOB"}[d.Postgres()]+"), CAST(NULL AS TEXT), 'here'", []byte{1, 0, 2})
		if err != nil {
			t.Fatal(err)
		}
		if share != 0.5 || small != 4294967295 || anything == nil {
			t.Errorf("read %d, %v, %v", small, share, anything)
		}
		if n != 7 || wide != 9007199254740993 || !yes || name != "Specht" || kind != "bird" || string(raw) != "\x01\x00\x02" || none != nil || given == nil || *given != "here" {
			t.Errorf("read %d, %d, %v, %q, %q, %v, %v, %v", n, wide, yes, name, kind, raw, none, given)
		}
		for _, query := range []string{"SELECT CAST(NULL AS TEXT)", "SELECT 'no number'", "SELECT 1, 2", "SELECT nothing FROM nowhere"} {
			if v, err := db.Value[int64](t.Context(), d, query); err == nil {
				t.Errorf("%s is read as the number %d", query, v)
			}
		}
	})
}

func TestReadingEndsWithItsContextAndItsDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := db.Value[int](ended, d, "SELECT 1"); !errors.Is(err, context.Canceled) {
			t.Errorf("reading after the end of its context = %v", err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if _, err := db.Value[int](t.Context(), d, "SELECT 1"); err == nil {
			t.Error("a closed database can be read")
		}
	})
}

// TestManyReadAtOnce has more readers than there are connections, some of which stop
// in the middle of a result or fail.
func TestManyReadAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var wg sync.WaitGroup
		failed := errors.New("on purpose")
		for i := range 64 {
			wg.Go(func() {
				_, err := db.All(t.Context(), d, func(r db.Row) (n int, err error) {
					if err = r.Scan(&n); n == 20 && i%2 == 0 {
						err = failed
					}
					return n, err
				}, "WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < 50) SELECT n FROM counted")
				if want := map[int]error{0: failed}[i%2]; !errors.Is(err, want) {
					t.Errorf("All() = %v; want %v", err, want)
				}
			})
		}
		wg.Wait()
	})
}
