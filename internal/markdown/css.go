package markdown

import "strings"

// codeClasses are the classes of coloured code and how they look. The names are
// those of chroma and Pygments. The colours have at least 4.5:1 on the ground of
// a code block in both schemes (WCAG 2.2, 1.4.3); the variables are the site's.
var codeClasses = []struct{ name, style string }{
	{"k", "color: light-dark(#8b2c70, #e39bd0)"},  // keyword
	{"nb", "color: light-dark(#6a4a00, #d9b76a)"}, // builtin, variable, key
	{"nf", "color: var(--link)"},                  // function or class where it is defined
	{"nd", "color: var(--amber)"},                 // decorator, directive
	{"s", "color: var(--moss)"},                   // string
	{"m", "color: light-dark(#7a3d12, #e8a87c)"},  // number
	{"c", "color: var(--soft); font-style: italic"},
	{"gh", "color: var(--link); font-weight: 600"}, // head of a patch
	{"gi", "color: var(--moss)"},                   // inserted
	{"gd", "color: var(--crest)"},                  // deleted
	{"gp", "color: var(--soft)"},                   // prompt
}

// CSS returns the rules for coloured code, light and dark. They use the colours
// that the style sheet of the site defines.
func CSS() string {
	var b strings.Builder
	b.WriteString("/* Coloured code. Made by internal/markdown; change it there. */\n")
	for _, c := range codeClasses {
		b.WriteString("pre ." + c.name + " { " + c.style + " }\n")
	}
	return b.String()
}
