package message

import (
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// decode turns the value of an unstructured field into text: encoded words
// (RFC 2047), raw 8-bit text of any charset, no control characters.
func (m *Message) decode(raw string) string {
	if raw == "" {
		return ""
	}
	return clean(m.decodeWords(m.decode8bit(raw)))
}

// decode8bit reads a header that was sent without any encoding.
func (m *Message) decode8bit(raw string) string {
	if utf8.ValidString(raw) {
		return raw
	}
	m.CharsetGuessed = true
	return guess([]byte(raw), m.charset)
}

// word is one encoded word, its bytes transfer-decoded.
type word struct {
	charset string
	bytes   []byte
}

// decodeWords replaces the encoded words of s. Neighbours of one charset are joined
// before they are decoded, since clients cut between the bytes of one character.
func (m *Message) decodeWords(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var b strings.Builder
	var open word
	flush := func() {
		if open.bytes != nil {
			b.WriteString(m.decodeWord(open))
			open = word{}
		}
	}
	for s != "" {
		start := strings.Index(s, "=?")
		if start < 0 {
			break
		}
		w, size, ok := parseWord(s[start:])
		if !ok {
			flush()
			b.WriteString(s[:start+2])
			s = s[start+2:]
			continue
		}
		// White space between two encoded words is not shown (RFC 2047, section 6.2).
		if open.bytes == nil || strings.Trim(s[:start], " \t") != "" {
			flush()
			b.WriteString(s[:start])
		}
		if open.bytes != nil && !strings.EqualFold(open.charset, w.charset) {
			flush()
		}
		open.charset = w.charset
		open.bytes = append(open.bytes, w.bytes...)
		s = s[start+size:]
	}
	flush()
	b.WriteString(s)
	return b.String()
}

func (m *Message) decodeWord(w word) string {
	text, guessed := toUTF8(w.bytes, w.charset, m.charset)
	m.CharsetGuessed = m.CharsetGuessed || guessed
	return text
}

// parseWord reads one =?charset?B|Q?text?= at the start of s and returns its length.
// Text may hold spaces: some clients do not encode them.
func parseWord(s string) (word, int, bool) {
	rest := s[2:]
	charset, rest, ok := strings.Cut(rest, "?")
	if !ok || len(rest) < 2 || rest[1] != '?' || len(charset) > 64 || strings.ContainsAny(charset, " \t") {
		return word{}, 0, false
	}
	text := rest[2:]
	end := strings.Index(text, "?=")
	if end < 0 {
		return word{}, 0, false
	}
	size := len(s) - len(text) + end + 2
	switch rest[0] {
	case 'b', 'B':
		return word{charset, decodeBase64([]byte(text[:end]))}, size, true
	case 'q', 'Q':
		return word{charset, decodeQ(text[:end])}, size, true
	}
	return word{}, 0, false
}

// decodeQ decodes the Q encoding (RFC 2047, section 4.2); what is broken stays.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '_':
			out = append(out, ' ')
		case s[i] == '=' && i+2 < len(s) && unhex(s[i+1]) >= 0 && unhex(s[i+2]) >= 0:
			out = append(out, byte(unhex(s[i+1])<<4|unhex(s[i+2])))
			i += 2
		default:
			out = append(out, s[i])
		}
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// clean makes a header value one line of valid text without control characters.
func clean(s string) string {
	if plainASCII(s) {
		return strings.TrimSpace(s)
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

func plainASCII(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// namedCharset returns a charset that the header names somewhere, to guess by.
func (h header) namedCharset() string {
	for i := range h {
		name, value := h[i].name, h[i].value
		switch {
		case strings.EqualFold(name, "Content-Type"):
			_, params := contentType(unfold(value))
			if l, ok := lookup(params["charset"]); ok && l.enc != nil && !l.single {
				return params["charset"]
			}
		case strings.EqualFold(name, "Subject") || strings.EqualFold(name, "From"):
			if at := strings.Index(value, "=?"); at >= 0 {
				charset, _, _ := strings.Cut(value[at+2:], "?")
				if l, ok := lookup(charset); ok && l.enc != nil && !l.single {
					return charset
				}
			}
		}
	}
	return ""
}

// fromUTF7 decodes UTF-7 (RFC 2152). What is no valid sequence stays as it is.
func fromUTF7(raw []byte) string {
	var b strings.Builder
	s := string(raw)
	for s != "" {
		plus := strings.IndexByte(s, '+')
		if plus < 0 {
			break
		}
		b.WriteString(s[:plus])
		s = s[plus+1:]
		end := strings.IndexFunc(s, func(r rune) bool {
			return !(r == '+' || r == '/' || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z')
		})
		if end < 0 {
			end = len(s)
		}
		b.WriteString(utf7Run(s[:end], end < len(s) && s[end] == '-'))
		s = strings.TrimPrefix(s[end:], "-")
	}
	b.WriteString(s)
	return strings.ToValidUTF8(b.String(), "\ufffd")
}

// utf7Run decodes one run of modified base64; "+-" is a plus sign.
func utf7Run(run string, closed bool) string {
	if run == "" {
		return "+"
	}
	bytes, err := base64.RawStdEncoding.DecodeString(run)
	if err != nil || len(bytes) < 2 {
		if closed {
			return "+" + run + "-"
		}
		return "+" + run
	}
	units := make([]uint16, len(bytes)/2)
	for i := range units {
		units[i] = uint16(bytes[2*i])<<8 | uint16(bytes[2*i+1])
	}
	return string(utf16.Decode(units))
}
