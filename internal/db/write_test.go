package db_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func addTag(ctx context.Context, tx *db.Tx, name string) error {
	_, err := tx.Exec(ctx, "INSERT INTO tag (name) VALUES (?)", name)
	return err
}

func tags(t *testing.T, d *db.DB) []string {
	t.Helper()
	names, err := db.Values[string](t.Context(), d, "SELECT name FROM tag ORDER BY name")
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestWriteUndoesOnlyTheFailedMember(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					if err := addTag(t.Context(), tx, fmt.Sprintf("t%02d", i)); err != nil {
						return err
					}
					if i%2 == 1 {
						return refused
					}
					return nil
				})
				if i%2 == 1 != errors.Is(err, refused) {
					t.Errorf("Write(%d) = %v", i, err)
				}
			})
		}
		wg.Wait()
		if got := len(tags(t, d)); got != 50 {
			t.Errorf("%d tags were kept; want 50", got)
		}
	})
}

// TestWhatIsNotedIsThereLikeWhatIsWritten mixes both, alone and side by side.
func TestWhatIsNotedIsThereLikeWhatIsWritten(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const people, each = 8, 20
		refused := errors.New("refused")
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				for j := range each {
					do := d.Note
					if (i+j)%3 == 0 {
						do = d.Write
					}
					name := fmt.Sprintf("t%d-%02d", i, j)
					if err := do(t.Context(), func(tx *db.Tx) error { return addTag(t.Context(), tx, name) }); err != nil {
						t.Errorf("%s: %v", name, err)
					}
					err := do(t.Context(), func(tx *db.Tx) error { return errors.Join(addTag(t.Context(), tx, "no"), refused) })
					if !errors.Is(err, refused) {
						t.Errorf("what is refused: %v", err)
					}
				}
			})
		}
		wg.Wait()
		if got := tags(t, d); len(got) != people*each {
			t.Errorf("%d tags are there; want %d", len(got), people*each)
		}
	})
}

// TestWhoWritesTogetherSharesCommits counts the commits of people who write one thing
// after the other, all of them at once.
func TestWhoWritesTogetherSharesCommits(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const people, each = 16, 20
		before := d.Version()
		var wg sync.WaitGroup
		for i := range people {
			wg.Go(func() {
				for j := range each {
					err := d.Write(t.Context(), func(tx *db.Tx) error { return addTag(t.Context(), tx, fmt.Sprintf("t%d-%d", i, j)) })
					if err != nil {
						t.Errorf("Write(%d, %d) = %v", i, j, err)
					}
				}
			})
		}
		wg.Wait()
		if commits, most := d.Version()-before, uint64(people*each/4); commits > most {
			t.Errorf("%d writes took %d commits; want %d at most", people*each, commits, most)
		}
	})
}

func TestWriteSurvivesAFailedStatementAndAPanic(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		twice := func(tx *db.Tx) error {
			return errors.Join(addTag(t.Context(), tx, "same"), addTag(t.Context(), tx, "same"))
		}
		if err := d.Write(t.Context(), twice); err == nil {
			t.Error("Write(twice) = nil; want the engine's refusal")
		}
		if err := d.Write(t.Context(), func(*db.Tx) error { panic("bug") }); err == nil || !strings.Contains(err.Error(), "bug") {
			t.Errorf("Write(panic) = %v; want an error that names the panic", err)
		}
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return addTag(t.Context(), tx, "after") }); err != nil {
			t.Errorf("Write() after both = %v", err)
		}
		if got := tags(t, d); len(got) != 1 || got[0] != "after" {
			t.Errorf("tags = %v; want [after]", got)
		}
	})
}

func TestAfterCommitRunsOnlyWhenItIsDurable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		calls := 0
		note := func(fail error) func(*db.Tx) error {
			return func(tx *db.Tx) error {
				tx.AfterCommit(func() { calls++ })
				return fail
			}
		}
		d.Write(t.Context(), note(errors.New("no")))
		if err := d.Write(t.Context(), note(nil)); err != nil {
			t.Fatal(err)
		}
		if calls != 1 {
			t.Errorf("AfterCommit ran %d times; want once", calls)
		}
	})
}

func TestReadersCannotWrite(t *testing.T) {
	d := dbtest.SQLite(t)
	if _, err := db.Values[int64](t.Context(), d, "INSERT INTO tag (name) VALUES ('x') RETURNING id"); err == nil {
		t.Error("a reader wrote; want it refused")
	}
}

func TestOneWithoutARowIsMissing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if _, err := db.Value[int64](t.Context(), d, "SELECT id FROM tag WHERE name = ?", "none"); !fault.Is(err, fault.Missing) {
			t.Errorf("Value() = %v; want fault.Missing", err)
		}
	})
}

func TestWriteAfterCloseIsRefused(t *testing.T) {
	d, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "picus.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := d.Write(t.Context(), func(*db.Tx) error { return nil }); !errors.Is(err, db.ErrClosed) {
		t.Errorf("Write() = %v; want ErrClosed", err)
	}
}

func TestOpenRefusesANewerDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "picus.db")
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	newer := func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "INSERT INTO migration (name) VALUES ('9999_future.sql')")
		return err
	}
	if err := errors.Join(d.Write(t.Context(), newer), d.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer Picus (9999_future)") {
		t.Errorf("Open() = %v; want a refusal that names the newer change", err)
	}
}

func TestOpenNamesAnUnreadableFolder(t *testing.T) {
	if _, err := db.Open(t.Context(), filepath.Join(t.TempDir(), "none", "picus.db")); err == nil || !strings.Contains(err.Error(), "data folder") {
		t.Errorf("Open() = %v; want a sentence about the data folder", err)
	}
}

func TestATextIsStoredAndLookedForAlikeOnBothEngines(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const odd = "a\x00b\xff"
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return addTag(t.Context(), tx, odd) }); err != nil {
			t.Fatalf("Write() of a text with a NUL = %v", err)
		}
		name, err := db.Value[string](t.Context(), d, "SELECT name FROM tag WHERE name = ?", odd)
		if want := "a\ufffdb\ufffd"; err != nil || name != want {
			t.Errorf("Value() = %q, %v; want %q", name, err, want)
		}
	})
}
