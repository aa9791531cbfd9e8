package markdown

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/yuin/goldmark/util"
)

// appendEscaped appends text as HTML, in the spelling of the sanitiser, so that
// what we write comes out of it unchanged.
func appendEscaped(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		var entity string
		switch s[i] {
		case '&':
			entity = "&amp;"
		case '<':
			entity = "&lt;"
		case '>':
			entity = "&gt;"
		case '"':
			entity = "&#34;"
		case '\'':
			entity = "&#39;"
		default:
			continue
		}
		dst = append(append(dst, s[from:i]...), entity...)
		from = i + 1
	}
	return append(dst, s[from:]...)
}

func escape(s string) string { return string(appendEscaped(nil, s)) }

// unescape resolves the backslashes and entities of Markdown text in one go, as
// CommonMark 2.4 and 2.5 want it: \&amp; is the five characters &amp;.
func unescape(b []byte) string {
	s := string(b)
	at := strings.IndexAny(s, `\&`)
	if at < 0 {
		return s
	}
	var out strings.Builder
	for at >= 0 {
		out.WriteString(s[:at])
		text, n := unescapeOne(s[at:])
		out.WriteString(text)
		s = s[at+n:]
		at = strings.IndexAny(s, `\&`)
	}
	out.WriteString(s)
	return out.String()
}

// unescapeOne reads the escape at the start of s, and says how long it was.
func unescapeOne(s string) (string, int) {
	if s[0] == '\\' {
		if len(s) > 1 && util.IsPunct(s[1]) {
			return s[1:2], 2
		}
		return s[:1], 1
	}
	end := strings.IndexByte(s[:min(len(s), 40)], ';')
	if end < 2 {
		return s[:1], 1
	}
	name := s[1:end]
	if name[0] == '#' {
		if r, ok := numeric(name[1:]); ok {
			return string(r), end + 1
		}
		return s[:1], 1
	}
	if entity, ok := util.LookUpHTML5EntityByName(name); ok {
		return string(entity.Characters), end + 1
	}
	return s[:1], 1
}

// numeric reads a numeric character reference without its frame.
func numeric(s string) (rune, bool) {
	base, digits := 10, 7
	if s != "" && (s[0] == 'x' || s[0] == 'X') {
		s, base, digits = s[1:], 16, 6
	}
	n, err := strconv.ParseUint(s, base, 32)
	if err != nil || len(s) > digits || s[0] == '+' {
		return 0, false
	}
	if n == 0 || n > utf8.MaxRune || n < ' ' && n != '\t' && n != '\n' {
		return utf8.RuneError, true
	}
	return util.ToValidRune(rune(n)), true
}
