package markdown

import "strings"

// Text returns the HTML of a plain-text mail.
func Text(src string) Doc {
	src = tidy(src)
	var b strings.Builder
	for _, p := range strings.Split(src, "\n\n") {
		b.WriteString("<p>" + strings.ReplaceAll(escape(strings.TrimSpace(p)), "\n", "<br>\n") + "</p>\n")
	}
	return Doc{HTML: b.String(), Text: src}
}
