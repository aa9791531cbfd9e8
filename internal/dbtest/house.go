package dbtest

import (
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
)

// House is a fresh site for the tests of a feature: a database, the spine on
// it, and a clock that stands still until the test moves it.
type House struct {
	*testing.T
	DB    *db.DB
	Items *item.Store
	Jobs  *job.Queue
	Clock time.Time
}

// EachHouse runs test on a fresh site on each engine; see Each.
func EachHouse(t *testing.T, test func(h *House)) {
	t.Helper()
	Each(t, func(t *testing.T, d *db.DB) {
		h := &House{T: t, DB: d, Clock: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
		now := func() time.Time { return h.Clock }
		h.Jobs = job.New(d, now)
		h.Items = &item.Store{DB: d, Jobs: h.Jobs, Now: now}
		test(h)
	})
}

// Tick moves the clock by a second, so that what follows is newer.
func (h *House) Tick() { h.Clock = h.Clock.Add(time.Second) }

// Person makes an active account with a confirmed address NAME@example.org.
func (h *House) Person(name string, role account.Role) account.User {
	h.Helper()
	u := account.User{Name: name, Display: name, Role: role, Status: account.Active, Email: name + "@example.org"}
	err := h.DB.Write(h.Context(), func(tx *db.Tx) (err error) {
		u.ID, err = tx.Insert(h.Context(), `
			INSERT INTO account (name, name_key, display, email, email_key, status, role, reply_key, created)
			VALUES (?, ?, ?, ?, ?, 'active', ?, ?, ?) RETURNING id`, name, name, name, u.Email, u.Email, role, []byte("0123456789abcdef"), h.Clock.UnixMilli())
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return u
}

// Group makes a group of these people and returns it as a board names it. A person
// who was made before does not know of it; see Again.
func (h *House) Group(name string, people ...account.User) account.Audience {
	h.Helper()
	var id int64
	err := h.DB.Write(h.Context(), func(tx *db.Tx) (err error) {
		id, err = tx.Insert(h.Context(), "INSERT INTO account_group (name, name_key, created) VALUES (?, ?, 0) RETURNING id", name, name)
		for _, p := range people {
			if err == nil {
				_, err = tx.Exec(h.Context(), "INSERT INTO membership (account, group_id, added) VALUES (?, ?, 0)", p.ID, id)
			}
		}
		return err
	})
	if err != nil {
		h.Fatal(err)
	}
	return account.Audience(id)
}

// Again returns the person as the database knows them now.
func (h *House) Again(u account.User) account.User {
	h.Helper()
	again, err := account.New(h.DB, h.Jobs, func() time.Time { return h.Clock }).ByAddress(h.Context(), u.Email)
	if err != nil {
		h.Fatal(err)
	}
	return again
}
