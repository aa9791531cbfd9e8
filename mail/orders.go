package mail

import (
	"context"
	"strconv"
	"strings"

	"picus/account"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

// task is what the first lines of a mail ask for.
type task struct {
	by     account.User
	thread int64
	post   int64  // the one that the mail answers; the first of the thread where it names none
	text   string // what stands below the orders
}

// follow does what the first lines of an answer ask for, in their order, and posts what
// stands below. An order that cannot be followed has the whole mail refused with the
// reason, before its text is posted: the sender has it still. Each order is noted in the
// transaction that follows it, so that after a crash none is followed twice.
func (g *Gateway) follow(ctx context.Context, d *delivery, by account.User, p place, orders []order, rest string) error {
	t := task{by: by, thread: p.thread, post: p.parent, text: strings.TrimSpace(rest)}
	if t.post == 0 {
		t.post = p.thread
	}
	for i, o := range orders {
		if i < d.done {
			t.skip(o)
			continue
		}
		err := g.carryOut(d.noting(ctx, i+1), &t, o)
		switch {
		case fault.Is(err, fault.Limited):
			return g.later(ctx, d)
		case err != nil:
			return g.refuse(ctx, d, err)
		}
	}
	if t.text == "" {
		return g.conclude(ctx, d, end{fate: Obeyed, rule: p.rule, item: t.post, account: by.ID})
	}
	d.m.Reply = t.text
	return g.publishText(ctx, d, by)
}

// noting returns a context in which what is written notes that so many orders have been
// followed.
func (d *delivery) noting(ctx context.Context, done int) context.Context {
	return db.Along(ctx, func(ctx context.Context, tx *db.Tx) error {
		_, err := tx.Exec(ctx, "UPDATE message SET done = ? WHERE id = ?", done, d.id)
		return err
	})
}

// skip passes over an order that was followed before, with the text that it took.
func (t *task) skip(o order) {
	switch o.verb {
	case verbNeedInfo, verbEdit, verbUndo:
		t.take()
	}
}

// carryOut follows one order by the method that the browser's button calls. One that
// needs the text takes it.
func (g *Gateway) carryOut(ctx context.Context, t *task, o order) (err error) {
	switch o.verb {
	case verbVote:
		_, err = g.forum.Vote(ctx, t.by, t.post, 1)
	case verbMeToo:
		_, err = g.forum.MeToo(ctx, t.by, t.thread, true)
	case verbAccept:
		err = g.forum.Accept(ctx, t.by, t.thread, t.post, item.Mail)
	case verbSolved:
		err = g.forum.Solve(ctx, t.by, t.thread, item.Mail)
	case verbNeedInfo:
		_, err = g.forum.NeedInfo(ctx, t.by, forum.NewPost{Thread: t.thread, Body: t.take(), Format: item.PlainText, Via: item.Mail})
	case verbReopen:
		err = g.forum.Reopen(ctx, t.by, t.thread, item.Mail)
	case verbDup:
		err = g.forum.Duplicate(ctx, t.by, t.thread, o.thread, item.Mail)
	case verbBallot:
		_, err = g.forum.Choose(ctx, t.by, t.thread, o.options)
	case verbTag:
		err = g.forum.Retag(ctx, t.by, t.thread, o.tags(), item.Mail)
	case verbMute, verbWatch:
		err = g.items.Subscribe(ctx, t.by, item.Subscription{Target: item.ToThread, ID: t.thread, Level: string(o.verb), Channel: "mail"})
	case verbEdit:
		err = g.amend(ctx, t)
	case verbUndo:
		err = g.takeBack(ctx, t)
	}
	return err
}

// take returns the text, which is then not posted.
func (t *task) take() string {
	text := t.text
	t.text = ""
	return text
}

func (o order) tags() string {
	var words []string
	for _, tag := range o.add {
		words = append(words, "+"+tag)
	}
	for _, tag := range o.remove {
		words = append(words, "-"+tag)
	}
	return strings.Join(words, " ")
}

// amend puts the text of a mail into the place of what its author wrote a moment ago,
// in the post that the mail answers.
func (g *Gateway) amend(ctx context.Context, t *task) error {
	p, err := g.fresh(ctx, t)
	if err != nil {
		return err
	}
	e := forum.Edit{Post: p.ID, Base: p.Revision, Title: p.Title, Body: t.take(), Via: item.Mail}
	if p.First() {
		thread, err := g.forum.Thread(ctx, t.by, p.Thread, forum.View{Limit: 1})
		if err != nil {
			return err
		}
		e.Tags = strings.Join(thread.Tags, " ")
	}
	_, err = g.forum.Edit(ctx, t.by, e)
	return err
}

// takeBack takes a post out of sight that its author wrote a moment ago.
func (g *Gateway) takeBack(ctx context.Context, t *task) error {
	p, err := g.fresh(ctx, t)
	if err != nil {
		return err
	}
	t.take()
	return g.forum.Remove(ctx, t.by, p.ID, "", item.Mail)
}

// fresh returns the post that a mail answers, where the mail's sender has just written
// it.
func (g *Gateway) fresh(ctx context.Context, t *task) (forum.Post, error) {
	p, err := g.forum.Find(ctx, t.by, t.post)
	if err != nil {
		return p, err
	}
	if p.Author.ID != t.by.ID {
		return p, fault.Forbid("To change what you wrote, answer your own mail: this one answers somebody else's.")
	}
	if g.now().Sub(p.Created) > g.items.Grace {
		return p, fault.Forbid("What you wrote is too old to be changed by mail. You can change it here: %s", g.conf.BaseURL+"/p/"+strconv.FormatInt(p.ID, 10)+"/edit")
	}
	return p, nil
}
