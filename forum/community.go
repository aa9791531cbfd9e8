package forum

import (
	"context"

	"picus/account"
	"picus/internal/db"
	"picus/internal/item"
)

// trustedPosts is how many posts somebody has written here who may improve what is
// everybody's.
const trustedPosts = 10

// MakeWiki makes an answer everybody's: who has written here for a while improves it
// without asking. Its author may, and those who keep order; they can take it back.
func (f *Forum) MakeWiki(ctx context.Context, by account.User, answer int64, on bool, via item.Via) error {
	return f.db.Write(ctx, func(tx *db.Tx) error {
		p, err := f.find(ctx, tx, by, answer)
		if err != nil {
			return err
		}
		if err := p.MayMakeWiki(by); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "UPDATE post SET wiki = CASE WHEN ? THEN 1 ELSE 0 END WHERE item = ?", on, p.ID); err != nil {
			return err
		}
		_, err = f.items.Happened(ctx, tx, by, item.Turned, p.ID, 0, via)
		return err
	})
}

// MayMakeWiki fails as MakeWiki would.
func (p *Post) MayMakeWiki(by account.User) error {
	if p.Kind != Answer {
		return errNoAnswer
	}
	return p.owned(by)
}

// owned fails where a post is not by's to decide on.
func (p *Post) owned(by account.User) error {
	switch {
	case !by.Signed():
		return errSignInFirst
	case p.Status != item.Live:
		return errDeleted
	case p.keptBy(by):
		return nil
	case by.ID != p.Author.ID:
		return errOwnOthers
	case p.locked:
		return errLocked
	}
	return nil
}

// trusted reports whether somebody has written enough to improve what is everybody's.
func trusted(ctx context.Context, r db.Reader, by account.User) (bool, error) {
	if !by.Signed() || by.Status != account.Active {
		return false, nil
	}
	n, err := db.Value[int](ctx, r, `
		SELECT count(*) FROM (SELECT 1 FROM item i WHERE i.author = ? AND i.status = 'live' AND i.kind IN ('thread', 'post') LIMIT ?) few`,
		by.ID, trustedPosts)
	return n >= trustedPosts, err
}

// trust notes beside posts that are everybody's whether by may improve them.
func (f *Forum) trust(ctx context.Context, by account.User, posts []*Post) error {
	asked, yes := false, false
	for _, p := range posts {
		if !p.Wiki {
			continue
		}
		if !asked {
			var err error
			if yes, err = trusted(ctx, f.db, by); err != nil {
				return err
			}
			asked = true
		}
		p.trusted = yes
	}
	return nil
}
