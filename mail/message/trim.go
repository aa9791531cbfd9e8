package message

import "strings"

// Trim separates what an author wrote from what was only quoted: the mail answered,
// attributions, signatures, list footers. It is for display and destroys nothing:
// reply and elided together hold every line. Lines that an attribution was wrapped
// over are joined in elided, and other marks of quotation are written as ">" there.
//
// The rules are those that email_reply_trimmer found (MAIL.md 2.1), bent in favour
// of the author: quotes that somebody wrote between stay, a line of dashes with text
// below it stays, a mail of quotes alone stays.
func Trim(text string) (reply, elided string) {
	if strings.Count(text, "\n") > maxLines {
		return text, ""
	}
	t := trimmer{lines: readLines(text)}
	t.keep = make([]int, len(t.lines))
	for i := range t.lines {
		t.keep[i] = i
	}
	t.cutFooter()
	t.drop(func(c class) bool { return c == signature || c == armour })
	switch {
	case !t.has(textLine):
		t.quotesOnly()
	case t.replyAtEnd():
	default:
		t.cutBelow()
		t.drop(func(c class) bool { return c == attribution || c == forward || c == mailHeader })
		t.cutTrailingQuotes()
	}
	return t.result()
}

// trimmer holds the lines of a text and the indexes of those that are kept.
type trimmer struct {
	lines []line
	keep  []int
}

func (t *trimmer) class(i int) class { return t.lines[t.keep[i]].class }

// has reports whether a line of class c is kept.
func (t *trimmer) has(c class) bool {
	for i := range t.keep {
		if t.class(i) == c {
			return true
		}
	}
	return false
}

// drop takes every line out whose class gone names.
func (t *trimmer) drop(gone func(class) bool) {
	kept := t.keep[:0]
	for _, i := range t.keep {
		if !gone(t.lines[i].class) {
			kept = append(kept, i)
		}
	}
	t.keep = kept
}

// cutFooter cuts at the first line that separates the text from a signature or a
// footer. A mail that begins with one is left alone.
func (t *trimmer) cutFooter() {
	text := false
	for i := range t.keep {
		switch t.class(i) {
		case textLine, quote, attribution:
			text = true
		case delimiter:
			if text {
				t.keep = t.keep[:i]
				return
			}
		}
	}
}

// quotesOnly decides about a mail without a word of its author. Bare quotes stay,
// for somebody sent them on purpose; a quoted mail with its attribution is an
// answer that was sent empty.
func (t *trimmer) quotesOnly() {
	for i := range t.keep {
		switch l := t.lines[t.keep[i]]; {
		case l.class == blank:
		case l.class == attribution, l.class == forward, l.attributes:
			t.keep = nil
			return
		default:
			return
		}
	}
}

// replyAtEnd keeps the text behind a quotation that the mail begins with, if there
// is no other quotation, and reports whether this was so.
func (t *trimmer) replyAtEnd() bool {
	first := -1
	for i := range t.keep {
		switch c := t.class(i); {
		case first < 0 && c == textLine:
			first = i
		case first >= 0 && c != textLine && c != blank:
			return false
		}
	}
	start := 0
	for start < len(t.keep) && t.class(start) == blank {
		start++
	}
	begins := t.class(start) == attribution || t.class(start) == forward
	if !begins || first < start+2 {
		return false
	}
	t.keep = t.keep[first:]
	return true
}

// cutBelow cuts behind the last line of text above a quoted mail that nobody wrote
// below of.
func (t *trimmer) cutBelow() {
	lastQuote := -1
	for i := range t.keep {
		if t.class(i) == quote {
			lastQuote = i
		}
	}
	above := -1
	for i := range t.keep {
		switch t.class(i) {
		case textLine:
			above = i
		case forward, mailHeader:
			// Below the header of a quoted mail all is quoted, marked or not.
			if above >= 0 {
				t.keep = t.keep[:above+1]
				return
			}
		case attribution:
			// Without a quote mark behind it, an attribution stands over a mail that
			// was quoted without marks.
			if above >= 0 && (i > lastQuote || t.namedQuoteFollows(i)) {
				t.keep = t.keep[:above+1]
				return
			}
		}
	}
}

// namedQuoteFollows reports whether the quotation below the attribution i is marked
// with its author's name (Ann> …) and is the last one. The few lines that such
// clients leave below it are the old signature, not an answer.
func (t *trimmer) namedQuoteFollows(i int) bool {
	named, behind := false, 0
	for j := i + 1; j < len(t.keep); j++ {
		switch l := t.lines[t.keep[j]]; l.class {
		case quote:
			if !l.named || behind > 0 {
				return false
			}
			named = true
		case textLine:
			if behind++; !named || behind >= 7 {
				return false
			}
		case attribution, forward, mailHeader:
			return false
		}
	}
	return named
}

// cutTrailingQuotes cuts quotes that nothing of the author follows.
func (t *trimmer) cutTrailingQuotes() {
	if !t.has(textLine) {
		return
	}
	end := len(t.keep)
	for end > 0 && (t.class(end-1) == quote || t.class(end-1) == blank) {
		end--
	}
	t.keep = t.keep[:end]
}

// result joins the lines that stay and those that do not.
func (t *trimmer) result() (reply, elided string) {
	if len(t.keep) == len(t.lines) {
		return join(t.lines, func(l line) string { return l.text }), ""
	}
	var kept, gone []line
	next := 0
	for i, l := range t.lines {
		if next < len(t.keep) && t.keep[next] == i {
			kept = append(kept, l)
			next++
			continue
		}
		gone = append(gone, l)
	}
	return join(kept, func(l line) string { return l.text }), join(gone, func(l line) string { return l.shown })
}

// join writes lines without the blank ones around them.
func join(lines []line, text func(line) string) string {
	for len(lines) > 0 && lines[0].class == blank {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1].class == blank {
		lines = lines[:len(lines)-1]
	}
	var b strings.Builder
	for i, l := range lines {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(text(l))
	}
	return strings.TrimRight(b.String(), " \t\n")
}
