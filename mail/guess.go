package mail

import (
	"context"
	"maps"
	"slices"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/mail/message"
)

// Apart makes a thread of its own of a mail that was put into another because of its
// subject alone, with what answers it. The two are never made one by mails again; Undo
// in the moderation log takes that back.
func (g *Gateway) Apart(ctx context.Context, by account.User, post int64) (forum.Ref, error) {
	p, err := g.forum.Find(ctx, by, post)
	if err != nil {
		return forum.Ref{}, err
	}
	if err := p.MayLeave(by); err != nil {
		return forum.Ref{}, err
	}
	mails, err := g.mailsIn(ctx, p.Thread)
	if err != nil {
		return forum.Ref{}, err
	}
	return g.forum.Split(ctx, by, forum.Split{Post: post, Guess: true, Below: mails.below(post), Title: mails.title(post)})
}

// mostMails is how many mails of a thread are asked for what they answer.
const mostMails = 5000

// filed is a mail in a thread.
type filed struct {
	post    int64
	id      string
	answers []string // all ids that it names
	title   string
}

type mails []filed

// mailsIn reads the headers of the mails in a thread, in the order of their posts.
func (g *Gateway) mailsIn(ctx context.Context, thread int64) (mails, error) {
	return db.All(ctx, g.db, func(r db.Row) (f filed, err error) {
		var raw []byte
		var list, prefix string
		if err := r.Scan(&f.post, &f.id, &list, &prefix, &raw); err != nil {
			return f, err
		}
		if raw, err = unpack(raw); err != nil {
			return f, err
		}
		m := message.ParseHeader(raw)
		f.answers, f.title = slices.Concat(m.InReplyTo, m.References), title(m, list, prefix)
		return f, nil
	}, `
		SELECT p.item, m.message_id, sp.slug, coalesce(l.prefix, ''), m.raw
		FROM post p JOIN message m ON m.item = p.item AND m.fate = 'posted' JOIN space sp ON sp.id = m.space LEFT JOIN list l ON l.space = m.space
		WHERE p.thread = ? ORDER BY p.created, p.item LIMIT ?`, thread, mostMails)
}

// below returns the posts of the mails that answer the mail of a post, or answer one that
// does. A mail stands behind what it answers, unless its clock was wrong: then the forum
// knows.
func (all mails) below(post int64) []int64 {
	var posts []int64
	ids := map[string]bool{}
	for _, f := range all {
		switch {
		case f.post == post:
			ids[f.id] = true
		case slices.ContainsFunc(f.answers, func(id string) bool { return ids[id] }):
			ids[f.id] = true
			posts = append(posts, f.post)
		}
	}
	return posts
}

func (all mails) title(post int64) string {
	for _, f := range all {
		if f.post == post {
			return f.title
		}
	}
	return ""
}

// Apart returns the Message-IDs of the mails of the board that a guess had put into a
// thread and that somebody has put apart, so that no import guesses the same again.
func (a *Archive) Apart(ctx context.Context) ([]string, error) {
	return db.Values[string](ctx, a.g.db, "SELECT m.message_id FROM message m JOIN split s ON s.thread = m.item WHERE m.rule = 'subject' AND m.fate = 'posted' AND m.space = ?", a.board.ID)
}

// Heard returns those of the ids that the board knows, be it only from mails that name
// them: where an id tells the thread, nothing is guessed.
func (a *Archive) Heard(ctx context.Context, ids []string) ([]string, error) {
	if a.empty.Load() {
		return nil, nil
	}
	var heard []string
	for chunk := range slices.Chunk(ids, idsAtOnce) {
		known, err := a.g.nodes(ctx, a.g.db, a.board.ID, chunk)
		if err != nil {
			return nil, err
		}
		heard = slices.AppendSeq(heard, maps.Keys(known))
	}
	return heard, nil
}
