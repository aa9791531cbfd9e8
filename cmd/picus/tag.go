package main

import (
	"context"
	"fmt"
	"time"
)

type tagCmd struct {
	Names  tagNamesCmd  `cmd:"" help:"List the other names of a tag."`
	Name   tagNameCmd   `cmd:"" help:"Give a tag other names; tags that have them are merged into it."`
	Unname tagUnnameCmd `cmd:"" help:"Take other names away from a tag."`
}

type tagNamesCmd struct {
	Tag string `arg:"" help:"The tag."`
}

// Run lists the names.
func (t *tagNamesCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		tag, err := h.items.TagNamed(ctx, operator, t.Tag)
		if err != nil {
			return err
		}
		all, err := h.items.TagNames(ctx, tag.ID)
		for _, n := range all {
			if _, err := fmt.Printf("%-24s %s  by %s\n", n.Name, n.At.Format(time.DateOnly), n.By.Name); err != nil {
				return err
			}
		}
		return err
	})
}

type tagNameCmd struct {
	Tag   string   `arg:"" help:"The tag."`
	Names []string `arg:"" help:"What else it is called."`
	As    string   `help:"The moderator who says so." required:"" placeholder:"NAME"`
}

// Help shows an example.
func (tagNameCmd) Help() string { return "Example: picus tag name python py 派森 --as ada" }

// Run gives the names.
func (t *tagNameCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		by, err := h.accounts.ByName(ctx, t.As)
		if err != nil {
			return err
		}
		for _, name := range t.Names {
			if err := h.forum.NameTag(ctx, by, t.Tag, name); err != nil {
				return err
			}
		}
		return nil
	})
}

type tagUnnameCmd struct {
	Tag   string   `arg:"" help:"The tag."`
	Names []string `arg:"" help:"What it is not called any more."`
}

// Run takes the names away.
func (t *tagUnnameCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		tag, err := h.items.TagNamed(ctx, operator, t.Tag)
		if err != nil {
			return err
		}
		for _, name := range t.Names {
			if err := h.items.UnnameTag(ctx, operator, tag.ID, name); err != nil {
				return err
			}
		}
		return nil
	})
}
