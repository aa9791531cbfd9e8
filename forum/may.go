package forum

import (
	"picus/account"
	"picus/internal/item"
)

// What a page offers is what the methods allow, by the same rules; each says why not.

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
