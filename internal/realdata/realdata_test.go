package realdata_test

import (
	"os"
	"path/filepath"
	"testing"

	"picus/internal/realdata"
)

func TestExtractUnpacksEveryFile(t *testing.T) {
	dir := realdata.Extract(t, "feeds-testdata.tar.gz")
	files := 0
	err := filepath.WalkDir(dir, func(_ string, e os.DirEntry, err error) error {
		if err == nil && e.Type().IsRegular() {
			files++
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Errorf("Extract() wrote %d files; want the hundreds of the tarball", files)
	}
}

func TestOpenFindsTheDataFromADeepFolder(t *testing.T) {
	dir := t.TempDir()
	want := filepath.Join(dir, "shared", "data", "a.txt")
	deep := filepath.Join(dir, "checkout", "mail", "message")
	for _, d := range []string{filepath.Dir(want), deep} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(want, []byte("a"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Chdir(deep)
	if got := realdata.Open(t, "a.txt"); !same(t, got, want) {
		t.Errorf("Open() = %s; want %s", got, want)
	}
}

// same compares by identity, since a temporary folder may be named through a link.
func same(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := os.Stat(a)
	if err != nil {
		t.Fatal(err)
	}
	y, err := os.Stat(b)
	if err != nil {
		t.Fatal(err)
	}
	return os.SameFile(x, y)
}
