package mail

import (
	"archive/zip"
	"bytes"
	"fmt"
	"runtime"
	"testing"
)

// What an archive costs does not grow with the entries that its list names.
func TestAnArchiveOfTooManyFilesIsNotLookedInto(t *testing.T) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := range 3 * mostListed {
		if _, err := w.CreateHeader(&zip.FileHeader{Name: fmt.Sprint(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	file, s := b.String(), &search{left: mostUnpacked}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	found := s.packed(file, 0)
	runtime.ReadMemStats(&after)
	if grown := after.TotalAlloc - before.TotalAlloc; found || grown > 1<<20 {
		t.Errorf("packed() = %v, and allocated %d bytes for %d entries", found, grown, 3*mostListed)
	}
}
