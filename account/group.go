package account

import (
	"context"
	"fmt"

	"picus/internal/db"
	"picus/internal/fault"
)

const (
	maxGroupName = 60  // characters
	maxGroupText = 300 // characters
	mostGroups   = 500 // shown
	mostMembers  = 2000
)

// Group is some people under one name, for boards that are not for everybody.
type Group struct {
	ID          int64
	Name        string
	Description string
	People      int // only where it was asked for
}

// Audience is the group as a board names it.
func (g Group) Audience() Audience { return Audience(g.ID) }

var errNoGroup = fault.Gone("There is no such group.")

// AddGroup makes a group. Its faults are on "name" and "description".
func (a *Accounts) AddGroup(ctx context.Context, by User, g Group) (Group, error) {
	if err := g.tidy(by); err != nil {
		return g, err
	}
	err := a.db.Write(ctx, func(tx *db.Tx) (err error) {
		if err = g.free(ctx, tx); err != nil {
			return err
		}
		g.ID, err = tx.Insert(ctx, "INSERT INTO account_group (name, name_key, description, created) VALUES (?, ?, ?, ?) RETURNING id",
			g.Name, fold(g.Name), g.Description, a.millis())
		return err
	})
	return g, err
}

// EditGroup gives the group with g's number another name and description.
func (a *Accounts) EditGroup(ctx context.Context, by User, g Group) error {
	if err := g.tidy(by); err != nil {
		return err
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		if err := g.free(ctx, tx); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "UPDATE account_group SET name = ?, name_key = ?, description = ? WHERE id = ?", g.Name, fold(g.Name), g.Description, g.ID)
		if err == nil && n == 0 {
			return errNoGroup
		}
		return err
	})
}

func (g *Group) tidy(by User) error {
	if !by.Admin() {
		return errForbidden
	}
	var wrong fault.List
	if g.Name = tidyDisplay(g.Name); g.Name == "" || cut(g.Name, maxGroupName) != g.Name {
		wrong.Add(fault.Bad("name", "Please give the group a name of 1 to %d characters.", maxGroupName))
	}
	if g.Description = tidyDisplay(g.Description); cut(g.Description, maxGroupText) != g.Description {
		wrong.Add(fault.Bad("description", "A description may have %d characters at most.", maxGroupText))
	}
	return wrong.Err()
}

// free fails where another group has the name.
func (g Group) free(ctx context.Context, tx *db.Tx) error {
	taken, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM account_group WHERE name_key = ? AND id <> ?)", fold(g.Name), g.ID)
	if err != nil {
		return fmt.Errorf("look for a group of that name: %w", err)
	}
	if !taken {
		return nil
	}
	return &fault.Error{Kind: fault.Conflict, Field: "name", Text: "There is a group called %s already.", Args: []any{g.Name}}
}

// RemoveGroup takes a group away that no board names any more.
func (a *Accounts) RemoveGroup(ctx context.Context, by User, id int64) error {
	if !by.Admin() {
		return errForbidden
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		used, err := db.Value[string](ctx, tx, "SELECT coalesce(max(title), '') FROM space WHERE may_read = ? OR may_post = ? OR may_moderate = ?", id, id, id)
		if err != nil {
			return fmt.Errorf("look for what a group is named by: %w", err)
		}
		if used != "" {
			return fault.Clash("“%s” is for this group. Change who may read, write and keep order there first.", used)
		}
		for _, statement := range []string{"DELETE FROM membership WHERE group_id = ?", "DELETE FROM account_group WHERE id = ?"} {
			if _, err := tx.Exec(ctx, statement, id); err != nil {
				return fmt.Errorf("remove a group: %w", err)
			}
		}
		return nil
	})
}

const groupColumns = "g.id, g.name, g.description, (SELECT count(*) FROM membership m WHERE m.group_id = g.id)"

func scanGroup(r db.Row) (g Group, err error) {
	err = r.Scan(&g.ID, &g.Name, &g.Description, &g.People)
	return g, err
}

// Groups returns every group in the order of the names, for administrators.
func (a *Accounts) Groups(ctx context.Context, by User) ([]Group, error) {
	if !by.Admin() {
		return nil, errForbidden
	}
	return db.All(ctx, a.db, scanGroup, "SELECT "+groupColumns+" FROM account_group g ORDER BY g.name_key LIMIT ?", mostGroups)
}

// Group returns a group and who is in it, for administrators.
func (a *Accounts) Group(ctx context.Context, by User, id int64) (Group, []User, error) {
	if !by.Admin() {
		return Group{}, nil, errForbidden
	}
	g, err := db.One(ctx, a.db, scanGroup, "SELECT "+groupColumns+" FROM account_group g WHERE g.id = ?", id)
	if fault.Is(err, fault.Missing) {
		return g, nil, errNoGroup
	}
	if err != nil {
		return g, nil, err
	}
	people, err := db.All(ctx, a.db, oneUser, "SELECT "+userColumns+` FROM membership mine JOIN account ON account.id = mine.account
		WHERE mine.group_id = ? ORDER BY account.name_key LIMIT ?`, id, mostMembers)
	return g, people, err
}

// GroupByName returns the group that is called name, for administrators.
func (a *Accounts) GroupByName(ctx context.Context, by User, name string) (Group, error) {
	if !by.Admin() {
		return Group{}, errForbidden
	}
	g, err := db.One(ctx, a.db, scanGroup, "SELECT "+groupColumns+" FROM account_group g WHERE g.name_key = ?", fold(tidyDisplay(name)))
	if fault.Is(err, fault.Missing) {
		return g, fault.Gone("There is no group called “%s”.", name)
	}
	return g, err
}

// JoinGroup puts the member called name into a group. Its fault is on "person".
func (a *Accounts) JoinGroup(ctx context.Context, by User, group int64, name string) error {
	return a.changeMember(ctx, by, group, name, func(tx *db.Tx, p person) error {
		if p.Status != Active {
			return fault.Bad("person", "%s is not an active member.", p.Name)
		}
		_, err := tx.Exec(ctx, "INSERT INTO membership (account, group_id, added) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", p.ID, group, a.millis())
		return err
	})
}

// LeaveGroup takes the account called name out of a group. What the group opened is
// closed to it from the next question on.
func (a *Accounts) LeaveGroup(ctx context.Context, by User, group int64, name string) error {
	return a.changeMember(ctx, by, group, name, func(tx *db.Tx, p person) error {
		_, err := tx.Exec(ctx, "DELETE FROM membership WHERE account = ? AND group_id = ?", p.ID, group)
		return err
	})
}

func (a *Accounts) changeMember(ctx context.Context, by User, group int64, name string, change func(tx *db.Tx, p person) error) error {
	if !by.Admin() {
		return errForbidden
	}
	return a.db.Write(ctx, func(tx *db.Tx) error {
		there, err := db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM account_group WHERE id = ?)", group)
		if err != nil {
			return fmt.Errorf("find a group: %w", err)
		}
		if !there {
			return errNoGroup
		}
		p, err := byName(ctx, tx, name)
		if fault.Is(err, fault.Missing) {
			return fault.Bad("person", "There is nobody called “%s” here.", name)
		}
		if err != nil {
			return err
		}
		return change(tx, p)
	})
}
