// Package item is the spine of the house. Everything that is authored here, a
// thread, a reply, a wiki page, an article, is an item with revisions, links,
// tags, subscriptions and events. What is special about a kind lives in a table
// of the feature that owns it.
package item

import (
	"context"
	"time"

	"picus/internal/db"
	"picus/internal/job"
)

// Kind is what an item is.
type Kind string

// The kinds of items. A post is a reply, answer or comment in a thread; the
// thread's own text belongs to the thread.
const (
	Thread  Kind = "thread"
	Post    Kind = "post"
	Page    Kind = "page"
	Article Kind = "article"
)

// Status is who can see an item: everybody whom its space admits, or only its
// author and the staff.
type Status string

// The statuses. A deleted item can be restored.
const (
	Live    Status = "live"
	Draft   Status = "draft"
	Held    Status = "held"
	Deleted Status = "deleted"
)

// Via is the door through which something came in.
type Via string

// The doors.
const (
	Web    Via = "web"
	Mail   Via = "mail"
	API    Via = "api"
	CLI    Via = "cli"
	Import Via = "import"
)

// Verbs of events: what happened to an item.
const (
	Created  = "created"
	Edited   = "edited"
	Removed  = "removed"
	Restored = "restored"
	Accepted = "accepted"
	Turned   = "turned" // a question came into another state, a post into another kind
	Reminded = "reminded"
	Proposed = "proposed" // an edit that waits for its author's word
	Judged   = "judged"   // it was taken, or not
)

// EventJob is the kind of the job that carries an event to the people it
// concerns; its payload is an Event.
const EventJob = "event"

// Event is the payload of an EventJob.
type Event struct {
	Seq int64 `json:"seq"`
}

// Store keeps the items of one database.
type Store struct {
	DB   *db.DB
	Jobs *job.Queue
	Now  func() time.Time
	// BaseURL is where the site is, without a slash at its end: a link to there leads to
	// what is written here.
	BaseURL string
	// Grace is how long something written in the browser can be taken back
	// before anybody is told.
	Grace time.Duration
	// Free says how many bytes the disk of the house can still take; nil: nobody asks.
	Free func() (uint64, error)
	// Shown is called after a thread came into sight or went out of it because of what
	// it is about, in the same transaction; nil: nobody counts threads.
	Shown func(ctx context.Context, tx *db.Tx, thread int64) error
	// Mailed returns the item that the mail with an id of ours carries; nil: none is known.
	Mailed func(mid string) (item int64, ours bool)
	speed  limiter
}

// Version tells whether anything has been written that a page could show: see db.DB.
func (s *Store) Version() uint64 { return s.DB.Version() }

// grace returns how long the news of something that came in through a door waits.
func (s *Store) grace(via Via) time.Duration {
	if via == Web || via == API {
		return s.Grace
	}
	return 0
}
