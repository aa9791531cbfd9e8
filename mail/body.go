package mail

import (
	"bytes"
	"strings"

	"github.com/emersion/go-message"
)

// maxPlainLine is the longest line that goes out as it is; a server may break one of
// more than 998 characters (RFC 5322, section 2.1.1).
const maxPlainLine = 900

// textMail returns a message of plain text.
func textMail(fields []field, text string) (string, error) {
	h := headerOf(append(fields, textFields("text/plain", encodingOf(text))...))
	var b strings.Builder
	w, err := message.CreateWriter(&b, h)
	if err != nil {
		return "", err
	}
	if _, err := w.Write([]byte(crlf(text))); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return b.String(), nil
}

// part is a text of a mail, and how it travels.
type part struct{ kind, encoding, text string }

func newPart(kind, text string) part { return part{kind, encodingOf(text), text} }

// bothParts returns the text and the HTML as one entity, its header fields first.
// The boundary is given, so that the same mail always has the same bytes.
func bothParts(boundary string, parts ...part) ([]byte, error) {
	var h message.Header
	h.SetContentType("multipart/alternative", map[string]string{"boundary": boundary})
	var b bytes.Buffer
	w, err := message.CreateWriter(&b, h)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := p.add(w); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (p part) add(to *message.Writer) error {
	w, err := to.CreatePart(headerOf(textFields(p.kind, p.encoding)))
	if err != nil {
		return err
	}
	if _, err := w.Write([]byte(crlf(p.text))); err != nil {
		return err
	}
	return w.Close()
}

func textFields(kind, encoding string) []field {
	return []field{{"Content-Type", kind + "; charset=utf-8"}, {"Content-Transfer-Encoding", encoding}}
}

// encodingOf picks the transfer encoding. It is never 8bit: a server on the way that
// has to change it would break the signature (RFC 6376, section 5.3).
func encodingOf(text string) string {
	foreign, line, longest := 0, 0, 0
	for i := range len(text) {
		line++
		switch c := text[i]; {
		case c == '\n':
			longest, line = max(longest, line), 0
		case c >= 0x80 || c < ' ' && c != '\t':
			foreign++
		}
	}
	switch {
	case foreign*6 > len(text):
		return "base64"
	case foreign > 0 || max(longest, line) > maxPlainLine:
		return "quoted-printable"
	}
	return "7bit"
}

// crlf returns text with the line ends of mail (RFC 5322, section 2.3).
func crlf(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text)
	return strings.ReplaceAll(text, "\n", "\r\n")
}
