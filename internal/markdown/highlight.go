package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// code draws a block of code, coloured where its language is known.
//
// The colours come from a scanner of our own and not from chroma, because no
// limit makes chroma's patterns safe: they backtrack, and 8 KB of empty lines in a
// Java fence kept it busy for seven seconds. This scanner looks at every byte
// once. Its classes are named as chroma and Pygments name theirs.
func (d *drawing) code(language string, source []byte) {
	code := visibleBidi(string(source))
	name := strings.ToLower(language)
	d.write("<pre><code")
	if language != "" && len(name) <= 20 && classWord(name) {
		d.write(` class="language-`)
		d.escaped(name)
		d.write(`"`)
	}
	d.write(">")
	g, ok := grammars[name]
	if ok && d.reading.afford(fencePrice+codePrice*len(code)) {
		d.coloured(g, code)
	} else {
		d.escaped(code)
	}
	d.write("</code></pre>\n")
}

// coloured writes code in colour, unless nearly every character is of another one.
func (d *drawing) coloured(g *grammar, code string) {
	html := colour(g, code)
	if len(html) > 9*len(code)+1000 {
		d.escaped(code)
		return
	}
	d.write(html)
}

// What coloured code costs of the allowance.
const (
	fencePrice = 2_000
	codePrice  = 80 // a byte, in the page and in the sanitiser
)

// spans writes words of code, and one element for neighbours of the same class.
type spans struct {
	html  []byte
	class string
}

func (s *spans) add(class, word string) {
	if word == "" {
		return
	}
	s.turn(class)
	s.html = appendEscaped(s.html, word)
}

func (s *spans) turn(class string) {
	if class == s.class {
		return
	}
	if s.class != "" {
		s.html = append(s.html, "</span>"...)
	}
	if class != "" {
		s.html = append(append(append(s.html, `<span class="`...), class...), `">`...)
	}
	s.class = class
}

// colour returns code as HTML in which a class says what each word is.
func colour(g *grammar, code string) string {
	out := spans{html: make([]byte, 0, 2*len(code))}
	switch {
	case g.lines != nil:
		for line := range strings.Lines(code) {
			g.lines(&out, line)
		}
	default:
		scan(g, &out, code)
	}
	out.turn("")
	return string(out.html)
}

// scanner walks through code, one word after the other.
type scanner struct {
	*grammar
	out   *spans
	code  string
	at    int
	fresh bool   // nothing but space stands before, on this line
	class string // of the next name, after a word that defines one
}

func scan(g *grammar, out *spans, code string) {
	s := scanner{grammar: g, out: out, code: code, fresh: true}
	for s.at < len(code) {
		s.step()
	}
}

// take writes the next n bytes.
func (s *scanner) take(class string, n int) {
	s.out.add(class, s.code[s.at:s.at+n])
	s.at += n
}

func (s *scanner) step() {
	rest := s.code[s.at:]
	c := rest[0]
	if c == '\n' || c == ' ' || c == '\t' {
		s.take("", 1)
		s.fresh = s.fresh || c == '\n'
		return
	}
	fresh := s.fresh
	s.fresh = false
	if n := s.comment(rest, fresh); n > 0 {
		s.take("c", n)
		return
	}
	if n := s.quoted(rest); n > 0 {
		s.take("s", n)
		s.class = ""
		return
	}
	switch {
	case c == '@' && s.decorators && len(rest) > 1 && letter(rest[1:]):
		s.take("nd", 1+s.nameLength(rest[1:], "."))
	case c == '#' && s.directives && fresh:
		space := len(rest) - 1 - len(strings.TrimLeft(rest[1:], " \t"))
		s.take("nd", 1+space+s.nameLength(rest[1+space:], ""))
	case c == '$' && s.variables && len(rest) > 1:
		s.variable(rest)
	case c >= '0' && c <= '9':
		s.take("m", numberLength(rest))
	case letter(rest):
		s.name(rest, fresh)
	default:
		_, size := utf8.DecodeRuneInString(rest)
		s.take("", size)
		if c == '(' || c == '{' || c == ';' || c == '=' {
			s.class = ""
		}
	}
}

// comment is the length of the comment that begins here.
func (s *scanner) comment(rest string, fresh bool) int {
	for _, start := range s.comments {
		if !strings.HasPrefix(rest, start) || start == "#" && !fresh && s.at > 0 && !spaceOrEnd(s.code[s.at-1]) {
			continue
		}
		return indexOr(rest, "\n", 0)
	}
	for _, pair := range s.blocks {
		if strings.HasPrefix(rest, pair[0]) {
			return len(pair[0]) + indexOr(rest[len(pair[0]):], pair[1], len(pair[1]))
		}
	}
	return 0
}

