package media

import (
	"bytes"
	"mime"
	"unicode/utf8"
)

// kind is what is known of a file's content by its first bytes.
type kind int

const (
	image kind = iota + 1
	text
	pdf
	zip
	gzip
	bzip2
	xz
	zstd
	sevenZip
	ogg
	mp3
	mp4
	matroska
)

// listing is what files with a certain end are: what they hold, and as what they are sent.
type listing struct {
	kind kind
	name string // MIME type
}

const opaque = "application/octet-stream"

// kinds is everything that is taken, by the end of the name. Texts that a browser
// would act on (HTML, SVG, XML, scripts) are sent as bytes without a meaning.
var kinds = map[string]listing{
	"png": {image, ""}, "jpg": {image, ""}, "jpeg": {image, ""}, "jfif": {image, ""}, "gif": {image, ""}, "webp": {image, ""},

	"txt": {text, mimeText}, "log": {text, mimeText}, "md": {text, mimeText}, "markdown": {text, mimeText}, "rst": {text, mimeText},
	"csv": {text, "text/csv"}, "tsv": {text, "text/tab-separated-values"}, "json": {text, "application/json"}, "jsonl": {text, opaque}, "ndjson": {text, opaque},
	"yaml": {text, opaque}, "yml": {text, opaque}, "toml": {text, opaque}, "ini": {text, opaque}, "conf": {text, opaque}, "cfg": {text, opaque},
	"patch": {text, mimeText}, "diff": {text, mimeText}, "tex": {text, opaque}, "bib": {text, opaque}, "po": {text, opaque}, "srt": {text, opaque},
	"html": {text, opaque}, "htm": {text, opaque}, "xhtml": {text, opaque}, "svg": {text, opaque}, "xml": {text, opaque}, "css": {text, opaque},
	"js": {text, opaque}, "mjs": {text, opaque}, "ts": {text, opaque}, "tsx": {text, opaque}, "jsx": {text, opaque}, "vue": {text, opaque},
	"c": {text, opaque}, "h": {text, opaque}, "cc": {text, opaque}, "cpp": {text, opaque}, "hpp": {text, opaque}, "cs": {text, opaque}, "java": {text, opaque},
	"go": {text, opaque}, "py": {text, opaque}, "rb": {text, opaque}, "rs": {text, opaque}, "pl": {text, opaque}, "php": {text, opaque}, "lua": {text, opaque},
	"swift": {text, opaque}, "kt": {text, opaque}, "hs": {text, opaque}, "el": {text, opaque}, "r": {text, opaque}, "jl": {text, opaque}, "sql": {text, opaque},
	"sh": {text, opaque}, "bash": {text, opaque}, "zsh": {text, opaque}, "fish": {text, opaque}, "mk": {text, opaque}, "cmake": {text, opaque}, "dts": {text, opaque},
	"ipynb": {text, opaque}, "eml": {text, opaque}, "ics": {text, "text/calendar"}, "vcf": {text, "text/vcard"}, "asc": {text, opaque}, "pem": {text, opaque}, "geojson": {text, opaque},

	"pdf": {pdf, "application/pdf"},
	"zip": {zip, "application/zip"}, "odt": {zip, opaque}, "ods": {zip, opaque}, "odp": {zip, opaque}, "odg": {zip, opaque}, "epub": {zip, opaque},
	"docx": {zip, opaque}, "xlsx": {zip, opaque}, "pptx": {zip, opaque},
	"gz": {gzip, "application/gzip"}, "tgz": {gzip, "application/gzip"}, "bz2": {bzip2, "application/x-bzip2"}, "xz": {xz, "application/x-xz"},
	"zst": {zstd, "application/zstd"}, "7z": {sevenZip, "application/x-7z-compressed"},
	"ogg": {ogg, "audio/ogg"}, "oga": {ogg, "audio/ogg"}, "opus": {ogg, "audio/ogg"}, "ogv": {ogg, "video/ogg"}, "mp3": {mp3, "audio/mpeg"},
	"m4a": {mp4, "audio/mp4"}, "mp4": {mp4, "video/mp4"}, "webm": {matroska, "video/webm"}, "mkv": {matroska, opaque},
}

const mimeText = "text/plain"

// starts are the first bytes of the kinds that have some.
var starts = map[kind][]string{
	zip: {"PK\x03\x04", "PK\x05\x06"}, gzip: {"\x1f\x8b"}, bzip2: {"BZh"}, xz: {"\xfd7zXZ\x00"}, zstd: {"\x28\xb5\x2f\xfd"}, sevenZip: {"7z\xbc\xaf\x27\x1c"},
	ogg: {"OggS"}, mp3: {"ID3", "\xff\xfb", "\xff\xf3", "\xff\xf2"}, matroska: {"\x1a\x45\xdf\xa3"}, pdf: {"%PDF-"},
}

// holds reports whether the content of a file is of this kind.
func (k kind) holds(data []byte) bool {
	switch k {
	case image:
		return false // formatOf would have known it
	case text:
		return isText(data)
	case mp4:
		return len(data) > 12 && string(data[4:8]) == "ftyp"
	}
	for _, start := range starts[k] {
		if bytes.HasPrefix(data, []byte(start)) {
			return true
		}
	}
	return false
}

// isText reports whether nothing in data is for a machine. Old encodings such as GBK
// are text as well, and so is UTF-16 that says so.
func isText(data []byte) bool {
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return true
	}
	return !bytes.ContainsRune(data, 0)
}

// sentAs is the Content-Type of a file of this kind.
func (k kind) sentAs(name string, data []byte) string {
	if k != text || name == opaque || !utf8.Valid(data) {
		if k == text {
			return opaque
		}
		return name
	}
	return mime.FormatMediaType(name, map[string]string{"charset": "utf-8"})
}
