package blog_test

import (
	"slices"
	"testing"

	"picus/account"
	"picus/blog"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
)

func TestEveryArticleIsListedOnce(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		b, ada, bob := blog.New(h.Items), h.Person("ada", account.Member), h.Person("bob", account.Member)
		var want []int64
		for i := range 7 { // two and two at the same moment
			a, err := b.Save(h.Context(), ada, blog.Edit{Title: "A", Body: "text", Via: item.Web})
			if err != nil {
				h.Fatal(err)
			}
			want = append([]int64{a.ID}, want...)
			if i%2 == 1 {
				h.Tick()
			}
		}
		save(h, b, ada, blog.Edit{Title: "Draft", Body: "text", Draft: true})
		for _, author := range []int64{0, ada.ID} {
			var got []int64
			for cursor, more := "", true; more; more = cursor != "" {
				page, next, err := b.List(h.Context(), author, cursor, 3)
				if err != nil {
					h.Fatalf("List(%d, %q) = %v", author, cursor, err)
				}
				for _, a := range page {
					got = append(got, a.ID)
				}
				cursor = next
			}
			if !slices.Equal(got, want) {
				h.Errorf("List(%d) to its end = %v; want %v", author, got, want)
			}
		}
		if all, _, err := b.List(h.Context(), bob.ID, "", 3); err != nil || len(all) != 0 {
			h.Errorf("List() of who wrote nothing = %v, %v", all, err)
		}
		if _, _, err := b.List(h.Context(), 0, "x", 3); !fault.Is(err, fault.Invalid) {
			h.Errorf("List() from a wrong cursor = %v; want fault.Invalid", err)
		}
	})
}
