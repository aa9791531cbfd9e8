package account_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/dbtest"
	"picus/internal/fault"
	"picus/internal/job"
)

const (
	goodPassword  = "seven green woodpeckers"
	otherPassword = "eight grey woodpeckers"
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// house is an open room with its clock and its database.
type house struct {
	*account.Accounts
	clock *clock
	db    *db.DB
}

// each runs test in a fresh house on every engine.
func each(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) { test(t, open(t, d)) })
}

func open(t testing.TB, d *db.DB) *house {
	t.Helper()
	c := &clock{at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	h := &house{Accounts: account.New(d, job.New(d, c.now), c.now), clock: c, db: d}
	if err := h.Open(t.Context()); err != nil {
		t.Fatalf("Open() = %v", err)
	}
	return h
}

// door is a place of its own for each n.
func door(n int) account.Door {
	return account.Door{Address: netip.AddrFrom4([4]byte{127, 1, byte(n >> 8), byte(n)}), Agent: "Firefox"}
}

// add makes an active member with goodPassword and the address NAME@example.org.
func (h *house) add(t testing.TB, name string, role account.Role) account.User {
	t.Helper()
	u, err := h.Add(t.Context(), account.Registration{Name: name, Email: name + "@example.org", Password: goodPassword}, role)
	if err != nil {
		t.Fatalf("Add(%s) = %v", name, err)
	}
	return u
}

// signIn opens a session with goodPassword, from a place where nobody else is.
func (h *house) signIn(t testing.TB, u account.User) (cookie string, s account.Session) {
	t.Helper()
	cookie, _, err := h.SignIn(t.Context(), u.Name, goodPassword, door(int(u.ID)+9000))
	if err != nil {
		t.Fatalf("SignIn(%s) = %v", u.Name, err)
	}
	if s, err = h.Session(t.Context(), cookie); err != nil {
		t.Fatalf("Session() = %v", err)
	}
	return cookie, s
}

// letters returns what waits to be sent, the oldest first.
func (h *house) letters(t testing.TB) []account.Letter {
	t.Helper()
	letters, err := db.All(context.Background(), h.db, func(r db.Row) (l account.Letter, err error) {
		var text string
		if err := r.Scan(&text); err != nil {
			return l, err
		}
		return l, json.Unmarshal([]byte(text), &l)
	}, "SELECT payload FROM job WHERE kind = 'letter' ORDER BY id")
	if err != nil {
		t.Fatal(err)
	}
	return letters
}

// kinds are the letters as "kind to".
func (h *house) kinds(t testing.TB) string {
	t.Helper()
	var all []string
	for _, l := range h.letters(t) {
		all = append(all, l.Kind+" "+l.To)
	}
	return strings.Join(all, ", ")
}

// token returns the secret in the newest letter of a kind.
func (h *house) token(t testing.TB, kind string) string {
	t.Helper()
	letters := h.letters(t)
	for i := len(letters) - 1; i >= 0; i-- {
		if letters[i].Kind != kind {
			continue
		}
		_, query, _ := strings.Cut(letters[i].Path, "?")
		values, err := url.ParseQuery(query)
		if err != nil || values.Get("token") == "" {
			t.Fatalf("the path of the letter %s = %q; want a token", kind, letters[i].Path)
		}
		return values.Get("token")
	}
	t.Fatalf("the letters are %s; want one of kind %s", h.kinds(t), kind)
	return ""
}

// count returns how many rows a statement counts.
func (h *house) count(t testing.TB, query string, args ...any) int {
	t.Helper()
	n, err := db.Value[int](context.Background(), h.db, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// fields are the fields of every fault in err.
func fields(err error) string {
	var all []string
	for _, f := range fault.All(err) {
		all = append(all, f.Field)
	}
	return strings.Join(all, " ")
}

// wantKind fails the test unless err is a fault of this kind.
func wantKind(t testing.TB, call string, err error, want fault.Kind) {
	t.Helper()
	if !fault.Is(err, want) {
		t.Errorf("%s = %v; want a fault of kind %d", call, err, want)
	}
}

func TestOpenKeepsTheSecret(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		sum := h.Sign("unsubscribe", "7", "board:3")
		again := open(t, h.db)
		if !again.Verify(sum, "unsubscribe", "7", "board:3") {
			t.Error("Verify() after a restart = false; want true")
		}
		for name, got := range map[string]bool{
			"another purpose":     again.Verify(sum, "verp", "7", "board:3"),
			"another part":        again.Verify(sum, "unsubscribe", "8", "board:3"),
			"parts cut otherwise": again.Verify(sum, "unsubscribe", "7board:3"),
			"nothing":             again.Verify("", "unsubscribe", "7", "board:3"),
		} {
			if got {
				t.Errorf("Verify() with %s = true; want false", name)
			}
		}
		if len(sum) != 26 || strings.ToLower(sum) != sum {
			t.Errorf("Sign() = %q; want 26 lower-case characters", sum)
		}
	})
}

func TestSweepDeletesWhatExpired(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		h.signIn(t, u)
		if _, err := h.NewToken(t.Context(), u, "script", []string{"read"}); err != nil {
			t.Fatal(err)
		}
		if err := h.RequestReset(t.Context(), u.Email, "", door(1)); err != nil {
			t.Fatal(err)
		}
		h.clock.pass(31 * 24 * time.Hour)
		if err := h.Sweep(t.Context()); err != nil {
			t.Fatalf("Sweep() = %v", err)
		}
		if got := h.count(t, "SELECT count(*) FROM session"); got != 0 {
			t.Errorf("sessions after Sweep() = %d; want 0", got)
		}
		if got := h.count(t, "SELECT count(*) FROM token"); got != 1 {
			t.Errorf("tokens after Sweep() = %d; want the API token alone", got)
		}
	})
}

// registration is one that is right.
func registration(name string) account.Registration {
	return account.Registration{Name: name, Email: name + "@example.org", Password: goodPassword, Lang: "en"}
}

func ExampleLetter() {
	l := account.Letter{To: "marta@example.org", Lang: "en", Kind: account.LetterConfirm, Path: "/confirm?token=abc"}
	text, _ := json.Marshal(l)
	fmt.Println(string(text))
	// Output: {"To":"marta@example.org","Name":"","Lang":"en","Kind":"confirm","Path":"/confirm?token=abc","Was":""}
}
