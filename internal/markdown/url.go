package markdown

import (
	"net/url"
	"strings"
)

// safeURL returns an address in the form in which it may be linked to, and whether
// it leads to another site. Only http, https, mailto and addresses of this site
// pass. Browsers drop tabs and line breaks inside an address and take a backslash
// for a slash (WHATWG URL 4.4), so both are dealt with before anything is judged.
func safeURL(s string) (href string, external, ok bool) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.TrimSpace(s))
	if len(s) > 8*maxURL {
		return "", false, false
	}
	s = percent(s)
	scheme, rest, found := cutScheme(s)
	switch {
	case found && !isScheme(scheme): // a relative address with a colon in it
		end := len(s)
		if slash := strings.IndexAny(s, "/?#"); slash >= 0 {
			end = slash
		}
		return strings.ReplaceAll(s[:end], ":", "%3A") + s[end:], false, true
	case !found && strings.HasPrefix(s, "//"):
		scheme, rest = "https", s
	case !found:
		return s, false, true
	}
	switch scheme = strings.ToLower(scheme); scheme {
	case "http", "https":
		if len(rest) < 3 || rest[:2] != "//" || rest[2] == '/' {
			return "", false, false
		}
		return scheme + ":" + rest, true, true
	case "mailto":
		return scheme + ":" + rest, false, true
	}
	return "", false, false
}

// cutScheme splits an address at the colon of its scheme. Whatever has a colon
// before the first slash, question mark or number sign counts as having one.
func cutScheme(s string) (scheme, rest string, found bool) {
	end := strings.IndexAny(s, ":/?#")
	if end < 0 || s[end] != ':' {
		return "", s, false
	}
	return s[:end], s[end+1:], true
}

// isScheme says whether a browser would take a word for a scheme (RFC 3986, 3.1).
func isScheme(s string) bool {
	for i := range len(s) {
		if c := s[i]; !alnum(c) && (i == 0 || c != '+' && c != '-' && c != '.') {
			return false
		}
	}
	return s != ""
}

// percent encodes what may not stand in an address, and leaves what is encoded.
func percent(s string) string {
	safe := true
	for i := 0; i < len(s) && safe; i++ {
		c := s[i]
		safe = c > ' ' && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>' && c != '`'
	}
	if safe {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ', c >= 0x7f, c == '\\', c == '"', c == '<', c == '>', c == '`':
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// hostOf names the site that an address leads to.
func hostOf(href string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	return u.Host
}
