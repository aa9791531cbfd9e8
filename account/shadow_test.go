package account_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

func TestShadowHandles(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, tt := range []struct{ rule, display, handle, shown string }{
			{"words are joined", "Marta Ruiz", "marta-ruiz", "Marta Ruiz"},
			{"the second gets a number", "Marta  Ruiz", "marta-ruiz-2", "Marta Ruiz"},
			{"who looks like the first, too", "Mаrta Ruiz", "mаrta-ruiz-3", "Mаrta Ruiz"},
			{"Chinese stays", "小林", "小林", "小林"},
			{"punctuation joins", "O'Brien, Conan (IBM)", "o-brien-conan-ibm", "O'Brien, Conan (IBM)"},
			{"quotes of mail programs go", `"Gao Xiang"`, "gao-xiang", "Gao Xiang"},
			{"a reserved name is nobody's", "Administrator", "member-7", "Administrator"},
			{"an address is not shown", "olga@example.org", "member-8", "member-8"},
			{"nothing is a member", "", "member-9", "member-9"},
			{"a single letter is a member", "X", "member-10", "X"},
			{"emoji are a member", "🐦🐦", "member-11", "🐦🐦"},
			{"long ones are cut", "Karl-Theodor Maria Nikolaus", "karl-theodor-maria-n", "Karl-Theodor Maria Nikolaus"},
			{"direction marks go", "\u202eevE\u202c Evans", "eve-evans", "evE Evans"},
		} {
			u := h.shadow(t, tt.display, "")
			if u.Name != tt.handle || u.Display != tt.shown || u.Status != account.Shadow || u.Email != "" {
				t.Errorf("%s: Shadow(%q) = %+v; want %s shown as %s", tt.rule, tt.display, u, tt.handle, tt.shown)
			}
		}
	})
}

func TestShadowFindsTheAddress(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first := h.shadow(t, "Marta", "Marta@Example.org")
		if got := h.shadow(t, "M. Ruiz", "marta@example.org"); got != first {
			t.Errorf("Shadow() the second time = %+v; want %+v", got, first)
		}
		u := h.add(t, "paul", account.Member)
		if got := h.shadow(t, "Somebody", "PAUL@example.org"); got != u {
			t.Errorf("Shadow() of a member = %+v; want the member %+v", got, u)
		}
		err := h.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := h.Shadow(t.Context(), tx, "Olga", "olga at example.org")
			return err
		})
		wantKind(t, "Shadow() of no address", err, fault.Invalid)
		if _, _, err := h.SignIn(t.Context(), "marta", "", door(1)); err == nil {
			t.Error("SignIn() as a shadow = nil; want a refusal")
		}
	})
}

// TestTheAuthorsOfAnExportStayWhoTheyAre from one export of a site to the next, also where
// a member here has the name, and where two of them show the same one.
func TestTheAuthorsOfAnExportStayWhoTheyAre(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		member := h.add(t, "marta", account.Member)
		named := func(name, display string) (u account.User) {
			t.Helper()
			err := h.db.Write(t.Context(), func(tx *db.Tx) (err error) {
				u, err = h.NamedShadow(t.Context(), tx, name, display)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		other, theirs := named("marta-2", "Marta"), named("marta", "Marta")
		silent, free := named("marta", ""), named("olga", "Olga")
		for _, u := range []account.User{theirs, silent, free} {
			if u.ID == member.ID || u.ID == other.ID || u.Status != account.Shadow {
				t.Errorf("an author of an export is %+v; want a shadow of their own", u)
			}
		}
		if free.Name != "olga" {
			t.Errorf("the handle is %s; want the one of the export", free.Name)
		}
		if again := named("marta", "Marta"); again.ID != theirs.ID {
			t.Errorf("the author of the next export is %s; want %s again", again.Name, theirs.Name)
		}
		if again := named("marta-2", "Marta"); again.ID != other.ID {
			t.Errorf("the author of the next export is %s; want %s again", again.Name, other.Name)
		}
	})
}

// An import makes thousands in one go, many of them called the same.
func TestShadowsAreCheap(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		names, asked := map[string]bool{}, 0
		h.db.Watch(func(string, []any) { asked++ }) // by the writer alone
		defer h.db.Watch(nil)
		err := h.db.Write(t.Context(), func(tx *db.Tx) error {
			for i := range 2000 {
				u, err := h.Shadow(t.Context(), tx, []string{"John Smith", "", fmt.Sprint("Olga ", i)}[i%3], fmt.Sprintf("p%d@example.org", i))
				if err != nil {
					return err
				}
				names[u.Name] = true
			}
			return nil
		})
		if err != nil || len(names) != 2000 {
			t.Errorf("Shadow() 2,000 times = %v and %d names; want 2,000", err, len(names))
		}
		if each := asked / 2000; each > 10 {
			t.Errorf("a shadow takes %d statements; want 10 at most, however many have the same name", each)
		}
	})
}

func TestReplyToken(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		u, olga := h.add(t, "marta", account.Member), h.add(t, "olga", account.Member)
		token, err := h.ReplyToken(t.Context(), u, 123456789)
		if err != nil {
			t.Fatalf("ReplyToken() = %v", err)
		}
		for name, token := range map[string]string{"as it is": token, "in capitals, as some servers make it": strings.ToUpper(token)} {
			got, thread, err := h.ReadReplyToken(t.Context(), token)
			if got != u || thread != 123456789 || err != nil {
				t.Errorf("ReadReplyToken() %s = %v, %d, %v; want Marta in 123456789", name, got, thread, err)
			}
		}
		theirs, err := h.ReplyToken(t.Context(), olga, 123456789)
		if err != nil {
			t.Fatal(err)
		}
		forged := theirs[:len(theirs)-26] + token[len(token)-26:]
		for name, wrong := range map[string]string{
			"nothing": "", "a word": "hello", "one letter less": token[:len(token)-1], "one letter more": token + "a",
			"another's hash": forged, "one bit changed": flip(token), "long": strings.Repeat("a", 5000),
		} {
			_, _, err := h.ReadReplyToken(t.Context(), wrong)
			wantKind(t, "ReadReplyToken() of "+name, err, fault.Missing)
		}
		h.clock.pass(90 * 24 * time.Hour)
		if _, _, err := h.ReadReplyToken(t.Context(), token); err != nil {
			t.Errorf("ReadReplyToken() after 90 days = %v; want nil", err)
		}
		h.clock.pass(24 * time.Hour)
		_, _, err = h.ReadReplyToken(t.Context(), token)
		wantKind(t, "ReadReplyToken() after 91 days", err, fault.Missing)
	})
}

// flip changes the first letter of the hash.
func flip(token string) string {
	b := []byte(token)
	i := len(b) - 20
	b[i] = "ab"[b[i]&1]
	return string(b)
}

func TestReplyTokenFitsIntoAnAddress(t *testing.T) {
	for _, tt := range []struct{ account, thread int64 }{{1, 1}, {5_000, 1_000_000}, {1 << 34, 1 << 41}} {
		token := account.ReplyToken(tt.account, make([]byte, 32), tt.thread, time.Date(2090, 1, 1, 0, 0, 0, 0, time.UTC))
		if len(token) > 50 || strings.Trim(token, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Errorf("ReplyToken(%d, %d) = %q, %d long; want at most 50 of base32", tt.account, tt.thread, token, len(token))
		}
	}
}
