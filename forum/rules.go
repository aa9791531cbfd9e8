package forum

import (
	"strings"
	"unicode/utf8"

	"picus/internal/fault"
	"picus/internal/item"
)

const (
	maxTitle    = 200      // characters
	maxMarkdown = 64 << 10 // bytes; what the renderer is proved on
	maxText     = 1 << 20  // bytes of a mail's text: patches are long
	maxComment  = 16 << 10 // bytes
)

// cleanTitle returns a title as one line without controls, or a fault.
func cleanTitle(title string) (string, error) {
	title = item.Line(title)
	if title == "" {
		return "", fault.Bad("title", "Give it a title: one sentence that says what it is about.")
	}
	if utf8.RuneCountInString(title) > maxTitle {
		return "", fault.Bad("title", "A title may have %d characters at most.", maxTitle)
	}
	return title, nil
}

func cleanBody(body string, f item.Format, kind Kind) (string, error) {
	body = strings.ToValidUTF8(strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\x00", ""), "�")
	limit := maxMarkdown
	if f == item.PlainText {
		limit = maxText
	}
	if kind == Comment {
		limit = maxComment
	}
	switch {
	case strings.TrimSpace(body) == "":
		return "", fault.Bad("body", "There is no text yet.")
	case len(body) > limit:
		return "", fault.Bad("body", "The text is too long: %d KB at most.", limit>>10)
	}
	return strings.TrimRight(body, " \t\n"), nil
}

// check gathers the faults of several fields, so that a form names all at once.
func check(errs ...error) error {
	var all fault.List
	for _, err := range errs {
		if err == nil {
			continue
		}
		several := fault.All(err)
		if len(several) == 0 {
			return err
		}
		all = append(all, several...)
	}
	return all.Err()
}
