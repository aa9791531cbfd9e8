package stackexchange

import (
	"context"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/importer"
	"picus/internal/item"
)

func (r *run) importQuestions(ctx context.Context) error {
	whole, err := r.each(ctx, postsFile, func(ctx context.Context, x row) error { return r.takePost(ctx, x, aQuestion) }, r.unreadable)
	r.postsWhole = whole
	return err
}

func (r *run) importAnswers(ctx context.Context) error {
	_, err := r.each(ctx, postsFile, func(ctx context.Context, x row) error { return r.takePost(ctx, x, anAnswer) }, unnamed)
	return err
}

func (r *run) importComments(ctx context.Context) error {
	whole, err := r.each(ctx, commentsFile, r.takeComment, r.unreadable)
	r.commentsWhole = whole
	return err
}

// takePost brings in a row of Posts.xml if it is of the kind that is wanted. Rows that are
// broken come with the questions.
func (r *run) takePost(ctx context.Context, x row, wanted kind) error {
	p, err := readPost(x)
	if err == nil && p.kind != wanted || err != nil && wanted != aQuestion {
		return nil
	}
	return r.take(ctx, p, err, &r.posts)
}

func (r *run) takeComment(ctx context.Context, x row) error {
	c, err := readComment(x)
	return r.take(ctx, c, err, &r.comments)
}

// take brings in one post, or refuses it. A broken row whose id can be read still says that
// the post is not gone.
func (r *run) take(ctx context.Context, p post, err error, seen *ids) error {
	r.mu.Lock()
	r.sum.Read++
	if p.id != 0 && !seen.add(p.id) && err == nil {
		err = fault.Bad("Id", "The dump holds this Id twice.")
	}
	if p.id == 0 {
		r.nameless = true
	}
	r.mu.Unlock()
	if err == nil {
		err = r.bring(ctx, p)
	}
	return r.refuse(p.row, err)
}

// bring compares a post with what stands here, and does what is missing.
func (r *run) bring(ctx context.Context, p post) error {
	k, err := r.look(ctx, p.key())
	if err != nil {
		return err
	}
	switch {
	case k.Target == 0:
		return r.add(ctx, p)
	case k.withdrawn(r.community.ID):
		return r.bringBack(ctx, p, k)
	case k.Digest == p.text()+p.facts() || k.status == item.Deleted:
		r.count(func(s *importer.Summary) { s.Known++ })
		return nil
	}
	return r.change(ctx, p, k)
}

// add writes a post that is not here yet.
func (r *run) add(ctx context.Context, p post) error {
	source, err := r.sourceOf(p)
	if err != nil {
		return err
	}
	author, err := r.account(ctx, p.author)
	if err != nil {
		return err
	}
	above, err := r.above(ctx, p)
	if err != nil {
		return err
	}
	if !r.DryRun {
		if err := r.write(ctx, p, author, above, source); err != nil {
			return err
		}
	}
	r.book(p, func(s *importer.Summary) { s.New++ })
	return nil
}

// above returns the post that p stands below.
func (r *run) above(ctx context.Context, p post) (known, error) {
	if p.kind == aQuestion {
		return known{}, nil
	}
	above, err := r.look(ctx, postKey(p.parent))
	switch {
	case err != nil || above.Target != 0:
		return above, err
	case r.DryRun && r.holds(p.parent):
		return above, nil
	case p.kind == anAnswer:
		return above, fault.Gone("Its question (Id %d) was not imported.", p.parent)
	}
	return above, fault.Gone("The post it comments on (Id %d) was not imported.", p.parent)
}

// write starts a thread or replies, through the door that everybody takes.
func (r *run) write(ctx context.Context, p post, author account.User, above known, source string) error {
	with := func(ctx context.Context, tx *db.Tx, ref forum.Ref) error {
		if p.score == 0 && p.edited.IsZero() { // as most comments are: there is nothing more to say
			return r.remember(ctx, tx, p, ref.Post)
		}
		return r.keep(ctx, tx, p, author, ref.Post)
	}
	if p.kind == aQuestion {
		_, err := r.Forum.Start(ctx, author, forum.NewThread{Board: r.Board, Kind: forum.Question, Title: p.attrs["Title"], Body: source,
			Tags: p.tags(), Via: item.Import, At: p.created, With: with})
		return err
	}
	n := forum.NewPost{Thread: above.thread, Parent: above.Target, Kind: forum.Comment, Body: source, Via: item.Import, At: p.created, With: with}
	if p.kind == anAnswer {
		n.Kind = forum.Answer
	}
	_, err := r.Forum.Reply(ctx, author, n)
	return err
}

// keep writes what the dump says of a post besides its text, in the transaction that made
// or changed it.
func (r *run) keep(ctx context.Context, tx *db.Tx, p post, author account.User, target int64) error {
	err := r.Forum.Record(ctx, tx, forum.Record{Post: target, Author: author, Score: p.score, Edited: p.edited})
	if err != nil {
		return err
	}
	return r.remember(ctx, tx, p, target)
}

// remember has the next run recognise the post.
func (r *run) remember(ctx context.Context, tx *db.Tx, p post, target int64) error {
	return importer.Keep(ctx, tx, r.source, p.key(), importer.Origin{Target: target, Digest: p.text() + p.facts()})
}

// change brings a post that is here up to date. A text that was edited here stays.
func (r *run) change(ctx context.Context, p post, k known) error {
	author, err := r.account(ctx, p.author)
	if err != nil {
		return err
	}
	var left error
	switch {
	case r.DryRun:
	case k.textChanged(p) && k.via == item.Import:
		err = r.edit(ctx, p, author, k)
	default:
		if k.textChanged(p) {
			left = errEdited
		}
		err = r.DB.Write(ctx, func(tx *db.Tx) error { return r.keep(ctx, tx, p, author, k.Target) })
	}
	if err != nil {
		return err
	}
	r.book(p, func(s *importer.Summary) { s.Changed++ })
	return left
}

// edit saves the dump's newer text as a revision of whoever edited it there.
func (r *run) edit(ctx context.Context, p post, author account.User, k known) error {
	source, err := r.sourceOf(p)
	if err != nil {
		return err
	}
	editor := author
	if p.editor != (person{}) {
		if editor, err = r.account(ctx, p.editor); err != nil {
			return err
		}
	}
	_, err = r.Forum.Edit(ctx, editor, forum.Edit{Post: k.Target, Base: k.head, Title: p.attrs["Title"], Body: source, Tags: p.tags(),
		Via: item.Import, At: p.edited,
		With: func(ctx context.Context, tx *db.Tx, _ forum.Ref) error { return r.keep(ctx, tx, p, author, k.Target) }})
	return err
}

// bringBack restores a post that an earlier dump did not hold.
func (r *run) bringBack(ctx context.Context, p post, k known) error {
	if !r.DryRun {
		if err := r.Forum.Restore(ctx, r.community, k.Target, item.Import); err != nil {
			return err
		}
	}
	r.mu.Lock()
	if r.again.add(p.id); p.kind == anAnswer {
		r.again.add(p.parent)
	}
	r.mu.Unlock()
	k.status = item.Live
	if k.Digest != p.text()+p.facts() {
		return r.change(ctx, p, k)
	}
	r.book(p, func(s *importer.Summary) { s.Changed++ })
	return nil
}

// book counts a post as new or changed, and remembers that it is counted.
func (r *run) book(p post, add func(*importer.Summary)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.kind == aQuestion {
		r.booked.add(p.id)
	}
	add(&r.sum)
}

// holds reports whether the dump has shown the post already.
func (r *run) holds(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.posts.has(id)
}
