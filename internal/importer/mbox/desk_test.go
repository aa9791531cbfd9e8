package mbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/mail"
)

// TestAnArchiveDoesNotHideTheMailThatCameIn lists the mail of a door apart from that of an
// archive, each by an index of its own.
func TestAnArchiveDoesNotHideTheMailThatCameIn(t *testing.T) {
	eachSite(t, func(s *site) {
		raw := "From: admin@example.org\nSubject: Live\nMessage-ID: <live@x>\n\nLive.\n"
		if errs := s.gateway.Receive(s.Context(), mail.Envelope{From: "admin@example.org", To: []string{"erofs@picus.example"}, Raw: []byte(raw)}); errs[0] != nil {
			s.Fatal(errs[0])
		}
		s.work()
		var archive []string
		for i := range 5 {
			archive = append(archive, simple(fmt.Sprintf("%d@x", i), "Ann <ann@example.net>", "Mon, 23 Nov 2020 10:00:00 +0000", fmt.Sprintf("Subject %d", i), ""))
		}
		s.load(s.write("a.mbox", archive...))
		live := fate(s)
		if got := s.ids(s.gateway.Messages(s.Context(), s.admin, "", 0, 3)); !slices.Equal(got, []string{"live@x"}) {
			s.Errorf("Messages() = %q; want the mail that came in alone", got)
		}
		if got := s.ids(s.gateway.Messages(s.Context(), s.admin, live, 0, 3)); !slices.Equal(got, []string{"live@x"}) {
			s.Errorf("Messages(%s) = %q; want the mail that came in alone", live, got)
		}
		all, err := s.gateway.Imported(s.Context(), s.admin, 0, 3)
		if err != nil || len(all) != 3 {
			s.Fatalf("Imported() = %d mails, %v; want a page of 3", len(all), err)
		}
		rest := s.ids(s.gateway.Imported(s.Context(), s.admin, all[2].ID, 3))
		if got := slices.Sorted(slices.Values(append(s.ids(all, nil), rest...))); !slices.Equal(got, []string{"0@x", "1@x", "2@x", "3@x", "4@x"}) {
			s.Errorf("the pages of Imported() hold %q; want each mail of the archive once", got)
		}
		if _, err := s.gateway.Imported(s.Context(), account.User{}, 0, 3); !fault.Is(err, fault.Forbidden) {
			s.Errorf("Imported() for a visitor = %v; want it forbidden", err)
		}
		if d, err := s.gateway.Desk(s.Context(), s.admin); err != nil || len(d.Fates) != 1 || d.Fates[0] != (mail.Count{Fate: live, N: 1}) {
			s.Errorf("Desk() counts %v, %v; want the mail that came in alone", d.Fates, err)
		}
	})
}

// ids are the Message-IDs of a list.
func (s *site) ids(all []mail.Incoming, err error) (ids []string) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
	for _, m := range all {
		ids = append(ids, m.MessageID)
	}
	return ids
}

func fate(s *site) mail.Fate {
	s.Helper()
	all, err := s.gateway.Messages(s.Context(), s.admin, "", 0, 1)
	if err != nil || len(all) != 1 {
		s.Fatalf("Messages() = %d mails, %v; want 1", len(all), err)
	}
	return all[0].Fate
}

func TestTheMailThatCameInIsFoundByIndex(t *testing.T) {
	s := newSite(t)
	plans := dbtest.Plans(t, s.DB, func() {
		s.ids(s.gateway.Messages(s.Context(), s.admin, "", 0, 3))
		s.ids(s.gateway.Messages(s.Context(), s.admin, mail.Held, 0, 3))
		s.ids(s.gateway.Imported(s.Context(), s.admin, 0, 3))
	})
	for i, index := range []string{"message_door ", "message_door_fate ", "message_imported "} {
		if steps := strings.Join(plans[i].Steps, "\n"); !strings.Contains(steps, index) || strings.Contains(steps, "TEMP B-TREE") {
			t.Errorf("%s is run as\n%s\nwant it by %s", plans[i].Query, steps, index)
		}
	}
}
