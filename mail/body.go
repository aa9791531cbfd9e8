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
	h := headerOf(append(fields, textFields("text/plain", text)...))
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

// alternative returns the text and the HTML as one entity, its header fields first.
// The boundary is given, so that the same mail always has the same bytes.
func alternative(boundary, text, html string) ([]byte, error) {
	var h message.Header
	h.SetContentType("multipart/alternative", map[string]string{"boundary": boundary})
	var b bytes.Buffer
	w, err := message.CreateWriter(&b, h)
	if err != nil {
		return nil, err
	}
	if err := addPart(w, "text/plain", text); err != nil {
		return nil, err
	}
	if err := addPart(w, "text/html", html); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func addPart(w *message.Writer, kind, text string) error {
	part, err := w.CreatePart(headerOf(textFields(kind, text)))
	if err != nil {
		return err
	}
	if _, err := part.Write([]byte(crlf(text))); err != nil {
		return err
	}
	return part.Close()
}

func textFields(kind, text string) []field {
	return []field{{"Content-Type", kind + "; charset=utf-8"}, {"Content-Transfer-Encoding", encodingOf(text)}}
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
