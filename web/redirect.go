package web

import (
	"net/url"
	"strings"
)

// ownPath returns target if it is a path on this site and nothing else, or "/".
// Browsers read a backslash as a slash and drop tabs and line breaks, so that
// "/\evil.example" and "/\t/evil.example" lead away (SECURITY.md, H-17).
func ownPath(target string) string {
	strange := strings.ContainsFunc(target, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
	if strange || !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
		return "/"
	}
	u, err := url.Parse(target)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(u.Path, "//") {
		return "/"
	}
	return u.String()
}
