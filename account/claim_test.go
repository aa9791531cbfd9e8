package account_test

import (
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

// claimed makes the shadow with the address u's, as u does it.
func (h *house) claimed(t *testing.T, u account.User, address string) {
	t.Helper()
	if err := h.RequestClaim(t.Context(), u, goodPassword, address); err != nil {
		t.Fatalf("RequestClaim() = %v", err)
	}
	if err := h.Claim(t.Context(), u, h.token(t, account.LetterClaim)); err != nil {
		t.Fatalf("Claim() = %v", err)
	}
}

func (h *house) run(t *testing.T, statements ...string) {
	t.Helper()
	err := h.db.Write(t.Context(), func(tx *db.Tx) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClaimBringsEverything(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member) // 1
		s := h.shadow(t, "Marta Ruiz", "marta@work.example")
		o := h.add(t, "paul", account.Member)
		if u.ID != 1 || s.ID != 2 || o.ID != 3 {
			t.Fatalf("the accounts are %d, %d, %d; want 1, 2, 3", u.ID, s.ID, o.ID)
		}
		h.run(t, "INSERT INTO space (id, kind, slug, title, created) VALUES (1, 'board', 'talk', 'Talk', 1)",
			"INSERT INTO item (id, kind, space, author, status, via, created, root) VALUES (1, 'thread', 1, 2, 'live', 'mail', 7, 1), (2, 'thread', 1, 3, 'live', 'web', 8, 2)",
			"INSERT INTO thread (item, board, kind, created, last_at, last_by, last_post, last_via, score) VALUES (1, 1, 'question', 7, 7, 2, 1, 'mail', 2), (2, 1, 'question', 8, 8, 3, 2, 'web', 2)",
			"INSERT INTO post (item, thread, kind, created, score, up) VALUES (1, 1, 'question', 7, 2, 2), (2, 2, 'question', 8, 2, 2)",
			"INSERT INTO vote (account, item, value, at) VALUES (1, 1, 1, 9), (3, 1, 1, 9), (1, 2, 1, 9), (2, 2, 1, 9)",
			"INSERT INTO subscription (target, target_id, account, level, channel, created) VALUES ('board', 1, 2, 'watch', 'mail', 9), ('thread', 2, 1, 'mute', 'web', 9), ('thread', 2, 2, 'watch', 'mail', 9)",
		)
		h.claimed(t, u, "Marta@work.example")
		for query, want := range map[string]int{
			"SELECT count(*) FROM item WHERE author = 1 AND created = 7":                   1,
			"SELECT count(*) FROM thread WHERE item = 1 AND last_by = 1 AND score = 1":     1,
			"SELECT count(*) FROM post WHERE score = 1 AND up = 1":                         2,
			"SELECT count(*) FROM vote WHERE account = 1 AND item = 2":                     1,
			"SELECT count(*) FROM vote":                                                    2,
			"SELECT count(*) FROM subscription WHERE account = 1":                          2,
			"SELECT count(*) FROM subscription WHERE account = 1 AND level = 'mute'":       1,
			"SELECT count(*) FROM subscription WHERE account = 2":                          0,
			"SELECT count(*) FROM account WHERE id = 2 AND merged = 1 AND status='shadow'": 1,
		} {
			if got := h.count(t, query); got != want {
				t.Errorf("%s = %d; want %d", query, got, want)
			}
		}
		if got := h.shadow(t, "M.", "marta@work.example"); got.ID != u.ID {
			t.Errorf("Shadow() of the second address = %+v; want the member", got)
		}
		if got, err := h.ByName(t.Context(), s.Name); err != nil || got.ID != u.ID {
			t.Errorf("ByName() of the merged = %+v, %v; want the member", got, err)
		}
		err := h.RequestClaim(t.Context(), u, goodPassword, "marta@work.example")
		if fields(err) != "email" {
			t.Errorf("RequestClaim() again = %v; want a fault in email", err)
		}
	})
}

func TestClaimIsForWhoeverAsked(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, other := h.add(t, "marta", account.Member), h.add(t, "paul", account.Member)
		h.shadow(t, "Marta", "marta@work.example")
		if err := h.RequestClaim(t.Context(), u, goodPassword, "marta@work.example"); err != nil {
			t.Fatal(err)
		}
		token := h.token(t, account.LetterClaim)
		wantKind(t, "Claim() by another", h.Claim(t.Context(), other, token), fault.Missing)
		wantKind(t, "Claim() by a visitor", h.Claim(t.Context(), account.User{}, token), fault.Missing)
		if err := h.Claim(t.Context(), u, token); err != nil {
			t.Errorf("Claim() = %v", err)
		}
		wantKind(t, "Claim() twice", h.Claim(t.Context(), u, token), fault.Missing)
		// The address of a member is nobody else's: its owner is told.
		if err := h.RequestClaim(t.Context(), u, goodPassword, other.Email); err != nil {
			t.Fatal(err)
		}
		if all := h.letters(t); all[len(all)-1].Kind != account.LetterKnown || all[len(all)-1].To != other.Email {
			t.Errorf("the letters are %s; want one to the owner", h.kinds(t))
		}
		h.moveTo(t, u, "marta@work.example")
		if got, err := h.ByAddress(t.Context(), "marta@work.example"); err != nil || got.ID != u.ID || got.Email != "marta@work.example" {
			t.Errorf("the second address as the first: %+v, %v", got, err)
		}
	})
}

// A table that is added has to say what becomes of its people when two accounts are one.
func TestMergingForgetsNoColumn(t *testing.T) {
	// These say only how an account was reached, or what it has proved, in its own name.
	staying := []string{"outgoing.account", "account.merged"}
	d := dbtest.SQLite(t)
	columns, err := db.All(t.Context(), d, func(r db.Row) (c [2]string, err error) {
		return c, r.Scan(&c[0], &c[1])
	}, `SELECT m.name, f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'account'`)
	if err != nil || len(columns) < 40 {
		t.Fatalf("the columns that name accounts are %v, %v", columns, err)
	}
	for _, c := range columns {
		moved := slices.ContainsFunc(account.Merging, func(step string) bool {
			return strings.HasPrefix(step, "UPDATE "+c[0]+" SET "+c[1]+" = @into WHERE "+c[1]+" = @from")
		})
		ends := c[1] == "account" && slices.Contains(account.Ending, c[0])
		if !moved && !ends && !slices.Contains(staying, c[0]+"."+c[1]) {
			t.Errorf("merging two accounts forgets %s.%s", c[0], c[1])
		}
	}
}
