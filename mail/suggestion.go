package mail

import (
	"context"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/item"
)

// suggestedText bounds, in characters, how much of a change a letter shows.
const suggestedText = 4000

// judge does what somebody answers about an edit that was suggested to what they wrote.
// The letter showed what it would change then: where the post was changed since, nobody
// has seen what would come of the two, and the page of the suggestion decides.
func (g *Gateway) judge(ctx context.Context, d *delivery) error {
	return g.heed(ctx, d, func(ctx context.Context, by account.User, suggestion int64, w decision) error {
		if w.yes {
			s, err := g.forum.Suggestion(ctx, by, suggestion)
			if err != nil {
				return err
			}
			_, err = g.forum.Approve(ctx, by, forum.Approval{Suggestion: suggestion, Seen: s.Base, Via: item.Mail})
			return err
		}
		return g.forum.Refuse(ctx, by, suggestion, w.why, item.Mail)
	})
}

// suggestionArgs are what a letter about a suggested edit needs besides: what would
// change, and where an answer decides.
func (g *Gateway) suggestionArgs(ctx context.Context, to account.User, suggestion int64) (text, replyTo string, err error) {
	s, err := g.forum.Suggestion(ctx, to, suggestion)
	if err != nil || s.State != "open" {
		return "", "", ignoreMissing(err)
	}
	return change(s), g.wordAddress(toSuggestion, s.ID, to.ID), nil
}

// change is what an edit would change, as a comparison is written in mail: a minus
// before what goes and a plus before what comes.
func change(s forum.Suggestion) string {
	var b strings.Builder
	title, body, tags := s.Outcome(nil)
	if s.Post.First() && title != s.Post.Title {
		b.WriteString("- " + s.Post.Title + "\n+ " + title + "\n\n")
	}
	for _, line := range item.Diff(s.Post.Source, body) {
		if line.Skipped > 0 {
			b.WriteString("...\n")
			continue
		}
		b.WriteByte(line.Op)
		b.WriteByte(' ')
		for _, span := range line.Spans {
			b.WriteString(span.Text)
		}
		b.WriteByte('\n')
	}
	if s.Post.First() && len(tags) > 0 {
		b.WriteString("\n#" + strings.Join(tags, " #") + "\n")
	}
	if s.Summary != "" {
		b.WriteString("\n" + s.Summary + "\n")
	}
	return cut(strings.TrimRight(b.String(), "\n"), suggestedText)
}
