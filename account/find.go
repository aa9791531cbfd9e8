package account

import (
	"context"
	"fmt"
	"strings"

	"picus/internal/db"
	"picus/internal/fault"
)

// person is a User with what never leaves this room.
type person struct {
	User
	password string // argon2id in PHC form
	replyKey []byte
}

const userColumns = `
	account.id, account.name, account.display, COALESCE(account.email, ''), account.role, account.status,
	account.lang, account.unread, account.unreachable > 0,
	` + groupsColumn

// groupsColumn needs the table account.
const groupsColumn = `COALESCE((SELECT string_agg(CAST(m.group_id AS TEXT), ' ') FROM membership m WHERE m.account = account.id), '')`

const personColumns = userColumns + ", account.password, account.reply_key"

// scanUser reads userColumns, and what follows them into more.
func scanUser(r db.Row, more ...any) (u User, err error) {
	err = r.Scan(append([]any{&u.ID, &u.Name, &u.Display, &u.Email, &u.Role, &u.Status, &u.Lang, &u.Unread, &u.Unreachable, &u.Groups}, more...)...)
	return u, err
}

func oneUser(r db.Row) (User, error) { return scanUser(r) }

func onePerson(r db.Row) (p person, err error) {
	p.User, err = scanUser(r, &p.password, &p.replyKey)
	return p, err
}

// ByName returns the account that is called name, whatever its status; a fault.Missing
// where there is none.
func (a *Accounts) ByName(ctx context.Context, name string) (User, error) {
	p, err := byName(ctx, a.db, name)
	return p.User, err
}

// ByID returns the account of a number, as ByName does.
func (a *Accounts) ByID(ctx context.Context, id int64) (User, error) {
	p, err := byID(ctx, a.db, id)
	return p.User, err
}

// ByAddress returns the account with this mail address, as ByName does.
func (a *Accounts) ByAddress(ctx context.Context, email string) (User, error) {
	p, err := byAddress(ctx, a.db, email)
	return p.User, err
}

// standsFor goes from the account that has a name or an address to the one it stands
// for: itself, unless it was merged. See absorb.
const standsFor = "FROM account known JOIN account ON account.id = COALESCE(known.merged, known.id) WHERE "

var errNobody = fault.Gone("There is nobody of that name here.")

// byName does not take one name for another that only looks like it.
func byName(ctx context.Context, r db.Reader, name string) (person, error) {
	name = strings.TrimSpace(name)
	var named string
	p, err := db.One(ctx, r, func(r db.Row) (p person, err error) {
		p.User, err = scanUser(r, &p.password, &p.replyKey, &named)
		return p, err
	}, "SELECT "+personColumns+", known.name "+standsFor+"known.name_key = ?", nameKey(name))
	if fault.Is(err, fault.Missing) || err == nil && fold(named) != fold(name) {
		return person{}, errNobody
	}
	if err != nil {
		return person{}, fmt.Errorf("find an account by name: %w", err)
	}
	return p, nil
}

func byAddress(ctx context.Context, r db.Reader, email string) (person, error) {
	address, err := tidyAddress(email)
	if err != nil {
		return person{}, errNobody
	}
	p, err := db.One(ctx, r, onePerson, "SELECT "+personColumns+" "+standsFor+"known.email_key = ?", addressKey(address))
	if fault.Is(err, fault.Missing) {
		return person{}, errNobody
	}
	if err != nil {
		return person{}, fmt.Errorf("find an account by address: %w", err)
	}
	return p, nil
}

func byID(ctx context.Context, r db.Reader, id int64) (person, error) {
	p, err := db.One(ctx, r, onePerson, "SELECT "+personColumns+" FROM account WHERE id = ?", id)
	if fault.Is(err, fault.Missing) {
		return person{}, errNobody
	}
	if err != nil {
		return person{}, fmt.Errorf("find an account by number: %w", err)
	}
	return p, nil
}
