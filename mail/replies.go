package mail

import (
	"picus/forum"
	"picus/internal/lang"
)

// replies says what an answer to the mail will do: nobody should have to find out by
// trying. It is the same for all who get the mail, so it names both parts of a question.
func (b *bulletin) replies(l lang.Lang) []string {
	if !b.open() {
		return nil
	}
	lines := b.repliesInThread(l)
	if b.came != nil { // it names its author as the one to answer
		lines = append(lines, l.T("This is about a reply to all or to the list; one to the sender alone reaches nobody else."))
	}
	return append(lines, b.mirrorLine(l)...)
}

// repliesInThread says what an answer that comes to the thread will do.
func (b *bulletin) repliesInThread(l lang.Lang) []string {
	if len(b.poll) > 0 {
		return []string{
			l.T("A reply to this mail is posted in the thread under your name."),
			l.T("This is a poll. The first line “vote 2” votes for the second option, “vote 1,3” for two where several may be chosen, “vote 0” takes your vote back."),
		}
	}
	if b.thread != forum.Question {
		return []string{l.T("A reply to this mail is posted in the thread under your name.")}
	}
	switch b.state {
	case forum.Open:
		return []string{l.T("A reply to this mail is posted as an answer under your name; if the question is yours, it adds to it."), orderLine(l)}
	case forum.NeedsInfo:
		return []string{l.T("The question waits for its asker: their reply to this mail opens it again, anybody else's is an answer."), orderLine(l)}
	case forum.Answered:
		return []string{l.T("A reply to this mail is posted as an answer under your name; if the question is yours, it says that you need more."), orderLine(l)}
	case forum.Expired:
		return []string{l.T("The question has expired. A reply of its asker to this mail opens it again; anybody else's is a comment.")}
	}
	if b.state == forum.Solved {
		return []string{l.T("A reply to this mail is posted under your name, as a comment: the question is solved.")}
	}
	return []string{l.T("A reply to this mail is posted under your name, as a comment: the question takes no answers.")}
}

func orderLine(l lang.Lang) string {
	return l.T("A first line can do something by itself: +1, metoo, accept, solved, needinfo, dup 123, tag +x -y, mute.")
}
