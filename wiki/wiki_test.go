package wiki_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/wiki"
)

func TestAPageIsWrittenChangedAndRemembered(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		w, ada, bob := wiki.New(h.Items), h.Person("ada", account.Member), h.Person("bob", account.Member)
		first, err := w.Save(h.Context(), ada, wiki.Edit{Title: "asyncio 取消语义", Body: "**取消**不是杀死。", Tags: "asyncio", Summary: "begun", Via: item.Web})
		if err != nil {
			h.Fatal(err)
		}
		h.Tick()
		if _, err := w.Save(h.Context(), bob, wiki.Edit{Title: "asyncio_取消语义", Base: first.Revision, Body: "See [[Shielding]].", Summary: "a link", Via: item.Web}); err != nil {
			h.Fatal(err)
		}
		p, all, err := w.History(h.Context(), account.User{}, "asyncio 取消语义")
		if err != nil || len(all) != 2 || all[0].Summary != "a link" || all[0].By != "bob" || all[1].By != "ada" || all[1].Summary != "begun" || p.Seq != 2 {
			h.Errorf("History() = %+v, %+v, %v", p, all, err)
		}
		links, err := h.Items.Backlinks(h.Context(), account.User{}, 0, "Shielding", 10)
		if err != nil || len(links) != 1 || links[0].ID != p.ID {
			h.Errorf("Backlinks() = %+v, %v; want the page", links, err)
		}
		if pages, err := w.Recent(h.Context(), account.User{}, 10); err != nil || len(pages) != 1 || pages[0].Author.Name != "bob" {
			h.Errorf("Recent() = %+v, %v", pages, err)
		}
	})
}

func TestWhatAPageRefuses(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		w, ada := wiki.New(h.Items), h.Person("ada", account.Member)
		if _, err := w.Save(h.Context(), ada, wiki.Edit{Title: "Here", Body: "text", Via: item.Web}); err != nil {
			h.Fatal(err)
		}
		for _, c := range []struct {
			rule string
			by   account.User
			edit wiki.Edit
			want fault.Kind
		}{
			{"a visitor signs in first", account.User{}, wiki.Edit{Title: "New", Body: "text"}, fault.Unknown},
			{"a title is needed", ada, wiki.Edit{Title: " _ ", Body: "text"}, fault.Invalid},
			{"a title is no path", ada, wiki.Edit{Title: "a/b", Body: "text"}, fault.Invalid},
			{"a text is needed", ada, wiki.Edit{Title: "New", Body: " \n"}, fault.Invalid},
			{"a page that is there is not made again", ada, wiki.Edit{Title: "Here", Body: "other"}, fault.Conflict},
			{"an old base is not written over", ada, wiki.Edit{Title: "Here", Body: "other", Base: 99}, fault.Conflict},
		} {
			c.edit.Via = item.Web
			if _, err := w.Save(h.Context(), c.by, c.edit); !fault.Is(err, c.want) {
				h.Errorf("%s: Save() = %v (kind %d); want kind %d", c.rule, err, fault.KindOf(err), c.want)
			}
		}
		if _, err := w.Page(h.Context(), ada, "Nowhere"); !fault.Is(err, fault.Missing) {
			h.Errorf("Page() of a missing page = %v; want fault.Missing", err)
		}
	})
}

func TestAnyTextIsKeptAsOneThatCanBeRead(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		w, ada := wiki.New(h.Items), h.Person("ada", account.Member)
		far := "https://example.org/" + strings.Repeat("0123456789abcdef", 1000) // more than an index holds
		_, err := w.Save(h.Context(), ada, wiki.Edit{Title: "Odd", Body: "a\x00b\xff [far](" + far + ")", Summary: "x\x00\n" + strings.Repeat("y", 1000), Via: item.API})
		if err != nil {
			h.Fatalf("Save() = %v", err)
		}
		_, r, err := w.Revision(h.Context(), ada, "Odd", 1)
		if err != nil || !strings.HasPrefix(r.Source, "ab\ufffd [far]") || !strings.HasPrefix(r.Summary, "x y") || len(r.Summary) != 500 {
			h.Errorf("Revision() = %q, summary %q, %v", r.Source[:20], r.Summary, err)
		}
		if _, err := w.Page(h.Context(), ada, "No\x00where\xff"); !fault.Is(err, fault.Missing) {
			h.Errorf("Page() of an odd title = %v; want fault.Missing", err)
		}
	})
}

func TestNobodyWritesWithoutEnd(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		w, ada := wiki.New(h.Items), h.Person("ada", account.Member)
		var err error
		for i := range 41 {
			if _, err = w.Save(h.Context(), ada, wiki.Edit{Title: "Page " + strings.Repeat("I", i+1), Body: "text", Via: item.API}); err != nil {
				break
			}
		}
		if !fault.Is(err, fault.Limited) {
			h.Errorf("the last of 41 pages at once = %v; want fault.Limited", err)
		}
	})
}
