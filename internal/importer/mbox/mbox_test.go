package mbox_test

import (
	"testing"

	"picus/account"
	"picus/forum"
	"picus/internal/dbtest"
	"picus/internal/importer"
	"picus/internal/importer/mbox"
	"picus/internal/realdata"
	"picus/mail"
)

type site struct {
	*dbtest.House
	gateway *mail.Gateway
	forum   *forum.Forum
	admin   account.User
}

func eachSite(t *testing.T, test func(s *site)) {
	t.Helper()
	dbtest.EachHouse(t, func(h *dbtest.House) {
		s := &site{House: h, forum: forum.New(h.Items), admin: h.Person("admin", account.Administrator)}
		accounts := account.New(h.DB, h.Jobs, h.Items.Now)
		if err := accounts.Open(h.Context()); err != nil {
			h.Fatal(err)
		}
		s.gateway = mail.New(mail.Config{Domain: "picus.example", BaseURL: "https://picus.example"}, s.forum, h.Items, accounts)
		if _, err := s.forum.AddBoard(h.Context(), s.admin, forum.Board{Slug: "erofs", Title: "EROFS", MayPost: 1}); err != nil {
			h.Fatal(err)
		}
		test(s)
	})
}

func (s *site) load(files ...string) importer.Summary {
	s.Helper()
	sum, err := mbox.Import(s.Context(), s.gateway, mbox.Options{Board: "erofs", Files: files, Temp: s.TempDir()})
	if err != nil {
		s.Fatalf("Import(%q) = %v", files, err)
	}
	return sum
}

func TestRealArchive(t *testing.T) {
	eachSite(t, func(s *site) {
		sum := s.load(realdata.Open(s, "linux-erofs-3500.mbox.gz"))
		s.Logf("%+v", sum)
		again := s.load(realdata.Open(s, "linux-erofs-3500.mbox.gz"))
		s.Logf("%+v", again)
	})
}
