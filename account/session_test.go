package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func TestSessionOfNoCookie(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		_, s := h.signIn(t, u)
		for name, cookie := range map[string]string{"nothing": "", "a guess": strings.Repeat("A", 43), "the key": s.ID(), "bytes": "\x00\xff'"} {
			_, err := h.Session(t.Context(), cookie)
			wantKind(t, "Session() with "+name, err, fault.Unknown)
		}
	})
}

func TestSessionHoldsWhoAndWhere(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u := h.add(t, "marta", account.Member)
		from := door(5)
		from.Agent = "Fire\u202efox\n" + strings.Repeat("x", 300)
		cookie, _, err := h.SignIn(t.Context(), "marta", goodPassword, from)
		if err != nil {
			t.Fatal(err)
		}
		s, err := h.Session(t.Context(), cookie)
		if err != nil || s.User != u || s.Address != "127.1.0.5" || !strings.HasPrefix(s.Agent, "Firefox x") || len(s.Agent) != 200 || len(s.CSRF) < 22 {
			t.Errorf("Session() = %+v, %v; want Marta at 127.1.0.5 in Firefox", s, err)
		}
		if !s.Created.Equal(h.clock.now()) || !s.Seen.Equal(h.clock.now()) {
			t.Errorf("Session() was made at %v and seen at %v; want %v", s.Created, s.Seen, h.clock.now())
		}
	})
}

func TestSessionLifetime(t *testing.T) {
	const day = 24 * time.Hour
	each(t, func(t *testing.T, h *house) {
		for i, tt := range []struct {
			rule  string
			visit time.Duration // between visits
			times int
			want  bool
		}{
			{"29 days unused", 29 * day, 1, true},
			{"30 days unused", 30 * day, 1, false},
			{"used every week for 175 days", 7 * day, 25, true},
			{"used every week for 182 days", 7 * day, 26, false},
		} {
			cookie, _ := h.signIn(t, h.add(t, fmt.Sprintf("marta-%d", i), account.Member))
			var err error
			for range tt.times {
				h.clock.pass(tt.visit)
				_, err = h.Session(t.Context(), cookie)
			}
			if (err == nil) != tt.want {
				t.Errorf("%s: Session() = %v; want alive = %v", tt.rule, err, tt.want)
			}
		}
	})
}

func TestSessionNotesVisitsEveryTenMinutes(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		cookie, s := h.signIn(t, h.add(t, "marta", account.Member))
		start := s.Seen
		for _, tt := range []struct{ pass, want time.Duration }{{9 * time.Minute, 0}, {time.Minute, 10 * time.Minute}, {9 * time.Minute, 10 * time.Minute}, {time.Hour, 79 * time.Minute}} {
			h.clock.pass(tt.pass)
			h.Session(t.Context(), cookie)
			s, err := h.Session(t.Context(), cookie)
			if got := s.Seen.Sub(start); got != tt.want || err != nil {
				t.Errorf("seen %v after the start, %v; want %v", got, err, tt.want)
			}
		}
	})
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		marta, olga, admin := h.add(t, "marta", account.Member), h.add(t, "olga", account.Moderator), h.add(t, "tom", account.Administrator)
		_, one := h.signIn(t, marta)
		h.clock.pass(time.Minute)
		_, two := h.signIn(t, marta)
		h.signIn(t, olga)
		list := func() string {
			all, err := h.Sessions(t.Context(), marta)
			if err != nil {
				t.Fatalf("Sessions() = %v", err)
			}
			names := map[string]string{one.ID(): "one", two.ID(): "two"}
			var ids []string
			for _, s := range all {
				ids = append(ids, names[s.ID()])
			}
			return strings.Join(ids, " ")
		}
		steps := []struct {
			name, want string
			do         func() error
		}{
			{"the newest comes first", "two one", func() error { return nil }},
			{"nobody ends another's", "two one", func() error { return h.EndSession(t.Context(), olga, one.ID()) }},
			{"a visitor ends none", "two one", func() error { return h.EndSession(t.Context(), account.User{}, one.ID()) }},
			{"the owner ends one", "two", func() error { return h.EndSession(t.Context(), marta, one.ID()) }},
			{"twice is no error", "two", func() error { return h.EndSession(t.Context(), marta, one.ID()) }},
			{"ending the others leaves this one", "two", func() error { return h.EndOthers(t.Context(), two) }},
			{"an administrator ends anybody's", "", func() error { return h.EndSession(t.Context(), admin, two.ID()) }},
		}
		for _, s := range steps {
			if err := s.do(); err != nil || list() != s.want {
				t.Errorf("%s: %v, left are %q; want %q", s.name, err, list(), s.want)
			}
		}
		wantKind(t, "EndSessions() of another", h.EndSessions(t.Context(), olga, "marta"), fault.Forbidden)
		wantKind(t, "EndSession() of nonsense", h.EndSession(t.Context(), marta, "?"), fault.Missing)
		h.signIn(t, marta)
		if err := h.EndSessions(t.Context(), admin, "marta"); err != nil || h.count(t, "SELECT count(*) FROM session") != 1 {
			t.Errorf("EndSessions() = %v; want Olga's session alone to be left", err)
		}
	})
}

func BenchmarkSession(b *testing.B) {
	h := open(b, dbtest.SQLite(b))
	cookie, _ := h.signIn(b, h.add(b, "marta", account.Member))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h.Session(b.Context(), cookie); err != nil {
			b.Fatal(err)
		}
	}
}
