package mail

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"picus/account"
	"picus/internal/item"
)

// leastCited is how many letters and digits a quotation has at least that is looked for:
// a word or two stand in many posts.
const leastCited = 8

// cited returns what a mail says with a line above the words that it quotes of the post
// it answers: who wrote them, and where they stand. The line that the mail itself had
// there is gone with what was trimmed, and led nowhere.
func (g *Gateway) cited(ctx context.Context, by account.User, body string, p place) string {
	if p.thread == 0 || !strings.Contains("\n"+body, "\n>") {
		return body
	}
	answered := p.parent
	if answered == 0 {
		answered = p.thread
	}
	q, err := g.forum.Find(ctx, by, answered)
	if err != nil || q.Status != item.Live {
		return body // without its post it is a quotation all the same
	}
	lines := strings.Split(body, "\n")
	from, ok := quoteOf(lines, lettersOf(q.Source))
	if !ok {
		return body
	}
	above := lines[:from:from]
	if from > 0 && strings.TrimSpace(lines[from-1]) != "" {
		above = append(above, "")
	}
	above = append(above, fmt.Sprintf("%s <%s/p/%d>:", plainDisplay(q.Author.Display), g.conf.BaseURL, q.ID), "")
	return strings.Join(append(above, lines[from:]...), "\n")
}

// quoteOf finds the first quotation every line of which stands in a text, given as its
// letters.
func quoteOf(lines []string, text string) (from int, ok bool) {
	from, found := -1, 0
	for i, line := range append(lines, "") {
		quoted, is := strings.CutPrefix(line, ">")
		switch {
		case !is:
			if from >= 0 && found >= leastCited {
				return from, true
			}
			from, found = -1, 0
		case strings.HasPrefix(strings.TrimSpace(quoted), ">"): // it was quoted there already
		case found < 0:
		case !strings.Contains(text, lettersOf(quoted)):
			found = -1 // until the quotation ends
		default:
			found += len([]rune(lettersOf(quoted)))
		}
		if is && from < 0 {
			from = i
		}
	}
	return 0, false
}

// lettersOf is what two programs leave alike of a text that one of them quotes: they wrap
// it, and write its marks in their own way.
func lettersOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, text)
}

// plainDisplay is a name that means nothing to Markdown and calls nobody.
func plainDisplay(name string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if strings.ContainsRune("[]\\*`<>@_#", r) {
			return -1
		}
		return r
	}, item.Line(name)))
}
