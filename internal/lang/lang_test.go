package lang_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"picus/internal/fault"
	"picus/internal/lang"
)

func TestMatch(t *testing.T) {
	tests := []struct {
		rule, accept string
		want         lang.Lang
	}{
		{"nothing asked is English", "", lang.English},
		{"an account's setting is a tag alone", "zh-Hans", lang.Chinese},
		{"Chinese of the mainland", "zh-CN,zh;q=0.9,en;q=0.8", lang.Chinese},
		{"Chinese of Singapore", "zh-SG", lang.Chinese},
		{"Chinese of Taiwan gets Simplified for now", "zh-TW, zh-Hant;q=0.9", lang.Chinese},
		{"the higher weight wins, not the first", "en;q=0.5, zh;q=0.7", lang.Chinese},
		{"of equal weights the first wins", "en-GB, zh", lang.English},
		{"what we do not have is passed over", "de-DE, fr;q=0.9, zh;q=0.1", lang.Chinese},
		{"a weight of nought refuses", "zh;q=0, en", lang.English},
		{"a broken weight refuses", "zh;q=much", lang.English},
		{"a longer word is another language", "zhx", lang.English},
		{"any language is English", "*", lang.English},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if got := lang.Match(tt.accept); got != tt.want {
				t.Errorf("Match(%q) = %q; want %q", tt.accept, got, tt.want)
			}
		})
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2024, time.November, 23, 14, 2, 0, 0, time.UTC)
	tests := []struct {
		rule        string
		at          time.Time
		en, chinese string
	}{
		{"under a minute", now.Add(-59 * time.Second), "just now", "刚刚"},
		{"a clock that is a little ahead", now.Add(20 * time.Second), "just now", "刚刚"},
		{"one minute", now.Add(-time.Minute), "1 minute ago", "1 分钟前"},
		{"minutes", now.Add(-4 * time.Minute), "4 minutes ago", "4 分钟前"},
		{"hours of the same day", now.Add(-14 * time.Hour), "14 hours ago", "14 小时前"},
		{"the day before", now.Add(-17 * time.Hour), "yesterday 21:02", "昨天 21:02"},
		{"the same year", now.AddDate(0, 0, -4), "19 Nov", "11 月 19 日"},
		{"an older year", now.AddDate(-1, 0, -4), "19 Nov 2023", "2023 年 11 月 19 日"},
		{"the future", now.AddDate(0, 0, 1), "24 Nov 2024", "2024 年 11 月 24 日"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if got := lang.English.Since(tt.at, now); got != tt.en {
				t.Errorf("English.Since() = %q; want %q", got, tt.en)
			}
			if got := lang.Chinese.Since(tt.at, now); got != tt.chinese {
				t.Errorf("Chinese.Since() = %q; want %q", got, tt.chinese)
			}
		})
	}
}

func TestSinceKeepsTheZoneOfNow(t *testing.T) {
	shanghai := time.FixedZone("CST", 8*60*60)
	now := time.Date(2024, time.November, 23, 7, 0, 0, 0, shanghai)
	at := time.Date(2024, time.November, 22, 13, 40, 0, 0, time.UTC)
	if got, want := lang.English.Since(at, now), "yesterday 21:40"; got != want {
		t.Errorf("Since() = %q; want %q", got, want)
	}
}

func TestNCountsAndFormats(t *testing.T) {
	tests := []struct {
		rule string
		l    lang.Lang
		n    int
		want string
	}{
		{"one is singular in English", lang.English, 1, "1 minute ago"},
		{"nought is plural in English", lang.English, 0, "0 minutes ago"},
		{"Chinese has one form", lang.Chinese, 2, "2 分钟前"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if got := tt.l.N(tt.n, "%d minute ago", "%d minutes ago"); got != tt.want {
				t.Errorf("N(%d) = %q; want %q", tt.n, got, tt.want)
			}
		})
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1208: "1,208", 1000000: "1,000,000", -1050: "-1,050"} {
		if got := lang.English.Number(n); got != want {
			t.Errorf("Number(%d) = %q; want %q", n, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	var form fault.List
	form.Add(fault.Bad("title", "yesterday %s", "21:40"))
	form.Add(fault.Clash("just now"))
	got := lang.Chinese.Refusals(fmt.Errorf("save: %w", form.Err()))
	want := lang.Refusals{{Field: "title", Text: "昨天 21:40"}, {Text: "刚刚"}}
	if !slices.Equal(got, want) {
		t.Errorf("Refusals() = %v; want %v", got, want)
	}
	if got := got.On("title"); got != "昨天 21:40" {
		t.Errorf("On(title) = %q; want the sentence about the title", got)
	}
}

func TestFaultHidesWhatIsInternal(t *testing.T) {
	hidden := []error{errors.New("dial 10.0.0.1"), &fault.Error{Text: "dial 10.0.0.1"}}
	for _, err := range hidden {
		if got := lang.English.Fault(err); strings.Contains(got, "10.0.0.1") || got == "" {
			t.Errorf("Fault(%v) = %q; want an apology that hides it", err, got)
		}
	}
	if got := lang.English.Fault(nil); got != "" {
		t.Errorf("Fault(nil) = %q; want nothing", got)
	}
}

func TestReadRefusesWhatItCannotRead(t *testing.T) {
	tests := []struct{ rule, text string }{
		{"a quote that is not closed", "msgid \"a\"\nmsgstr \"b\n"},
		{"a keyword that we do not write", "msgctxt \"a\"\n"},
		{"a string before any keyword", "\"a\"\n"},
		{"a message that is there twice", "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n"},
	}
	for _, tt := range tests {
		t.Run(tt.rule, func(t *testing.T) {
			if _, err := lang.Read(tt.text); err == nil {
				t.Errorf("Read(%q) = nil; want an error", tt.text)
			}
		})
	}
}
