package views

import (
	"picus/forum"
	"picus/internal/lang"
)

// BoardTitle is what a board is called. The boards that a site begins with are named in
// the reader's language, as long as nobody has given them another name.
func BoardTitle(l lang.Lang, b forum.Board) string {
	switch b.Title {
	case lang.Mark("Talk"), lang.Mark("Wiki talk"), lang.Mark("Comments"):
		return l.T(b.Title)
	}
	return b.Title
}

// boardName is BoardTitle where nothing but the title is known.
func (p Page) boardName(title string) string { return BoardTitle(p.Lang, forum.Board{Title: title}) }

// BoardPurpose is what a board is for, with the same boards in the reader's language.
func BoardPurpose(l lang.Lang, b forum.Board) string {
	switch b.Description {
	case lang.Mark("Questions, answers and whatever else concerns everybody."), lang.Mark("What is said about the pages of the wiki."),
		lang.Mark("What is said about the articles of members."):
		return l.T(b.Description)
	}
	return b.Description
}
