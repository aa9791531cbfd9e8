package forum

import (
	"context"
	"slices"
	"strings"

	"picus/account"
	"picus/internal/fault"
	"picus/internal/item"
)

// Retag changes the tags of a thread: “+asyncio -web” adds one and takes one away. Its
// fault is on "tags".
func (f *Forum) Retag(ctx context.Context, by account.User, thread int64, change string, via item.Via) error {
	t, err := f.place(ctx, f.db, by, thread)
	if err != nil {
		return err
	}
	p, err := f.Find(ctx, by, t.id)
	if err != nil {
		return err
	}
	tags, err := retagged(t.tags, change)
	if err != nil {
		return err
	}
	_, err = f.Edit(ctx, by, Edit{Post: p.ID, Base: p.Revision, Title: p.Title, Body: p.Source, Tags: tags, Via: via})
	return err
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
