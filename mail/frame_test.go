package mail

import (
	"html"
	"strings"
	"testing"
)

// A copy with a line of its own has the same bytes whether it is written anew or put into
// the frame that all copies share.
func TestAFrameWritesWhatAWholeMailWouldBe(t *testing.T) {
	long := strings.Repeat("a long line that is folded ", 8) + "=20 = é"
	for name, body := range map[string]string{
		"plain":     "Hello, everybody.\n",
		"foreign":   "Hello, everybody. 你好。 " + long + "\n",
		"all lines": strings.Repeat("Ein schöner Tag. ", 80) + "\n",
	} {
		for _, own := range []string{"Answer Bob alone: bob@picus.example", "Answer <小明> & co alone: " + strings.Repeat("private", 20) + "@picus.example"} {
			write := func(line string) []part {
				page := "<p>" + html.EscapeString(body) + "<br>\n" + html.EscapeString(line) + "<br>\nthe end</p>\n"
				return []part{newPart("text/plain", body+"-- \n"+line+"\nthe end\n"), newPart("text/html", page)}
			}
			f, err := newFrame("boundary", "theplaceofthelineinit", own, write)
			if err != nil || f == nil {
				t.Fatalf("%s: newFrame() = %v, %v", name, f, err)
			}
			for _, line := range []string{own, strings.ToUpper(own), own + strings.Repeat("=", 70)} {
				parts := write(line)
				for i := range parts {
					parts[i].encoding = f.holes[i].encoding
				}
				whole, err := bothParts("boundary", parts...)
				if err != nil {
					t.Fatal(err)
				}
				if got, err := f.with(line); err != nil || string(got) != string(whole) {
					t.Errorf("%s: with(%q) = %v\n%s\nwant\n%s", name, line, err, got, whole)
				}
			}
		}
	}
}

// A mail that is mostly Chinese travels in base64, which has no place for a line.
func TestThereIsNoFrameOfBase64(t *testing.T) {
	f, err := newFrame("boundary", "mark", "一行", func(line string) []part {
		return []part{newPart("text/plain", "全是中文"+line), newPart("text/html", "<p>all English, which is most of it"+line)}
	})
	if f != nil || err != nil {
		t.Errorf("newFrame() = %v, %v; want none", f, err)
	}
}
