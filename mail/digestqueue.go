package mail

import (
	"context"
	"strconv"
	"strings"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
)

// FlushDigests sends a person what has gathered for a digest, because another way of
// hearing of it begins: nothing of the time in between is lost (MAIL.md 2.7).
func (g *Gateway) FlushDigests(ctx context.Context, by account.User) error {
	for more := true; more; {
		all, err := db.All(ctx, g.db, scanDigest, digestColumns+" WHERE d.account = ?", g.now().UnixMilli(), by.ID)
		if err != nil {
			return err
		}
		more = false
		for _, d := range all {
			again, err := g.makeDigest(ctx, d)
			if err != nil {
				return err
			}
			more = more || again
		}
	}
	return nil
}

var errDigestGone = fault.Gone("The recipient may not read any more what the digest holds, or has no address.")

// allowedDigest returns the message of a digest that has waited in the queue: as it was
// written, or anew where its reader may not see some of it any more. The fault is Missing
// where nothing is left.
func (g *Gateway) allowedDigest(ctx context.Context, row outgoing) (string, error) {
	d, posts, err := g.queuedDigest(ctx, row.id)
	if fault.Is(err, fault.Missing) {
		return row.letter, nil // a letter that is no digest, or one from before they were noted
	}
	if err != nil {
		return "", err
	}
	if d.to.Email == "" || row.to.Unreachable || d.to.Status != account.Active && d.to.Status != account.Shadow {
		return "", errDigestGone
	}
	ids, err := g.stillReadable(ctx, d.to, posts)
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", errDigestGone
	case len(ids) == len(posts):
		return row.letter, nil
	}
	return g.writeDigest(ctx, d, ids)
}

func (g *Gateway) queuedDigest(ctx context.Context, row int64) (d digest, posts []int64, err error) {
	var ids string
	d, err = db.One(ctx, g.db, func(r db.Row) (d digest, err error) {
		err = r.Scan(&d.channel, &d.number, &ids, &d.plain, &d.away, &d.to.ID, &d.to.Name, &d.to.Display, &d.to.Email, &d.to.Role, &d.to.Status, &d.to.Lang, &d.key)
		return d, err
	}, "SELECT d.channel, d.number, d.posts, "+digestReader+" FROM digest_mail d JOIN outgoing o ON o.id = d.outgoing JOIN account a ON a.id = o.account WHERE d.outgoing = ?", g.now().UnixMilli(), row)
	return d, splitIDs(ids), err
}

// stillReadable returns those of the posts that to may see, in their order.
func (g *Gateway) stillReadable(ctx context.Context, to account.User, posts []int64) ([]int64, error) {
	allowed := map[int64]bool{}
	for rest := posts; len(rest) > 0; rest = rest[min(unitSize, len(rest)):] {
		args := append(unitArgs(rest[:min(unitSize, len(rest))]), to.Clearance(), to.Joined())
		found, err := db.Values[int64](ctx, g.db, `
			SELECT i.id FROM item i JOIN item root ON root.id = i.root JOIN space sp ON sp.id = i.space
			WHERE i.id IN `+inUnit+` AND i.status = 'live' AND root.status = 'live' AND `+account.Admits, args...)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			allowed[id] = true
		}
	}
	var ids []int64
	for _, id := range posts {
		if allowed[id] {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

func joinIDs(ids []int64) string {
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(words, " ")
}

func splitIDs(text string) []int64 {
	var ids []int64
	for word := range strings.FieldsSeq(text) {
		if id, err := strconv.ParseInt(word, 10, 64); err == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
