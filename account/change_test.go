package account_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

// SECURITY.md, A-6: what ends which way in.
func TestWhatClosesEveryDoor(t *testing.T) {
	const everything = "session other-session api reply"
	table := []struct {
		act  string
		do   func(t *testing.T, h *house, s account.Session) error
		want string // that is closed afterwards
	}{
		{"signing out", func(t *testing.T, h *house, s account.Session) error { return h.SignOut(t.Context(), s) }, "session"},
		{"ending the others", func(t *testing.T, h *house, s account.Session) error { return h.EndOthers(t.Context(), s) }, "other-session"},
		{"a new password", func(t *testing.T, h *house, s account.Session) error {
			_, err := h.ChangePassword(t.Context(), s, goodPassword, otherPassword)
			return err
		}, everything},
		{"a reset", func(t *testing.T, h *house, s account.Session) error {
			if err := h.RequestReset(t.Context(), s.User.Email, "", door(1)); err != nil {
				return err
			}
			return h.Reset(t.Context(), h.token(t, account.LetterReset), otherPassword)
		}, everything},
		{"a password set at the terminal", func(t *testing.T, h *house, s account.Session) error {
			return h.SetPassword(t.Context(), s.User.Name, otherPassword)
		}, everything},
		{"a suspension", func(t *testing.T, h *house, s account.Session) error {
			return h.Suspend(t.Context(), account.Operator(), s.User.Name, true)
		}, everything},
		{"losing a role", func(t *testing.T, h *house, s account.Session) error {
			return h.SetRole(t.Context(), account.Operator(), s.User.Name, account.Member)
		}, everything},
		{"getting a role", func(t *testing.T, h *house, s account.Session) error {
			return h.SetRole(t.Context(), account.Operator(), s.User.Name, account.Administrator)
		}, everything},
		{"another address", func(t *testing.T, h *house, s account.Session) error {
			if err := h.RequestAddress(t.Context(), s.User, goodPassword, "new-"+s.User.Email); err != nil {
				return err
			}
			return h.ConfirmAddress(t.Context(), h.token(t, account.LetterAddress))
		}, "reply"},
		{"another display name", func(t *testing.T, h *house, s account.Session) error {
			return h.SetProfile(t.Context(), s.User, "M.", "zh-Hans")
		}, ""},
	}
	each(t, func(t *testing.T, h *house) {
		h.add(t, "boss", account.Administrator)
		for i, tt := range table {
			t.Run(tt.act, func(t *testing.T) {
				u := h.add(t, fmt.Sprintf("marta-%d", i), account.Moderator)
				cookie, s := h.signIn(t, u)
				other, _ := h.signIn(t, u)
				api, err := h.NewToken(t.Context(), u, "script", []string{"read", "moderate"})
				if err != nil {
					t.Fatal(err)
				}
				reply, err := h.ReplyToken(t.Context(), u, 7)
				if err != nil {
					t.Fatal(err)
				}
				if err := tt.do(t, h, s); err != nil {
					t.Fatalf("it = %v", err)
				}
				var closed []string
				for _, way := range []struct {
					name string
					try  func() error
				}{
					{"session", func() error { _, err := h.Session(t.Context(), cookie); return err }},
					{"other-session", func() error { _, err := h.Session(t.Context(), other); return err }},
					{"api", func() error { _, _, err := h.Token(t.Context(), api); return err }},
					{"reply", func() error { _, _, err := h.ReadReplyToken(t.Context(), reply); return err }},
				} {
					if way.try() != nil {
						closed = append(closed, way.name)
					}
				}
				if got := strings.Join(closed, " "); got != tt.want {
					t.Errorf("closed afterwards: %q; want %q", got, tt.want)
				}
			})
		}
	})
}

func TestChangePassword(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		_, s := h.signIn(t, u)
		if _, err := h.ChangePassword(t.Context(), s, otherPassword, otherPassword); fields(err) != "old" {
			t.Errorf("ChangePassword() with a wrong old one = %v; want a fault about old", err)
		}
		if _, err := h.ChangePassword(t.Context(), s, goodPassword, "12345678"); fields(err) != "password" {
			t.Errorf("ChangePassword() to a common one = %v; want a fault about password", err)
		}
		cookie, err := h.ChangePassword(t.Context(), s, goodPassword, otherPassword)
		if err != nil {
			t.Fatalf("ChangePassword() = %v", err)
		}
		now, err := h.Session(t.Context(), cookie)
		if err != nil || now.User != u || now.ID() == s.ID() || now.CSRF == s.CSRF || now.Agent != s.Agent || now.Address != s.Address {
			t.Errorf("Session() afterwards = %+v, %v; want the same browser with a new key", now, err)
		}
		if _, _, err := h.SignIn(t.Context(), "marta", goodPassword, door(1)); !fault.Is(err, fault.Unknown) {
			t.Errorf("SignIn() with the old password = %v; want a refusal", err)
		}
		if _, _, err := h.SignIn(t.Context(), "marta", otherPassword, door(1)); err != nil {
			t.Errorf("SignIn() with the new password = %v; want nil", err)
		}
		if got, want := h.kinds(t), "password-changed marta@example.org"; got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
	})
}

