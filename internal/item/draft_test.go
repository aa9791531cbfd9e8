package item_test

import (
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/item"
)

const here = "/b/talk/new"

func keep(t *testing.T, h *dbtest.House, by account.User, version int64, body string) item.Unsent {
	t.Helper()
	u, err := h.Items.KeepDraft(t.Context(), by, item.Unsent{Place: here, Title: "Loops", Body: body, Version: version})
	if err != nil {
		t.Fatalf("KeepDraft(%q) = %v", body, err)
	}
	return u
}

func TestDraftIsKeptForItsAuthorAlone(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin, keeper := h.Person("lin", account.Member), h.Person("keeper", account.Administrator)
		keep(t, h, lin, 0, "a secret")
		got, err := h.Items.Draft(t.Context(), lin, here)
		if err != nil || got.Body != "a secret" || got.Title != "Loops" {
			t.Errorf("Draft() = %+v, %v; want what was kept", got, err)
		}
		if got, err := h.Items.Draft(t.Context(), keeper, here); !fault.Is(err, fault.Missing) {
			t.Errorf("Draft() for the administrator = %+v, %v; want none", got, err)
		}
		if all, err := h.Items.Drafts(t.Context(), keeper, 0, 10); err != nil || len(all) != 0 {
			t.Errorf("Drafts() for the administrator = %v, %v; want none", all, err)
		}
	})
}

func TestDraftOfAnotherWindowIsNotOverwritten(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin := h.Person("lin", account.Member)
		first := keep(t, h, lin, 0, "one")
		h.Clock = h.Clock.Add(time.Second)
		second := keep(t, h, lin, first.Version, "two")
		theirs, err := h.Items.KeepDraft(t.Context(), lin, item.Unsent{Place: here, Title: "Loops", Body: "three", Version: first.Version})
		if !fault.Is(err, fault.Conflict) || theirs.Body != "two" || theirs.Version != second.Version {
			t.Errorf("KeepDraft() over a newer one = %+v, %v; want a conflict with the newer one", theirs, err)
		}
		if again := keep(t, h, lin, first.Version, "two"); again.Version != second.Version {
			t.Errorf("KeepDraft() of the same text = version %d; want %d, for there is nothing to choose", again.Version, second.Version)
		}
		if third := keep(t, h, lin, second.Version, "three"); third.Version <= second.Version {
			t.Errorf("KeepDraft() = version %d; want a later one than %d, even within one millisecond", third.Version, second.Version)
		}
	})
}

func TestDraftsAreListedNewestFirstAndDropped(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin := h.Person("lin", account.Member)
		for _, place := range []string{"/p/1/reply", "/p/1/comment", "/wiki/Loop/edit"} {
			h.Clock = h.Clock.Add(time.Second)
			if _, err := h.Items.KeepDraft(t.Context(), lin, item.Unsent{Place: place, Body: "so far"}); err != nil {
				t.Fatal(err)
			}
		}
		all, err := h.Items.Drafts(t.Context(), lin, 0, 2)
		if err != nil || len(all) != 2 || all[0].Place != "/wiki/Loop/edit" || all[1].Place != "/p/1/comment" {
			t.Fatalf("Drafts() = %+v, %v; want the newest two", all, err)
		}
		if rest, err := h.Items.Drafts(t.Context(), lin, all[1].Version, 2); err != nil || len(rest) != 1 || rest[0].Place != "/p/1/reply" {
			t.Errorf("Drafts() after them = %+v, %v; want the oldest", rest, err)
		}
		if err := h.Items.DropDraft(t.Context(), lin, "/p/1/comment"); err != nil {
			t.Fatal(err)
		}
		kept, err := h.Items.KeepDraft(t.Context(), lin, item.Unsent{Place: "/p/1/reply", Version: all[1].Version - 1000, Title: "Of the thread"})
		if err != nil || kept.Version != 0 {
			t.Errorf("KeepDraft() without a text = %+v, %v; want it dropped", kept, err)
		}
		if rest, err := h.Items.Drafts(t.Context(), lin, 0, 9); err != nil || len(rest) != 1 {
			t.Errorf("Drafts() = %+v, %v; want the one that is left", rest, err)
		}
	})
}

func TestDraftBelongsToAFormOfTheSite(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin := h.Person("lin", account.Member)
		for _, place := range []string{"", "/", "https://evil.example/b/x/new", "//evil.example/p/1/reply", "/p/0/reply", "/p/1/delete", "/b/a/b/new", "/b/%zz/new", "/b/x/new?y", "/wiki/\xff/edit"} {
			if _, err := h.Items.KeepDraft(t.Context(), lin, item.Unsent{Place: place, Body: "x"}); !fault.Is(err, fault.Invalid) {
				t.Errorf("KeepDraft(%q) = %v; want it refused", place, err)
			}
		}
		if _, err := h.Items.KeepDraft(t.Context(), account.User{}, item.Unsent{Place: here, Body: "x"}); !fault.Is(err, fault.Unknown) {
			t.Errorf("KeepDraft() of a visitor = %v; want them to sign in", err)
		}
	})
}

// A newer draft is another text, and stays; the same text goes, whatever became of its version.
func TestDraftGoesWithWhatIsSent(t *testing.T) {
	dbtest.EachHouse(t, func(h *dbtest.House) {
		lin := h.Person("lin", account.Member)
		board, err := h.Items.AddSpace(t.Context(), item.Space{Kind: "board", Slug: "talk", Title: "Talk", List: "talk"})
		if err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			rule string
			sent func(kept item.Unsent) item.SentDraft
			left int
		}{
			{"the draft that was sent", func(u item.Unsent) item.SentDraft { return item.SentDraft{Place: here, Version: u.Version} }, 0},
			{"a newer one", func(u item.Unsent) item.SentDraft {
				return item.SentDraft{Place: here, Version: u.Version - 1, Body: "older"}
			}, 1},
			{"the same text", func(u item.Unsent) item.SentDraft { return item.SentDraft{Place: here, Body: u.Body} }, 0},
			{"another place", func(u item.Unsent) item.SentDraft {
				return item.SentDraft{Place: "/p/1/reply", Version: u.Version, Body: u.Body}
			}, 1},
			{"no place, as by mail", func(u item.Unsent) item.SentDraft { return item.SentDraft{} }, 1},
		} {
			sent := tt.sent(keep(t, h, lin, 0, tt.rule))
			err := h.DB.Write(t.Context(), func(tx *db.Tx) error {
				_, err := h.Items.Create(t.Context(), tx, item.New{Kind: item.Thread, Space: board.ID, Author: lin, Status: item.Live, Via: item.Web,
					At: h.Clock, Text: item.Render("Loops", item.Markdown, "x", true, func(string) bool { return false }), Sent: sent})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if all, err := h.Items.Drafts(t.Context(), lin, 0, 9); err != nil || len(all) != tt.left {
				t.Errorf("%s: %d drafts left, %v; want %d", tt.rule, len(all), err, tt.left)
			}
			if err := h.Items.DropDraft(t.Context(), lin, here); err != nil {
				t.Fatal(err)
			}
		}
	})
}
