package account_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

func TestRegisterAndConfirm(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := account.Registration{Name: "Marta-R", Display: "Marta Ruiz", Email: "Marta@Example.org", Password: goodPassword, Lang: "zh-Hans"}
		if err := h.Register(t.Context(), r, door(1)); err != nil {
			t.Fatalf("Register() = %v", err)
		}
		if _, err := h.ByName(t.Context(), r.Name); !fault.Is(err, fault.Missing) {
			t.Errorf("ByName() before the letter's link = %v; want a fault.Missing", err)
		}
		l := h.letters(t)[0]
		if l.Kind != account.LetterConfirm || l.To != "Marta@example.org" || l.Name != "" || l.Lang != "zh-Hans" || !strings.HasPrefix(l.Path, "/confirm?token=") {
			t.Errorf("the letter = %+v; want a confirm letter to Marta@example.org without a name", l)
		}
		token := h.token(t, account.LetterConfirm)
		if err := h.Peek(t.Context(), token, account.ForConfirm); err != nil {
			t.Errorf("Peek() = %v", err)
		}
		u, err := h.Confirm(t.Context(), token)
		want := account.User{ID: u.ID, Name: "Marta-R", Display: "Marta Ruiz", Email: "Marta@example.org", Role: account.Member, Status: account.Active, Lang: "zh-Hans"}
		if err != nil || u != want {
			t.Errorf("Confirm() = %+v, %v; want %+v", u, err, want)
		}
		for _, who := range []string{"marta-r", "MARTA-R", "marta@example.org"} {
			if _, got, err := h.SignIn(t.Context(), who, goodPassword, door(1)); err != nil || got.ID != u.ID {
				t.Errorf("SignIn(%s) = %v, %v; want Marta", who, got, err)
			}
		}
	})
}

func TestRegisterNamesEveryMistakeAtOnce(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r := account.Registration{Name: "x", Display: strings.Repeat("a", 61), Email: "nowhere", Password: "short", Lang: "tlh"}
		err := h.Register(t.Context(), r, door(1))
		if got, want := fields(err), "name display lang email password"; got != want {
			t.Errorf("Register() = faults about %q; want %q", got, want)
		}
		h.add(t, "marta", account.Member)
		err = h.Register(t.Context(), registration("marta"), door(1))
		if fields(err) != "name" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Register() with a name that is taken = %v; want a conflict about the name", err)
		}
		if got := h.kinds(t); got != "" {
			t.Errorf("letters = %q; want none", got)
		}
	})
}

func TestRegisterDoesNotTellWhoIsKnown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		known, unknown := registration("olga"), registration("paul")
		known.Email = "MARTA@example.org"
		for _, r := range []account.Registration{known, unknown} {
			if err := h.Register(t.Context(), r, door(1)); err != nil {
				t.Errorf("Register(%s) = %v; want nil for the known and for the unknown", r.Email, err)
			}
		}
		if got, want := h.kinds(t), "known marta@example.org, confirm paul@example.org"; got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
		// The name asked for with an address must be as free afterwards as it was before, or it tells.
		for _, name := range []string{"olga", "paul"} {
			r := registration(name)
			r.Email = "probe-" + name + "@example.org"
			if err := h.Register(t.Context(), r, door(2)); err != nil {
				t.Errorf("Register(%s) by somebody else = %v; want nil", name, err)
			}
		}
		if _, err := h.Confirm(t.Context(), h.token(t, account.LetterConfirm)); err != nil {
			t.Errorf("Confirm() = %v", err)
		}
		if got, err := h.ByName(t.Context(), "marta"); got != u {
			t.Errorf("ByName(marta) = %+v, %v; want her unchanged", got, err)
		}
	})
}

