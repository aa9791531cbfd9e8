package item_test

import (
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/item"
)

func TestASubscriptionEndsWithoutAChannel(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		ada := h.Person("ada", account.Member)
		sub := item.Subscription{Target: item.ToUser, ID: ada.ID, Level: "watch", Channel: "web"}
		if err := h.Items.Subscribe(h.Context(), ada, sub); err != nil {
			h.Fatal(err)
		}
		sub.Level, sub.Channel = "normal", ""
		if err := h.Items.Subscribe(h.Context(), ada, sub); err != nil {
			h.Errorf("Subscribe() to nothing more = %v", err)
		}
		if all, err := h.Items.Subscriptions(h.Context(), ada); err != nil || len(all) != 0 {
			h.Errorf("Subscriptions() = %+v, %v; want none", all, err)
		}
	})
}
