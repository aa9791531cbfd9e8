package account_test

import (
	"strings"
	"testing"

	"picus/account"
	"picus/internal/dbtest"
	"picus/internal/fault"
)

func TestNames(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	for _, tt := range []struct{ rule, name, want string }{
		{"letters of any script", "小林", "小林"},
		{"accents", "João", "João"},
		{"vowel signs of Indian scripts", "नमस्ते", "नमस्ते"},
		{"digits and joining characters", "marta_ruiz-2.b", "marta_ruiz-2.b"},
		{"two characters are enough", "bo", "bo"},
		{"thirty characters are not too many", strings.Repeat("ab", 15), strings.Repeat("ab", 15)},
		{"full-width letters become plain ones", "Ｏｌｇａ", "Olga"},
		{"spaces around it do not count", "  tom ", "tom"},
		{"one character is too short", "x", ""},
		{"31 characters are too long", strings.Repeat("a", 31), ""},
		{"no space", "marta ruiz", ""},
		{"no slash", "a/b", ""},
		{"no at sign", "a@b", ""},
		{"no markup", "<b>", ""},
		{"no emoji", "owl🦉", ""},
		{"no dot at the end, where a sentence ends", "marta.", ""},
		{"no hyphen at the start", "-marta", ""},
		{"no two joining characters in a row", "a..b", ""},
		{"no direction marks", "mar\u202eta", ""},
		{"no zero width", "mar\u200bta", ""},
		{"no tag characters", "mar\U000E0041ta", ""},
		{"no letter that shows nothing", "mar\u3164ta", ""},
		{"no tower of accents", "ma" + strings.Repeat("\u0323\u0301", 3) + "rta", ""},
		{"no end that asks for a feed", "marta.atom", ""},
		{"no line break", "mar\nta", ""},
	} {
		u, err := h.Add(t.Context(), account.Registration{Name: tt.name}, account.Member)
		if u.Name != tt.want || (tt.want == "") != (fields(err) == "name") {
			t.Errorf("%s: Add(%q) = %q, %v; want %q", tt.rule, tt.name, u.Name, err, tt.want)
		}
	}
}

func TestReservedNames(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	for _, name := range []string{
		"admin", "Admin", "ADMIN", "аdmin", "adrnin", "ａｄｍｉｎ", "AdmIn", "system", "Moderator", "postmaster", "root", "r00t",
		"abuse", "list", "owner", "subscribe", "bounce", "reply", "noreply", "no-reply", "picus", "Picus",
		"管理员", "管理員", "系统", "python-request", "erofs-owner", "python-bounces",
	} {
		err := h.Register(t.Context(), registration(name), door(1))
		if got := fields(err); got != "name" || !fault.Is(err, fault.Invalid) {
			t.Errorf("Register(%q) = %v; want a fault about the name", name, err)
		}
	}
}

// lookalikes are letters of other scripts and forms that readers take for the Latin ones.
var lookalikes = map[rune]string{
	'a': "аαａ𝐚ɑ", 'c': "сｃ𝐜", 'd': "ԁｄ𝐝", 'e': "еｅ𝐞ҽ", 'g': "ɡｇ𝐠", 'h': "һｈ𝐡", 'i': "іｉ𝐢ıι", 'j': "јｊ𝐣",
	'k': "ｋ𝐤", 'l': "ｌ𝐥1І", 'm': "ｍ𝐦", 'n': "ｎ𝐧ո", 'o': "оοｏ𝐨0օ", 'p': "рρｐ𝐩", 'q': "ԛｑ𝐪", 'r': "ｒ𝐫г",
	's': "ѕｓ𝐬", 't': "ｔ𝐭", 'u': "υｕ𝐮ս", 'v': "νѵｖ𝐯", 'w': "ԝｗ𝐰ѡ", 'x': "хｘ𝐱", 'y': "уγｙ𝐲", 'z': "ｚ𝐳ᴢ",
}

func TestNamesThatLookAlikeAreOne(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	tried := 0
	for _, name := range []string{"marta", "olga", "paul", "jacques", "wendy", "hugo.veix", "kim_zoe", "ian"} {
		h.add(t, name, account.Member)
		disguises := []string{strings.ToUpper(name), strings.Title(name)} //lint:ignore SA1019 the names are ASCII
		for i, r := range name {
			for _, other := range lookalikes[r] {
				disguises = append(disguises, name[:i]+string(other)+name[i+1:])
			}
		}
		for _, disguise := range disguises {
			tried++
			err := h.Register(t.Context(), registration(disguise), door(1))
			if fields(err) != "name" {
				t.Errorf("Register(%q) beside %q = %v; want a fault about the name", disguise, name, err)
			}
		}
	}
	for _, tt := range []struct{ taken, disguise string }{{"marta", "rnarta"}, {"paul", "PauI"}, {"strasse", "Straße"}, {"Ομηρος", "ομηροσ"}, {"Ольга", "ОЛЬГА"}} {
		h.Add(t.Context(), account.Registration{Name: tt.taken}, account.Member)
		_, err := h.Add(t.Context(), account.Registration{Name: tt.disguise}, account.Member)
		if fields(err) != "name" || !fault.Is(err, fault.Conflict) {
			t.Errorf("Add(%q) beside %q = %v; want a conflict about the name", tt.disguise, tt.taken, err)
		}
	}
	if tried < 150 {
		t.Errorf("%d disguises were tried; want 150 or more", tried)
	}
}

