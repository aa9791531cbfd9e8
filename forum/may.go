package forum

import (
	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
)

// What a page offers is what the methods allow, by the same rules; each says why not.

// A page asks at each post what may be done with it, so that these refusals are made once.
var (
	errEditSignIn     = fault.SignIn("Sign in to edit.")
	errEditDeleted    = fault.Forbid("This post was deleted; restore it before you edit it.")
	errEditOthers     = fault.Forbid("Only its author and the staff edit this post.")
	errFixed          = fault.Forbid("This thread is locked or an archive: nothing in it can be changed.")
	errVoteSignIn     = fault.SignIn("Sign in to vote.")
	errWaiting        = fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	errVoteOwn        = fault.Forbid("Nobody votes on their own post.")
	errDeleted        = fault.Forbid("This post was deleted.")
	errObjections     = fault.Forbid("Why others voted against a post is for its author alone.")
	errSuggestSignIn  = fault.SignIn("Sign in to suggest an edit.")
	errSuggestOwn     = fault.Forbid("You may edit this yourself.")
	errLocked         = fault.Forbid("This thread is locked: nothing in it can be changed.")
	errRemoveSignIn   = fault.SignIn("Sign in to delete.")
	errRemoveOthers   = fault.Forbid("Only its author and the staff delete this post.")
	errRemoveAnswered = fault.Forbid("Others have replied to this; ask the staff if it has to go.")
	errRestore        = fault.Forbid("Only the staff restore what was deleted.")
	errUnsendOthers   = fault.Forbid("Only what you have written here yourself can be taken back.")
	errUnsendSent     = fault.Forbid("It has been sent out already. You can still edit it.")
	errSignInFirst    = fault.SignIn("Sign in first.")
	errOwnOthers      = fault.Forbid("This is for its author and the staff to decide.")
	errNoAnswer       = fault.Bad("post", "Only an answer can be everybody's.")
	errOwnThread      = fault.Bad("to", "This is a thread of its own already.")
)

// MayReply fails as Reply would.
func (t *Thread) MayReply(by account.User) error { return t.place().writable(by, item.Web) }

// MayAccept fails as Accept would.
func (t *Thread) MayAccept(by account.User) error { return t.place().acceptable(by) }

func (t *Thread) place() place {
	return place{id: t.ID, board: t.Board, author: t.First.Author.ID, kind: t.Kind, state: t.State, status: t.Status, accepted: t.Accepted, locked: t.Locked,
		archived: t.Archived, slow: t.Slow, rest: rest{thread: t.Rest}}
}

// MayAnswer fails as Reply would where what is sent is an answer.
func (t *Thread) MayAnswer(by account.User) error {
	if err := t.MayReply(by); err != nil || t.Kind != Question {
		return err
	}
	return t.State.answerable()
}

// MaySolve fails as Solve would.
func (t *Thread) MaySolve(by account.User) error { return t.place().mayTurn(by, solves) }

// MayReopen fails as Reopen would.
func (t *Thread) MayReopen(by account.User) error { return t.place().mayTurn(by, reopens) }

// MayAskBack fails as NeedInfo would.
func (t *Thread) MayAskBack(by account.User) error {
	if err := t.MayReply(by); err != nil {
		return err
	}
	return t.place().mayTurn(by, asksBack)
}

// MayDismiss fails as NotAQuestion would.
func (t *Thread) MayDismiss(by account.User) error { return t.place().mayTurn(by, dismisses) }

// MayPoint fails as Duplicate would.
func (t *Thread) MayPoint(by account.User) error { return t.place().mayTurn(by, duplicates) }

// MaySeparate fails as NotADuplicate would.
func (t *Thread) MaySeparate(by account.User) error { return t.place().mayTurn(by, separates) }

// MayEdit fails as Edit would.
func (p *Post) MayEdit(by account.User) error { return p.editable(by) }

// MayRemove fails as Remove would.
func (p *Post) MayRemove(by account.User) error { return p.removable(by) }

// MayVote fails as Vote would.
func (p *Post) MayVote(by account.User) error { return p.votable(by) }

// MayRestore fails as Restore would.
func (p *Post) MayRestore(by account.User) error { return p.restorable(by) }

// DefaultOrder is the order that a thread of a kind is read in.
func DefaultOrder(k Kind) Order {
	if k == Question {
		return ByScore
	}
	return Oldest
}