func spaceOrEnd(c byte) bool {
	return c == ' ' || c == '\t' || c == ';' || c == '\n' || c == '(' || c == ')'
}

// indexOr is where the text that ends something ends itself, or the end of all.
func indexOr(s, end string, more int) int {
	if i := strings.Index(s, end); i >= 0 {
		return i + more
	}
	return len(s)
}

// quoted is the length of the string that begins here, prefix letters included.
func (s *scanner) quoted(rest string) int {
	prefix := 0
	for s.prefixes != "" && prefix < 2 && prefix+1 < len(rest) && strings.IndexByte(s.prefixes, rest[prefix]) >= 0 {
		prefix++
	}
	if prefix > 0 && strings.IndexByte(s.quotes, rest[prefix]) < 0 {
		return 0
	}
	q := rest[prefix]
	if strings.IndexByte(s.quotes, q) < 0 {
		return 0
	}
	body := rest[prefix+1:]
	if triple := strings.Repeat(string(q), 3); s.triple && strings.HasPrefix(rest[prefix:], triple) {
		return prefix + 3 + indexOr(rest[prefix+3:], triple, 3)
	}
	n := stringLength(body, q, q == '`' || s.long)
	if q == '\'' && s.ticks && !isCharacter(body[:n]) {
		return 0 // a lifetime of Rust, a quoted symbol
	}
	return prefix + 1 + n
}

// isCharacter says whether what follows an apostrophe is one character and another
// apostrophe.
func isCharacter(s string) bool {
	if s == "" || s[len(s)-1] != '\'' {
		return false
	}
	_, size := utf8.DecodeRuneInString(s)
	return size == len(s)-1 || s[0] == '\\' && len(s) < 14
}

// stringLength is the length of a string after its opening quote. It ends at the
// end of the line at the latest, unless the language lets it run on.
func stringLength(s string, quote byte, long bool) int {
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case s[i] == quote:
			return i + 1
		case s[i] == '\n' && !long:
			return i
		}
	}
	return len(s)
}

func (s *scanner) variable(rest string) {
	n := 1 + s.nameLength(rest[1:], "")
	if rest[1] == '{' {
		n = min(indexOr(rest, "}", 1), indexOr(rest, "\n", 0))
	}
	s.take("nb", max(n, 1))
}

// numberLength is generous: what begins with a digit is a number to its end.
func numberLength(s string) int {
	n := 0
	for n < len(s) && (alnum(s[n]) || s[n] == '_' || s[n] == '.' && n+1 < len(s) && alnum(s[n+1])) {
		n++
	}
	return n
}

func letter(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r == '_' || unicode.IsLetter(r)
}

// nameLength is the length of the name that begins here; extra characters may
// stand in it too.
func (s *scanner) nameLength(rest, extra string) int {
	for i, r := range rest {
		if r < utf8.RuneSelf && (alnum(byte(r)) || r == '_') || r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			continue
		}
		if !strings.ContainsRune(extra, r) && !strings.ContainsRune(s.inNames, r) {
			return i
		}
	}
	return len(rest)
}

func (s *scanner) name(rest string, fresh bool) {
	n := s.nameLength(rest, "")
	word := rest[:n]
	if s.fold {
		word = strings.ToLower(word)
	}
	class, known := s.words[word]
	switch {
	case known && !s.member():
		s.take(class, n)
		s.class = s.defines[word]
	case s.class != "":
		s.take(s.class, n)
		s.class = ""
	case s.keys && fresh && isKey(rest[n:]):
		s.take("nb", n)
	case s.commands && fresh:
		s.take("nf", n)
	default:
		s.take("", n)
	}
}

// member says whether the name here follows a dot: x.class is no keyword.
func (s *scanner) member() bool {
	return s.at > 0 && s.code[s.at-1] == '.' && (s.at < 2 || s.code[s.at-2] != '.')
}

// isKey says whether a name that is followed by this has a value.
func isKey(after string) bool {
	after = strings.TrimLeft(after[:min(len(after), 40)], " \t")
	return after != "" && (after[0] == '=' || after[0] == ':')
}

// diffLine colours a line of a patch.
func diffLine(out *spans, line string) {
	class := ""
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"), strings.HasPrefix(line, "@@"), strings.HasPrefix(line, "diff "):
		class = "gh"
	case line[0] == '+':
		class = "gi"
	case line[0] == '-':
		class = "gd"
	}
	out.add(class, line)
}

// sessionLine colours a line of a session: a prompt and what was typed, or what
// the machine answered.
func sessionLine(g *grammar, prompts ...string) func(*spans, string) {
	return func(out *spans, line string) {
		for _, p := range prompts {
			if strings.HasPrefix(line, p) {
				out.add("gp", p)
				scan(g, out, line[len(p):])
				return
			}
		}
		out.add("c", line)
	}
}
