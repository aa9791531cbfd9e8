package public_test

import (
	"bytes"
	"compress/gzip"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"

	"picus/internal/markdown"
	"picus/public"
)

var update = flag.Bool("update", false, "write css/60-code.css again")

func sheet(t *testing.T) public.File {
	t.Helper()
	name, ok := strings.CutPrefix(public.URL("picus.css"), public.Prefix)
	if !ok {
		t.Fatalf("URL(picus.css) = %q; want it below %s", public.URL("picus.css"), public.Prefix)
	}
	f, ok := public.Find(name)
	if !ok {
		t.Fatalf("Find(%q) found nothing", name)
	}
	return f
}

func TestEveryFormIsTheSameFile(t *testing.T) {
	f := sheet(t)
	unzip, err := gzip.NewReader(bytes.NewReader(f.Gzip))
	if err != nil {
		t.Fatal(err)
	}
	for name, r := range map[string]io.Reader{
		"gzip":   unzip,
		"brotli": brotli.NewReader(bytes.NewReader(f.Brotli)),
	} {
		got, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(got, f.Plain) {
			t.Errorf("%s: %d bytes, %v; want the %d plain ones", name, len(got), err, len(f.Plain))
		}
	}
}

func TestAnOldChecksumFindsNothing(t *testing.T) {
	for _, name := range []string{"picus.css", "picus.00000000.css", "../public.go", ""} {
		if _, ok := public.Find(name); ok {
			t.Errorf("Find(%q) found a file; want none", name)
		}
	}
}

// TestScriptsAreServed finds what the pages name, and says in the file itself whose work is in it.
func TestScriptsAreServed(t *testing.T) {
	for _, name := range []string{"site.js", "write.js", "push.js", "sw.js"} {
		f, ok := public.Find(strings.TrimPrefix(public.URL(name), public.Prefix))
		if !ok || f.ContentType != "text/javascript; charset=utf-8" || !bytes.Contains(f.Plain, []byte("MIT licence")) {
			t.Errorf("Find(%s) = %q, %v; want a script with its notice", name, f.ContentType, ok)
		}
	}
}

// TestColoursCanBeRead holds the colours of the sheet to WCAG 2.2: 4.5 for text
// (1.4.3) and 3 for what shows where a control is (1.4.11), in light and in dark.
func TestColoursCanBeRead(t *testing.T) {
	colours := tokens(t, string(sheet(t).Plain))
	pairs := []struct {
		fore, back []string
		least      float64
	}{
		{[]string{"ink", "soft", "crest", "link", "moss", "amber"}, []string{"paper", "leaf", "field"}, 4.5},
		{[]string{"ink", "soft", "link"}, []string{"added", "removed", "marked"}, 4.5},
		{[]string{"paper"}, []string{"crest"}, 4.5},
		{[]string{"edge", "crest"}, []string{"paper", "leaf", "field"}, 3},
	}
	for _, p := range pairs {
		for _, fore := range p.fore {
			for _, back := range p.back {
				for mode, name := range []string{"light", "dark"} {
					got := contrast(t, colours[fore][mode], colours[back][mode])
					if got < p.least {
						t.Errorf("%s: %s on %s = %.2f; want at least %.1f", name, fore, back, got, p.least)
					}
				}
			}
		}
	}
}

// TestCodeColoursAreThoseOfMarkdown keeps the part of the sheet that colours code
// the same as what internal/markdown says about its own classes, and as legible
// as the rest. With -update it is written again.
func TestCodeColoursAreThoseOfMarkdown(t *testing.T) {
	const part = "css/60-code.css"
	want := markdown.CSS()
	if *update {
		if err := os.WriteFile(part, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(part)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what markdown.CSS() returns; run go test ./public -update", part)
	}
	leaf := tokens(t, string(sheet(t).Plain))["leaf"]
	for _, m := range scheme.FindAllStringSubmatch(want, -1) {
		for mode, colour := range m[1:] {
			if ratio := contrast(t, colour, leaf[mode]); ratio < 4.5 {
				t.Errorf("#%s on leaf = %.2f; want at least 4.5", colour, ratio)
			}
		}
	}
}

// TestEveryColourIsDefined finds a token that is used but never set: the browser
// would pass over the whole declaration in silence.
func TestEveryColourIsDefined(t *testing.T) {
	css := string(sheet(t).Plain)
	for _, m := range regexp.MustCompile(`var\((--\w+)\)`).FindAllStringSubmatch(css, -1) {
		if !strings.Contains(css, m[1]+": ") {
			t.Errorf("var(%s) is used, but nothing sets it", m[1])
		}
	}
}

var scheme = regexp.MustCompile(`light-dark\(#(\w{6}), #(\w{6})\)`)

var token = regexp.MustCompile(`--(\w+): light-dark\(#(\w{6}), #(\w{6})\)`)

func tokens(t *testing.T, css string) map[string][2]string {
	t.Helper()
	all := map[string][2]string{}
	for _, m := range token.FindAllStringSubmatch(css, -1) {
		all[m[1]] = [2]string{m[2], m[3]}
	}
	return all
}

// contrast is the ratio of WCAG 2.2, "contrast ratio" and "relative luminance".
func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) != 6 {
		t.Fatalf("%q is not a colour of the sheet", hex)
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(fmt.Errorf("colour %q: %w", hex, err))
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
