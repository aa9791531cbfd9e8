package markdown

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// blocks writes lines of one quote: paragraphs, and whatever keeps its columns.
func (m *mail) blocks(lines []mailLine) {
	for at := 0; at < len(lines); {
		l := lines[at]
		switch {
		case l.blank():
			at++
		case isFence(l.text) > 0:
			at += m.fence(lines[at:])
		case isPatch(lines[at:]):
			n := patchLength(lines[at:])
			m.pre(lines[at : at+n])
			at += n
		case l.prompt, strings.HasPrefix(l.text, "$ "):
			n := sessionLength(lines[at:])
			m.pre(lines[at : at+n])
			at += n
		case isIndented(l.text):
			n := indentedLength(lines[at:])
			m.pre(lines[at : at+n])
			at += n
		default:
			n := paragraphLength(lines[at:])
			if hasColumns(lines[at : at+n]) {
				m.pre(lines[at : at+n])
			} else {
				m.paragraph(lines[at : at+n])
			}
			at += n
		}
	}
}

// paragraph writes lines of text with their breaks and their indentation.
func (m *mail) paragraph(lines []mailLine) {
	m.write("<p>")
	for i, l := range lines {
		if i > 0 {
			m.write("<br>\n")
		}
		text := strings.TrimRight(l.text, " \t")
		if body := strings.TrimLeft(text, " "); len(body) < len(text) {
			m.write(strings.Repeat("\u00a0", min(len(text)-len(body), 20)))
			text = body
		}
		m.inline(text, true)
	}
	m.write("</p>\n")
}

// pre writes lines as they are.
func (m *mail) pre(lines []mailLine) {
	m.write("<pre>")
	for _, l := range lines {
		m.inline(strings.TrimRight(l.text, " "), false)
		m.write("\n")
	}
	m.write("</pre>\n")
}

// isFence is the length of a line's run of backticks or tildes, if it begins with
// one that could open a fence, or zero.
func isFence(text string) int {
	if len(text) < 3 || text[0] != '`' && text[0] != '~' {
		return 0
	}
	n := 0
	for n < len(text) && text[n] == text[0] {
		n++
	}
	if n < 3 || strings.ContainsAny(text[n:], "`~") || len(text) > n+40 {
		return 0
	}
	return n
}

// fence writes code between fences, and says how many lines it took.
func (m *mail) fence(lines []mailLine) int {
	open := lines[0].text
	width := isFence(open)
	end := 1
	var code strings.Builder
	for ; end < len(lines); end++ {
		text := strings.TrimSpace(lines[end].text)
		if n := isFence(text); n >= width && n == len(text) && text[0] == open[0] {
			break
		}
		code.WriteString(lines[end].text)
		code.WriteByte('\n')
	}
	m.write("<pre><code>")
	name := strings.ToLower(strings.TrimSpace(open[width:]))
	if g, ok := grammars[name]; ok && code.Len() < 64<<10 {
		m.write(colour(g, code.String()))
	} else {
		m.out = appendEscaped(m.out, code.String())
	}
	m.write("</code></pre>\n")
	return min(end+1, len(lines))
}

// isPatch says whether a patch begins here.
func isPatch(lines []mailLine) bool {
	text := lines[0].text
	switch {
	case strings.HasPrefix(text, "diff --git "), strings.HasPrefix(text, "@@ -"):
		return true
	case strings.HasPrefix(text, "Index: "), strings.HasPrefix(text, "diff -"):
		return len(lines) > 1
	case strings.HasPrefix(text, "--- "):
		return len(lines) > 1 && strings.HasPrefix(lines[1].text, "+++ ")
	}
	return false
}

// patchHeads are how the lines between the hunks of a patch begin.
var patchHeads = []string{
	"diff ", "index ", "Index: ", "--- ", "+++ ", "@@ ", "new file", "deleted file", "old mode", "new mode", "rename ", "copy ",
	"similarity ", "dissimilarity ", "Binary files", "GIT binary", "=====", "\\ No newline",
}

