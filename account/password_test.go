package account_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func TestPasswordRules(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta-ruiz", account.Member)
	for _, tt := range []struct {
		rule, password string
		want           bool
	}{
		{"eight characters are enough", "x7#Kq2!v", true},
		{"seven are not", "x7#Kq2!", false},
		{"256 characters are not too many", strings.Repeat("wood pecker 🐦 ", 18) + "abcd", true},
		{"eight Chinese characters are enough", "白日依山尽黄河入", true},
		{"spaces are characters", "to be or not", true},
		{"no rule about kinds of characters", "woodpeckerly", true},
		{"a common one is refused", "password1", false},
		{"in capitals too", "PassWord1", false},
		{"and a common row of digits", "12345678", false},
		{"and of keys", "1q2w3e4r5t", false},
		{"the own name", "Marta-Ruiz", false},
		{"the own address", "marta-ruiz@example.org", false},
		{"more than 1,024 characters", strings.Repeat("a b ", 257), false},
		{"broken bytes", "abcdefgh\xff", false},
	} {
		err := h.SetPassword(t.Context(), u.Name, tt.password)
		if (err == nil) != tt.want || err != nil && fields(err) != "password" {
			t.Errorf("%s: SetPassword(%q) = %v; want accepted = %v", tt.rule, tt.password, err, tt.want)
		}
		if err != nil {
			continue
		}
		if _, _, err := h.SignIn(t.Context(), u.Name, tt.password, door(1)); err != nil {
			t.Errorf("%s: SignIn() = %v", tt.rule, err)
		}
		if _, _, err := h.SignIn(t.Context(), u.Name, tt.password[:len(tt.password)-1], door(1)); err == nil {
			t.Errorf("%s: SignIn() without the last character = nil; want a refusal", tt.rule)
		}
		h.clock.pass(time.Hour)
	}
}

func TestPasswordIsTheSameHoweverItWasTyped(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	if err := h.SetPassword(t.Context(), u.Name, "caf\u00e9 con leche"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.SignIn(t.Context(), u.Name, "cafe\u0301 con leche", door(1)); err != nil {
		t.Errorf("SignIn() with the accent typed apart = %v; want nil", err)
	}
}

func TestPasswordIsHashedAnewAtSignIn(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		const want = "$argon2id$v=19$m=19456,t=2,p=1$"
		read := func() string {
			hash, err := db.Value[string](t.Context(), h.db, "SELECT password FROM account WHERE id = ?", u.ID)
			if err != nil {
				t.Fatal(err)
			}
			return hash
		}
		if got := read(); !strings.HasPrefix(got, want) {
			t.Fatalf("the hash begins %.40q; want %q", got, want)
		}
		// "seven green woodpeckers", made with m=8,t=1,p=1.
		const cheap = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$HMuJsoOO46SLlu2phxwI9ht/HzDov67h8W9MWe8DVwo"
		err := h.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE account SET password = ? WHERE id = ?", cheap, u.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.signIn(t, u)
		if got := read(); !strings.HasPrefix(got, want) {
			t.Errorf("the hash after SignIn() begins %.40q; want %q", got, want)
		}
		h.signIn(t, u)
	})
}

// SECURITY.md, A-1: a hundred at once may not cost more than 100 MB.
func TestManySignInsAtOnceAreBounded(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	runtime.GC()
	var before, peak runtime.MemStats
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			if _, _, err := h.SignIn(t.Context(), u.Name, goodPassword, account.Door{Device: h.Device(u), Address: door(i).Address}); err != nil {
				t.Errorf("SignIn() = %v", err)
			}
		})
	}
	wg.Wait()
	runtime.ReadMemStats(&peak)
	if grown := int64(peak.HeapSys) - int64(before.HeapSys); grown > 100<<20 {
		t.Errorf("the heap grew by %d MB; want at most 100", grown>>20)
	}
}

func TestHashingObeysTheDeadline(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := h.SignIn(ctx, u.Name, goodPassword, door(1)); err == nil || fault.Is(err, fault.Unknown) {
		t.Errorf("SignIn() after its deadline = %v; want the deadline's error", err)
	}
}
