package mail

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"golang.org/x/sync/semaphore"

	"picus/internal/item"
	"picus/internal/job"
)

// MaxMessage is the largest mail that is taken in.
const MaxMessage = 25 << 20

// maxOther is the largest mail of which no post comes: a command, a report, a robot's
// answer, a letter to the staff. Anybody may send these, and each is kept for a while.
const maxOther = 1 << 20

// maxRecipients is how many recipients one mail may have (SECURITY.md, M-15).
const maxRecipients = 100

// readers is how many mails are read at a time: as many as may share a transaction, as
// long as all of them together stay small (SECURITY.md, M-7).
const (
	readers   = 32
	readAhead = 64 << 20 // bytes that may come of the mails that are read
	parsed    = 4        // as many bytes come of one byte of mail
)

// suspicionTime bounds how long the doors stay closed for what may have ended the process.
const suspicionTime = time.Second

// ClearSuspicions reads the mails, and tells the news, that were under way at the end of
// several processes, one at a time. Call it after Recover and before the doors open: who
// reads a mail alone knows afterwards whether the process dies of it.
func (g *Gateway) ClearSuspicions(ctx context.Context) error {
	return errors.Join(g.jobs.ClearSuspicions(ctx, inJob, suspicionTime), g.jobs.ClearSuspicions(ctx, item.EventJob, suspicionTime/2))
}

// privateReaders is how many private mails are read at a time.
const privateReaders = 4

// inJob is the kind of the job that reads a mail; its payload is a waiting.
const inJob = "mail.in"

// waiting names a mail that is stored and waits to be read.
type waiting struct {
	Message   int64  `json:"message"`
	Confirmed bool   `json:"confirmed,omitempty"` // its sender, or the staff, have released it
	Alone     bool   `json:"alone,omitempty"`     // its reader has died several times, perhaps of this mail
	Waited    int    `json:"waited,omitempty"`    // how often it was put off
	Rejected  string `json:"rejected,omitempty"`  // why a moderator has not let it through
}

// Envelope is a mail as a server hands it in.
type Envelope struct {
	From string     // the envelope sender; empty: the null sender of a report
	To   []string   // the recipients
	Peer netip.Addr // who hands it in; invalid: a program on this machine, by a pipe
	Raw  []byte

	mailbox bool             // it was read in a mailbox: the peer is unknown
	routes  map[string]route // what the door knows of the recipients
}

// handleIn puts the reader of incoming mail into the queue.
func (g *Gateway) handleIn() {
	g.reading = semaphore.NewWeighted(readAhead)
	g.jobs.Handle(inJob, readers, func(ctx context.Context, j *job.Job) error { return g.read(ctx, j) })
	g.jobs.Yield(inJob, longestRest, g.arrivals.crowded)
	g.jobs.Handle(privateJob, privateReaders, g.privateIn)
}
