package mail

import (
	"context"
	"time"

	"picus/mail/imap"
	"picus/mail/message"
)

// HurryInbox has the mailbox looked at every few moments, and tried again soon.
func (g *Gateway) HurryInbox(poll time.Duration) {
	g.rhythm = rhythm{poll: poll, calm: 5 * time.Millisecond, first: 10 * time.Millisecond, longest: 50 * time.Millisecond}
}

// PauseOfInbox is how long a mailbox is left alone after failures.
func PauseOfInbox(failures int) time.Duration { return usualRhythm.pause(failures) }

// Addressed returns the recipients of a mail in a mailbox.
func (g *Gateway) Addressed(ctx context.Context, raw []byte) ([]string, error) {
	return g.addressed(ctx, message.ParseHeader(raw))
}

// HurryCommands has the server of the mailbox answer soon.
func (g *Gateway) HurryCommands(most time.Duration) { g.inbox.Patience = most }

// ForMailbox returns a gateway that knows the server of its mailbox, and nothing else.
func ForMailbox(judge string) *Gateway { return &Gateway{inbox: &imap.Account{Judge: judge}} }

// Arrivals returns the two sides of the count of mails that are being taken in.
func Arrivals() (arrive func() func(), crowded func() bool) {
	var a arrivals
	return a.arrive, a.crowded
}

// ShortLines takes away what is too long of the lines of a mail, in one piece after the
// other.
func ShortLines(most int) func([]byte) []byte { return (&shortLines{most: most}).pass }
