package mail_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
	"picus/internal/job"
	"picus/mail"
)

// A mail that was acknowledged is there after the process has died, and is posted once.
func TestAcceptedMailSurvivesTheProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "picus.db")
	clock := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	open := func(d *db.DB) *dbtest.House {
		h := &dbtest.House{T: t, DB: d, Clock: clock}
		now := func() time.Time { return h.Clock }
		h.Jobs = job.New(d, now)
		h.Items = &item.Store{DB: d, Jobs: h.Jobs, Now: now}
		return h
	}
	d, err := db.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	conf := mail.Config{Domain: "picus.example"}
	o := openOffice(open(d), conf)
	for i := range 20 {
		raw := letter{from: "alice@example.org", subject: "Durable", id: fmt.Sprintf("d%d@x", i)}.String()
		if err := o.receive("alice@example.org", raw, "python@picus.example"); err != nil {
			t.Fatal(err)
		}
	}
	// The process dies: nobody has read them, and the first ones were under way.
	err = d.Write(t.Context(), func(tx *db.Tx) error {
		_, err := tx.Exec(t.Context(), "UPDATE job SET state = 'running', attempts = 1, due = due + 300000 WHERE kind = 'mail.in' AND id <= 8")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}

	h := open(dbtest.Open(t, path))
	again := &office{House: h, forum: forum.New(h.Items), accounts: account.New(h.DB, h.Jobs, h.Items.Now), admin: o.admin}
	if err := again.accounts.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	again.gateway = mail.New(conf, again.forum, h.Items, again.accounts)
	if err := h.Jobs.Recover(t.Context()); err != nil {
		t.Fatal(err)
	}
	again.work()
	if got := len(again.threads("python")); got != 20 {
		t.Errorf("%d threads; want 20", got)
	}
}

func TestPoisonousMailIsPutAsideAndTheNextGoesOn(t *testing.T) {
	eachOffice(t, func(o *office) {
		for _, id := range []string{"poison@x", "next@x"} {
			if err := o.receive("alice@example.org", letter{from: "alice@example.org", subject: id, id: id}.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
		}
		// It has ended the process five times while nothing else was read: each was booked
		// before it was risked.
		err := o.DB.Write(o.Context(), func(tx *db.Tx) error {
			if _, err := tx.Exec(o.Context(), "UPDATE message SET deaths = 5 WHERE message_id = 'poison@x'"); err != nil {
				return err
			}
			_, err := tx.Exec(o.Context(), "UPDATE job SET attempts = 3 WHERE kind = 'mail.in'")
			return err
		})
		if err != nil {
			o.Fatal(err)
		}
		o.work()
		fates := o.fates()
		if fates[0].Fate != mail.Refused || !strings.Contains(fates[0].Reason, "broke down") || fates[1].Fate != mail.Posted {
			o.Errorf("the fates are %+v; want the first refused, the second posted", fates)
		}
		if raw, err := o.gateway.Raw(o.Context(), o.admin, fates[0].ID); err != nil || len(raw) == 0 {
			o.Errorf("Raw() = %d bytes, %v; want the mail kept", len(raw), err)
		}
	})
}

func TestManyClientsAtOnceLoseNothing(t *testing.T) {
	eachOffice(t, func(o *office) {
		addr := o.serve(o.gateway.ServeLMTP)
		var wg sync.WaitGroup
		for c := range 8 {
			wg.Go(func() {
				for i := range 10 {
					raw := letter{from: "alice@example.org", subject: fmt.Sprint("Client ", c), id: fmt.Sprintf("m%d.%d@x", c, i)}.String()
					if got := o.lmtp(addr, "alice@example.org", raw, "python@picus.example"); got["python@picus.example"] != nil {
						o.Errorf("client %d: %v", c, got)
					}
				}
			})
		}
		wg.Wait()
		for range 20 { // the limit of speed puts some off
			o.work()
			o.Clock = o.Clock.Add(time.Hour)
		}
		posted := 0
		for _, m := range o.fates() {
			if m.Fate == mail.Posted {
				posted++
			}
		}
		if posted != 80 {
			o.Errorf("%d of %d mails were posted; want 80", posted, len(o.fates()))
		}
	})
}

func TestOnlyPostedMailIsKeptForEver(t *testing.T) {
	eachOffice(t, func(o *office) {
		posted := letter{from: "alice@example.org", subject: "Kept", id: "kept@x"}
		robot := letter{from: "alice@example.org", subject: "Away", id: "robot@x", more: "Auto-Submitted: auto-replied\n"}
		for _, l := range []letter{posted, robot, posted} {
			if err := o.receive(l.from, l.String(), "python@picus.example"); err != nil {
				o.Fatal(err)
			}
			o.work()
		}
		o.Clock = o.Clock.AddDate(0, 0, 31)
		if err := o.gateway.Sweep(o.Context()); err != nil {
			o.Fatal(err)
		}
		if got := o.fates(); len(got) != 1 || got[0].Fate != mail.Posted {
			o.Errorf("after a month there are %+v; want the posted mail", got)
		}
	})
}
