package markdown_test

import (
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"picus/internal/markdown"
	"picus/internal/realdata"
)

var codeElement = regexp.MustCompile(`(?s)<pre>.*?</pre>|<code>.*?</code>`)

// TestRealDocuments renders the documents that two communities wrote in English
// and translated into Chinese.
func TestRealDocuments(t *testing.T) {
	for _, name := range []string{"vue-docs-en-zh.tar.gz", "byte-of-python-en-zh.tar.gz"} {
		files := 0
		err := filepath.WalkDir(realdata.Extract(t, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
				return err
			}
			source, err := os.ReadFile(path)
			files++
			checkDocument(t, filepath.Base(path), string(source))
			return err
		})
		if err != nil || files == 0 {
			t.Errorf("%s: %d documents, %v", name, files, err)
		}
	}
}

func checkDocument(t *testing.T, name, source string) {
	t.Helper()
	source = strings.ReplaceAll(source, `\*`, "") // a star that is meant to be one
	doc := markdown.Render(source, markdown.Options{})
	if doc.Plain {
		t.Errorf("%s: Render() found it too costly", name)
	}
	if clean := markdown.Clean(doc.HTML); clean != doc.HTML {
		t.Errorf("%s: Render() is not what Clean leaves", name)
	}
	for line := range strings.Lines(codeElement.ReplaceAllString(doc.HTML, "")) {
		if strings.Contains(line, "**") {
			t.Errorf("%s: stars were left in %q", name, line)
		}
	}
}

// TestTextIsWhatCleanLeaves is the ground on which Text skips the sanitiser: for
// real mails, headers and encoded attachments included, it would change nothing.
func TestTextIsWhatCleanLeaves(t *testing.T) {
	for _, name := range []string{"linux-erofs-zh-threads.mbox.gz", "linux-erofs-3500.mbox.gz"} {
		mails := strings.Split(readGzip(t, realdata.Open(t, name)), "\nFrom ")
		for i := 0; i < len(mails); i += 7 {
			got := markdown.Text(mails[i]).HTML
			if markdown.Clean(got) != got {
				t.Errorf("%s: Clean() changes what Text() made of mail %d", name, i)
			}
		}
	}
}

func readGzip(t *testing.T, path string) string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
