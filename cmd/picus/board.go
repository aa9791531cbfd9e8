package main

import (
	"context"
	"fmt"

	"picus/account"
	"picus/forum"
)

type boardCmd struct {
	Add  boardAddCmd  `cmd:"" help:"Add a board. Its mailing list is SLUG@ the mail domain."`
	List boardListCmd `cmd:"" help:"List the boards."`
}

type boardAddCmd struct {
	Slug        string `arg:"" help:"Its name in addresses, such as python."`
	Title       string `help:"Its name for people." required:""`
	Description string `help:"One sentence about it."`
	List        string `help:"Address of its mailing list; the part before the @ counts." placeholder:"ADDRESS"`
	Read        string `help:"Who may read it." enum:"public,members,staff" default:"public"`
	Post        string `help:"Who may write in it." enum:"members,staff" default:"members"`
}

// levels are the words for the audiences that are no group.
var levels = map[string]account.Audience{"public": 0, "members": 1, "staff": 2}

// Help shows examples.
func (boardAddCmd) Help() string {
	return "Example: picus board add python --title Python\nExample: picus board add staff --title Staff --read staff --post staff"
}

// Run adds the board.
func (b *boardAddCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		made, err := h.forum.AddBoard(ctx, operator, forum.Board{Slug: b.Slug, Title: b.Title, Description: b.Description, List: b.List,
			MayRead: levels[b.Read], MayPost: levels[b.Post]})
		if err != nil {
			return err
		}
		_, err = fmt.Printf("Board %s is at %s/b/%s\n", made.Title, c.BaseURL, made.Slug)
		return err
	})
}

type boardListCmd struct{}

// Run lists the boards.
func (boardListCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		boards, err := h.forum.Boards(ctx, operator)
		for _, b := range boards {
			fmt.Printf("%-20s %6d threads  %s\n", b.Slug, b.Threads, b.Title)
		}
		return err
	})
}
