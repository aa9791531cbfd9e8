package message_test

import (
	"crypto/sha256"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"picus/internal/realdata"
)

var (
	charsetName = regexp.MustCompile(`(?i)charset\s*=\s*["']?([^\s"';]+)|=\?([^?\s]+)\?[bq]\?`)
	modern      = regexp.MustCompile(`(?i)^(utf-?8|us-ascii|ascii|ansi_x3\.4-1968)$`)
	noMail      = []string{".png", ".jpg", ".gif", ".wav", ".dat", ".zip", ".pdf"}
)

// isLegacy reports whether a mail names a charset that is not Unicode's, or holds bytes that
// are none of UTF-8.
func isLegacy(raw []byte) bool {
	if !utf8.Valid(raw) {
		return true
	}
	return slices.ContainsFunc(charsetName.FindAllSubmatch(raw, -1), func(m [][]byte) bool {
		return !modern.Match(append(slices.Clone(m[1]), m[2]...))
	})
}

// TestLegacyCharsetsLoseNoCharacter counts, in the archives and the fixtures, the mails of
// which a character could not be read: at most five. None is dropped.
func TestLegacyCharsetsLoseNoCharacter(t *testing.T) {
	mails, legacy := 0, 0
	var lossy []string
	seen := map[[32]byte]bool{}
	look := func(name string, raw []byte) {
		id := sha256.Sum256(raw)
		if seen[id] {
			return
		}
		seen[id] = true
		if mails++; !isLegacy(raw) {
			return
		}
		legacy++
		m := parse(t, name, raw)
		if strings.Contains(m.Text+m.Subject+m.From.Name, "\ufffd") && !strings.Contains(string(raw), "\ufffd") {
			lossy = append(lossy, name)
		}
	}
	for _, archive := range []string{"linux-erofs-3500.mbox.gz", "linux-erofs-zh-threads.mbox.gz"} {
		each(t, archive, func(raw []byte) { look(archive, raw) })
	}
	eachFixture(t, look)
	t.Logf("%d of %d mails have a charset of before; of %d a character is lost: %v", legacy, mails, len(lossy), lossy)
	if legacy < 500 || len(lossy) > 5 {
		t.Errorf("%d of %d mails with a charset of before lost a character; want at most 5 of 500 and more: %v", len(lossy), legacy, lossy)
	}
}

// eachFixture visits every mail among the fixtures, those of a mailbox one by one.
func eachFixture(t *testing.T, visit func(name string, raw []byte)) {
	t.Helper()
	dir := realdata.Extract(t, "mail-fixtures.tar.gz")
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || slices.Contains(noMail, strings.ToLower(filepath.Ext(path))) {
			return err
		}
		all := split(t, path)
		if len(all) < 2 {
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			all = [][]byte{raw}
		}
		for _, raw := range all {
			visit(strings.TrimPrefix(path, dir), raw)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
