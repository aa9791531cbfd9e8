package item_test

import (
	"slices"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/item"
)

func TestSimilarTitlesAreFoundWhereTheyMayBeRead(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin := h.Person("lin", account.Member)
		open, err := h.Items.AddSpace(t.Context(), item.Space{Kind: "board", Slug: "talk", Title: "Talk", List: "talk"})
		if err != nil {
			t.Fatal(err)
		}
		staff, err := h.Items.AddSpace(t.Context(), item.Space{Kind: "board", Slug: "staff", Title: "Staff", List: "staff", MayRead: 2})
		if err != nil {
			t.Fatal(err)
		}
		for _, made := range []struct {
			space int64
			title string
		}{
			{open.ID, "Why is the event loop closed?"}, {open.ID, "asyncio 超时之后连接没有释放"}, {open.ID, "Pinning a dependency"},
			{staff.ID, "The event loop of the staff is closed"},
		} {
			err := h.DB.Write(t.Context(), func(tx *db.Tx) error {
				_, err := h.Items.Create(t.Context(), tx, item.New{Kind: item.Thread, Space: made.space, Author: lin, Status: item.Live, Via: item.Web,
					At: h.Clock, Text: item.Render(made.title, item.Markdown, "x", true, func(string) bool { return false })})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			rule, title string
			want        []string
		}{
			{"words in another order", "event loop is closed after run()", []string{"Why is the event loop closed?"}},
			{"Chinese without spaces", "连接超时没有释放怎么办", []string{"asyncio 超时之后连接没有释放"}},
			{"one common word is not enough", "a dependency of the weather on the moon", nil},
			{"nothing to go by", "? !", nil},
			{"signs of a query language", `loop" OR title : * ' & closed`, []string{"Why is the event loop closed?"}},
		} {
			hits, err := h.Items.Similar(t.Context(), lin, tt.title, 5)
			if err != nil {
				t.Errorf("%s: %v", tt.rule, err)
			}
			var got []string
			for _, h := range hits {
				got = append(got, h.Title)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s: Similar(%q) = %q; want %q", tt.rule, tt.title, got, tt.want)
			}
		}
	})
}
