package db_test

import (
	"errors"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

func TestVersionGrowsWithWhatIsSeen(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		failed := errors.New("on purpose")
		for _, tt := range []struct {
			rule  string
			grows bool
			fail  error
			write func(tx *db.Tx) error
		}{
			{"a write that is seen", true, nil, func(tx *db.Tx) error { return addTag(t.Context(), tx, "seen") }},
			{"a quiet one", false, nil, func(tx *db.Tx) error {
				tx.Quiet()
				return addTag(t.Context(), tx, "quiet")
			}},
			{"one that is undone", false, failed, func(tx *db.Tx) error { return failed }},
		} {
			before := d.Version()
			if err := d.Write(t.Context(), tt.write); !errors.Is(err, tt.fail) {
				t.Fatalf("%s: Write() = %v; want %v", tt.rule, err, tt.fail)
			}
			if grown := d.Version() > before; grown != tt.grows {
				t.Errorf("%s: Version() grows: %v; want %v", tt.rule, grown, tt.grows)
			}
		}
	})
}
