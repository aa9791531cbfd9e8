package views

import (
	"net/url"
	"strconv"
	"strings"

	"picus/forum"
	"picus/internal/item"
	"picus/internal/lang"
)

// ThreadPath is the address of a thread.
func ThreadPath(id int64, slug string) string {
	path := "/t/" + strconv.FormatInt(id, 10)
	if slug == "" {
		return path
	}
	return path + "/" + url.PathEscape(slug)
}

// PostPath is the address that leads to a post wherever it stands.
func PostPath(id int64) string { return "/p/" + strconv.FormatInt(id, 10) }

func (q *Post) anchor() string { return "p" + q.number() }

func (q *Post) number() string { return strconv.FormatInt(q.ID, 10) }

// threadAction is what the forms of a thread's page begin with.
func threadAction(t *forum.Thread) string { return ThreadPath(t.ID, "") }

// StateWord says in words where a thread is.
func StateWord(l lang.Lang, t *forum.Thread) string {
	if t.Kind != forum.Question {
		return l.N(t.Posts-1, "%d reply", "%d replies")
	}
	if t.State == forum.Solved {
		return l.T("solved")
	}
	return l.N(t.Answers, "%d answer", "%d answers")
}

func rowState(r *forum.Row) State {
	if r.Kind == forum.Question {
		return State{Question: true, Replies: r.Answers, Solved: r.State == forum.Solved, Settled: settled(r.State)}
	}
	return State{Replies: r.Posts - 1}
}

// tongue is the language of the thread, where the page around it speaks another one.
func (p *ThreadPage) tongue() string {
	if mine, _, _ := strings.Cut(string(p.Lang), "-"); mine == p.Thread.Lang {
		return ""
	}
	return p.Thread.Lang
}

// askWord is what the way to a new thread is called.
func (p ListPage) askWord() string {
	if p.AskWord != "" {
		return p.AskWord
	}
	return p.Lang.T("New thread")
}

// ordered reports whether there is anything below the first post that has an order.
func (p ThreadPage) ordered() bool {
	if p.Thread.Kind == forum.Question {
		return p.Thread.Answers > 0
	}
	return p.Thread.Posts > 1
}

// gap stands between a sentence that ends in a colon and what follows: the colon of
// Chinese is as wide as a character and has its own.
func (p *Page) gap() string {
	if p.Lang == lang.Chinese {
		return ""
	}
	return " "
}

// settled reports whether nobody is waited for in a question, whether it was answered or not.
func settled(s forum.State) bool {
	switch s {
	case forum.Duplicate, forum.Invalid, forum.Expired, forum.Closed:
		return true
	}
	return false
}

func kindWord(p Page, k forum.Kind) string {
	switch k {
	case forum.Question:
		return p.Lang.T("question")
	case forum.Answer:
		return p.Lang.T("answer")
	case forum.Comment:
		return p.Lang.T("comment")
	case forum.Reply:
		return p.Lang.T("reply")
	}
	return p.Lang.T("discussion")
}

func (f Follow) sentence(p Page) string {
	switch f.Level {
	case "watch":
		return p.Lang.T("You are watching this: everything comes by mail.")
	case "daily":
		return p.Lang.T("What is new here comes in one mail a day.")
	case "weekly":
		return p.Lang.T("What is new here comes in one mail a week.")
	case "web":
		return p.Lang.T("What is new here is told on the site.")
	case item.Push:
		return p.Lang.T("What is new here is told on the site, and shown in your browsers.")
	case "mute":
		return p.Lang.T("Muted: you hear nothing of it.")
	}
	if f.Person {
		return p.Lang.T("You hear of what they write where you take part yourself.")
	}
	return p.Lang.T("You hear of it where you take part or are mentioned.")
}

func (r Revision) anchor() string { return "r" + strconv.FormatInt(r.Seq, 10) }

// DiffLines are a comparison for the page, with the gaps in words.
func DiffLines(p Page, lines []item.DiffLine) []DiffLine {
	all := make([]DiffLine, len(lines))
	for i, l := range lines {
		all[i] = DiffLine{Op: l.Op, Old: l.Old, New: l.New, Spans: make([]DiffSpan, len(l.Spans))}
		for n, s := range l.Spans {
			all[i].Spans[n] = DiffSpan{s.Text, s.Changed}
		}
		if l.Op == '@' {
			all[i].Spans = []DiffSpan{{Text: p.Lang.N(l.Skipped, "%d line that is not shown", "%d lines that are not shown")}}
		}
	}
	return all
}

func (t TagCount) count() string {
	if t.More {
		return strconv.Itoa(t.N) + "+"
	}
	return strconv.Itoa(t.N)
}

// BellSentence is what the bell says of so many notices that nobody has seen.
func BellSentence(p *Page, n int) string {
	if n == 0 {
		return p.Lang.T("Notifications")
	}
	return unreadSentence(p, n)
}

func unreadSentence(p *Page, n int) string {
	return p.Lang.N(n, "Notifications, %d unread", "Notifications, %d unread")
}

func newWord(p *Page, n int) string { return p.Lang.N(n, "%d new", "%d new") }

func votesWord(p *Page, n int) string { return p.Lang.N(n, "%d vote", "%d votes") }

// wantedWord is for everybody who reads, one of those who are counted or not.
func wantedWord(p *Page, n int) string {
	return p.Lang.N(n, "%d person has this question, too", "%d people have this question, too")
}

// sharedWord says to a reader who has the same question as its asker who has it besides.
func sharedWord(p *Page, n int) string {
	if n == 1 {
		return p.Lang.T("You have this question, too")
	}
	return p.Lang.N(n-1, "You and %d more have this question, too", "You and %d more have this question, too")
}

func editedWord(p *Page, n int) string {
	if n == 1 {
		return p.Lang.T("edited once")
	}
	return p.Lang.T("edited %d times", n)
}

// word is the feed's format, where its title goes without saying.
func (f Feed) word(l lang.Lang) string {
	switch f.Type {
	case "application/atom+xml":
		return "Atom"
	case "application/rss+xml":
		return "RSS"
	case "text/markdown":
		return "Markdown"
	case "text/plain":
		return l.T("Plain text")
	case "application/mbox":
		return "mbox"
	}
	return "JSON"
}
