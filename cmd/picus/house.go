package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"picus/account"
	"picus/blog"
	"picus/forum"
	"picus/internal/db"
	"picus/internal/item"
	"picus/internal/job"
	"picus/internal/push"
	"picus/internal/websub"
	"picus/mail"
	"picus/wiki"
)

// house is every room on one database.
type house struct {
	db       *db.DB
	jobs     *job.Queue
	items    *item.Store
	accounts *account.Accounts
	forum    *forum.Forum
	wiki     *wiki.Wiki
	blog     *blog.Blog
	mail     *mail.Gateway
	hub      *websub.Hub
	push     *push.Pusher
}

// operator is who acts on the command line: whoever can read the database may
// do everything.
var operator = account.Operator()

// open opens the database and builds the rooms.
func (c *config) open(ctx context.Context) (*house, error) {
	target, err := c.database()
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, target)
	if err != nil {
		return nil, err
	}
	h, err := c.furnish(ctx, d)
	if err != nil {
		d.Close()
		return nil, err
	}
	return h, nil
}

func (c *config) furnish(ctx context.Context, d *db.DB) (*house, error) {
	if c.BaseURL == "" {
		c.BaseURL = defaultBaseURL
	}
	domain, err := c.mailDomain()
	if err != nil {
		return nil, err
	}
	trusted, err := prefixes("mail-trusted", c.MailTrusted)
	if err != nil {
		return nil, err
	}
	allowed, err := prefixes("fetch-allow", c.FetchAllow)
	if err != nil {
		return nil, err
	}
	h := &house{db: d, jobs: job.New(d, time.Now)}
	h.items = &item.Store{DB: d, Jobs: h.jobs, Now: time.Now, BaseURL: strings.TrimRight(c.BaseURL, "/"), Grace: c.Grace, Free: c.free}
	h.accounts = account.New(d, h.jobs, time.Now)
	if err := h.accounts.Open(ctx); err != nil {
		return nil, err
	}
	h.forum = forum.New(h.items)
	h.wiki = wiki.New(h.items)
	h.blog = blog.New(h.items)
	h.hub = websub.New(d, h.jobs, c.BaseURL, allowed, time.Now)
	h.push = push.New(h.items, h.accounts, c.BaseURL, allowed)
	if err := h.push.Open(ctx); err != nil {
		return nil, err
	}
	h.mail = mail.New(mail.Config{
		Domain: domain, Mailbox: c.MailMailbox, BaseURL: strings.TrimRight(c.BaseURL, "/"), Site: c.Site, Relay: c.Relay, IMAP: c.IMAP, Trusted: trusted, DKIMKey: c.DKIMKey,
		DKIMShared: c.DKIMShared, PerDay: c.MailPerDay, WarmUp: c.MailWarmUp,
	}, h.forum, h.items, h.accounts)
	if err := h.mail.Open(ctx); err != nil {
		return nil, err
	}
	return h, h.firstBoard(ctx)
}

// firstBoard gives a fresh site a place to talk.
func (h *house) firstBoard(ctx context.Context) error {
	boards, err := h.forum.Boards(ctx, operator)
	if err != nil || len(boards) > 0 {
		return err
	}
	_, err = h.forum.AddBoard(ctx, operator, forum.Board{Slug: "talk", Title: "Talk", MayPost: 1,
		Description: "Questions, answers and whatever else concerns everybody."})
	if err != nil {
		return fmt.Errorf("make the first board: %w", err)
	}
	return nil
}

func (h *house) close() error { return h.db.Close() }

// with opens the house for one command and closes it after it.
func (c *config) with(ctx context.Context, do func(h *house) error) error {
	h, err := c.open(ctx)
	if err != nil {
		return err
	}
	err = do(h)
	if closeErr := h.close(); err == nil {
		err = closeErr
	}
	return err
}
