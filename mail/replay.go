package mail

import (
	"context"
	"fmt"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
	"picus/mail/message"
)

// Replayed is what came of reading a mail again.
type Replayed string

// What can come of it.
const (
	ToBeRead  Replayed = "reread"    // it is read in a moment, by the rules of today
	Revised   Replayed = "revised"   // its post has a new revision
	Unchanged Replayed = "unchanged" // its post says already what is read in it today
)

// Replay reads a mail again, after a rule has changed: the reader of mails, who may
// write to a list, an address. A mail that was held, refused or dropped goes the whole way
// once more. One that became a post gives it a new revision, unless somebody has
// changed the post since.
func (g *Gateway) Replay(ctx context.Context, by account.User, id int64) (Replayed, error) {
	if !by.Admin() {
		return "", errDesk
	}
	m, err := g.Message(ctx, by, id)
	if err != nil {
		return "", err
	}
	raw, err := g.Raw(ctx, by, id)
	if err != nil {
		return "", err
	}
	switch m.Fate {
	case Posted:
		return g.reread(ctx, by, m, message.Parse(raw))
	case Held, Refused, Dropped:
		return ToBeRead, g.readAgain(ctx, id, m.Fate)
	case Received:
		return "", fault.Clash("This mail waits to be read anyway.")
	}
	return "", fault.Clash("This mail did its work when it came: to do it again could be wrong by now.")
}

// readAgain has a mail read as if it had just come.
func (g *Gateway) readAgain(ctx context.Context, id int64, from Fate) error {
	return g.db.Write(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(ctx, "UPDATE message SET fate = 'received', rule = '', proof = '', reason = '', deaths = 0 WHERE id = ? AND fate = ?", id, from)
		if err != nil || n == 0 {
			return err // somebody else was faster
		}
		return g.jobs.Add(ctx, tx, inJob, waiting{Message: id}, g.now())
	})
}

// reread gives the post of a mail the text that is read in it today.
func (g *Gateway) reread(ctx context.Context, by account.User, in Incoming, m *message.Message) (Replayed, error) {
	post, revisions, err := g.forum.Revisions(ctx, by, in.Item)
	if err != nil {
		return "", err
	}
	if err := mayReread(post, revisions); err != nil {
		return "", err
	}
	body, _ := g.body(m)
	e := forum.Edit{Post: post.ID, Base: post.Revision, Body: body, Via: item.Import, Summary: "Read again from the mail"}
	if post.First() {
		t, err := g.forum.Thread(ctx, by, post.Thread, forum.View{Limit: 1})
		if err != nil {
			return "", err
		}
		e.Title, e.Tags = t.Title, strings.Join(t.Tags, " ")
	}
	before, err := db.Value[string](ctx, g.db, "SELECT source FROM revision WHERE id = ?", post.Revision)
	if err != nil || sameText(before, body) {
		return Unchanged, err
	}
	if inlineImage.MatchString(body) {
		kept, err := g.keepFiles(ctx, post.Author, m, item.Mail)
		if err != nil {
			return "", err
		}
		e.Body = kept.show(body)
	}
	e.With = func(ctx context.Context, tx *db.Tx, _ forum.Ref) error {
		_, err := tx.Exec(ctx, "UPDATE message SET digest = ? WHERE id = ?", contentDigest(m), in.ID)
		return err
	}
	// It is the author's text, whoever has it read again.
	if _, err := g.forum.Edit(ctx, post.Author, e); err != nil {
		return "", fmt.Errorf("read mail %d into its post: %w", in.ID, err)
	}
	return Revised, nil
}

// mayReread fails for a post that holds something else than its mail.
func mayReread(post forum.Post, revisions []item.Revision) error {
	last := revisions[0]
	for _, r := range revisions {
		if r.ID == post.Revision {
			last = r
		}
	}
	if last.Via != item.Mail && last.Via != item.Import {
		return fault.Clash("This post was changed on the site after the mail had come, so the mail is not read into it again.")
	}
	if post.Gone() {
		return fault.Clash("This post was deleted; restore it before its mail is read again.")
	}
	return nil
}

// OfFate returns the numbers of all mails of one fate that were kept, the oldest first.
func (g *Gateway) OfFate(ctx context.Context, by account.User, fate Fate) ([]int64, error) {
	if !by.Admin() {
		return nil, errDesk
	}
	return db.Values[int64](ctx, g.db, "SELECT id FROM message WHERE fate = ? AND length(raw) > 0 ORDER BY id", fate)
}
