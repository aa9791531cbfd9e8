package mail

import (
	"archive/zip"
	"io"
	"net/http"
	"regexp"
	"strings"

	"picus/mail/message"
)

// What is packed is searched, but not packed anew: an office document with one person's
// secret in it stays in the mail. The search is bounded, since what is packed may be a
// bomb (SECURITY.md, M-7); what lies behind the bound is not looked at.
const (
	mostUnpacked = 8 << 20 // bytes, of all the files of a mail
	mostEntries  = 1000    // of an archive
	mostListed   = 20_000  // of an archive that is looked into at all
	deepestZip   = 2       // archives in archives
)

// search looks for secrets in the files of one mail.
type search struct {
	g    *Gateway
	left int64 // bytes that may still be unpacked
}

func (g *Gateway) newSearch() *search { return &search{g: g, left: mostUnpacked} }

// text reports whether a text tells a secret. Zeros between its letters, which a charset
// nobody has named may put there, hide nothing.
func (s *search) text(text string) bool {
	if s.g.hideSecrets(text) != text {
		return true
	}
	if len(text) > longestSearched {
		return false
	}
	narrow := strings.ReplaceAll(text, "\x00", "")
	return len(narrow) < len(text) && s.g.hideSecrets(narrow) != narrow
}

// file reports whether a file tells a secret, whatever way the parts of a mail in it are
// encoded and whatever it is packed in.
func (s *search) file(file []byte) bool { return s.within(file, 0) }

func (s *search) within(file []byte, depth int) bool {
	whole := string(file)
	found := s.text(whole) || s.packed(whole, depth)
	message.Texts(file, func(text string) {
		found = found || text != whole && (s.text(text) || s.packed(text, depth))
	})
	return found
}

// packed reports whether an archive, or an office document, tells a secret.
func (s *search) packed(file string, depth int) bool {
	if depth >= deepestZip || !isZip(file) || strings.Count(file, entryMark) > mostListed {
		return false
	}
	archive, err := zip.NewReader(strings.NewReader(file), int64(len(file)))
	if err != nil {
		return false
	}
	for _, entry := range archive.File[:min(len(archive.File), mostEntries)] {
		content := s.unpack(entry)
		if len(content) > 0 && (s.within(content, depth+1) || s.text(tags.ReplaceAllString(string(content), ""))) {
			return true
		}
	}
	return false
}

// tags find the marks of XML, which office documents put into the middle of a word.
var tags = regexp.MustCompile(`<[^<>]*>`)

// entryMark begins an entry in the list of an archive, which is read as a whole.
const entryMark = "PK\x01\x02"

func isZip(file string) bool { return strings.HasPrefix(file, "PK\x03\x04") }

// unpack returns what an entry holds, as far as it can be unpacked and may be looked at;
// of pictures, sound and the like only the beginning.
func (s *search) unpack(entry *zip.File) []byte {
	r, err := entry.Open()
	if err != nil {
		return nil // it is encrypted, say
	}
	defer r.Close()
	const enough = 512 // for DetectContentType
	content, _ := io.ReadAll(io.LimitReader(r, min(s.left, enough)))
	s.left -= int64(len(content))
	switch kind, _, _ := strings.Cut(http.DetectContentType(content), "/"); kind {
	case "image", "audio", "video", "font":
		return content
	}
	rest, _ := io.ReadAll(io.LimitReader(r, s.left))
	s.left -= int64(len(rest))
	return append(content, rest...)
}
