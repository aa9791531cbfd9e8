package markdown

import (
	"strings"

	"github.com/alecthomas/chroma/v2"
)

// class is a range of chroma's token types and how it looks. The colours have at
// least 4.5:1 on the ground of a code block in both schemes (WCAG 2.2, 1.4.3);
// variables are the site's own (--soft, --moss, --link, --amber, --crest).
type class struct {
	from, to chroma.TokenType
	class    string
	style    string
}

var classes = []class{
	{chroma.Keyword, chroma.Name, "k", "color: light-dark(#8b2c70, #e39bd0)"},
	{chroma.NameAttribute, chroma.NameClass, "nb", "color: light-dark(#6a4a00, #d9b76a)"},
	{chroma.NameClass, chroma.NameConstant, "nf", "color: var(--link)"},
	{chroma.NameDecorator, chroma.NameEntity, "nd", "color: var(--amber)"},
	{chroma.NameException, chroma.NameKeyword, "nf", ""},
	{chroma.NameTag, chroma.NameBuiltin, "nf", ""},
	{chroma.NameBuiltin, chroma.NameVariable, "nb", ""},
	{chroma.NameFunction, chroma.Literal, "nf", ""},
	{chroma.LiteralString, chroma.LiteralNumber, "s", "color: var(--moss)"},
	{chroma.LiteralNumber, chroma.Operator, "m", "color: light-dark(#7a3d12, #e8a87c)"},
	{chroma.OperatorWord, chroma.Punctuation, "k", ""},
	{chroma.Comment, chroma.CommentPreproc, "c", "color: var(--soft); font-style: italic"},
	{chroma.CommentPreproc, chroma.Generic, "nd", ""},
	{chroma.GenericDeleted, chroma.GenericEmph, "gd", "color: var(--crest)"},
	{chroma.GenericError, chroma.GenericHeading, "gd", ""},
	{chroma.GenericHeading, chroma.GenericInserted, "gh", "color: var(--link); font-weight: 600"},
	{chroma.GenericInserted, chroma.GenericOutput, "gi", "color: var(--moss)"},
	{chroma.GenericOutput, chroma.GenericStrong, "c", ""},
	{chroma.GenericSubheading, chroma.GenericTraceback, "gh", ""},
	{chroma.GenericTraceback, chroma.GenericUnderline, "gd", ""},
}

// CSS returns the rules for coloured code, light and dark. They use the colours
// that the style sheet of the site defines.
func CSS() string {
	var b strings.Builder
	b.WriteString("/* Coloured code. Made by internal/markdown; change it there. */\n")
	for _, c := range classes {
		if c.style != "" {
			b.WriteString("pre ." + c.class + " { " + c.style + " }\n")
		}
	}
	return b.String()
}
