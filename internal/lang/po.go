package lang

import (
	"fmt"
	"strconv"
	"strings"
)

// A catalog maps each English message to its translation. A message with a
// plural is found by its singular.
type catalog map[string]string

func mustRead(text string) catalog {
	c, err := read(text)
	if err != nil {
		panic(err) // the file is part of the program, and a test reads it
	}
	return c
}

// read understands the part of the PO format that we write: msgid, msgid_plural,
// msgstr, msgstr[0], continued strings and comments. Anything else is an error
// with its line, because a line skipped in silence is a sentence lost.
func read(text string) (catalog, error) {
	c := catalog{}
	var id, str string
	var into *string
	for i, line := range strings.Split(text, "\n") {
		word, quoted := keyword(strings.TrimSpace(line))
		if word == "" && quoted == "" {
			continue
		}
		switch word {
		case "msgid":
			id, str, into = "", "", &id
		case "msgid_plural":
			into = new(string)
		case "msgstr", "msgstr[0]":
			if _, twice := c[id]; twice {
				return nil, fmt.Errorf("catalog line %d: %q is there twice", i+1, id)
			}
			into = &str
		case "":
		default:
			return nil, fmt.Errorf("catalog line %d: unknown keyword %q", i+1, word)
		}
		s, err := strconv.Unquote(quoted)
		if err != nil || into == nil {
			return nil, fmt.Errorf("catalog line %d: not a quoted string: %s", i+1, line)
		}
		*into += s
		if into == &str {
			c[id] = str
		}
	}
	delete(c, "") // the header
	return c, nil
}

// keyword splits a line into its keyword and its quoted string; a comment or an
// empty line has neither.
func keyword(line string) (word, quoted string) {
	if line == "" || line[0] == '#' {
		return "", ""
	}
	at := strings.IndexByte(line, '"')
	if at < 0 {
		return line, ""
	}
	return strings.TrimSpace(line[:at]), line[at:]
}
