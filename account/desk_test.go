package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func TestAdd(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, err := h.Add(t.Context(), account.Registration{Name: "admin"}, account.Administrator)
		if err != nil || u.Name != "admin" || !u.Admin() || u.Email != "" || u.Status != account.Active {
			t.Errorf("Add() = %+v, %v; want an administrator without address and password", u, err)
		}
		if _, _, err := h.SignIn(t.Context(), "admin", "", door(1)); err == nil {
			t.Error("SignIn() without a password = nil; want a refusal")
		}
		_, err = h.Add(t.Context(), account.Registration{Name: "x", Email: "y", Password: "z"}, "king")
		if got, want := fields(err), "name email password role"; got != want {
			t.Errorf("Add() = faults about %q; want %q", got, want)
		}
		shadow := h.shadow(t, "Marta", "marta@example.org")
		if got := h.add(t, "marta", account.Member); got.ID != shadow.ID {
			t.Errorf("Add() with a shadow's address = %d; want the shadow, %d", got.ID, shadow.ID)
		}
		_, err = h.Add(t.Context(), account.Registration{Name: "marta2", Email: "marta@example.org"}, account.Member)
		if fields(err) != "email" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Add() with a member's address = %v; want a conflict about email", err)
		}
	})
}

func TestWhoMaySuspendWhom(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		people := map[string]account.User{"visitor": {}, "operator": account.Operator()}
		for _, p := range []struct {
			name string
			role account.Role
		}{{"member", account.Member}, {"mod", account.Moderator}, {"chief", account.Administrator}, {"boss", account.Administrator}} {
			u, err := h.Add(t.Context(), account.Registration{Name: p.name + "-x"}, p.role)
			if err != nil {
				t.Fatal(err)
			}
			people[p.name] = u
		}
		for _, tt := range []struct {
			by, whom string
			want     bool
		}{
			{"visitor", "member", false}, {"member", "mod", false}, {"member", "member", false},
			{"mod", "member", true}, {"mod", "mod", false}, {"mod", "chief", false},
			{"chief", "member", true}, {"chief", "mod", true}, {"chief", "boss", true}, {"chief", "chief", false},
			{"operator", "boss", true}, {"operator", "mod", true},
		} {
			err := h.Suspend(t.Context(), people[tt.by], people[tt.whom].Name, true)
			if (err == nil) != tt.want || err != nil && !fault.Is(err, fault.Forbidden) {
				t.Errorf("Suspend() of %s by %s = %v; want allowed = %v", tt.whom, tt.by, err, tt.want)
			}
			if err := h.Suspend(t.Context(), account.Operator(), people[tt.whom].Name, false); err != nil {
				t.Errorf("Suspend(false) = %v", err)
			}
		}
		wantKind(t, "Suspend() of nobody", h.Suspend(t.Context(), account.Operator(), "nobody", true), fault.Missing)
	})
}

func TestSuspendAndBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, shadow := h.add(t, "marta", account.Member), h.shadow(t, "Olga", "olga@example.org")
		for _, name := range []string{u.Name, shadow.Name} {
			before, err := h.ByName(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			for _, suspended := range []bool{true, true, false, false} {
				if err := h.Suspend(t.Context(), account.Operator(), name, suspended); err != nil {
					t.Fatalf("Suspend(%s, %v) = %v", name, suspended, err)
				}
				got, err := h.ByName(t.Context(), name)
				if err != nil || suspended != (got.Status == account.Suspended) || !suspended && got != before {
					t.Errorf("%s after Suspend(%v) = %+v, %v; want it as before: %+v", name, suspended, got, err, before)
				}
			}
		}
		h.signIn(t, u)
	})
}

func TestTheLastAdministratorStays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "marta", account.Administrator)
		h.add(t, "olga", account.Member)
		wantKind(t, "Suspend() of the last", h.Suspend(t.Context(), account.Operator(), "marta", true), fault.Conflict)
		wantKind(t, "SetRole() of the last", h.SetRole(t.Context(), account.Operator(), "marta", account.Member), fault.Conflict)
		if err := h.SetRole(t.Context(), account.Operator(), "olga", account.Administrator); err != nil {
			t.Errorf("SetRole() = %v", err)
		}
		if err := h.SetRole(t.Context(), account.Operator(), "marta", account.Member); err != nil {
			t.Errorf("SetRole() once there is another = %v; want nil", err)
		}
		u, err := h.ByName(t.Context(), "marta")
		if err != nil || u.Role != account.Member {
			t.Errorf("Marta = %+v, %v; want a member", u, err)
		}
		wantKind(t, "SetRole() by a member", h.SetRole(t.Context(), u, "marta", account.Administrator), fault.Forbidden)
		wantKind(t, "SetRole() to nothing", h.SetRole(t.Context(), account.Operator(), "marta", "king"), fault.Invalid)
	})
}

