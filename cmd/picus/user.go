package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"picus/account"
)

type userCmd struct {
	Add     userAddCmd     `cmd:"" help:"Add a person, whose address counts as confirmed."`
	Passwd  userPasswdCmd  `cmd:"" help:"Set a person's password."`
	Role    userRoleCmd    `cmd:"" help:"Make a person a member, moderator or administrator."`
	List    userListCmd    `cmd:"" help:"List the people."`
	Suspend userSuspendCmd `cmd:"" help:"Suspend a person, or let them back in."`
	Token   userTokenCmd   `cmd:"" help:"Make an API token and print it once."`
}

var roles = map[string]account.Role{"member": account.Member, "moderator": account.Moderator, "admin": account.Administrator}

type userAddCmd struct {
	Name          string `arg:"" help:"The handle, as in /u/NAME."`
	Email         string `help:"Mail address." required:"" placeholder:"ADDRESS"`
	Display       string `help:"Name as others see it; empty: the handle."`
	PasswordStdin bool   `help:"Read the password from standard input."`
	Role          string `help:"What the person may do." enum:"admin,moderator,member" default:"member"`
}

// Help shows an example.
func (userAddCmd) Help() string {
	return "Example: echo 'a long sentence' | picus user add ada --email ada@example.org --password-stdin --role admin"
}

// Run adds the person.
func (u *userAddCmd) Run(ctx context.Context, c *config) error {
	password := ""
	if u.PasswordStdin {
		var err error
		if password, err = readPassword(); err != nil {
			return err
		}
	}
	return c.with(ctx, func(h *house) error {
		made, err := h.accounts.Add(ctx, account.Registration{Name: u.Name, Display: u.Display, Email: u.Email, Password: password}, roles[u.Role])
		if err != nil {
			return err
		}
		_, err = fmt.Printf("%s is %s now\n", made.Name, made.Role)
		return err
	})
}

// readPassword reads one line, without echo where a person types it.
func readPassword() (string, error) {
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) {
		fmt.Fprint(os.Stderr, "Password: ")
		text, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		return string(text), err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	line = strings.TrimRight(line, "\r\n")
	if line == "" {
		return "", errors.Join(errors.New("no password came in on standard input"), err)
	}
	return line, nil
}

type userPasswdCmd struct {
	Name string `arg:"" help:"The handle."`
}

// Run sets the password; every session of the person ends.
func (u *userPasswdCmd) Run(ctx context.Context, c *config) error {
	password, err := readPassword()
	if err != nil {
		return err
	}
	return c.with(ctx, func(h *house) error { return h.accounts.SetPassword(ctx, u.Name, password) })
}

type userRoleCmd struct {
	Name string `arg:"" help:"The handle."`
	Role string `arg:"" help:"admin, moderator or member." enum:"admin,moderator,member"`
}

// Run sets the role.
func (u *userRoleCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error { return h.accounts.SetRole(ctx, operator, u.Name, roles[u.Role]) })
}

type userListCmd struct{}

// Run lists everybody, page by page.
func (userListCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		after := ""
		for {
			people, err := h.accounts.List(ctx, after, 500)
			if err != nil || len(people) == 0 {
				return err
			}
			for _, p := range people {
				status := string(p.Status)
				if p.StandsFor != "" {
					status = "= " + p.StandsFor
				}
				fmt.Printf("%-24s %-14s %-10s %s\n", p.Name, p.Role, status, p.Email)
			}
			after = people[len(people)-1].Name
		}
	})
}

type userSuspendCmd struct {
	Name string `arg:"" help:"The handle."`
	Undo bool   `help:"Let the person back in."`
}

// Run suspends the person; every session and token of theirs ends.
func (u *userSuspendCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error { return h.accounts.Suspend(ctx, operator, u.Name, !u.Undo) })
}

type userTokenCmd struct {
	Name  string   `arg:"" help:"The handle."`
	Label string   `help:"What it is for." default:"command line"`
	Scope []string `help:"read, write, moderate, admin." default:"read,write"`
}

// Run prints a new token.
func (u *userTokenCmd) Run(ctx context.Context, c *config) error {
	return c.with(ctx, func(h *house) error {
		person, err := h.accounts.ByName(ctx, u.Name)
		if err != nil {
			return err
		}
		token, err := h.accounts.NewToken(ctx, person, u.Label, u.Scope)
		if err != nil {
			return err
		}
		_, err = fmt.Println(token)
		return err
	})
}
