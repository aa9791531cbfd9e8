package account_test

import (
	"testing"

	"picus/account"
	"picus/internal/fault"
)

func TestAGroupOpensWhatItIsNamedBy(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin, ada, mod := h.add(t, "admin", account.Administrator), h.add(t, "ada", account.Member), h.add(t, "mod", account.Moderator)
		g, err := h.AddGroup(t.Context(), admin, account.Group{Name: " Board  of editors "})
		if err != nil || g.Name != "Board of editors" || !g.Audience().IsGroup() {
			t.Fatalf("AddGroup() = %+v, %v; want a group that no other audience is", g, err)
		}
		cookie, s := h.signIn(t, ada)
		if s.User.In(g.Audience()) {
			t.Error("In() before she was added = true")
		}
		if err := h.JoinGroup(t.Context(), admin, g.ID, "ada"); err != nil {
			t.Fatal(err)
		}
		for _, tt := range []struct {
			rule string
			who  account.User
			of   account.Audience
			want bool
		}{
			{"a member of the group is in it", h.session(t, cookie).User, g.Audience(), true},
			{"and in no other", h.session(t, cookie).User, g.Audience() + 1, false},
			{"and not of the staff", h.session(t, cookie).User, account.Staff, false},
			{"a number that begins alike is another", account.User{ID: 1, Status: account.Active, Groups: "112"}, 11, false},
			{"the staff are in every group", mod, g.Audience(), true},
			{"a visitor is in none", account.User{}, g.Audience(), false},
			{"who is suspended is in none", account.User{ID: ada.ID, Status: account.Suspended, Groups: "10"}, 10, false},
			{"who is known by mail only is in none", account.User{ID: ada.ID, Status: account.Shadow, Groups: "10"}, 10, false},
		} {
			if got := tt.who.In(tt.of); got != tt.want {
				t.Errorf("%s: In(%d) = %v", tt.rule, tt.of, got)
			}
		}
		if err := h.LeaveGroup(t.Context(), admin, g.ID, "ada"); err != nil {
			t.Fatal(err)
		}
		if h.session(t, cookie).User.In(g.Audience()) {
			t.Error("In() with the session of before, after she was taken out = true")
		}
	})
}

func (h *house) session(t testing.TB, cookie string) account.Session {
	t.Helper()
	s, err := h.Session(t.Context(), cookie)
	if err != nil {
		t.Fatalf("Session() = %v", err)
	}
	return s
}

func TestGroupsAreForAdministrators(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin, mod := h.add(t, "admin", account.Administrator), h.add(t, "mod", account.Moderator)
		g, err := h.AddGroup(t.Context(), admin, account.Group{Name: "Editors"})
		if err != nil {
			t.Fatal(err)
		}
		for name, do := range map[string]func(by account.User) error{
			"AddGroup": func(by account.User) error {
				_, err := h.AddGroup(t.Context(), by, account.Group{Name: "x"})
				return err
			},
			"EditGroup":   func(by account.User) error { return h.EditGroup(t.Context(), by, g) },
			"RemoveGroup": func(by account.User) error { return h.RemoveGroup(t.Context(), by, g.ID) },
			"Groups":      func(by account.User) error { _, err := h.Groups(t.Context(), by); return err },
			"Group":       func(by account.User) error { _, _, err := h.Group(t.Context(), by, g.ID); return err },
			"GroupByName": func(by account.User) error { _, err := h.GroupByName(t.Context(), by, "Editors"); return err },
			"JoinGroup":   func(by account.User) error { return h.JoinGroup(t.Context(), by, g.ID, "mod") },
			"LeaveGroup":  func(by account.User) error { return h.LeaveGroup(t.Context(), by, g.ID, "mod") },
		} {
			wantKind(t, name+"() by a moderator", do(mod), fault.Forbidden)
			wantKind(t, name+"() by a visitor", do(account.User{}), fault.Forbidden)
		}
	})
}

func TestGroupsAreNamedAndFilled(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		admin := h.add(t, "admin", account.Administrator)
		h.shadow(t, "Marta", "marta@example.org")
		editors, err := h.AddGroup(t.Context(), admin, account.Group{Name: "Éditors"})
		if err != nil {
			t.Fatal(err)
		}
		_, err = h.AddGroup(t.Context(), admin, account.Group{Name: "éDITORS"})
		wantKind(t, "AddGroup() with a name that is taken", err, fault.Conflict)
		_, err = h.AddGroup(t.Context(), admin, account.Group{Name: "  "})
		wantKind(t, "AddGroup() without a name", err, fault.Invalid)
		wantKind(t, "JoinGroup(nobody)", h.JoinGroup(t.Context(), admin, editors.ID, "nobody"), fault.Invalid)
		wantKind(t, "JoinGroup() of who is known by mail only", h.JoinGroup(t.Context(), admin, editors.ID, "marta"), fault.Invalid)
		wantKind(t, "JoinGroup() of no group", h.JoinGroup(t.Context(), admin, 4711, "admin"), fault.Missing)
		editors.Name, editors.Description = "Editors", "They look after the wiki."
		for call, err := range map[string]error{
			"EditGroup":       h.EditGroup(t.Context(), admin, editors),
			"JoinGroup":       h.JoinGroup(t.Context(), admin, editors.ID, "admin"),
			"JoinGroup again": h.JoinGroup(t.Context(), admin, editors.ID, "admin"),
		} {
			if err != nil {
				t.Errorf("%s() = %v", call, err)
			}
		}
		got, people, err := h.Group(t.Context(), admin, editors.ID)
		if err != nil || got.Name != "Editors" || got.Description != editors.Description || got.People != 1 || len(people) != 1 || people[0].Name != "admin" {
			t.Errorf("Group() = %+v, %v, %v; want the editors with the admin in it", got, people, err)
		}
		if err := h.RemoveGroup(t.Context(), admin, editors.ID); err != nil {
			t.Error(err)
		}
		if all, err := h.Groups(t.Context(), admin); err != nil || len(all) != 0 {
			t.Errorf("Groups() = %v, %v; want none", all, err)
		}
		next, err := h.AddGroup(t.Context(), admin, account.Group{Name: "Others"})
		if err != nil || next.ID == editors.ID {
			t.Errorf("AddGroup() = %+v, %v; want a number that no group had before", next, err)
		}
	})
}