func TestList(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, name := range []string{"paul", "Marta", "小林", "Zoe", "ada"} {
			if _, err := h.Add(t.Context(), account.Registration{Name: name}, account.Member); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		after := ""
		for range 10 {
			page, err := h.List(t.Context(), after, 2)
			if err != nil {
				t.Fatalf("List() = %v", err)
			}
			if len(page) == 0 {
				break
			}
			for _, u := range page {
				got = append(got, u.Name)
			}
			after = got[len(got)-1]
		}
		slices.Sort(got)
		if want := "Marta Zoe ada paul 小林"; strings.Join(got, " ") != want {
			t.Errorf("List(), two at a time = %q; want each once: %q", got, want)
		}
	})
}

func TestAPITokens(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, mod := h.add(t, "marta", account.Member), h.add(t, "olga", account.Moderator)
		for _, tt := range []struct {
			rule, label string
			scopes      []string
			want        string
		}{
			{"a label is needed", " ", []string{"read"}, "label"},
			{"not a long one", strings.Repeat("x", 61), []string{"read"}, "label"},
			{"a scope is needed", "script", nil, "scopes"},
			{"not an unknown one", "script", []string{"read", "fly"}, "scopes"},
			{"not more than the person may", "script", []string{"read", "moderate"}, "scopes"},
		} {
			if _, err := h.NewToken(t.Context(), u, tt.label, tt.scopes); fields(err) != tt.want {
				t.Errorf("%s: NewToken() = %v; want a fault about %s", tt.rule, err, tt.want)
			}
		}
		token, err := h.NewToken(t.Context(), mod, "script", []string{"moderate", "read"})
		if err != nil || !strings.HasPrefix(token, "picus_") {
			t.Fatalf("NewToken() = %q, %v", token, err)
		}
		got, scopes, err := h.Token(t.Context(), token)
		if got != mod || fmt.Sprint(scopes) != "[read moderate]" || err != nil {
			t.Errorf("Token() = %v, %v, %v; want Olga, who may read and moderate", got, scopes, err)
		}
		for name, wrong := range map[string]string{"nothing": "", "no prefix": strings.TrimPrefix(token, "picus_"), "a guess": "picus_x"} {
			_, _, err := h.Token(t.Context(), wrong)
			wantKind(t, "Token() of "+name, err, fault.Unknown)
		}
		all, err := h.Tokens(t.Context(), mod)
		if err != nil || len(all) != 1 || all[0].Label != "script" {
			t.Fatalf("Tokens() = %+v, %v; want the one", all, err)
		}
		if err := h.EndToken(t.Context(), u, all[0].ID); err != nil {
			t.Errorf("EndToken() of another's = %v", err)
		}
		if _, _, err := h.Token(t.Context(), token); err != nil {
			t.Errorf("Token() after another tried to end it = %v; want nil", err)
		}
		if err := h.EndToken(t.Context(), mod, all[0].ID); err != nil {
			t.Errorf("EndToken() = %v", err)
		}
		_, _, err = h.Token(t.Context(), token)
		wantKind(t, "Token() after its end", err, fault.Unknown)
	})
}

func TestAPITokensAreNotWithoutNumber(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	for range 50 {
		if _, err := h.NewToken(t.Context(), u, "script", []string{"read"}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := h.NewToken(t.Context(), u, "script", []string{"read"})
	wantKind(t, "NewToken() number 51", err, fault.Limited)
}

// TestLookUp finds people by the beginning of each of their names, without reading them all.
func TestLookUp(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "marta", account.Member)
		lin, err := h.Add(t.Context(), account.Registration{Name: "lin", Display: "林小明", Email: "xm@example.org", Password: goodPassword}, account.Member)
		if err != nil {
			t.Fatal(err)
		}
		for _, begins := range []string{"LI", "林小", "Xm@exa", " lin "} {
			if found, err := h.LookUp(t.Context(), begins, 10); err != nil || len(found) != 1 || found[0].ID != lin.ID {
				t.Errorf("LookUp(%q) = %+v, %v; want lin alone", begins, found, err)
			}
		}
		for _, begins := range []string{"", " ", "in", "%", "小明"} {
			if found, err := h.LookUp(t.Context(), begins, 10); err != nil || len(found) > 0 {
				t.Errorf("LookUp(%q) = %+v, %v; want nobody", begins, found, err)
			}
		}
	})
}