func TestGuessingTheOldPasswordIsLimited(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	_, s := h.signIn(t, u)
	for range 5 {
		h.ChangePassword(t.Context(), s, "a wrong guess", otherPassword)
	}
	_, err := h.ChangePassword(t.Context(), s, goodPassword, otherPassword)
	wantKind(t, "ChangePassword() after five guesses", err, fault.Limited)
	wantKind(t, "RequestAddress() after five guesses", h.RequestAddress(t.Context(), u, goodPassword, "m@example.org"), fault.Limited)
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		if err := h.RequestReset(t.Context(), "no address", "tlh", door(1)); fields(err) != "email lang" {
			t.Errorf("RequestReset() = %v; want faults about email and lang", err)
		}
		if err := h.RequestReset(t.Context(), "MARTA@example.org", "zh-Hans", door(1)); err != nil {
			t.Fatalf("RequestReset() = %v", err)
		}
		l := h.letters(t)[0]
		if l.To != u.Email || l.Name != "marta" || l.Lang != "zh-Hans" || !strings.HasPrefix(l.Path, "/reset?token=") {
			t.Errorf("the letter = %+v; want one to Marta in Chinese", l)
		}
		token := h.token(t, account.LetterReset)
		if err := h.Reset(t.Context(), token, "marta@example.org"); fields(err) != "password" {
			t.Errorf("Reset() to the own address = %v; want a fault about password", err)
		}
		for i := range 10 { // somebody guesses meanwhile
			h.SignIn(t.Context(), "marta", "a wrong guess", door(i))
		}
		if err := h.Reset(t.Context(), token, otherPassword); err != nil {
			t.Fatalf("Reset() = %v", err)
		}
		if _, _, err := h.SignIn(t.Context(), "marta", otherPassword, door(50)); err != nil {
			t.Errorf("SignIn() after Reset() = %v; want nil", err)
		}
		if got, want := h.kinds(t), "reset marta@example.org, password-changed marta@example.org"; got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
	})
}

func TestResetIsNotForEverybody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.shadow(t, "Olga", "olga@example.org")
		h.add(t, "paul", account.Member)
		if err := h.Suspend(t.Context(), account.Operator(), "paul", true); err != nil {
			t.Fatal(err)
		}
		for _, address := range []string{"nobody@example.org", "paul@example.org", "olga@example.org"} {
			if err := h.RequestReset(t.Context(), address, "", door(1)); err != nil {
				t.Errorf("RequestReset(%s) = %v; want nil for everybody", address, err)
			}
		}
		if got, want := h.kinds(t), "reset olga@example.org"; got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
		if err := h.Reset(t.Context(), h.token(t, account.LetterReset), otherPassword); err != nil {
			t.Fatalf("Reset() of a shadow = %v", err)
		}
		if _, u, err := h.SignIn(t.Context(), "olga", otherPassword, door(1)); err != nil || u.Status != account.Active {
			t.Errorf("SignIn() = %+v, %v; want Olga, active", u, err)
		}
	})
}

// SECURITY.md, A-3, asks for medians within five in a hundred, which a loaded machine
// does not measure; that one path leaves out the hash or the commit shows here: the one by
// the processor's time, the other by the version of the database.
func TestResetTakesItsTimeForEverybody(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.add(t, "marta", account.Member)
	times := map[string][]time.Duration{}
	for i := range 20 {
		for _, address := range []string{"marta@example.org", "nobody@example.org"} {
			h.clock.pass(12 * time.Hour)
			before := h.db.Version()
			times[address] = append(times[address], cpu(t, func() {
				if err := h.RequestReset(t.Context(), address, "", door(i)); err != nil {
					t.Fatal(err)
				}
			}))
			if commits := h.db.Version() - before; commits != 1 {
				t.Errorf("RequestReset(%s) commits %d times; want once, whoever it is", address, commits)
			}
		}
	}
	known, unknown := slices.Min(times["marta@example.org"]), slices.Min(times["nobody@example.org"])
	t.Logf("RequestReset() takes %v for an address that is known, %v for one that is not", known, unknown)
	if known > 2*unknown || unknown > 2*known {
		t.Errorf("RequestReset() takes %v for an address that is known, %v for one that is not; want about the same", known, unknown)
	}
}

func TestChangeAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		h.add(t, "paul", account.Member)
		for _, tt := range []struct{ rule, password, address, want string }{
			{"the password is asked again", otherPassword, "marta@new.example.org", "password"},
			{"the address is checked", goodPassword, "nowhere", "email"},
			{"the same address is no change", goodPassword, "MARTA@example.org", "email"},
			{"another's address is not said to be one", goodPassword, "paul@example.org", ""},
			{"a free address", goodPassword, "marta@new.example.org", ""},
		} {
			err := h.RequestAddress(t.Context(), u, tt.password, tt.address)
			if fields(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Errorf("%s: RequestAddress(%s) = %v; want faults about %q", tt.rule, tt.address, err, tt.want)
			}
		}
		if got, _ := h.ByName(t.Context(), "marta"); got.Email != u.Email {
			t.Errorf("the address before it is proved = %q; want %q", got.Email, u.Email)
		}
		if err := h.ConfirmAddress(t.Context(), h.token(t, account.LetterAddress)); err != nil {
			t.Fatalf("ConfirmAddress() = %v", err)
		}
		if got, err := h.ByAddress(t.Context(), "Marta@New.example.org"); got.ID != u.ID || err != nil {
			t.Errorf("ByAddress() of the new one = %v, %v; want Marta", got, err)
		}
		if _, err := h.ByAddress(t.Context(), u.Email); !fault.Is(err, fault.Missing) {
			t.Errorf("ByAddress() of the former one = %v; want a fault.Missing", err)
		}
		want := "known paul@example.org, address marta@new.example.org, address-old marta@example.org"
		if got := h.kinds(t); got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
	})
}

func TestChangeToTheAddressOfAShadow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		shadow := h.shadow(t, "M. Ruiz", "ruiz@example.org")
		h.moveTo(t, u, "ruiz@example.org")
		got, err := h.ByName(t.Context(), shadow.Name)
		if err != nil || got.ID != shadow.ID || got.Email != "" {
			t.Errorf("the shadow = %+v, %v; want it to keep its name and lose the address", got, err)
		}
	})
}
