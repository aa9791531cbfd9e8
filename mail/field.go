package mail

import (
	"bytes"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// field is one header field. Its value is ASCII without line breaks: what people
// wrote goes through encodeText, mailbox or cleanID first (SECURITY.md, M-9).
type field struct{ name, value string }

// writeFields returns the fields, folded, without the empty line that ends a header.
func writeFields(fields []field) ([]byte, error) {
	h := headerOf(fields)
	var b bytes.Buffer
	if err := textproto.WriteHeader(&b, h.Header); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\r\n")), nil
}

// headerOf returns the fields as go-message holds them, in their order.
func headerOf(fields []field) message.Header {
	var h message.Header
	for i := len(fields) - 1; i >= 0; i-- { // a field is added above the others
		h.Add(fields[i].name, oneLine(fields[i].value))
	}
	return h
}

// oneLine returns text as one line without anything that cannot be seen; a line
// break in a header would begin another field.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r == utf8.RuneError:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

// wordBytes of text make an encoded word of 56 characters: short enough that a line
// of a folded header holds one beside the field's name (RFC 2047, section 2).
const wordBytes = 33

// encodeText returns text for an unstructured header field. Text that looks like an
// encoded word is encoded as well, or a reader would see something else than was
// written.
func encodeText(s string) string {
	s = oneLine(s)
	if ascii(s) && !strings.Contains(s, "=?") {
		return s
	}
	var words []string
	for len(s) > 0 {
		n := min(wordBytes, len(s))
		for n < len(s) && !utf8.RuneStart(s[n]) {
			n--
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(s[:n]))+"?=")
		s = s[n:]
	}
	return strings.Join(words, " ")
}

// phrase returns a name as it may stand before an address or in a list of keywords.
func phrase(name string) string {
	name = oneLine(name)
	switch {
	case !ascii(name) || strings.Contains(name, "=?"):
		return encodeText(name)
	case strings.ContainsFunc(name, func(r rune) bool { return !inAtom(r) && r != ' ' }):
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	return name
}

// mailbox returns a name with its address, or the address alone.
func mailbox(name, address string) string {
	address = strings.ReplaceAll(oneLine(address), " ", "")
	if name = phrase(name); name == "" {
		return "<" + address + ">"
	}
	return name + " <" + address + ">"
}

// cleanID returns a message id without brackets that may stand in a header, or ""
// for one that may not.
func cleanID(mid string) string {
	mid = strings.TrimSuffix(strings.TrimPrefix(mid, "<"), ">")
	bad := strings.ContainsFunc(mid, func(r rune) bool { return r <= ' ' || r >= 0x7f || r == '<' || r == '>' })
	if bad || len(mid) > 900 {
		return ""
	}
	return mid
}

// inAtom reports whether r may stand in a word without quotes (RFC 5322, section 3.2.3).
func inAtom(r rune) bool {
	return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r))
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
