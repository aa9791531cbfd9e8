// Package forum is the boards, their threads and questions. A browser, a mail
// program, the API and an importer all end in its exported methods; a rule about
// who may write what, and when, stands below them and nowhere else.
package forum

import (
	"context"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// Forum is the room. Who acts is a parameter of every method.
type Forum struct {
	db    *db.DB
	items *item.Store
	now   func() time.Time
	marks *marks

	through int // threads that a page of a narrowed list is chosen from
}

// New returns the forum on a store of items.
func New(items *item.Store) *Forum {
	f := &Forum{db: items.DB, items: items, now: items.Now, marks: newMarks(), through: searchedThrough}
	items.Shown = func(ctx context.Context, tx *db.Tx, thread int64) error {
		return f.recount(ctx, tx, Post{ID: thread, Thread: thread})
	}
	return f
}

// Kind is what a thread or a post is.
type Kind string

// The kinds of threads: all but a question are discussions with something more to them.
// A first post is a question or a discussion; what follows is an answer, a reply, or a
// comment below one of them.
const (
	Question     Kind = "question"
	Discussion   Kind = "discussion"
	Announcement Kind = "announcement" // by the moderators of its board
	Voting       Kind = "poll"
	Answer       Kind = "answer"
	Reply        Kind = "reply"
	Comment      Kind = "comment"
)

// first returns what the first post of a thread of kind k is.
func (k Kind) first() Kind {
	if k == Question {
		return Question
	}
	return Discussion
}

// Ref names a post that was written.
type Ref struct {
	Thread, Post int64
	Board        int64 // of a new post: that its thread stands in
	Slug         string
	Event        int64
	Revision     int64
}

// With is what a door has to write in the same transaction as the post it
// brings, so that the two cannot be torn apart: a mail's fate, an importer's mark.
type With func(ctx context.Context, tx *db.Tx, ref Ref) error

func (w With) run(ctx context.Context, tx *db.Tx, ref Ref) error {
	if w == nil {
		return nil
	}
	return w(ctx, tx, ref)
}

// when returns the time a post gets: only an importer knows of another than now.
func (f *Forum) when(via item.Via, at time.Time) time.Time {
	if at.IsZero() || via != item.Import && via != item.Mail {
		return f.now()
	}
	return at
}

func (f *Forum) limited(by account.User, via item.Via) error { return f.items.Limited(by, via) }

// Allowance is how many times a person may write at once, as item.Store says.
func (f *Forum) Allowance(by account.User) (most, left int, full time.Duration) {
	return f.items.Allowance(by)
}
