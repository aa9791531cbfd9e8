// Package realdata finds the real communities' data that tests are tried on. The
// data is not part of the project: it lies in a folder shared/data beside the
// checkout. Only tests import this package.
package realdata

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Open returns the path of the data file called name. Where the data is absent
// the test is skipped, except in CI, where it fails: there the data is promised.
func Open(t testing.TB, name string) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	path, ok := find(dir, name)
	if ok {
		return path
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("shared/data/%s is missing: CI has to lay the folder shared/data beside the checkout", name)
	}
	t.Skipf("shared/data/%s is missing: lay the folder shared/data beside the checkout to run this test", name)
	return ""
}

// Extract unpacks the tarball called name (.tar.gz) and returns the folder, which
// goes away with the test. It skips and fails as Open does.
func Extract(t testing.TB, name string) string {
	t.Helper()
	file, err := os.Open(Open(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	dir := t.TempDir()
	if err := unpack(file, dir); err != nil {
		t.Fatalf("unpack %s: %v", name, err)
	}
	return dir
}

// find looks for shared/data/name in dir and in every folder above it.
func find(dir, name string) (string, bool) {
	for {
		path := filepath.Join(dir, "shared", "data", name)
		if _, err := os.Stat(path); err == nil {
			return path, true
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", false
		}
		dir = parent
	}
}

// unpack writes the folders and plain files of a gzipped tar stream below dir.
// Links and devices are left out: no data set needs them.
func unpack(r io.Reader, dir string) error {
	zipped, err := gzip.NewReader(r)
	if err != nil {
		return err
	}
	// A Root refuses every name that leads out of it, so that a tarball cannot
	// write elsewhere.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	archive := tar.NewReader(zipped)
	for {
		head, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := extract(root, archive, head); err != nil {
			return err
		}
	}
}

func extract(root *os.Root, r io.Reader, head *tar.Header) error {
	name := filepath.FromSlash(strings.TrimSuffix(head.Name, "/"))
	switch head.Typeflag {
	case tar.TypeDir:
		return root.MkdirAll(name, 0o755)
	case tar.TypeReg:
	default:
		return nil
	}
	if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	file, err := root.Create(name)
	if err != nil {
		return err
	}
	if _, err := io.Copy(file, r); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
