package item

import (
	"crypto/sha256"
	"strings"
	"unicode"

	"picus/internal/markdown"
	"picus/internal/search"
)

// Format is how a source is to be read.
type Format string

// Markdown is the language of the site; plain text is what mail brings, where
// nothing the author typed may be taken for markup.
const (
	Markdown  Format = "markdown"
	PlainText Format = "text"
)

// Text is a source with everything that is derived from it. It is made outside
// the transaction that stores it, because rendering takes longer than storing.
type Text struct {
	Title  string
	Format Format
	Source string
	HTML   string
	Plain  string
	links  []markdown.Link
	words  [2]string // title and body as the index stores them
	digest [sha256.Size]byte
}

// Render reads a source. On pages that show several items, shared has to be
// true, so that their anchors differ.
func Render(title string, f Format, source string, shared bool, exists func(title string) bool) Text {
	title, source = storable(title), storable(source)
	t := Text{Title: title, Format: f, Source: source}
	doc := markdown.Doc{}
	if f == PlainText {
		doc = markdown.Text(source)
	} else {
		doc = markdown.Render(source, markdown.Options{Unique: shared, Exists: exists})
	}
	t.HTML, t.Plain, t.links = doc.HTML, doc.Text, doc.Links
	t.words = [2]string{search.Words(title), search.Words(doc.Text)}
	t.digest = sha256.Sum256([]byte(title + "\x00" + source))
	return t
}

// storable is what internal/db makes of a text, made before the digest is.
func storable(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\ufffd")
}

// maxRemark is how much is kept of why something was changed or removed, in characters.
const maxRemark = 500

// Remark is a sentence about a change as it is kept: one line, and not endless.
func Remark(text string) string {
	line := []rune(Line(text))
	return string(line[:min(len(line), maxRemark)])
}

// Line returns text as one line without what cannot be seen but can deceive:
// controls, zero-width and direction characters (SECURITY.md X-8).
func Line(text string) string {
	return strings.Join(strings.Fields(strings.Map(visible, text)), " ")
}

func visible(r rune) rune {
	if unicode.IsSpace(r) {
		return ' '
	}
	if unicode.IsControl(r) || unicode.In(r, unicode.Cf) && r != '\u200d' {
		return -1
	}
	return r
}
