package message

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// class says what a line of a mail's text is.
type class byte

const (
	textLine    class = iota
	blank             // nothing but white space
	quote             // marked with > or the like
	attribution       // "On …, Ann wrote:"
	forward           // "----- Original Message -----"
	mailHeader        // "From: …" of a mail quoted without marks
	signature         // "Sent from my …"
	delimiter         // what stands below is no text of the author
	armour            // PGP's own lines
)

// line is one line of a text, or the several that an attribution was wrapped over.
type line struct {
	text  string // as it stands
	shown string // as it is shown among the elided lines
	class class
	// attributes: a quoted line is an attribution in the quotation.
	attributes bool
	// named: a quote is marked with its author's name or initials.
	named bool
	// fixed: the line belongs to code or a patch and is not looked at.
	fixed bool
}

// maxLines is up to how many lines a text is looked at; a longer one is a log or a
// file, and is shown whole.
const maxLines = 20_000

// readLines cuts text into lines and classifies them.
func readLines(text string) []line {
	if strings.IndexByte(text, '\r') >= 0 {
		text = crlf.Replace(text)
	}
	lines := make([]line, 0, strings.Count(text, "\n")+1)
	for s := range strings.SplitSeq(text, "\n") {
		lines = append(lines, line{text: s, shown: s, class: firstLook(s)})
	}
	markArmour(lines)
	markCode(lines)
	lines = joinAttributions(lines)
	markTables(lines)
	markNamedQuotes(lines)
	markTabs(lines)
	markHeaders(lines)
	markSignatures(lines)
	markDelimiters(lines)
	return lines
}

// firstLook tells blank and quoted lines from text by their first bytes.
func firstLook(s string) class {
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t':
			continue
		case '>', '|':
			return quote
		}
		if s[i] < utf8.RuneSelf && s[i] > ' ' {
			return textLine
		}
		break
	}
	if strings.TrimFunc(s, invisible) == "" {
		return blank
	}
	if strings.HasPrefix(strings.TrimLeftFunc(s, invisible), "＞") {
		return quote
	}
	return textLine
}

// invisible is white space in the wide sense: editors leave marks without a width.
func invisible(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' || r == 0
}

// markArmour finds the lines PGP puts around a signed text, which stands between.
func markArmour(lines []line) {
	inHeader, inSignature := false, false
	ends := 0
	for i := range lines {
		if strings.HasPrefix(lines[i].text, "-----END PGP SIGNATURE-----") {
			ends = i
		}
	}
	for i := range lines {
		s := lines[i].text
		switch {
		case strings.HasPrefix(s, "-----BEGIN PGP SIGNED MESSAGE-----"):
			inHeader = true
		case strings.HasPrefix(s, "-----BEGIN PGP SIGNATURE-----"):
			if inSignature = i < ends; !inSignature {
				continue
			}
		case inHeader && lines[i].class == blank:
			inHeader = false
			continue
		case !inHeader && !inSignature:
			continue
		}
		lines[i].class = armour
		if strings.HasPrefix(s, "-----END PGP SIGNATURE-----") {
			inSignature = false
		}
	}
}

// markCode fixes the lines of fenced code and of patches: dashes, plus signs and
// colons mean something else there.
func markCode(lines []line) {
	lastFence := 0
	for i := range lines {
		if isFence(lines[i].text) {
			lastFence = i
		}
	}
	for i := 0; i < len(lines); i++ {
		s := lines[i].text
		if lines[i].class != textLine || s == "" {
			continue
		}
		end := 0
		switch s[0] {
		case '`':
			if i < lastFence && strings.HasPrefix(s, "```") && !strings.Contains(s[3:], "`") {
				end = fenceEnd(lines, i)
			}
		case 'F':
			if isMailbox(s) {
				end = patchEnd(lines, firstDiff(lines, i))
			}
		case 'd', '@', '-':
			if isDiff(s) {
				end = patchEnd(lines, i)
			}
		}
		if end > i {
			fix(lines[i:end])
			i = end - 1
		}
	}
}

func fix(lines []line) {
	for i := range lines {
		lines[i].fixed = true
		if lines[i].class != blank {
			lines[i].class = textLine
		}
	}
}

func isFence(s string) bool {
	return strings.HasPrefix(s, "```") && strings.TrimRight(s, " \t") == "```"
}

