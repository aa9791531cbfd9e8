package mail

import (
	"context"
	"strconv"

	"picus/account"
	"picus/forum"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/lang"
)

// The kinds of letters that the forum asks for: one person's own dealings with a post.
const (
	letterReminder  = "reminder"  // ArgSubject, ArgReason (a note, perhaps), ArgLink, ArgText (how it stands, perhaps)
	letterSuggested = "suggested" // ArgSubject, ArgLink, ArgText (what would change), ArgReplyTo
	letterApproved  = "approved"  // ArgSubject, ArgLink
	letterNotTaken  = "not-taken" // ArgSubject, ArgReason, ArgLink
)

var forumLetters = map[string]string{
	forum.LetterSuggested: letterSuggested,
	forum.LetterApproved:  letterApproved,
	forum.LetterRefused:   letterNotTaken,
}

// forumLetter is the job that writes a letter for the forum. Nobody gets one about what
// they may not see any more, and nobody whose address is not proved.
func (g *Gateway) forumLetter(ctx context.Context, j *job.Job) error {
	var f forum.Letter
	if err := j.Read(&f); err != nil {
		return err
	}
	to, err := g.accounts.ByID(ctx, f.To)
	if err != nil || to.Status != account.Active || to.Email == "" || to.Unreachable {
		return ignoreMissing(err)
	}
	if f.Kind == forum.LetterReminder {
		return g.reminder(ctx, j, to, f)
	}
	p, err := g.forum.Find(ctx, to, f.Post)
	if err != nil {
		return ignoreMissing(err)
	}
	t, err := g.forum.Thread(ctx, to, p.Thread, forum.View{Limit: 1})
	if err != nil {
		return ignoreMissing(err)
	}
	args := map[string]string{ArgSubject: t.Title, ArgReason: f.Said, ArgLink: "/p/" + strconv.FormatInt(p.ID, 10)}
	if f.Suggestion != 0 {
		args[ArgLink] = "/suggestions/" + strconv.FormatInt(f.Suggestion, 10)
	}
	if f.Kind == forum.LetterSuggested {
		if args[ArgText], args[ArgReplyTo], err = g.suggestionArgs(ctx, to, f.Suggestion); err != nil || args[ArgReplyTo] == "" {
			return err // it was decided meanwhile
		}
	}
	return g.write(ctx, j, Letter{To: to.Email, Name: to.Display, Lang: to.Lang, Kind: forumLetters[f.Kind], Args: args})
}

// reminder writes what somebody wanted to be reminded of: a post, a page or an article.
func (g *Gateway) reminder(ctx context.Context, j *job.Job, to account.User, f forum.Letter) error {
	b, err := g.forum.Kept(ctx, to, f.Post)
	if err != nil {
		return ignoreMissing(err)
	}
	args := map[string]string{ArgSubject: b.Title, ArgReason: f.Said, ArgLink: offer{Hit: item.Hit{Kind: b.Kind, ID: b.Item, Title: b.Title, Slug: b.Slug, By: b.Author.Name}}.path()}
	if b.Thread != 0 {
		args[ArgLink] = "/p/" + strconv.FormatInt(b.Item, 10)
		args[ArgText] = esteem{votes: b.Score, voted: b.Score != 0}.ofPost(lang.Match(to.Lang))
	}
	if b.As == forum.Question {
		args[ArgText] = esteem{threadVotes: b.Score, answers: b.Answers, solved: b.Solved}.ofQuestion(lang.Match(to.Lang))
	}
	return g.write(ctx, j, Letter{To: to.Email, Name: to.Display, Lang: to.Lang, Kind: letterReminder, Args: args})
}

// ignoreMissing ends a job quietly whose subject is gone.
func ignoreMissing(err error) error {
	if fault.Is(err, fault.Missing) {
		return nil
	}
	return err
}

func (t letterText) about() string { return oneLine(t.Args[ArgSubject]) }

func (t letterText) reminder() (string, []string) {
	paragraphs := []string{t.T("You wanted to be reminded of “%s”:", t.about()), t.link()}
	if stands := oneLine(t.Args[ArgText]); stands != "" {
		paragraphs = append(paragraphs, t.T("By now it has: %s", stands))
	}
	if note := oneLine(t.Args[ArgReason]); note != "" {
		paragraphs = append(paragraphs, t.T("Your note: %s", note))
	}
	return t.T("Reminder: %s", t.about()), append(paragraphs, t.T("All your bookmarks: %s", t.base+"/bookmarks"))
}

func (t letterText) suggested() (string, []string) {
	return t.T("A suggested edit in “%s”", t.about()), []string{
		t.T("Somebody suggests an edit to what you wrote in “%s”. This would change:", t.about()),
		quoted(t.Args[ArgText]),
		t.T("Answer this letter with the word approve to take it, or with reject and the reason, which its author reads. Or decide on the site:"),
		t.link(),
	}
}

func (t letterText) approved() (string, []string) {
	return t.T("Your edit in “%s” was taken", t.about()), []string{
		t.T("Thank you: the edit that you suggested in “%s” was taken. It stands in the history under your name.", t.about()),
		t.link(),
	}
}

func (t letterText) notTaken() (string, []string) {
	return t.T("Your edit in “%s” was not taken", t.about()), []string{
		t.T("The edit that you suggested in “%s” was not taken:", t.about()),
		oneLine(t.Args[ArgReason]),
		t.link(),
	}
}
