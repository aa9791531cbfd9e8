package item_test

import (
	"os"
	"testing"

	"picus/internal/db"
	"picus/internal/dbtest"
)

// TestSubscriptionsOutliveTheirNewChannel makes their table anew and finds in it what there was.
func TestSubscriptionsOutliveTheirNewChannel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		newCrowd(t, d, 20)
		engine := "sqlite"
		if d.Postgres() {
			engine = "postgres"
		}
		upgrade, err := os.ReadFile("../db/schema/" + engine + "/0028_pushchannel.sql")
		if err == nil {
			err = d.Write(t.Context(), func(tx *db.Tx) error {
				_, err := tx.Exec(t.Context(), string(upgrade))
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
		n, err := db.Value[int](t.Context(), d, "SELECT count(*) FROM subscription WHERE target = 'board' AND level = 'watch' AND channel = 'mail'")
		if err != nil || n != 20 {
			t.Errorf("there are %d subscriptions, %v; want 20", n, err)
		}
	})
}
