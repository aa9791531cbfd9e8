package blog_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/blog"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
)

func save(h *dbtest.House, b *blog.Blog, by account.User, e blog.Edit) blog.Article {
	h.Helper()
	h.Tick()
	e.Via = item.Web
	a, err := b.Save(h.Context(), by, e)
	if err != nil {
		h.Fatalf("Save(%q) = %v", e.Title, err)
	}
	return a
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada, mod := blog.New(h.Items), h.Person("ada", account.Member), h.Person("mod", account.Moderator)
		draft := save(h, b, ada, blog.Edit{Title: "我的第一篇", Body: "draft", Draft: true})
		for _, by := range []account.User{{}, mod} {
			if _, err := b.Article(h.Context(), by, "ada", draft.Slug); !fault.Is(err, fault.Missing) {
				h.Errorf("Article() for %q = %v; want fault.Missing", by.Name, err)
			}
		}
		if recent, err := b.Recent(h.Context(), account.User{}, 0, time.Time{}, 10); err != nil || len(recent) != 0 {
			h.Errorf("Recent() = %+v, %v; want none", recent, err)
		}
		out := save(h, b, ada, blog.Edit{ID: draft.ID, Base: draft.Revision, Title: "我的第一篇", Body: "now **out**"})
		got, err := b.Article(h.Context(), account.User{}, "ada", out.Slug)
		if err != nil || !got.Published.Equal(h.Clock) || got.Seq != 2 {
			h.Errorf("Article() after publishing = %+v, %v", got, err)
		}
		for _, reader := range []struct {
			by   account.User
			want int
		}{{ada, 2}, {mod, 1}, {account.User{}, 1}} {
			if _, all, err := b.History(h.Context(), reader.by, "ada", out.Slug); err != nil || len(all) != reader.want || all[0].Source != "now **out**" {
				h.Errorf("History() for %q = %+v, %v; want %d revisions, what was published first", reader.by.Name, all, err, reader.want)
			}
		}
	})
}

func TestASlugIsUsedOnceAndStays(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada := blog.New(h.Items), h.Person("ada", account.Member)
		first := save(h, b, ada, blog.Edit{Title: "Notes", Body: "one"})
		second := save(h, b, ada, blog.Edit{Title: "Notes", Body: "two"})
		if first.Slug == second.Slug {
			h.Errorf("two articles share the slug %q", first.Slug)
		}
		renamed := save(h, b, ada, blog.Edit{ID: first.ID, Title: "Other name", Body: "one"})
		if renamed.Slug != first.Slug || renamed.Title != "Other name" {
			h.Errorf("after renaming: slug %q, title %q; want the slug %q to stay", renamed.Slug, renamed.Title, first.Slug)
		}
		recent, err := b.Recent(h.Context(), account.User{}, ada.ID, time.Time{}, 1)
		if err != nil || len(recent) != 1 || recent[0].ID != second.ID {
			h.Errorf("Recent() = %+v, %v; want the second article", recent, err)
		}
		if older, err := b.Recent(h.Context(), account.User{}, 0, recent[0].Published, 10); err != nil || len(older) != 1 || older[0].ID != first.ID {
			h.Errorf("Recent() before it = %+v, %v; want the first", older, err)
		}
	})
}

func TestOnlyTheAuthorAndTheStaffEdit(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada, bob := blog.New(h.Items), h.Person("ada", account.Member), h.Person("bob", account.Member)
		a := save(h, b, ada, blog.Edit{Title: "Mine", Body: "text"})
		if _, err := b.Save(h.Context(), bob, blog.Edit{ID: a.ID, Title: "Yours", Body: "x", Via: item.Web}); !fault.Is(err, fault.Forbidden) {
			h.Errorf("Save() by somebody else = %v; want fault.Forbidden", err)
		}
		if _, err := b.Save(h.Context(), account.User{}, blog.Edit{Title: "T", Body: "x", Via: item.Web}); !fault.Is(err, fault.Unknown) {
			h.Errorf("Save() by a visitor = %v; want fault.Unknown", err)
		}
	})
}

func TestAnArticleIsNewsOnce(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada := blog.New(h.Items), h.Person("ada", account.Member)
		news := func() int {
			n, err := db.Value[int](h.Context(), h.DB, "SELECT count(*) FROM job WHERE kind = ?", item.EventJob)
			if err != nil {
				h.Fatal(err)
			}
			return n
		}
		draft := save(h, b, ada, blog.Edit{Title: "Soon", Body: "Hello, @bob!", Draft: true})
		if n := news(); n != 0 {
			h.Errorf("a draft is news %d times; want never", n)
		}
		save(h, b, ada, blog.Edit{ID: draft.ID, Title: "Now", Body: "Hello, @bob!"})
		if n := news(); n != 1 {
			h.Errorf("a published draft is news %d times; want once", n)
		}
	})
}

func TestATitleIsOneLineThatCanBeSeen(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada := blog.New(h.Items), h.Person("ada", account.Member)
		if a := save(h, b, ada, blog.Edit{Title: "safe\u202e\n title\x00", Body: "text"}); a.Title != "safe title" {
			h.Errorf("title = %q; want %q", a.Title, "safe title")
		}
		if _, err := b.Save(h.Context(), ada, blog.Edit{Title: "\u200b\u2060", Body: "text", Via: item.Web}); !fault.Is(err, fault.Invalid) {
			h.Errorf("Save() under an invisible title = %v; want fault.Invalid", err)
		}
	})
}
