package views

import (
	"strconv"
	"strings"

	"picus/forum"
)

// ReasonWord is a reason in a few words.
func ReasonWord(p Page, r forum.CloseReason) string {
	switch r {
	case forum.OffTopic:
		return p.Lang.T("off topic here")
	case forum.Unclear:
		return p.Lang.T("not clear what is meant")
	case forum.Broad:
		return p.Lang.T("too broad for one thread")
	case forum.Rules:
		return p.Lang.T("against the rules")
	case forum.Settled:
		return p.Lang.T("settled: there is nothing more to add")
	}
	return string(r)
}

func reasonSentence(p Page, r forum.CloseReason) string {
	switch r {
	case forum.OffTopic:
		return p.Lang.T("It is not about what this board is for.")
	case forum.Unclear:
		return p.Lang.T("It is not clear what is meant.")
	case forum.Broad:
		return p.Lang.T("It asks for more than one thread can hold.")
	case forum.Rules:
		return p.Lang.T("It is against the rules.")
	case forum.Settled:
		return p.Lang.T("It is settled: there is nothing more to add.")
	}
	return ""
}

// verbWord is what was done, before the title of the thread it was done to.
func verbWord(p *Page, a *forum.Action) string {
	switch a.Verb {
	case forum.VerbLock:
		return p.Lang.T("Locked:")
	case forum.VerbUnlock:
		return p.Lang.T("Unlocked:")
	case forum.VerbPin:
		return p.Lang.T("Pinned:")
	case forum.VerbUnpin:
		return p.Lang.T("Not pinned any more:")
	case forum.VerbClose:
		return p.Lang.T("Closed:")
	case forum.VerbReopen:
		return p.Lang.T("Opened again:")
	case forum.VerbSlow:
		return p.Lang.T("Slow mode:")
	case forum.VerbRest, forum.VerbBoardRest:
		return p.Lang.T("Archive:")
	case forum.VerbMove:
		return p.Lang.T("Moved:")
	case forum.VerbMerge:
		return p.Lang.T("Merged into another thread:")
	case forum.VerbUnmerge:
		return p.Lang.T("Taken apart again:")
	case forum.VerbSplit:
		return p.Lang.T("Split off from another thread:")
	case forum.VerbUnsplit:
		return p.Lang.T("Put back into its thread:")
	case forum.VerbDelete:
		return p.Lang.T("Deleted:")
	case forum.VerbRestore:
		return p.Lang.T("Restored:")
	}
	return string(a.Verb)
}

func logTitle(p *Page, a *forum.Action) string {
	switch {
	case a.Title == "" && a.Thread != 0:
		return p.Lang.T("a deleted thread")
	case a.Post != 0 && a.Post != a.Thread:
		return p.Lang.T("a post in “%s”", a.Title)
	case a.Thread == 0:
		return BoardTitle(p.Lang, a.Board)
	}
	return a.Title
}

// whyWords are the details of a line and its reason.
func whyWords(p *Page, a *forum.Action) string {
	why := a.Why
	switch a.Verb {
	case forum.VerbClose:
		reason, note, _ := strings.Cut(a.Why, ": ")
		if why = ReasonWord(*p, forum.CloseReason(reason)); note != "" {
			why = p.Lang.T("%s. To its author: %s", why, note)
		}
		return why
	case forum.VerbSlow:
		why = p.Lang.T("%s → %s minutes.", strconv.Itoa(a.Was), strconv.Itoa(a.Became)) + " " + why
	case forum.VerbRest, forum.VerbBoardRest:
		why = p.Lang.T("%s → %s days.", restWord(p, a, a.Was), restWord(p, a, a.Became)) + " " + why
	case forum.VerbMove:
		if a.From != "" {
			why = p.Lang.T("From “%s”.", a.From) + " " + why
		}
	}
	return strings.TrimSpace(why)
}

func restWord(p *Page, a *forum.Action, days int) string {
	switch {
	case days == forum.NeverArchived, days == 0 && a.Verb == forum.VerbBoardRest:
		return p.Lang.T("never")
	case days == 0:
		return p.Lang.T("as the board says")
	}
	return strconv.Itoa(days)
}

// ActionWords are a line of the log in one sentence.
func ActionWords(p Page, a forum.Action) string { return verbWord(&p, &a) + " " + logTitle(&p, &a) }
