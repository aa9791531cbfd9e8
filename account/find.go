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

const personColumns = `
	account.id, account.name, account.display, COALESCE(account.email, ''), account.role, account.status,
	account.lang, account.unread, account.password, account.reply_key`

// scanPerson reads personColumns, and what follows them into more.
func scanPerson(r db.Row, more ...any) (p person, err error) {
	err = r.Scan(append([]any{&p.ID, &p.Name, &p.Display, &p.Email, &p.Role, &p.Status,
		&p.Lang, &p.Unread, &p.password, &p.replyKey}, more...)...)
	return p, err
}

func onePerson(r db.Row) (person, error) { return scanPerson(r) }

// ByName returns the account that is called name, whatever its status; a fault.Missing
// where there is none.
func (a *Accounts) ByName(ctx context.Context, name string) (User, error) {
	p, err := byName(ctx, a.db, name)
	return p.User, err
}

// ByAddress returns the account with this mail address, as ByName does.
func (a *Accounts) ByAddress(ctx context.Context, email string) (User, error) {
	p, err := byAddress(ctx, a.db, email)
	return p.User, err
}

var errNobody = fault.Gone("There is nobody of that name here.")

// byName does not take one name for another that only looks like it.
func byName(ctx context.Context, r db.Reader, name string) (person, error) {
	name = strings.TrimSpace(name)
	p, err := db.One(ctx, r, onePerson, "SELECT "+personColumns+" FROM account WHERE name_key = ?", nameKey(name))
	if fault.Is(err, fault.Missing) || err == nil && fold(p.Name) != fold(name) {
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
	p, err := db.One(ctx, r, onePerson, "SELECT "+personColumns+" FROM account WHERE email_key = ?", addressKey(address))
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
