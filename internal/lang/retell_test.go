package lang_test

import (
	"strings"
	"testing"

	"picus/internal/fault"
	"picus/internal/lang"
)

func TestWhatWasKeptInEnglishIsToldInChinese(t *testing.T) {
	for _, test := range []struct{ rule, said, want string }{
		{"a sentence without values", "It has been here before.", "这封邮件以前来过。"},
		{"a number", fault.Bad("size", "This mail is too large: %d MB at most.", 25).Error(), "邮件太大：最多 25 MB。"},
		{"a word in a place of its own", fault.Told("The header field %s is set.", "X-Autoreply"), "邮件带有 X-Autoreply 字段。"},
		{"a value with a line break", fault.Told("Not taken: %s", "a.exe: no\nb.exe: no"), "未接收：a.exe: no\nb.exe: no"},
		{"why a mail was given up", fault.Told("Given up after five days: %s", "451 4.7.1 Later"), "五天后放弃：451 4.7.1 Later"},
		{"what nobody says", "Auto-Submitted: auto-replied", "Auto-Submitted: auto-replied"},
		{"nothing", "", ""},
	} {
		if got := lang.Chinese.Retell(test.said); got != test.want {
			t.Errorf("%s: Retell(%q) = %q; want %q", test.rule, test.said, got, test.want)
		}
		if got := lang.English.Retell(test.said); got != test.said {
			t.Errorf("%s: Retell(%q) in English = %q", test.rule, test.said, got)
		}
	}
}

// TestEverySentenceWithValuesIsRetold makes a sentence of each message, and looks whether
// the Chinese one comes out, or a Chinese one at least where two messages make the same.
func TestEverySentenceWithValuesIsRetold(t *testing.T) {
	for english := range readCatalog(t) {
		verbs := verbsOf(english)
		said := strings.NewReplacer("%d", "7", "%s", "seven", "%q", `"seven"`, "%v", "seven").Replace(english)
		if len(verbs) == 0 || strings.Contains(said, "%") || len(said) < 30 {
			continue
		}
		if got := lang.Chinese.Retell(said); got == said {
			t.Errorf("Retell(%q) stays English", said)
		}
	}
}
