package account_test

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func TestSignInDoesNotTellWhoIsKnown(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.add(t, "marta", account.Member)
		h.shadow(t, "Olga", "olga@example.org")
		h.add(t, "paul", account.Member)
		if err := h.Suspend(t.Context(), account.Operator(), "paul", true); err != nil {
			t.Fatal(err)
		}
		_, _, want := h.SignIn(t.Context(), "nobody", otherPassword, door(1))
		wantKind(t, "SignIn(nobody)", want, fault.Unknown)
		for _, who := range []string{"marta", "marta@example.org", "olga", "paul", "nobody@example.org", "", "@"} {
			for _, password := range []string{otherPassword, ""} {
				_, _, err := h.SignIn(t.Context(), who, password, door(1))
				if err == nil || err.Error() != want.Error() {
					t.Errorf("SignIn(%q, %q) = %v; want what a stranger gets: %v", who, password, err, want)
				}
			}
			h.clock.pass(time.Hour)
		}
		_, _, err := h.SignIn(t.Context(), "paul", goodPassword, door(1))
		wantKind(t, "SignIn() of somebody suspended, with the right password", err, fault.Forbidden)
	})
}

// cpu is the processor time that this program takes for something. What other programs take
// meanwhile, and what waits for a disk, does not count.
func cpu(t *testing.T, f func()) time.Duration {
	t.Helper()
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			t.Fatal(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	start := used()
	f()
	return used() - start
}

// The password's hash is the same work for everybody; here it is enough that neither
// path leaves it out.
func TestSignInTakesItsTimeForEverybody(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.add(t, "marta", account.Member)
	times := map[string][]time.Duration{}
	for i := range 15 {
		for _, who := range []string{"marta", "nobody", "nobody@example.org"} {
			h.clock.pass(time.Hour)
			times[who] = append(times[who], cpu(t, func() {
				if _, _, err := h.SignIn(t.Context(), who, otherPassword, door(i)); !fault.Is(err, fault.Unknown) {
					t.Fatalf("SignIn(%s) = %v", who, err)
				}
			}))
		}
	}
	known := slices.Min(times["marta"])
	for who, all := range times {
		if got := slices.Min(all); got < known/2 || got > known*2 {
			t.Errorf("SignIn(%s) takes %v at least, SignIn(marta) %v; want about the same", who, got, known)
		}
	}
}

// SECURITY.md, A-4.
func TestGuessesAtOneAccountAreLimited(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		device := h.Device(u)
		evaluated := 0
		for i := range 1000 {
			who := []string{"marta", "marta@example.org"}[i%2]
			_, _, err := h.SignIn(t.Context(), who, otherPassword, door(i))
			if fault.Is(err, fault.Unknown) {
				evaluated++
			} else {
				wantKind(t, "SignIn()", err, fault.Limited)
			}
			h.clock.pass(3600 * time.Millisecond)
		}
		if evaluated > 20 {
			t.Errorf("%d of 1,000 guesses in an hour were evaluated; want at most 20", evaluated)
		}
		h.SignIn(t.Context(), "marta", otherPassword, door(2000)) // takes what the last minutes have given back
		if _, _, err := h.SignIn(t.Context(), "marta", goodPassword, account.Door{Address: door(1).Address, Device: device}); err != nil {
			t.Errorf("SignIn() from a known device = %v; want nil", err)
		}
		olga := h.add(t, "olga", account.Member)
		forged := strings.Replace(h.Device(olga), strconv.FormatInt(olga.ID, 36), strconv.FormatInt(u.ID, 36), 1)
		for name, device := range map[string]string{"no device": "", "another's device": h.Device(olga), "a forged device": forged} {
			_, _, err := h.SignIn(t.Context(), "marta", goodPassword, account.Door{Address: door(2000).Address, Device: device})
			wantKind(t, "SignIn() with "+name, err, fault.Limited)
		}
		h.clock.pass(time.Hour)
		if _, _, err := h.SignIn(t.Context(), "marta", goodPassword, door(3000)); err != nil {
			t.Errorf("SignIn() an hour later = %v; want nil: it is a delay, not a lock", err)
		}
	})
}

func TestGuessesFromOnePlaceAreLimited(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	for _, tt := range []struct {
		rule string
		from func(i int) string
		want bool // that the 25th is held up
	}{
		{"one IPv4 address", func(int) string { return "192.0.2.7" }, true},
		{"the same, written as IPv6", func(i int) string { return []string{"192.0.2.8", "::ffff:192.0.2.8"}[i%2] }, true},
		{"one IPv6 network", func(i int) string { return "2001:db8:1:1::" + string(rune('a'+i%6)) + string(rune('a'+i/6)) }, true},
		{"many IPv6 networks", func(i int) string { return "2001:db8:2:" + string(rune('a'+i%6)) + string(rune('a'+i/6)) + "::1" }, false},
	} {
		var last error
		for i := range 25 {
			from := account.Door{Address: netip.MustParseAddr(tt.from(i))}
			_, _, last = h.SignIn(t.Context(), "guess"+string(rune('a'+i)), "whatever it is", from)
		}
		if fault.Is(last, fault.Limited) != tt.want {
			t.Errorf("%s: the 25th SignIn() = %v; want held up = %v", tt.rule, last, tt.want)
		}
		h.clock.pass(time.Hour)
	}
}

func TestRightPasswordsAreNotCounted(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	h.add(t, "marta", account.Member)
	for i := range 25 {
		if _, _, err := h.SignIn(t.Context(), "marta", goodPassword, door(1)); err != nil {
			t.Fatalf("SignIn() number %d = %v", i+1, err)
		}
	}
}

func TestSignInGivesANewSession(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		one, s := h.signIn(t, u)
		two, _ := h.signIn(t, u)
		if one == two || len(one) < 43 {
			t.Errorf("cookies = %q and %q; want 256 bits, different", one, two)
		}
		if n := h.count(t, "SELECT count(*) FROM session WHERE id = ?", []byte(one)); n != 0 {
			t.Error("the database holds the cookie itself; want its hash alone")
		}
		if err := h.SignOut(t.Context(), s); err != nil {
			t.Fatalf("SignOut() = %v", err)
		}
		_, err := h.Session(t.Context(), one)
		wantKind(t, "Session() after SignOut()", err, fault.Unknown)
		if _, err := h.Session(t.Context(), two); err != nil {
			t.Errorf("Session() of the other browser = %v; want nil", err)
		}
	})
}
