package stackexchange

import (
	"context"
	"strconv"

	"picus/internal/db"
	"picus/internal/importer"
)

// settle marks accepted answers and closed questions, which can only be done once the
// answers are here.
func (r *run) settle(ctx context.Context) error {
	_, err := r.each(ctx, postsFile, func(ctx context.Context, x row) error {
		p, err := readPost(x)
		if err != nil || p.kind != aQuestion {
			return nil
		}
		return r.refuse(x, r.settleOne(ctx, p))
	}, unnamed)
	return err
}

// settleOne brings a question's end up to date. Its digest has a row of its own, so that a
// run that was interrupted before this pass is completed by the next one, and an answer
// that somebody here has accepted stays accepted until the dump says something new.
func (r *run) settleOne(ctx context.Context, p post) error {
	key := "question:" + strconv.FormatInt(p.id, 10)
	was, err := importer.Recall(ctx, r.DB, r.source, key)
	if err != nil || was.Digest == p.settled() && !r.returned(p.id) {
		return err
	}
	question, err := r.look(ctx, p.key())
	if err != nil || question.Target == 0 {
		return err
	}
	var answer known
	if p.accepted != 0 {
		answer, err = r.look(ctx, postKey(p.accepted))
		if err != nil || answer.Target == 0 {
			return err
		}
	}
	if !r.DryRun {
		err = r.DB.Write(ctx, func(tx *db.Tx) error {
			if err := r.Forum.Settle(ctx, tx, question.Target, answer.Target, p.closed); err != nil {
				return err
			}
			return importer.Keep(ctx, tx, r.source, key, importer.Origin{Target: question.Target, Digest: p.settled()})
		})
	}
	if err == nil && was.Digest != p.settled() {
		r.bookSettled(p)
	}
	return err
}

// bookSettled counts a question of which nothing but the end has changed.
func (r *run) bookSettled(p post) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.booked.add(p.id) {
		r.sum.Known--
		r.sum.Changed++
	}
}

func (r *run) returned(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.again.has(id)
}
