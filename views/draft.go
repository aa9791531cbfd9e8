package views

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"picus/internal/item"
	"picus/internal/lang"
)

// DraftPath is where the form of a draft is.
func DraftPath(place string) string {
	if post, ok := strings.CutSuffix(place, "/comment"); ok && strings.HasPrefix(place, "/p/") {
		return post + "/reply?comment=1"
	}
	return place
}

// draftWord says what a draft will be.
func draftWord(place string) string {
	switch {
	case strings.HasPrefix(place, "/b/"), strings.HasPrefix(place, "/wiki/") && strings.HasSuffix(place, "/talk"):
		return lang.Mark("New thread")
	case strings.HasPrefix(place, "/wiki/"):
		return lang.Mark("Wiki page")
	case strings.HasSuffix(place, "/comment"):
		return lang.Mark("Comment")
	case strings.HasPrefix(place, "/blog/"):
		return lang.Mark("Article")
	case strings.HasSuffix(place, "/reply"):
		return lang.Mark("Reply")
	}
	return lang.Mark("Edit")
}

func draftTitle(d item.Unsent) string {
	if d.Title == "" {
		return ""
	}
	return ": " + d.Title
}

// excerptLength is how much of a draft its row shows.
const excerptLength = 200

func excerpt(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > excerptLength {
		return string([]rune(text)[:excerptLength]) + "…"
	}
	return text
}

// fields are what a form of the draft holds beside its text; its next version goes on
// from the one that is in its way.
func (p DraftConflictPage) fields() []Sent {
	m := p.Mine
	several := ""
	if m.Several {
		several = "on"
	}
	return []Sent{{"options", m.Options}, {"several", several}, {"closes", m.Closes},
		{"place", m.Place}, {"kind", m.Kind}, {"title", m.Title}, {"tags", m.Tags}, {"summary", m.Summary},
		{"base", strconv.FormatInt(m.Base, 10)}, {"draft", strconv.FormatInt(p.Theirs.Version, 10)}}
}