func TestByNameTakesNobodyForAnother(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	want := h.add(t, "Paul", account.Member)
	for _, name := range []string{"Paul", "paul", "PAUL", "Ｐaul", " paul "} {
		if got, err := h.ByName(t.Context(), name); got.ID != want.ID {
			t.Errorf("ByName(%q) = %v, %v; want Paul", name, got, err)
		}
	}
	for _, name := range []string{"pau1", "раul", "pa", ""} {
		_, err := h.ByName(t.Context(), name)
		wantKind(t, "ByName("+name+")", err, fault.Missing)
	}
}

func TestDisplayNames(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	u := h.add(t, "marta", account.Member)
	for _, tt := range []struct{ rule, typed, want string }{
		{"it stays as typed", "Marta Ruiz", "Marta Ruiz"},
		{"Chinese", "小林 🐦", "小林 🐦"},
		{"spaces become one", "  Marta \t\n Ruiz ", "Marta Ruiz"},
		{"direction marks go", "Marta \u202eziuR\u202c\u2066!\u2069", "Marta ziuR!"},
		{"zero width goes", "Mar\u200bta\ufeff\u2060", "Marta"},
		{"control characters go", "Mar\x00\x1b[31mta", "Mar[31mta"},
		{"tag characters go", "Marta\U000E0001\U000E0041", "Marta"},
		{"four marks stay, the rest goes", "Z\u0316\u0317\u0318\u0319\u0323\u0324", "Z\u0316\u0317\u0318\u0319"},
		{"a mark without a letter goes", "\u0301Marta", "Marta"},
		{"broken bytes go", "Mar\xffta", "Marta"},
		{"nothing is the handle", " \u200b ", "marta"},
		{"sixty characters stay", strings.Repeat("林", 60), strings.Repeat("林", 60)},
		{"sixty-one are refused", strings.Repeat("林", 61), ""},
	} {
		err := h.SetProfile(t.Context(), u, tt.typed, "")
		if tt.want == "" {
			if fields(err) != "display" {
				t.Errorf("%s: SetProfile(%q) = %v; want a fault about display", tt.rule, tt.typed, err)
			}
			continue
		}
		got, findErr := h.ByName(t.Context(), "marta")
		if got.Display != tt.want || err != nil || findErr != nil {
			t.Errorf("%s: SetProfile(%q) = %v, shows %q; want %q", tt.rule, tt.typed, err, got.Display, tt.want)
		}
	}
	if got := fields(h.SetProfile(t.Context(), u, "Marta", "tlh")); got != "lang" {
		t.Errorf("SetProfile() in Klingon: faults about %q; want lang", got)
	}
}

func TestAddresses(t *testing.T) {
	h := open(t, dbtest.SQLite(t))
	for i, tt := range []struct{ rule, typed, want string }{
		{"plain", "marta@example.org", "marta@example.org"},
		{"a tag", "marta+picus@mail.example.org", "marta+picus@mail.example.org"},
		{"the domain is lower case", "Marta.Ruiz@Example.ORG", "Marta.Ruiz@example.org"},
		{"an international domain", "li@bücher.example", "li@xn--bcher-kva.example"},
		{"a Chinese domain and local part", "小林@例子.测试", "小林@xn--fsqu00a.xn--0zwm56d"},
		{"this machine", "root@localhost", "root@localhost"},
		{"a slip", "marta@gmail", ""},
		{"no at sign", "marta.example.org", ""},
		{"with a name", "Marta <marta2@example.org>", ""},
		{"two", "a@example.org,b@example.org", ""},
		{"a header in it", "a@example.org\r\nBcc: b@example.org", ""},
		{"quoted", `"a b"@example.org`, ""},
		{"a literal domain", "a@[127.0.0.1]", ""},
		{"too long before the at sign", strings.Repeat("a", 65) + "@example.org", ""},
		{"too long", "a@" + strings.Repeat("abcdefg.", 32) + "org", ""},
		{"nothing at all", "@", ""},
		{"a zero width", "mar\u200bta@example.org", ""},
	} {
		r := account.Registration{Name: "member" + string(rune('a'+i)), Email: tt.typed}
		u, err := h.Add(t.Context(), r, account.Member)
		if u.Email != tt.want || (tt.want == "") != (fields(err) == "email") {
			t.Errorf("%s: Add(%q) = %q, %v; want %q", tt.rule, tt.typed, u.Email, err, tt.want)
		}
	}
	for _, typed := range []string{"MARTA@EXAMPLE.ORG", " marta@example.org", "li@BÜCHER.example"} {
		if _, err := h.ByAddress(t.Context(), typed); err != nil {
			t.Errorf("ByAddress(%q) = %v; want the one who has it", typed, err)
		}
	}
}
