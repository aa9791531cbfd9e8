package forum

import (
	"context"
	"strings"
	"time"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// Edit is a new version of a post. Title and Tags count for a thread's first
// post only.
type Edit struct {
	Post    int64
	Base    int64 // the revision the author had before their eyes
	Title   string
	Body    string
	Tags    string
	Summary string
	Via     item.Via
	At      time.Time      // of an import; zero: now
	Sent    item.SentDraft // the draft that it was
	Ruling  Ruling         // what a moderator decides with it
	With    With
}

// Edit saves a new revision of a post. Authors edit what they wrote; the staff
// edit anything; what is everybody's is edited by who has written here for a while. Faults are on "title", "body" and "tags"; fault.Conflict says
// that somebody else was faster.
func (f *Forum) Edit(ctx context.Context, by account.User, e Edit) (Ref, error) {
	p, err := f.Find(ctx, operator(by, e.Via), e.Post)
	if err != nil {
		return Ref{}, err
	}
	if err := p.editable(operator(by, e.Via)); err != nil {
		return Ref{}, err
	}
	body, bodyErr := cleanBody(e.Body, p.Format, p.Kind)
	tags, tagErr := item.ReadTags(e.Tags)
	title, titleErr := cleanTitle(e.Title)
	if !p.First() {
		title, titleErr, tags, tagErr = "", nil, nil, nil
	}
	if err := check(titleErr, bodyErr, tagErr, e.Ruling.settle(ctx, f, by)); err != nil {
		return Ref{}, err
	}
	if err := f.limited(by, e.Via); err != nil {
		return Ref{}, err
	}
	change := item.Change{Item: p.ID, Base: e.Base, Author: by, Via: e.Via, At: f.when(e.Via, e.At), Tags: tags, Summary: e.Summary, Sent: e.Sent,
		Text: item.Render(title, p.Format, body, true, f.items.PageExists(ctx))}
	if p.First() {
		change.Slug = markdown.Slug(title)
	}
	var ref Ref
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		ref, err = f.edit(ctx, tx, operator(by, e.Via), change)
		if err != nil {
			return err
		}
		if err := f.rule(ctx, tx, operator(by, e.Via), p.Thread, e.Ruling); err != nil {
			return err
		}
		return e.With.run(ctx, tx, ref)
	})
	return ref, err
}

// edit asks for the post again, because it may have been removed, locked or merged since.
func (f *Forum) edit(ctx context.Context, tx *db.Tx, by account.User, c item.Change) (Ref, error) {
	p, err := f.find(ctx, tx, by, c.Item)
	if err != nil {
		return Ref{}, err
	}
	if err := p.editable(by); err != nil {
		return Ref{}, err
	}
	return f.revise(ctx, tx, p, c)
}

// revise writes the new version, with what the thread says of its first post.
func (f *Forum) revise(ctx context.Context, tx *db.Tx, p Post, c item.Change) (Ref, error) {
	if err := untag(ctx, tx, p.ID); err != nil {
		return Ref{}, err
	}
	saved, err := f.items.Update(ctx, tx, c)
	if err != nil {
		return Ref{}, err
	}
	ref := Ref{Thread: p.Thread, Post: p.ID, Slug: c.Slug, Event: saved.Event, Revision: saved.Revision}
	if err := stir(ctx, tx, p.ID, c.At.UnixMilli()); err != nil || !p.First() {
		return ref, err
	}
	if _, err = tx.Exec(ctx, "UPDATE thread SET tags = ? WHERE item = ?", strings.Join(saved.Tags, " "), p.ID); err != nil {
		return ref, err
	}
	return ref, retag(ctx, tx, p.ID)
}

// stir notes that something happened to a post, for the order by activity.
func stir(ctx context.Context, tx *db.Tx, post, at int64) error {
	_, err := tx.Exec(ctx, "UPDATE post SET active = ? WHERE item = ? AND active < ?", at, post, at)
	return err
}

func (p *Post) editable(by account.User) error {
	switch {
	case !by.Signed():
		return errEditSignIn
	case p.Status == item.Deleted:
		return errEditDeleted
	case p.board.Moderates(by):
		return nil
	case by.ID != p.Author.ID && p.Wiki && !p.trusted:
		return fault.Forbid("Members with %d posts improve what is everybody's. You can suggest an edit.", trustedPosts)
	case by.ID != p.Author.ID && !p.Wiki:
		return errEditOthers
	case p.locked:
		return errFixed
	}
	return nil
}
