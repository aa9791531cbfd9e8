package stackexchange

import (
	"regexp"
	"strings"
)

// What begins a block in Markdown is only text in a comment of Stack Exchange, which has no
// headings, lists or quotations, and no HTML either.
var (
	blockStart  = regexp.MustCompile(`^(#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|~~~|[=-]+\s*$)`)
	numberStart = regexp.MustCompile(`^(\d+)([.)](?:\s|$))`)
	tagStart    = regexp.MustCompile("`[^`]*`|<[a-zA-Z/!?]")
)

// commentSource returns a comment so that it reads here as it did there, in one paragraph.
func commentSource(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = strings.TrimLeft(line, " \t")
		line = blockStart.ReplaceAllString(line, `\$1`)
		lines[i] = numberStart.ReplaceAllString(line, `$1\$2`)
	}
	return tagStart.ReplaceAllStringFunc(strings.Join(lines, "\n"), func(s string) string {
		if s[0] == '<' {
			return `\` + s
		}
		return s
	})
}
