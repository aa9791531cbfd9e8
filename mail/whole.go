package mail

import (
	"context"
	"regexp"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/mail/message"
)

// Whole is a post as its mail came, with everything that was trimmed for display.
type Whole struct {
	Post    forum.Post
	Subject string
	Text    string // all of it
	Guessed bool   // its thread was found by the subject alone
}

// someAddress finds the addresses that quotes and signatures are full of.
var someAddress = regexp.MustCompile(`([A-Za-z0-9._%+-]{1,64})@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)

// Whole returns the whole text of the mail that a post came by, for whoever may see
// the post. The addresses in it are hidden from all but the staff, as everywhere.
func (g *Gateway) Whole(ctx context.Context, by account.User, post int64) (Whole, error) {
	p, err := g.forum.Find(ctx, by, post)
	if err != nil {
		return Whole{}, err
	}
	if p.HTML == "" { // deleted
		return Whole{}, errNoMail
	}
	type row struct {
		raw  []byte
		rule string
	}
	kept, err := db.One(ctx, g.db, func(r db.Row) (m row, err error) {
		err = r.Scan(&m.raw, &m.rule)
		return m, err
	}, "SELECT raw, rule FROM message WHERE item = ? AND fate = 'posted' ORDER BY id LIMIT 1", post)
	if fault.Is(err, fault.Missing) {
		err = errNoMail
	}
	if err != nil {
		return Whole{}, err
	}
	raw, err := unpack(kept.raw)
	if err != nil {
		return Whole{}, err
	}
	m := message.Parse(raw)
	o := Whole{Post: p, Subject: g.hideSecrets(m.Subject), Text: g.hideSecrets(m.Text), Guessed: kept.rule == bySubject}
	if !by.Staff() {
		o.Text = someAddress.ReplaceAllString(o.Text, "$1@…")
	}
	return o, nil
}

var errNoMail = fault.Gone("There is no mail of this post.")
