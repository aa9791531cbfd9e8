package db

import (
	"fmt"
	"path/filepath"
	"testing"
)

// TestAWriteWaitsForTheDiskWhateverWasNotedBefore asks SQLite itself. The statement that
// switches is kept prepared, and some PRAGMAs do their work while they are prepared.
func TestAWriteWaitsForTheDiskWhateverWasNotedBefore(t *testing.T) {
	d, err := Open(t.Context(), filepath.Join(t.TempDir(), "picus.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	asked := 0
	level := func() (level int) {
		t.Helper()
		asked++ // the value is part of the prepared statement
		if err := d.write.QueryRowContext(t.Context(), fmt.Sprint("PRAGMA synchronous -- ", asked)).Scan(&level); err != nil {
			t.Fatal(err)
		}
		return level
	}
	touch := func(tx *Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE account SET id = id WHERE id = 0")
		return err
	}
	for range 5 {
		if err := d.Note(t.Context(), touch); err != nil {
			t.Fatal(err)
		}
		if got := level(); got != 1 {
			t.Errorf("after a note the level is %d; want 1, NORMAL", got)
		}
		for range 2 {
			if err := d.Write(t.Context(), touch); err != nil {
				t.Fatal(err)
			}
			if got := level(); got != 2 {
				t.Errorf("after a write the level is %d; want 2, FULL", got)
			}
		}
	}
}
