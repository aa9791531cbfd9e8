package mail

import (
	"context"

	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
)

// tellers is how many events are told at a time. They share a transaction, so that a
// burst of mail that comes in does not cost a commit for each.
const tellers = 16

// handleOut puts what leaves into the queue: the news of an event, and letters. They
// only write rows; the sending pool hands them to the relay (see Run).
func (g *Gateway) handleOut() {
	g.woken = make(chan struct{}, 1)
	g.jobs.Handle(item.EventJob, tellers, g.event)
	g.jobs.Yield(item.EventJob, longestRest, g.readings.crowded)
	g.jobs.Handle(accountLetterJob, 1, g.accountLetter)
	g.jobs.Handle(LetterJob, 1, g.letter)
	g.jobs.Handle(forum.LetterJob, 1, g.forumLetter)
	g.jobs.Handle(priorJob, 1, g.prior)
}

// event tells everybody an event concerns, all in one transaction: the notices on
// the site and the outgoing rows of those who get mail.
func (g *Gateway) event(ctx context.Context, j *job.Job) error {
	var e item.Event
	if err := j.Read(&e); err != nil {
		return err
	}
	x, err := g.exportOf(ctx, e.Seq)
	if err != nil {
		return err
	}
	return g.db.Write(ctx, func(tx *db.Tx) error {
		if x != nil {
			if err := g.queueExport(ctx, tx, e.Seq, x); err != nil {
				return err
			}
		}
		if err := g.items.Notify(ctx, tx, e.Seq); err != nil {
			return err
		}
		n, err := g.items.QueueMail(ctx, tx, e.Seq)
		if err != nil {
			return err
		}
		if n > 0 {
			tx.AfterCommit(g.wake)
		}
		return j.Finish(ctx, tx)
	})
}

// wake tells the sending pool that there may be something to do.
func (g *Gateway) wake() {
	select {
	case g.woken <- struct{}{}:
	default:
	}
}
