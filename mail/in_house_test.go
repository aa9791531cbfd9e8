package mail_test

import (
	"net/netip"
	"testing"
	"time"

	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
)

// aWhile is how long tests wait for what has to come. It costs nothing when all is well,
// and a machine may be slow and have other work.
const aWhile = 2 * time.Minute

// newHouse is a site on SQLite, for what does not depend on the engine.
func newHouse(t *testing.T) *dbtest.House {
	t.Helper()
	h := &dbtest.House{T: t, DB: dbtest.SQLite(t), Clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.Clock }
	h.Jobs = job.New(h.DB, now)
	h.Items = &item.Store{DB: h.DB, Jobs: h.Jobs, Now: now}
	return h
}

func prefixes(all ...string) []netip.Prefix {
	var list []netip.Prefix
	for _, s := range all {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}