// patchLength counts the lines of a patch. A hunk says itself how many it has, so
// that an empty line in it does not end it.
func patchLength(lines []mailLine) int {
	before, after := 0, 0
	for i, l := range lines {
		text := l.text
		switch {
		case strings.HasPrefix(text, "@@ -"):
			before, after = hunkSize(text)
		case before <= 0 && after <= 0:
			if !patchHead(text) {
				return i
			}
		case text == "", text[0] == ' ', text[0] == '\t':
			before--
			after--
		case text[0] == '-':
			before--
		case text[0] == '+':
			after--
		case text[0] != '\\':
			return i
		}
	}
	return len(lines)
}

func patchHead(text string) bool {
	for _, head := range patchHeads {
		if strings.HasPrefix(text, head) {
			return true
		}
	}
	return false
}

// hunkSize reads how many lines of both files a hunk shows: @@ -a,b +c,d @@.
func hunkSize(text string) (before, after int) {
	fields := strings.Fields(text[:min(len(text), 80)])
	if len(fields) < 3 {
		return 0, 0
	}
	return rangeSize(fields[1]), rangeSize(fields[2])
}

func rangeSize(s string) int {
	_, count, ok := strings.Cut(s, ",")
	if !ok {
		return 1
	}
	n, err := strconv.Atoi(count)
	if err != nil {
		return 0
	}
	return min(n, 1<<20)
}

// sessionLength counts the lines of a session: until an empty line after which no
// prompt follows.
func sessionLength(lines []mailLine) int {
	for i, l := range lines {
		if !l.blank() {
			continue
		}
		if i+1 == len(lines) || !lines[i+1].prompt && !strings.HasPrefix(lines[i+1].text, "$ ") {
			return i
		}
	}
	return len(lines)
}

// isIndented says whether a line is set in like code. Chinese paragraphs begin
// with four spaces too.
func isIndented(text string) bool {
	if !strings.HasPrefix(text, "    ") && !strings.HasPrefix(text, "\t") && !strings.HasPrefix(text, " \t") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " \t"))
	return !cjk(r)
}

// indentedLength counts the lines of indented code, with the empty lines in it.
func indentedLength(lines []mailLine) int {
	end := 0
	for i, l := range lines {
		if l.blank() {
			continue
		}
		if !isIndented(l.text) {
			break
		}
		end = i + 1
	}
	return end
}

// paragraphLength counts the lines up to an empty one or to a patch or a fence.
func paragraphLength(lines []mailLine) int {
	for i, l := range lines {
		if i > 0 && (l.blank() || l.prompt || l.text == "---" || isFence(l.text) > 0 || isPatch(lines[i:])) {
			return i
		}
	}
	return len(lines)
}

// hasColumns says whether two lines or more of a paragraph would lose something
// without their columns: a table, a drawing, a piece of a patch.
func hasColumns(lines []mailLine) bool {
	if len(lines) < 2 {
		return false
	}
	set := 0
	for _, l := range lines {
		if inColumns(l.text) {
			set++
		}
	}
	return set > 1 || isHunk(lines)
}

// inColumns says whether a line has a gap within its text, a bar between cells, or
// is mostly drawn.
func inColumns(text string) bool {
	text = strings.TrimSpace(text)
	if strings.Contains(text, "   ") || strings.Contains(text, "\t") || strings.Contains(text, " | ") || strings.HasPrefix(text, "|") {
		return true
	}
	if len(text) < 3 {
		return false
	}
	drawn := 0
	for i := range len(text) {
		if strings.IndexByte(`|+-=_/\*<>^~#`, text[i]) >= 0 {
			drawn++
		}
	}
	return drawn*2 >= len(text) || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2500 && r <= 0x259f })
}

// isHunk says whether lines are a piece of a patch, as reviewers quote it: all
// begin with a sign or a space, and one sign is not that of a list.
func isHunk(lines []mailLine) bool {
	signs, code := false, false
	for _, l := range lines {
		text := l.text
		if len(text) == 0 || strings.IndexByte("+- \t@", text[0]) < 0 || strings.HasPrefix(text, "--") {
			return false
		}
		if text[0] != ' ' && text[0] != '\t' && len(text) > 1 && (text[1] != ' ' || len(text) > 2 && text[2] == ' ') {
			signs = true
		}
		code = code || strings.ContainsAny(text, ";{}()=\t")
	}
	return signs && code
}
