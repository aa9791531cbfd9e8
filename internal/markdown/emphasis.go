package markdown

import (
	"unicode"
	"unicode/utf8"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// emphasis parses *, _ and ~ with the flanking rules of the CJK-friendly
// amendment, because those of CommonMark look for a space that Chinese text does
// not have: **注意：**请看. See commonmark-spec issue 650 and its pull request 839.
type emphasis struct{}

// Trigger returns the characters that begin a delimiter run.
func (emphasis) Trigger() []byte { return []byte{'*', '_', '~'} }

// Parse reads one delimiter run.
func (emphasis) Parse(parent ast.Node, block text.Reader, pc parser.Context) ast.Node {
	line, segment := block.PeekLine()
	before := preceding(block, segment.Start)
	n := 1
	for n < len(line) && line[n] == line[0] {
		n++
	}
	// GFM would take one tilde as well, but between Chinese characters it is a
	// tone mark (好的~) and a range (3~5天).
	if line[0] == '~' && (n != 2 || before.char == '~') {
		return nil
	}
	opens, closes := flanks(line[0], before, following(line[n:]))
	r := readingOf(pc)
	r.enter(parent)
	r.delims++
	r.spend(100 + 3*r.delims) // goldmark looks for an opener among all that came before
	d := parser.NewDelimiter(opens, closes, n, line[0], processor(line[0], r))
	d.Segment = segment.WithStop(segment.Start + n)
	block.Advance(n)
	pc.PushDelimiter(d)
	return d
}

// delimiters makes nodes of matching runs.
type delimiters struct{ r *reading }

func (delimiters) IsDelimiter(c byte) bool { return c == '*' || c == '_' || c == '~' }

func (d delimiters) CanOpenCloser(opener, closer *parser.Delimiter) bool {
	d.r.spend(2)
	return opener.Char == closer.Char
}

func (d delimiters) OnMatch(n int) ast.Node { return ast.NewEmphasis(n) }

// strike makes deletions of matching runs of tildes.
type strike struct{ delimiters }

func (strike) OnMatch(int) ast.Node { return extast.NewStrikethrough() }

// neighbour is a character beside a delimiter run, as far as the rules ask.
type neighbour struct {
	char  rune
	space bool
	punct bool // any punctuation
	cjk   bool
}

func newNeighbour(r rune) neighbour {
	return neighbour{char: r, space: util.IsSpaceRune(r) || unicode.IsSpace(r), punct: punct(r), cjk: cjk(r)}
}

// preceding describes what stands before a place; a variation selector speaks
// for the character it follows.
func preceding(block text.Reader, at int) neighbour {
	last := block.PrecendingCharacter()
	if last < 0x300 || !variation(last) {
		return newNeighbour(last)
	}
	if last >= 0xe0100 { // an ideographic variation selector follows only ideographs
		return neighbour{char: last, cjk: true}
	}
	before := block.Source()[:max(0, at-utf8.RuneLen(last))]
	base, _ := utf8.DecodeLastRune(before)
	n := newNeighbour(base)
	// “ ” ‘ ’ with a selector of the fullwidth form belong to Chinese text.
	n.cjk = n.cjk || quote(base) && last == 0xfe01
	return n
}

func variation(r rune) bool { return r >= 0xfe00 && r <= 0xfe0e || r >= 0xe0100 && r <= 0xe01ef }

func following(line []byte) neighbour {
	if len(line) == 0 {
		return newNeighbour(' ')
	}
	r, _ := utf8.DecodeRune(line)
	return newNeighbour(r)
}

// flanks says whether a delimiter run can open and close emphasis.
func flanks(c byte, before, after neighbour) (opens, closes bool) {
	left := !after.space && (!after.punct || after.cjk || before.space || before.punct || before.cjk)
	right := !before.space && (!before.punct || before.cjk || after.space || after.punct || after.cjk)
	if c != '_' {
		return left, right
	}
	return left && (!right || before.punct), right && (!left || after.punct)
}

func processor(c byte, r *reading) parser.DelimiterProcessor {
	if c == '~' {
		return strike{delimiters{r}}
	}
	return delimiters{r}
}
