package forum

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"picus/account"
	"picus/internal/db"
	"picus/internal/fault"
	"picus/internal/item"
)

const (
	maxDescription = 300      // characters
	maxTemplate    = 16 << 10 // bytes
)

var errNotAdmin = fault.Forbid("Only an administrator makes boards.")

// MakeBoard makes a board. Its list address is its slug where none is given. The
// faults are on "slug", "title", "list", "description", "colour", "template", "read",
// "post" and "moderate".
func (f *Forum) MakeBoard(ctx context.Context, by account.User, p Profile) (Profile, error) {
	if !by.Admin() {
		return p, errNotAdmin
	}
	p.Kind = "board"
	p.Slug = strings.ToLower(strings.TrimSpace(p.Slug))
	wrong := append(p.tidy(), checkSlug("slug", p.Slug))
	if p.List != p.Slug { // else it was said already, of the name
		wrong = append(wrong, checkSlug("list", p.List))
	}
	if err := check(wrong...); err != nil {
		return p, err
	}
	err := f.db.Write(ctx, func(tx *db.Tx) (err error) {
		if err := p.checkGroups(ctx, tx); err != nil {
			return err
		}
		if p.Board, err = f.items.PutSpace(ctx, tx, p.Board); err != nil {
			return err
		}
		return p.keep(ctx, tx)
	})
	return p, err
}

// EditBoard changes everything of a board but its slug, which stands in addresses, and
// its figures. The faults are those of MakeBoard.
func (f *Forum) EditBoard(ctx context.Context, by account.User, slug string, p Profile) (Profile, error) {
	if !by.Admin() {
		return p, errNotAdmin
	}
	old, err := f.Profile(ctx, by, slug)
	if err != nil {
		return p, err
	}
	p.ID, p.Slug, p.Kind = old.ID, old.Slug, old.Kind
	if err := check(append(p.tidy(), checkSlug("list", p.List))...); err != nil {
		return p, err
	}
	err = f.db.Write(ctx, func(tx *db.Tx) error {
		if err := p.checkGroups(ctx, tx); err != nil {
			return err
		}
		if err := f.items.ChangeSpace(ctx, tx, p.Board); err != nil {
			return err
		}
		return p.keep(ctx, tx)
	})
	return p, err
}

// MoveBoard puts a board one place further up in the order of all boards, or down.
func (f *Forum) MoveBoard(ctx context.Context, by account.User, slug string, up bool) error {
	if !by.Admin() {
		return errNotAdmin
	}
	return f.db.Write(ctx, func(tx *db.Tx) error {
		order, err := db.All(ctx, tx, func(r db.Row) (b Board, err error) {
			err = r.Scan(&b.ID, &b.Slug)
			return b, err
		}, "SELECT id, slug FROM space WHERE kind = 'board' ORDER BY position, id")
		if err != nil {
			return err
		}
		at := slices.IndexFunc(order, func(b Board) bool { return b.Slug == slug })
		to := at + 1
		if up {
			to = at - 1
		}
		if at < 0 {
			return fault.Gone("There is nothing at this address.")
		}
		if to < 0 || to >= len(order) {
			return nil
		}
		order[at], order[to] = order[to], order[at]
		for i, b := range order {
			if _, err := tx.Exec(ctx, "UPDATE space SET position = ? WHERE id = ?", i+1, b.ID); err != nil {
				return fmt.Errorf("order the boards: %w", err)
			}
		}
		return nil
	})
}

// tidy puts what was typed into its form and returns what is wrong with it.
func (p *Profile) tidy() []error {
	p.List = strings.ToLower(strings.TrimSpace(p.List))
	if at := strings.IndexByte(p.List, '@'); at >= 0 {
		p.List = p.List[:at]
	}
	if p.List == "" {
		p.List = p.Slug
	}
	title, err := cleanTitle(p.Title)
	wrong := []error{err}
	p.Title, p.Description = title, item.Line(p.Description)
	p.Template = strings.TrimRight(strings.ReplaceAll(p.Template, "\r\n", "\n"), " \t\n")
	p.MayModerate = max(p.MayModerate, account.Staff)
	if utf8.RuneCountInString(p.Description) > maxDescription {
		wrong = append(wrong, fault.Bad("description", "A description may have %d characters at most.", maxDescription))
	}
	if len(p.Template) > maxTemplate {
		wrong = append(wrong, fault.Bad("template", "The text is too long: %d KB at most.", maxTemplate>>10))
	}
	if !slices.Contains(colours, p.Colour) {
		wrong = append(wrong, fault.Bad("colour", "Choose one of the colours."))
	}
	if p.Patience < Forever || p.Patience > maxPatience {
		wrong = append(wrong, fault.Bad("patience", "Choose a number of days from 1 to %d, or 0 for no end.", maxPatience))
	}
	return wrong
}

// checkGroups refuses an audience that there is not: nobody would be left outside, or
// nobody in.
func (p Profile) checkGroups(ctx context.Context, tx *db.Tx) error {
	var wrong fault.List
	for _, right := range []struct {
		field string
		to    account.Audience
	}{{"read", p.MayRead}, {"post", p.MayPost}, {"moderate", p.MayModerate}} {
		there, err := right.to <= account.Staff && right.to >= account.Everyone, error(nil)
		if right.to.IsGroup() {
			there, err = db.Value[bool](ctx, tx, "SELECT EXISTS (SELECT 1 FROM account_group WHERE id = ?)", right.to)
		}
		if err != nil {
			return err
		}
		if !there {
			wrong.Add(fault.Bad(right.field, "There is no such group."))
		}
	}
	return wrong.Err()
}

func (p Profile) keep(ctx context.Context, tx *db.Tx) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO board (space, colour, template) VALUES (?, ?, ?)
		ON CONFLICT (space) DO UPDATE SET colour = excluded.colour, template = excluded.template`, p.ID, p.Colour, p.Template)
	if err != nil || p.Patience == 0 {
		return err
	}
	_, err = tx.Exec(ctx, "UPDATE space SET patience = ? WHERE id = ?", max(p.Patience, 0), p.ID)
	return err
}
