package markdown

import (
	"strings"
)

// maxQuotes is how many levels of quotes are shown; deeper ones are drawn there.
const maxQuotes = 12

// Text returns the HTML of a plain-text mail. Nothing the author typed is taken
// for Markdown: line breaks stay, > is a quote, and what depends on its columns
// (patches, code, sessions, tables, drawings) keeps them.
//
// The HTML does not pass through the sanitiser, which would cost five times the
// rest: an import renders a hundred thousand mails. It needs none, because every
// character of the source is written by appendEscaped or, in an address, comes out
// of safeURL, between tags that are constants of this file and opened and closed
// in pairs. A test holds it to being equal to Clean of itself. Only directional
// characters, which Clean isolates, take the long way.
func Text(src string) Doc {
	src = tidy(src)
	if len(src) > maxPlain {
		return plain(src)
	}
	m := mail{lines: mailLines(src), out: make([]byte, 0, len(src)+len(src)/4+64)}
	m.render()
	if len(m.out) > maxOutput {
		return plain(src)
	}
	doc := Doc{HTML: string(m.out), Text: m.text(), Links: m.links}
	if bidi(src) {
		doc.HTML = Clean(doc.HTML)
	}
	return doc
}

// mailLine is a line of a mail, without its quotation marks.
type mailLine struct {
	text   string
	depth  int  // of the quote
	prompt bool // of Python's interpreter
}

func (l mailLine) blank() bool { return strings.TrimSpace(l.text) == "" }

// mailLines splits a mail into lines and finds out how deep each is quoted.
func mailLines(src string) []mailLine {
	lines := make([]mailLine, 0, strings.Count(src, "\n")+1)
	last, session := 0, false
	for src != "" {
		text, rest, _ := strings.Cut(src, "\n")
		src = rest
		l := quoteDepth(text)
		if l.depth >= 3 && l.depth == last+3 && isPrompt(text, l) && (session || onlyPrompts(text, rest, last)) {
			l.text, l.depth, l.prompt = text[len(text)-len(l.text)-promptWidth(text, l):], last, true
		}
		session = l.prompt || session && l.depth == last && !l.blank()
		last = l.depth
		l.depth = min(l.depth, maxQuotes)
		lines = append(lines, l)
	}
	return lines
}

// quoteDepth takes the quotation marks off a line (RFC 3676, 4.5; most programs
// put a space between or behind them).
func quoteDepth(text string) mailLine {
	depth, at := 0, 0
	for at < len(text) {
		next := at
		if depth > 0 && text[next] == ' ' && next+1 < len(text) {
			next++
		}
		if text[next] != '>' {
			break
		}
		depth++
		at = next + 1
	}
	text = text[at:]
	if depth > 0 {
		text = strings.TrimPrefix(text, " ")
	}
	return mailLine{text: text, depth: depth}
}

// promptWidth is the width of ">>> " or ">>>" before the text of a line.
func promptWidth(text string, l mailLine) int {
	if strings.HasSuffix(text[:len(text)-len(l.text)], " ") {
		return len(">>> ")
	}
	return len(">>>")
}

// isPrompt says whether the last three quotation marks of a line stand close
// together with a space or nothing behind, as Python writes them.
func isPrompt(text string, l mailLine) bool {
	head := text[:len(text)-len(l.text)]
	return strings.HasSuffix(head, ">>> ") || l.text == "" && strings.HasSuffix(head, ">>>")
}

// onlyPrompts says whether the quoted lines from here on are prompts. A quote of
// the third level soon has one of the second beside it.
func onlyPrompts(text, rest string, depth int) bool {
	for range 20 {
		l := quoteDepth(text)
		if l.depth != depth+3 {
			return l.depth <= depth
		}
		if !isPrompt(text, l) {
			return false
		}
		text, rest, _ = strings.Cut(rest, "\n")
	}
	return true
}

// mail is a mail while it is rendered.
type mail struct {
	lines  []mailLine
	out    []byte
	links  []Link
	linked map[string]bool
}

func (m *mail) write(s string) { m.out = append(m.out, s...) }

// render writes the lines quote by quote.
func (m *mail) render() {
	depth, signed := 0, false
	for at := 0; at < len(m.lines); {
		end := at + 1
		for end < len(m.lines) && m.lines[end].depth == m.lines[at].depth {
			end++
		}
		for ; depth < m.lines[at].depth; depth++ {
			m.write("<blockquote>\n")
		}
		for ; depth > m.lines[at].depth; depth-- {
			m.write("</blockquote>\n")
		}
		if sig := signature(m.lines[at:end]); sig >= 0 && depth == 0 && end == len(m.lines) {
			m.blocks(m.lines[at : at+sig])
			m.write("<div class=\"sig\">\n")
			at += sig
			signed = true
		}
		m.blocks(m.lines[at:end])
		at = end
	}
	for ; depth > 0; depth-- {
		m.write("</blockquote>\n")
	}
	if signed {
		m.write("</div>\n")
	}
}

// signature finds the line that separates a signature (RFC 3676, 4.3), or -1.
func signature(lines []mailLine) int {
	for i := len(lines) - 1; i >= 0; i-- {
		if lines[i].text == "-- " {
			return i
		}
	}
	return -1
}

// text is what the author wrote, without the quotes unless there is nothing else.
func (m *mail) text() string {
	var b strings.Builder
	for _, all := range []bool{false, true} {
		for _, l := range m.lines {
			if (l.depth == 0 || all) && !l.blank() {
				b.WriteString(strings.TrimRight(l.text, " \t"))
				b.WriteByte('\n')
			}
		}
		if b.Len() > 0 {
			break
		}
	}
	return b.String()
}
