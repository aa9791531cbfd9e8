package main

import (
	"context"
	"fmt"

	"picus/account"
)

type groupCmd struct {
	Add    groupAddCmd    `cmd:"" help:"Make a group of people, for boards that are not for everybody."`
	Join   groupJoinCmd   `cmd:"" help:"Put members into a group."`
	Leave  groupLeaveCmd  `cmd:"" help:"Take people out of a group."`
	List   groupListCmd   `cmd:"" help:"List the groups, or who is in one."`
	Remove groupRemoveCmd `cmd:"" help:"Remove a group that no board names."`
}

type groupAddCmd struct {
	Group       string `arg:"" help:"Its name."`
	Description string `help:"What it is for."`
}

// Help shows an example.
func (groupAddCmd) Help() string {
	return "Example: picus group add editors && picus group join editors ada linus"
}

// Run makes the group.
func (g *groupAddCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		made, err := h.accounts.AddGroup(ctx, operator, account.Group{Name: g.Group, Description: g.Description})
		if err != nil {
			return err
		}
		_, err = fmt.Printf("Boards name it group:%s\n", made.Name)
		return err
	})
}

type groupJoinCmd struct {
	Group  string   `arg:"" help:"The group."`
	People []string `arg:"" help:"The handles of those who join."`
}

// Run puts the members into the group.
func (g *groupJoinCmd) Run(ctx context.Context, c *config) error {
	return c.withGroup(ctx, g.Group, func(h *house, group account.Group) error {
		for _, name := range g.People {
			if err := h.accounts.JoinGroup(ctx, operator, group.ID, name); err != nil {
				return err
			}
		}
		return nil
	})
}

type groupLeaveCmd struct {
	Group  string   `arg:"" help:"The group."`
	People []string `arg:"" help:"The handles of those who leave."`
}

// Run takes the people out of the group.
func (g *groupLeaveCmd) Run(ctx context.Context, c *config) error {
	return c.withGroup(ctx, g.Group, func(h *house, group account.Group) error {
		for _, name := range g.People {
			if err := h.accounts.LeaveGroup(ctx, operator, group.ID, name); err != nil {
				return err
			}
		}
		return nil
	})
}

type groupRemoveCmd struct {
	Group string `arg:"" help:"The group."`
}

// Run removes the group.
func (g *groupRemoveCmd) Run(ctx context.Context, c *config) error {
	return c.withGroup(ctx, g.Group, func(h *house, group account.Group) error {
		return h.accounts.RemoveGroup(ctx, operator, group.ID)
	})
}

type groupListCmd struct {
	Group string `arg:"" optional:"" help:"A group; without one, all groups are listed."`
}

// Run lists the groups, or who is in one.
func (g *groupListCmd) Run(ctx context.Context, c *config) error {
	if g.Group != "" {
		return c.withGroup(ctx, g.Group, func(h *house, group account.Group) error {
			_, people, err := h.accounts.Group(ctx, operator, group.ID)
			for _, u := range people {
				fmt.Printf("%-20s %s\n", u.Name, u.Display)
			}
			return err
		})
	}
	return c.with(ctx, func(h *house) error {
		all, err := h.accounts.Groups(ctx, operator)
		for _, group := range all {
			fmt.Printf("%-20s %4d people  %s\n", group.Name, group.People, group.Description)
		}
		return err
	})
}

// withGroup opens the house for a command about one group.
func (c *config) withGroup(ctx context.Context, name string, do func(h *house, g account.Group) error) error {
	return c.with(ctx, func(h *house) error {
		g, err := h.accounts.GroupByName(ctx, operator, name)
		if err != nil {
			return err
		}
		return do(h, g)
	})
}
