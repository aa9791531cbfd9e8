package account_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"picus/account"
	"picus/internal/fault"
)

// linkKind is how a kind of link is asked for and used.
type linkKind struct {
	purpose, letter string
	ask             func(t *testing.T, h *house, u account.User) error
	use             func(t *testing.T, h *house, token string) error
}

var linkKinds = []linkKind{
	{account.ForConfirm, account.LetterConfirm,
		func(t *testing.T, h *house, u account.User) error {
			return h.Register(t.Context(), registration("new-"+u.Name), door(int(u.ID)))
		},
		func(t *testing.T, h *house, token string) error {
			_, err := h.Confirm(t.Context(), token)
			return err
		}},
	{account.ForReset, account.LetterReset,
		func(t *testing.T, h *house, u account.User) error {
			return h.RequestReset(t.Context(), u.Email, "en", door(int(u.ID)))
		},
		func(t *testing.T, h *house, token string) error { return h.Reset(t.Context(), token, otherPassword) }},
	{account.ForAddress, account.LetterAddress,
		func(t *testing.T, h *house, u account.User) error {
			return h.RequestAddress(t.Context(), u, goodPassword, u.Name+"@new.example.org")
		},
		func(t *testing.T, h *house, token string) error { return h.ConfirmAddress(t.Context(), token) }},
}

// SECURITY.md, A-8.
func TestLinksAndTheirMisuse(t *testing.T) {
	misuses := []struct {
		rule string
		only string // the purposes it is about, empty for all
		do   func(t *testing.T, h *house, k linkKind, u account.User, token string) (tried string)
		want bool
	}{
		{"it works", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string { return token }, true},
		{"it works 59 minutes later", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			h.clock.pass(59 * time.Minute)
			return token
		}, true},
		{"not an hour later", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			h.clock.pass(time.Hour)
			return token
		}, false},
		{"looking at it does not burn it", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			for range 3 {
				if err := h.Peek(t.Context(), token, k.purpose); err != nil {
					t.Errorf("Peek() = %v", err)
				}
			}
			return token
		}, true},
		{"it works once", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			if err := k.use(t, h, token); err != nil {
				t.Errorf("the first time = %v", err)
			}
			return token
		}, false},
		{"a newer one replaces it", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			h.clock.pass(6 * time.Minute)
			if err := k.ask(t, h, u); err != nil || h.token(t, k.letter) == token {
				t.Errorf("asked again = %v; want a newer link", err)
			}
			return token
		}, false},
		{"it is not good for another purpose", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			for _, other := range linkKinds {
				if other.purpose == k.purpose {
					continue
				}
				wantKind(t, "used for "+other.purpose, other.use(t, h, token), fault.Missing)
				wantKind(t, "Peek() for "+other.purpose, h.Peek(t.Context(), token, other.purpose), fault.Missing)
			}
			if _, _, err := h.Token(t.Context(), token); err == nil {
				t.Error("Token() took it for an API token")
			}
			if _, err := h.Session(t.Context(), token); err == nil {
				t.Error("Session() took it for a cookie")
			}
			return token
		}, true},
		{"a guess", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			return strings.Repeat("A", 43)
		}, false},
		{"nothing", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string { return "" }, false},
		{"a letter in the other case", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			return strings.ToLower(token)
		}, false},
		{"what the database holds is not it", "", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			if h.count(t, "SELECT count(*) FROM token WHERE hash = ?", []byte(token)) > 0 {
				t.Error("the database holds the token itself")
			}
			return token
		}, true},
		{"a new password ends it", "reset address", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			if err := h.SetPassword(t.Context(), u.Name, otherPassword); err != nil {
				t.Error(err)
			}
			return token
		}, false},
		{"a new address ends it", "reset", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			h.moveTo(t, u, u.Name+"@elsewhere.example.org")
			return token
		}, false},
		{"a suspension ends it", "reset address", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			if err := h.Suspend(t.Context(), account.Operator(), u.Name, true); err != nil {
				t.Error(err)
			}
			return token
		}, false},
		{"an account made meanwhile ends it", "confirm", func(t *testing.T, h *house, k linkKind, u account.User, token string) string {
			h.add(t, "new-"+u.Name, account.Member)
			return token
		}, false},
	}
	each(t, func(t *testing.T, h *house) {
		for _, k := range linkKinds {
			for i, m := range misuses {
				if m.only != "" && !strings.Contains(m.only, k.purpose) {
					continue
				}
				t.Run(k.purpose+"/"+m.rule, func(t *testing.T) {
					u := h.add(t, fmt.Sprintf("marta-%s-%d", k.purpose, i), account.Member)
					if err := k.ask(t, h, u); err != nil {
						t.Fatal(err)
					}
					token := m.do(t, h, k, u, h.token(t, k.letter))
					if err := k.use(t, h, token); (err == nil) != m.want {
						t.Errorf("using the link = %v; want good = %v", err, m.want)
					}
				})
			}
		}
	})
}

// moveTo changes the address the whole way.
func (h *house) moveTo(t testing.TB, u account.User, address string) {
	t.Helper()
	if err := h.RequestAddress(t.Context(), u, goodPassword, address); err != nil {
		t.Fatalf("RequestAddress() = %v", err)
	}
	if err := h.ConfirmAddress(t.Context(), h.token(t, account.LetterAddress)); err != nil {
		t.Fatalf("ConfirmAddress() = %v", err)
	}
}

func TestResetWorksOnceUnderManyHands(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		if err := h.RequestReset(t.Context(), u.Email, "", door(1)); err != nil {
			t.Fatal(err)
		}
		token := h.token(t, account.LetterReset)
		var won atomic.Int32
		var wg sync.WaitGroup
		for range 6 {
			wg.Go(func() {
				if h.Reset(t.Context(), token, otherPassword) == nil {
					won.Add(1)
				}
			})
		}
		wg.Wait()
		if got := won.Load(); got != 1 {
			t.Errorf("Reset() at the same time succeeded %d times; want once", got)
		}
	})
}
