package forum

// LetterJob is the kind of a job that has a letter written to one person about their own
// dealings here; its payload is a Letter. The room of the mail does it.
const LetterJob = "forum.letter"

// Letter is a mail to one person. Whoever writes it asks first whether the person may
// still see the post.
type Letter struct {
	To         int64  // the account
	Kind       string // one of the kinds below
	Post       int64
	Suggestion int64
	Said       string // the note of a bookmark, or the reason of a refusal
}

// The kinds of letters.
const (
	LetterReminder  = "reminder"  // of a bookmark
	LetterSuggested = "suggested" // somebody suggests an edit to what you wrote
	LetterApproved  = "approved"  // your suggestion was taken
	LetterRefused   = "refused"   // and here it was not, with a reason
)
