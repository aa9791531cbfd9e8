package lang_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"picus/internal/lang"
)

var update = flag.Bool("update", false, "add what is new to zh-Hans.po and drop what nobody says any more")

const catalogFile = "zh-Hans.po"

// TestCatalogComplete holds every message of the program against the Chinese
// catalog. With -update it rewrites the file first; what is still to be
// translated then has an empty msgstr.
func TestCatalogComplete(t *testing.T) {
	used := collect(t, "../..")
	if *update {
		rewrite(t, used)
	}
	translated := readCatalog(t)
	for _, id := range slices.Sorted(maps.Keys(used)) {
		check(t, used[id], translated[id])
	}
	for _, id := range slices.Sorted(maps.Keys(translated)) {
		if used[id] == nil {
			t.Errorf("nobody says %q any more; run with -update to drop it", id)
		}
	}
}

func check(t *testing.T, u *use, chinese string) {
	t.Helper()
	verbs := verbsOf(u.one)
	if u.args >= 0 && len(verbs) != u.args && (u.args > 0 || u.many != "") {
		t.Errorf("%s: %q is given %d arguments", u.files[0], u.one, u.args)
	}
	if u.args == 0 && u.many == "" && strings.Contains(u.one, "%%") {
		t.Errorf("%s: %q is given no arguments, so it is shown as it is; write one %%", u.files[0], u.one)
	}
	if u.many != "" && !slices.Equal(verbs, verbsOf(u.many)) {
		t.Errorf("%s: the verbs of %q and %q differ", u.files[0], u.one, u.many)
	}
	switch {
	case chinese == "":
		t.Errorf("%s: %q has no Chinese", u.files[0], u.one)
	case !slices.Equal(verbs, verbsOf(chinese)):
		t.Errorf("%s: the verbs of %q and %q differ", u.files[0], u.one, chinese)
	}
}

var verb = regexp.MustCompile(`%[-+# 0]*(?:\[(\d+)\])?[\d.]*([a-zA-Z%])`)

// verbsOf lists a format's verbs by the argument they print, so that "%[2]s %[1]d"
// and "%d %s" are the same.
func verbsOf(format string) []string {
	byArg, next := map[int]string{}, 1
	for _, m := range verb.FindAllStringSubmatch(format, -1) {
		if m[2] == "%" {
			continue
		}
		if n, err := strconv.Atoi(m[1]); err == nil {
			next = n
		}
		byArg[next] = m[2]
		next++
	}
	var all []string
	for _, n := range slices.Sorted(maps.Keys(byArg)) {
		all = append(all, fmt.Sprint(n, byArg[n]))
	}
	return all
}

// readCatalog asks the package itself, so that the test sees what readers get. It
// reads the file again only after -update, when the embedded one is the old one.
func readCatalog(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(catalogFile)
	if err != nil {
		t.Fatal(err)
	}
	all, err := lang.Read(string(text))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

const header = `# Simplified Chinese. The English is the key. After a change of the program run
#	go test ./internal/lang -run Catalog -update
# It adds what is new, drops what is gone, and fails while a msgstr is empty.
msgid ""
msgstr ""
"Language: zh-Hans\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=1; plural=0;\n"
`

// rewrite keeps what is translated, sorted by the file that says it.
func rewrite(t *testing.T, used map[string]*use) {
	t.Helper()
	translated := readCatalog(t)
	all := slices.SortedFunc(maps.Values(used), func(a, b *use) int {
		return strings.Compare(a.files[0]+"\x00"+a.one, b.files[0]+"\x00"+b.one)
	})
	var out strings.Builder
	out.WriteString(header)
	for _, u := range all {
		fmt.Fprintf(&out, "\n#: %s\nmsgid %q\n", strings.Join(u.files, " "), u.one)
		form := "msgstr"
		if u.many != "" {
			fmt.Fprintf(&out, "msgid_plural %q\n", u.many)
			form = "msgstr[0]"
		}
		fmt.Fprintf(&out, "%s %q\n", form, translated[u.one])
	}
	if err := os.WriteFile(catalogFile, []byte(out.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}
