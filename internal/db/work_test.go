package db_test

import (
	"context"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

// Who starts to work takes up what was left, if nobody else can be at it.
func TestOnlyWhoWorksAloneTakesUpWhatWasLeft(t *testing.T) {
	database := dbtest.Postgres(t)
	if database == "" {
		return // an SQLite file has one process: see picus.lock
	}
	open := func() *db.DB {
		t.Helper()
		d, err := db.Open(t.Context(), database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	work := func(d *db.DB) (leave func(), alone bool) {
		t.Helper()
		leave, err := d.Work(t.Context(), func(context.Context) error { alone = true; return nil })
		if err != nil {
			t.Fatalf("Work() = %v", err)
		}
		return leave, alone
	}
	a, b, c := open(), open(), open()
	leaveA, alone := work(a)
	if !alone {
		t.Error("the first did not take up what was left")
	}
	leaveB, alone := work(b)
	if alone {
		t.Error("the second took up what the first was doing")
	}
	leaveA()
	leaveC, alone := work(c)
	if alone {
		t.Error("the third took up what the second was doing")
	}
	leaveB()
	leaveC()
	leaveA, alone = work(a)
	defer leaveA()
	if !alone {
		t.Error("the first did not take up what was left when the others had gone")
	}
}
