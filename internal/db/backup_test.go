package db_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

func TestABackupIsACompleteDatabase(t *testing.T) {
	dir := t.TempDir()
	live, copied, restored := filepath.Join(dir, "picus.db"), filepath.Join(dir, "backup.db"), filepath.Join(dir, "restored.db")
	d := dbtest.Open(t, live)
	if err := d.Write(t.Context(), func(tx *db.Tx) error { return addTag(t.Context(), tx, "kept") }); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Check(t.Context()), db.Backup(t.Context(), live, copied)); err != nil {
		t.Fatalf("Backup() = %v", err)
	}
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the backup has the mode %v, %v; want it to be its owner's alone", info.Mode(), err)
	}
	if err := db.Backup(t.Context(), live, copied); err == nil {
		t.Error("Backup() wrote over a file that was there")
	}
	if err := db.Restore(t.Context(), copied, restored); err != nil {
		t.Fatalf("Restore() = %v", err)
	}
	if got := tags(t, dbtest.Open(t, restored)); len(got) != 1 || got[0] != "kept" {
		t.Errorf("the restored database has the tags %v; want [kept]", got)
	}
}

func TestADamagedBackupIsNotRestored(t *testing.T) {
	dir := t.TempDir()
	bad, target := filepath.Join(dir, "bad.db"), filepath.Join(dir, "picus.db")
	if err := os.WriteFile(bad, []byte("this is no database, though it is long enough to look at"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Restore(t.Context(), bad, target); err == nil || !strings.Contains(err.Error(), "not a sound backup") {
		t.Errorf("Restore() = %v; want a refusal", err)
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("the damaged backup was put in place")
	}
}

func TestAnEmptyFileIsNotRestored(t *testing.T) {
	dir := t.TempDir()
	empty, target := filepath.Join(dir, "empty.db"), filepath.Join(dir, "picus.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Restore(t.Context(), empty, target); err == nil || !strings.Contains(err.Error(), "not a backup of Picus") {
		t.Errorf("Restore() = %v; want a refusal", err)
	}
	if _, err := os.Stat(target); err == nil {
		t.Error("an empty file was put in the place of the database")
	}
}
