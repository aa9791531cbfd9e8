package account_test

import (
	"regexp"
	"strings"
	"testing"

	"picus/account"
	"picus/internal/fault"
)

func TestSetup(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		former, err := h.SetupCode(t.Context())
		if err != nil {
			t.Fatalf("SetupCode() = %v", err)
		}
		code, err := h.SetupCode(t.Context())
		if err != nil || !regexp.MustCompile(`^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
			t.Fatalf("SetupCode() = %q, %v; want five groups of four", code, err)
		}
		if needs, err := h.NeedsSetup(t.Context()); !needs || err != nil {
			t.Errorf("NeedsSetup() in a new house = %v, %v; want true", needs, err)
		}
		r := registration("admin")
		for name, wrong := range map[string]string{"no code": "", "a guess": "AAAA-BBBB-CCCC-DDDD-EEEE", "the former code": former} {
			if _, err := h.Setup(t.Context(), r, wrong, door(1)); fields(err) != "code" {
				t.Errorf("Setup() with %s = %v; want a fault about the code", name, err)
			}
		}
		_, err = h.Setup(t.Context(), account.Registration{Name: "x"}, "", door(1))
		if got, want := fields(err), "name email password code"; got != want {
			t.Errorf("Setup() = faults about %q; want %q", got, want)
		}
		cookie, err := h.Setup(t.Context(), r, " "+strings.ToLower(strings.ReplaceAll(code, "-", " ")), door(1))
		if err != nil {
			t.Fatalf("Setup() = %v", err)
		}
		if s, err := h.Session(t.Context(), cookie); !s.User.Admin() || s.User.Name != "admin" {
			t.Errorf("Session() = %+v, %v; want the administrator", s.User, err)
		}
		if needs, err := h.NeedsSetup(t.Context()); needs || err != nil {
			t.Errorf("NeedsSetup() afterwards = %v, %v; want false", needs, err)
		}
		if again, err := h.SetupCode(t.Context()); again != "" || err != nil {
			t.Errorf("SetupCode() afterwards = %q, %v; want none", again, err)
		}
		if _, err := h.Setup(t.Context(), registration("mallory"), code, door(1)); err == nil {
			t.Error("Setup() a second time = nil; want a refusal")
		}
	})
}

func TestSetupIsOverOnceTheTerminalMadeAnAdministrator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		code, err := h.SetupCode(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		h.add(t, "marta", account.Administrator)
		_, err = h.Setup(t.Context(), registration("mallory"), code, door(1))
		wantKind(t, "Setup()", err, fault.Conflict)
		if got := h.count(t, "SELECT count(*) FROM account"); got != 1 {
			t.Errorf("accounts = %d; want Marta's alone", got)
		}
	})
}
