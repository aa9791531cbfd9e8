package markdown

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxURL is the longest address that becomes a link.
const maxURL = 2000

// bareLinks parses addresses that stand in the text as they are. goldmark's own
// extension looks for a space or a bracket before them, which Chinese text does
// not have (参见https://example.org/a。), so this one starts at the colon of
// http:// or the dot of www. and takes the letters before it back from the text.
type bareLinks struct{}

// Trigger returns the characters at which an address is noticed.
func (bareLinks) Trigger() []byte { return []byte{':', '.'} }

// Parse reads the rest of one address.
func (bareLinks) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	last, ok := parent.LastChild().(*ast.Text)
	line, segment := block.PeekLine()
	if !ok || last.Segment.Stop != segment.Start || last.SoftLineBreak() || last.HardLineBreak() {
		return nil
	}
	source := block.Source()
	before := source[last.Segment.Start:last.Segment.Stop]
	head := schemeBefore(before, line)
	if head == 0 {
		return nil
	}
	start := segment.Start - head
	n := urlLength(source[start:segment.Stop])
	if n <= head {
		return nil
	}
	readingOf(pc).spend(100 + n)
	last.Segment = last.Segment.WithStop(start)
	block.Advance(n - head)
	address := string(source[start : start+n])
	href := escapeURL(address)
	if line[0] == '.' {
		href = "http://" + href
	}
	return &anchor{href: href, label: address, link: Link{Kind: "url", Target: href}}
}

// schemeBefore says how many bytes before the colon or dot belong to an address,
// given what follows: "https" before "://", "www" before ".".
func schemeBefore(before, line []byte) int {
	if bytes.HasPrefix(line, []byte("://")) {
		for _, scheme := range []string{"https", "http"} {
			if endsWithWord(before, scheme) {
				return len(scheme)
			}
		}
		return 0
	}
	if line[0] == '.' && endsWithWord(before, "www") {
		return len("www")
	}
	return 0
}

// endsWithWord says whether b ends with an ASCII word in any case that is not the
// tail of a longer one. A Chinese character before it is no part of the word.
func endsWithWord(b []byte, word string) bool {
	if len(b) < len(word) || !bytes.EqualFold(b[len(b)-len(word):], []byte(word)) {
		return false
	}
	if len(b) == len(word) {
		return true
	}
	c := b[len(b)-len(word)-1]
	return !alnum(c) && c != '_' && c != '-' && c != '.' && c != '/' && c != '@'
}

// urlLength is how many bytes at the start of b are an address: GFM's rules for
// extended autolinks, and an end at the first character of Chinese, Japanese or
// Korean text that does not begin a part of the path.
func urlLength(b []byte) int {
	host := hostStart(b)
	n := host + hostLength(b[host:])
	if n == host {
		return 0
	}
	if n < len(b) && b[n] == ':' {
		digits := n + 1
		for digits < len(b) && '0' <= b[digits] && b[digits] <= '9' {
			digits++
		}
		if digits > n+1 {
			n = digits
		}
	}
	if n < len(b) && (b[n] == '/' || b[n] == '?' || b[n] == '#') {
		n += pathLength(b[n:])
	}
	n = host + trimURL(b[host:n])
	if n > maxURL {
		return 0
	}
	return n
}

func hostStart(b []byte) int {
	if i := bytes.Index(b[:min(len(b), 8)], []byte("://")); i > 0 {
		return i + 3
	}
	return 0
}

// hostLength is the length of a host name. One without a dot is taken too
// (http://localhost:8080), an underscore in its last two labels is not (GFM 6.9).
func hostLength(b []byte) int {
	if len(b) > 0 && b[0] == '[' { // an IPv6 address
		if end := bytes.IndexByte(b[:min(len(b), 48)], ']'); end > 2 && len(bytes.Trim(b[1:end], "0123456789abcdefABCDEF:.")) == 0 {
			return end + 1
		}
		return 0
	}
	n := 0
	for n < len(b) && (alnum(b[n]) || b[n] == '-' || b[n] == '.' || b[n] == '_') {
		n++
	}
	host := bytes.TrimRight(b[:n], ".-_")
	labels := bytes.Split(host, []byte("."))
	for _, label := range labels[max(0, len(labels)-2):] {
		if bytes.IndexByte(label, '_') >= 0 || len(label) == 0 {
			return 0
		}
	}
	return len(host)
}

// pathLength is the length of a path, query and fragment.
func pathLength(b []byte) int {
	n, slashes, square := 0, 0, 0
	for n < len(b) && n < maxURL {
		c := b[n]
		switch c {
		case '<', '"', '`', 0x7f:
			return n
		case '/':
			slashes++
		case '[':
			square++
		case ']': // the end of a link text, unless the address has brackets of its own
			if square--; square < 0 {
				return n
			}
		}
		if c <= ' ' {
			return n
		}
		if c < utf8.RuneSelf {
			n++
			continue
		}
		r, size := utf8.DecodeRune(b[n:])
		if !inPath(r, b[:n], slashes) {
			break
		}
		n += size
	}
	return n
}

// inPath says whether a character beyond ASCII continues a path. A letter of
// Chinese, Japanese or Korean text begins a part of it after a separator
// (/wiki/啄木鸟), but not after a Latin letter (/a就知道) nor right behind the host.
func inPath(r rune, path []byte, slashes int) bool {
	if quote(r) || cjkPunct(r) || !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
		return false
	}
	if !cjk(r) {
		return true
	}
	if last, _ := utf8.DecodeLastRune(path); cjk(last) {
		return true
	}
	switch path[len(path)-1] {
	case '=', '#', '_', '-', '%':
		return true
	case '/':
		return slashes > 1
	}
	return false
}

// trimURL takes off what more likely belongs to the sentence than to the address:
// trailing punctuation, an entity, a bracket that was not opened inside.
func trimURL(b []byte) int {
	n := len(b)
	for n > 0 {
		switch c := b[n-1]; c {
		case '?', '!', '.', ',', ':', '*', '_', '~', '\'', '"', '|', '\\':
			n--
		case ')', ']', '}':
			if bytes.Count(b[:n], []byte{c}) <= bytes.Count(b[:n], []byte{opening(c)}) {
				return n
			}
			n--
		case ';':
			amp := bytes.LastIndexByte(b[max(0, n-12):n], '&')
			if amp < 0 {
				n--
				break
			}
			n = max(0, n-12) + amp
		default:
			return n
		}
	}
	return n
}

func opening(c byte) byte {
	switch c {
	case ')':
		return '('
	case ']':
		return '['
	}
	return '{'
}
