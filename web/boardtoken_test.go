package web_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"picus/forum"
	"picus/internal/dbtest"
)

func TestWhoKeepsOrderInABoardNeedsATokenForIt(t *testing.T) {
	z := newZoo(t, dbtest.SQLite(t))
	closed := z.start("a closed thread", ofTheClosed, "closed", z.by("author"), forum.Discussion)
	for _, tt := range []struct {
		scopes []string
		want   int
	}{{[]string{"read", "write"}, http.StatusForbidden}, {[]string{"read", "write", "moderate"}, http.StatusOK}} {
		token, err := z.accounts.NewToken(t.Context(), z.by("guard"), "program", tt.scopes)
		z.must(err)
		with := http.Header{"Authorization": {"Bearer " + token}, "Content-Type": {"application/json"}}
		path := "/api/v1/posts/" + strconv.FormatInt(closed.post, 10)
		if got := z.visitor().do("GET", path, nil, with); got.StatusCode != http.StatusOK {
			t.Errorf("reading with the scopes %v = %d; want 200", tt.scopes, got.StatusCode)
		}
		got := z.visitor().do("PATCH", path, strings.NewReader(`{"title": "In order", "body": "In order"}`), with)
		if got.StatusCode != tt.want {
			t.Errorf("editing somebody else's post with the scopes %v = %d %s; want %d", tt.scopes, got.StatusCode, got.text, tt.want)
		}
	}
	if _, err := z.accounts.NewToken(t.Context(), z.by("member"), "program", []string{"moderate"}); err == nil {
		t.Error("a member of no group got a token to keep order with")
	}
}
