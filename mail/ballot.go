package mail

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
)

// ballotLine votes in a poll: by the numbers of the options, 0 for none of them any more.
var ballotLine = regexp.MustCompile(`^(?i:vote|投票|投给|投給)\s*(?:for\s+)?#?(\d{1,2}(?:\s*[,、 ]\s*\d{1,2})*)$`)

// readBallot reads the numbers of such a line. None are a vote that is taken back.
func readBallot(numbers string) (options []int) {
	for _, word := range strings.FieldsFunc(numbers, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(word); err == nil && n > 0 {
			options = append(options, n)
		}
	}
	return options
}

// pollText lists the options of a poll under its text, with the numbers that a vote names.
func pollText(options []string) string {
	var b strings.Builder
	for i, o := range options {
		if i == 0 {
			b.WriteString("\n")
		}
		fmt.Fprintf(&b, "\n%2d. %s", i+1, o)
	}
	return b.String()
}

func pollHTML(options []string) string {
	if len(options) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("<ol>\n")
	for _, o := range options {
		fmt.Fprintf(&b, "<li>%s</li>\n", html.EscapeString(o))
	}
	b.WriteString("</ol>\n")
	return b.String()
}