func TestOneLetterOfAKindInAWhile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "marta", account.Member)
		for i := range 4 {
			if err := h.Register(t.Context(), registration("paul"), door(i)); err != nil {
				t.Errorf("Register() = %v", err)
			}
			if err := h.RequestReset(t.Context(), "Marta@example.org", "", door(i)); err != nil {
				t.Errorf("RequestReset() = %v", err)
			}
		}
		if got, want := h.kinds(t), "confirm paul@example.org, reset marta@example.org"; got != want {
			t.Errorf("letters = %q; want %q", got, want)
		}
		for range 24 {
			h.clock.pass(time.Hour)
			if err := h.RequestReset(t.Context(), "marta@example.org", "", door(1)); err != nil {
				t.Errorf("RequestReset() = %v", err)
			}
		}
		if got := len(h.letters(t)); got > 12 {
			t.Errorf("letters to Marta in a day = %d; want at most eleven", got-1)
		}
	})
}

func TestRegistrationsAreLimitedByPlace(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var refused int
		for range 33 {
			if fault.Is(h.RequestReset(t.Context(), "nobody@example.org", "", door(1)), fault.Limited) {
				refused++
			}
		}
		if refused != 3 {
			t.Errorf("RequestReset() 33 times from one place: %d refused; want 3", refused)
		}
		if err := h.RequestReset(t.Context(), "nobody@example.org", "", door(2)); err != nil {
			t.Errorf("RequestReset() from another place = %v; want nil", err)
		}
	})
}

func TestConfirmWhenTheNameWentMeanwhile(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.Register(t.Context(), registration("paul"), door(1)); err != nil {
			t.Fatal(err)
		}
		token := h.token(t, account.LetterConfirm)
		if _, err := h.Add(t.Context(), account.Registration{Name: "paul"}, account.Member); err != nil {
			t.Fatal(err)
		}
		_, err := h.Confirm(t.Context(), token)
		if fields(err) != "name" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Confirm() = %v; want a conflict about the name", err)
		}
		if _, err := h.ConfirmAs(t.Context(), token, "admin"); fields(err) != "name" {
			t.Errorf("ConfirmAs(admin) = %v; want a fault about the name", err)
		}
		u, err := h.ConfirmAs(t.Context(), token, "paula")
		if err != nil || u.Name != "paula" || u.Email != "paul@example.org" {
			t.Errorf("ConfirmAs(paula) = %+v, %v; want paula", u, err)
		}
	})
}

func TestConfirmClaimsTheShadow(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		shadow := h.shadow(t, "Marta Ruiz", "marta@example.org")
		h.shadow(t, "Ian", "ian@example.org")
		register := func(name string) (token string) {
			r := registration(name)
			r.Email = "Marta@example.org"
			if err := h.Register(t.Context(), r, door(1)); err != nil {
				t.Fatalf("Register(%s) = %v; want nil, because a refusal would tell whose address it is", name, err)
			}
			return h.token(t, account.LetterConfirm)
		}
		_, err := h.Confirm(t.Context(), register("ian"))
		if fields(err) != "name" {
			t.Errorf("Confirm() with the name of another shadow = %v; want a fault about the name", err)
		}
		h.clock.pass(10 * time.Minute)
		u, err := h.Confirm(t.Context(), register("marta-ruiz"))
		if err != nil || u.ID != shadow.ID || u.Name != "marta-ruiz" || u.Status != account.Active {
			t.Errorf("Confirm() = %+v, %v; want the shadow %d, active, as marta-ruiz", u, err, shadow.ID)
		}
	})
}

// shadow makes one in a transaction of its own.
func (h *house) shadow(t testing.TB, display, email string) (u account.User) {
	t.Helper()
	err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
		u, err = h.Shadow(t.Context(), tx, display, email)
		return err
	})
	if err != nil {
		t.Fatalf("Shadow(%s, %s) = %v", display, email, err)
	}
	return u
}

func TestConfirmWorksOnceUnderManyHands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		if err := h.Register(t.Context(), registration("marta"), door(1)); err != nil {
			t.Fatal(err)
		}
		token := h.token(t, account.LetterConfirm)
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := h.Confirm(t.Context(), token); err == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if got := won.Load(); got != 1 {
			t.Errorf("Confirm() at the same time succeeded %d times; want once", got)
		}
	})
}
