package forum

import (
	"context"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/internal/markdown"
)

// Tagging is the tags that a thread shall have.
type Tagging struct {
	Thread int64
	Base   int64  // the revision of its first post that was before by's eyes; 0: whatever is newest
	Tags   string // all of them
	Via    item.Via
}

// SetTags gives a thread other tags. Who may edit its first post may, and who has written
// here for a while; it is a revision like any other. Its fault is on "tags".
func (f *Forum) SetTags(ctx context.Context, by account.User, g Tagging) error {
	p, err := f.Find(ctx, by, g.Thread)
	if err != nil {
		return err
	}
	if err := f.MayRetag(ctx, by, p); err != nil {
		return err
	}
	tags, err := item.ReadTags(g.Tags)
	if err != nil {
		return err
	}
	if err := f.limited(by, g.Via); err != nil {
		return err
	}
	if g.Base == 0 {
		g.Base = p.Revision
	}
	change := item.Change{Item: p.ID, Base: g.Base, Author: by, Via: g.Via, At: f.now(), Tags: tags, Slug: markdown.Slug(p.Title), Minor: true,
		Text: item.Render(p.Title, p.Format, p.Source, true, f.items.PageExists(ctx))}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, p.ID)
		if err != nil {
			return err
		}
		if err := f.mayRetag(ctx, tx, by, p); err != nil {
			return err
		}
		_, err = f.revise(ctx, tx, p, change)
		return err
	})
}

// MayRetag fails as SetTags would.
func (f *Forum) MayRetag(ctx context.Context, by account.User, first Post) error {
	return f.mayRetag(ctx, f.db, by, first)
}

func (f *Forum) mayRetag(ctx context.Context, r db.Reader, by account.User, p Post) error {
	switch {
	case !p.First():
		return fault.Gone("There is no such thread, or it is not for everyone.")
	case p.editable(by) == nil:
		return nil
	case !by.Signed():
		return errEditSignIn
	case p.Status != item.Live:
		return errDeleted
	case p.locked:
		return errFixed
	}
	t, err := f.place(ctx, r, by, p.Thread)
	if err != nil {
		return err
	}
	if err := t.board.Postable(by); err != nil {
		return err // who may only read there changes nothing there
	}
	known, err := trusted(ctx, r, by)
	if err == nil && !known {
		err = fault.Forbid("Members with %d posts change the tags of others. You can suggest an edit.", trustedPosts)
	}
	return err
}

// Retag changes the tags of a thread: “+asyncio -web” adds one and takes one away. Its
// fault is on "tags".
func (f *Forum) Retag(ctx context.Context, by account.User, thread int64, change string, via item.Via) error {
	t, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return err
	}
	tags, err := retagged(t.tags, change)
	if err != nil {
		return err
	}
	return f.SetTags(ctx, by, Tagging{Thread: t.id, Tags: tags, Via: via})
}

// retagged returns tags with the change that +one and -another make.
func retagged(tags, change string) (string, error) {
	all := strings.Fields(tags)
	for _, word := range strings.Fields(change) {
		named, err := item.ReadTags(strings.TrimLeft(word, "+-"))
		if err != nil {
			return "", err
		}
		if word[0] != '+' && word[0] != '-' || len(named) != 1 {
			return "", fault.Bad("tags", "Write +tag to add a tag and -tag to take one away.")
		}
		all = slices.DeleteFunc(all, func(t string) bool { return t == named[0] })
		if word[0] == '+' {
			all = append(all, named[0])
		}
	}
	return strings.Join(all, " "), nil
}
