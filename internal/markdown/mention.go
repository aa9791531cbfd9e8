package markdown

import (
	"bytes"
	"net/url"
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// maxName is how many characters of a member's name are looked at, maxLocalPart
// how many of what stands before the @ of a mail address (RFC 5321, 4.5.3.1.1).
const (
	maxName      = 40
	maxLocalPart = 64
)

// mentions parses @name, and mail addresses as GFM's extended autolinks, which
// begin to be recognisable at the same character.
type mentions struct{}

// Trigger returns the character at which a mention begins.
func (mentions) Trigger() []byte { return []byte{'@'} }

// Parse reads one mention or the rest of a mail address.
func (mentions) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, _ := block.PeekLine()
	readingOf(pc).spend(100)
	before := block.PrecendingCharacter()
	if before < utf8.RuneSelf && (before == '_' || before == '-' || before == '.' || before == '+' || alnum(byte(before))) {
		return mailAddress(parent, block, pc)
	}
	if before == '/' || before == '@' || before == ':' {
		return nil
	}
	name := mentioned(line[1:])
	if name == "" {
		return nil
	}
	block.Advance(1 + len(name))
	return &anchor{href: "/u/" + url.PathEscape(name), class: "mention", label: "@" + name, link: Link{Kind: "mention", Target: name}}
}

// mentioned returns the name at the start of a line, if there is one. A decorator
// (@app.route, @cache(…)), a domain and an address on another server are none.
func mentioned(line []byte) string {
	end, runes := 0, 0
	for end < len(line) && runes <= maxName {
		r, size := utf8.DecodeRune(line[end:])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && (r != '-' && r != '_' || end == 0) {
			break
		}
		end += size
		runes++
	}
	after := line[end:]
	end = len(bytes.TrimRight(line[:end], "-_"))
	switch {
	case end == 0, runes > maxName:
		return ""
	case len(after) > 0 && (after[0] == '@' || after[0] == '('):
		return ""
	case len(after) > 1 && after[0] == '.' && alnum(after[1]):
		return ""
	}
	return string(line[:end])
}

// mailAddress turns the text before @ and the domain behind it into a link, after
// the extended email autolink of GFM 6.9.
func mailAddress(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	source, at := block.Source(), segment.Start
	start := at
	for start > 0 && at-start <= maxLocalPart && localPart(source[start-1]) {
		start--
	}
	domain := mailDomain(line[1:])
	if start == at || at-start > maxLocalPart || start > 0 && source[start-1] == '\\' || domain == 0 {
		return nil
	}
	if !takeBack(parent, start, pc) {
		return nil
	}
	block.Advance(1 + domain)
	address := string(source[start : at+1+domain])
	return &anchor{href: "mailto:" + address, label: address}
}

// takeBack removes the text from a place on that was already added to a block. An
// underscore in it may have been taken for a delimiter of emphasis.
func takeBack(parent ast.Node, from int, pc parser.Context) bool {
	for {
		switch last := parent.LastChild().(type) {
		case *ast.Text:
			if last.SoftLineBreak() || last.HardLineBreak() {
				return false
			}
			if last.Segment.Start < from {
				last.Segment = last.Segment.WithStop(from)
				return true
			}
			parent.RemoveChild(parent, last)
			if last.Segment.Start == from {
				return true
			}
		case *parser.Delimiter:
			pc.RemoveDelimiter(last)
		default:
			return false
		}
	}
}

func localPart(c byte) bool {
	return alnum(c) || c == '.' || c == '-' || c == '_' || c == '+'
}

// mailDomain is the length of the domain at the start of a line, or zero.
func mailDomain(line []byte) int {
	n, dots := 0, 0
	for n < len(line) && (alnum(line[n]) || line[n] == '-' || line[n] == '_' || line[n] == '.' && n+1 < len(line) && alnum(line[n+1])) {
		if line[n] == '.' {
			dots++
		}
		n++
	}
	if dots == 0 || n > 253 || line[n-1] == '-' || line[n-1] == '_' {
		return 0
	}
	return n
}

func alnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}
