// Package public holds what browsers fetch beside the pages: the style sheet, the
// scripts and the crest. Everything is embedded, compressed once when it is first asked for,
// kept in memory and addressed by its checksum, so that a browser may keep it for
// ever.
package public

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// Prefix is where the files are served.
const Prefix = "/-/static/"

// CacheControl is the header for a file found by its address: a changed file has
// another address.
const CacheControl = "public, max-age=31536000, immutable"

// brotliLevel is where a higher one costs the first reader more than it saves the others.
const brotliLevel = 6

// Bundles of the modules in js, which is written about in js/README.md.
//
//go:generate go tool esbuild js/site.js js/write.js js/push.js js/sw.js --bundle --minify --format=esm --target=es2022 --charset=utf8 --legal-comments=none --log-level=warning --outdir=built "--banner:js=/* Picus, and components of GitHub, Inc. (c) 2014-2018 under the MIT licence: public/js/lib/LICENSES in the source. */"

//go:embed css/*.css *.svg built/*.js
var embedded embed.FS

// File is one file in every form in which it is sent.
type File struct {
	ContentType string
	ETag        string
	Plain       []byte
	Gzip        []byte
	Brotli      []byte
}

// set is every file by the two names it has.
type set struct {
	byAddress map[string]func() File // "picus.3f2a9c1b.css"
	addresses map[string]string      // "picus.css" → "/-/static/picus.3f2a9c1b.css"
}

var all = sync.OnceValue(load)

// URL returns the address of a file by its plain name: "picus.css". It panics for
// a name that does not exist, since only the program's own pages ask.
func URL(name string) string {
	u, ok := all().addresses[name]
	if !ok {
		panic("public: there is no file " + name)
	}
	return u
}

// Find returns the file for the part of its address that follows Prefix. An
// outdated checksum finds nothing.
func Find(name string) (File, bool) {
	pack, ok := all().byAddress[name]
	if !ok {
		return File{}, false
	}
	return pack(), true
}

func load() set {
	s := set{byAddress: map[string]func() File{}, addresses: map[string]string{}}
	for _, name := range must(fs.Glob(embedded, "*.svg")) {
		s.add(name, must(embedded.ReadFile(name)))
	}
	for _, name := range must(fs.Glob(embedded, "built/*.js")) {
		s.add(path.Base(name), must(embedded.ReadFile(name)))
	}
	s.add("picus.css", styleSheet())
	return s
}

// styleSheet joins the parts in the order of their names, which is the cascade's.
func styleSheet() []byte {
	var joined bytes.Buffer
	for _, name := range must(fs.Glob(embedded, "css/*.css")) {
		joined.Write(must(embedded.ReadFile(name)))
	}
	return joined.Bytes()
}

func (s set) add(name string, plain []byte) {
	sum := sha256.Sum256(plain)
	tag := hex.EncodeToString(sum[:4])
	ext := path.Ext(name)
	address := strings.TrimSuffix(name, ext) + "." + tag + ext
	s.addresses[name] = Prefix + address
	s.byAddress[address] = sync.OnceValue(func() File {
		return File{
			ContentType: contentTypes[ext],
			ETag:        `"` + tag + `"`,
			Plain:       plain,
			Gzip:        gzipped(plain),
			Brotli:      brotlied(plain),
		}
	})
}

var contentTypes = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func gzipped(plain []byte) []byte {
	var b bytes.Buffer
	w := must(gzip.NewWriterLevel(&b, gzip.BestCompression))
	must(w.Write(plain))
	must(0, w.Close())
	return b.Bytes()
}

func brotlied(plain []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotliLevel)
	must(w.Write(plain))
	must(0, w.Close())
	return b.Bytes()
}

// must is for what cannot fail: the files are embedded, and memory takes every write.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
