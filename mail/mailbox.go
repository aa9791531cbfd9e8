package mail

import (
	"context"
	"io"
	"slices"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/mail/mbox"
)

// perBatch is how many posts of a mailbox are held at once.
const perBatch = 200

// Mailbox is posts as a mail program keeps mails, in the order of their time. They
// have the Message-IDs and References of the mails that went out, so that an answer
// to one of them is posted where it belongs; and the list as their sender, as those
// have, so that no member's address stands in it.
type Mailbox struct {
	g    *Gateway
	page string // selects the ids of the next posts: after a time and an id, up to a number
	of   int64
}

// ThreadMailbox returns the thread's posts that are in sight, for by; a merged thread
// is the one that took it over.
func (g *Gateway) ThreadMailbox(ctx context.Context, by account.User, thread int64) (*Mailbox, error) {
	t, err := g.forum.Thread(ctx, by, thread, forum.View{Limit: 1})
	if err != nil {
		return nil, err
	}
	return &Mailbox{g: g, of: t.ID, page: `
		SELECT p.item, p.created FROM post p JOIN item i ON i.id = p.item JOIN item root ON root.id = p.thread
		WHERE p.thread = ? AND (p.created, p.item) > (?, ?) AND i.status = 'live' AND root.status = 'live'
		ORDER BY p.created, p.item LIMIT ?`}, nil
}

// BoardMailbox returns all the posts of a board that are in sight, for by.
func (g *Gateway) BoardMailbox(ctx context.Context, by account.User, board string) (*Mailbox, error) {
	b, err := g.forum.Board(ctx, by, board)
	if err != nil {
		return nil, err
	}
	return &Mailbox{g: g, of: b.ID, page: `
		SELECT i.id AS item, i.created FROM item i JOIN item root ON root.id = i.root
		WHERE i.space = ? AND (i.created, i.id) > (?, ?) AND i.status = 'live' AND root.status = 'live'
		ORDER BY i.created, i.id LIMIT ?`}, nil
}

// Write writes the mailbox in the mboxrd form. It reads a batch at a time, however
// large the board is.
func (m *Mailbox) Write(ctx context.Context, to io.Writer) error {
	w := mbox.NewWriter(to)
	var at, id int64
	for {
		batch, err := m.batch(ctx, at, id)
		if err != nil {
			return err
		}
		for _, b := range batch {
			mail, err := m.g.printed(b)
			if err != nil {
				return err
			}
			if err := w.Write("", b.created, []byte(mail)); err != nil {
				return err
			}
			at, id = b.created.UnixMilli(), b.id
		}
		if len(batch) < perBatch {
			return nil
		}
	}
}

// batch returns the next posts with the ids of those above them, by two queries.
func (m *Mailbox) batch(ctx context.Context, at, id int64) ([]*bulletin, error) {
	args := []any{m.of, at, id, perBatch}
	all, err := db.All(ctx, m.g.db, scanBulletin, "WITH page AS ("+m.page+") SELECT "+bulletinColumns+`
		FROM page CROSS JOIN item i `+bulletinJoins+" WHERE i.id = page.item ORDER BY page.created, page.item", args...)
	if err != nil {
		return nil, err
	}
	above, err := m.above(ctx, args)
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		b.mid = m.g.idOf(b.id, b.mid)
		if b.parents = above[b.id]; len(b.parents) < mostParents {
			continue
		}
		if b.parents, err = m.g.parents(ctx, b); err != nil { // so deep that the root was not reached
			return nil, err
		}
	}
	return all, nil
}

// above returns the Message-IDs of the posts above each one of a batch, the root first.
func (m *Mailbox) above(ctx context.Context, args []any) (map[int64][]string, error) {
	above := map[int64][]string{}
	_, err := db.All(ctx, m.g.db, func(r db.Row) (struct{}, error) {
		var of, id int64
		var mid string
		err := r.Scan(&of, &id, &mid)
		above[of] = append(above[of], m.g.idOf(id, mid))
		return struct{}{}, err
	}, "WITH RECURSIVE page AS ("+m.page+`), above (of, id, distance) AS (
			SELECT page.item, i.parent, 1 FROM page CROSS JOIN item i WHERE i.id = page.item AND i.parent IS NOT NULL
			UNION ALL
			SELECT a.of, i.parent, a.distance + 1 FROM above a CROSS JOIN item i WHERE i.id = a.id AND i.parent IS NOT NULL AND a.distance < ?
		)
		SELECT a.of, a.id, `+broughtAs("a.id")+`
		FROM above a ORDER BY a.of, a.distance`, append(slices.Clone(args), mostParents)...)
	for _, ids := range above {
		slices.Reverse(ids)
	}
	return above, err
}

// authorField names the author of a post in a mailbox by their handle, since two may show
// the same name and no address tells them apart.
const authorField = "X-Picus-Author"

// printed is a post as one mail of plain text.
func (g *Gateway) printed(b *bulletin) (string, error) {
	return textMail(append(g.sharedFields(b), field{authorField, encodeText(b.handle)}), b.source)
}
