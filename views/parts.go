package views

import (
	"context"
	"io"
	"strconv"

	"github.com/a-h/templ"
)

// letter is the envelope as a character of the text, not as a coloured picture
// (U+FE0E chooses so).
const letter = "✉\uFE0E"

// User is a person as a page names them. A writer of mail who has no account has
// no Name, and so no page.
type User struct{ Name, Display string }

// Crumb is one step of the way to a page; the last one is the page and has no Href.
type Crumb struct{ Label, Href string }

// Tab is one view of a page. A feed stands at the far end.
type Tab struct {
	Label, Href string
	Count       int
	Here, Feed  bool
}

// State is what a row of a list says first: is it answered, and how often.
type State struct {
	Question bool
	Replies  int // answers of a question, else replies
	Solved   bool
	Settled  bool // nobody waits for an answer, though there may be none
}

// Vote is the score of a post and what the reader may do to it.
type Vote struct {
	Post  int64
	Score int
	Mine  int    // -1, 0 or 1
	Why   string // already translated; not empty when the reader may not vote
}

// DiffLine is one line of a comparison. Op is '+', '-', ' ' for a line that
// stayed, or '@' for a gap, whose text says what was left out.
type DiffLine struct {
	Op    byte
	Old   int // line numbers; 0 where the line is not on that side
	New   int
	Spans []DiffSpan
}

// DiffSpan is a piece of a line; Changed marks the words that differ.
type DiffSpan struct {
	Text    string
	Changed bool
}

// Prose puts the HTML that internal/markdown made, and nothing else, into a page.
// It is the only place where text is not escaped.
func Prose(html string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, html)
		return err
	})
}

// unread keeps the count beside the bell short.
func unread(n int) string {
	if n > 99 {
		return "99+"
	}
	return strconv.Itoa(n)
}

// next is the vote that a press of the button casts: a second press takes it back.
func (v Vote) next(way int) string {
	if v.Mine == way {
		return "0"
	}
	return strconv.Itoa(way)
}

func (v Vote) action() string {
	return "/p/" + strconv.FormatInt(v.Post, 10) + "/vote"
}

// number tells the buttons of one post from those of another.
func (v Vote) number() string { return " #" + strconv.FormatInt(v.Post, 10) }

func (v Vote) word(p *Page) string {
	if v.Score == 1 {
		return p.Lang.T("vote")
	}
	return p.Lang.T("votes")
}

func (s State) class() string {
	switch {
	case s.Solved:
		return "state solved"
	case s.Question && s.Replies == 0 && !s.Settled:
		return "state none"
	}
	return "state"
}

func (s State) word(p *Page) string {
	switch {
	case s.Solved:
		return p.Lang.T("solved")
	case s.Question && s.Replies == 0 && !s.Settled:
		return p.Lang.T("no answer")
	case s.Question && s.Replies == 1:
		return p.Lang.T("answer")
	case s.Question:
		return p.Lang.T("answers")
	case s.Replies == 1:
		return p.Lang.T("reply")
	}
	return p.Lang.T("replies")
}

func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