// fenceEnd returns the line behind the closing fence.
func fenceEnd(lines []line, start int) int {
	for i := start + 1; i < len(lines); i++ {
		if isFence(lines[i].text) {
			return i + 1
		}
	}
	return 0
}

// isMailbox recognises the line that git format-patch and stable trees begin a patch
// with; the header below it belongs to the patch.
func isMailbox(s string) bool {
	return strings.HasPrefix(s, "From ") && strings.Contains(s, ":") && dated(s)
}

func isDiff(s string) bool {
	return strings.HasPrefix(s, "diff --git ") || strings.HasPrefix(s, "@@ -") || strings.HasPrefix(s, "--- a/")
}

// firstDiff returns the first line of a diff behind start, or the end of the header
// that start begins.
func firstDiff(lines []line, start int) int {
	header := -1
	for i := start; i < len(lines) && lines[i].class != quote; i++ {
		if isDiff(lines[i].text) {
			return i
		}
		if header < 0 && lines[i].class == blank {
			header = i
		}
	}
	return max(header, start)
}

// patchEnd returns where a patch ends: at the first line that can be none of a diff,
// git's version below its "-- " included.
func patchEnd(lines []line, start int) int {
	end := start
	for i := start; i < len(lines); i++ {
		s := lines[i].text
		if s == "" {
			continue
		}
		switch {
		case strings.IndexByte("+-@ \\\t", s[0]) >= 0, startsAny(s, "diff ", "index ", "new file", "deleted file", "old mode", "new mode", "rename ", "similarity ", "Binary ", "copy "):
			end = i + 1
		case end == i && i > 0 && isDashes(lines[i-1].text):
			return i + 1 // the version of git below its "-- "
		default:
			return end
		}
	}
	return end
}

func isDashes(s string) bool { return s == "-- " || s == "--" }

func startsAny(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// markTables takes back the quote mark | from runs of lines that are a table: one of
// their cells is closed with another |.
func markTables(lines []line) {
	for i := 0; i < len(lines); {
		if !barred(lines[i]) {
			i++
			continue
		}
		end, table := i, false
		for ; end < len(lines) && barred(lines[end]); end++ {
			rest := strings.TrimLeft(lines[end].text, " \t")[1:]
			table = table || strings.ContainsAny(rest, "|")
		}
		for ; i < end; i++ {
			if table {
				lines[i].class = textLine
				continue
			}
			lines[i].shown = strings.Replace(lines[i].text, "|", ">", 1)
		}
	}
}

func barred(l line) bool {
	return l.class == quote && strings.HasPrefix(strings.TrimLeft(l.text, " \t"), "|")
}

// markNamedQuotes finds quotes marked with a name or initials (Ann> …). A program's
// prompt looks alike, so that they count only below an attribution that holds the
// name, or begin with up to three capitals.
func markNamedQuotes(lines []line) {
	var names string
	for i := range lines {
		if lines[i].class == attribution {
			names += strings.ToLower(lines[i].text) + "\n"
		}
		if len(names) > 4<<10 {
			break
		}
	}
	if names == "" {
		return
	}
	for i := range lines {
		l := &lines[i]
		end := strings.IndexByte(l.text, '>')
		if l.class != textLine || l.fixed || end < 1 || end > 20 {
			continue
		}
		name := strings.TrimLeft(l.text[:end], " ")
		if isWord(name) && (isInitials(name) || strings.Contains(names, strings.ToLower(name))) {
			l.class, l.named = quote, true
			l.shown = ">" + l.text[end+1:]
		}
	}
}

// markTabs finds what mailx quotes: lines that begin with a tab, right below an
// attribution. Elsewhere a tab begins code.
func markTabs(lines []line) {
	below := false
	for i := range lines {
		l := &lines[i]
		switch {
		case l.class == attribution:
			below = true
		case strings.TrimSpace(l.text) == "":
		case below && !l.fixed && l.class == textLine && strings.HasPrefix(l.text, "\t"):
			l.class, l.shown = quote, "> "+l.text[1:]
		default:
			below = false
		}
	}
}

func isWord(s string) bool {
	for _, r := range s {
		if !unicode.IsLetter(r) {
			return false
		}
	}
	return s != ""
}

func isInitials(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return len(s) > 0 && len(s) <= 3
}
