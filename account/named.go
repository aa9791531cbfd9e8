package account

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"picus/internal/db"
	"picus/internal/fault"
)

// Named is somebody as others may speak to them: no address, and nothing else.
type Named struct{ Name, Display string }

// Circle is a place and whom a name is looked for among: those who may read there.
type Circle struct{ MayRead, MayModerate Audience }

// admitted is the condition that the account a belongs to a Circle. Who is known by mail
// only, waits or is suspended hears of nothing and is not offered.
const admitted = `a.status = 'active' AND (CAST(? AS BIGINT) < 2 OR a.role <> 'member'
	OR EXISTS (SELECT 1 FROM membership m WHERE m.account = a.id AND m.group_id IN (?, ?)))`

// Admitted is the condition that the account a belongs to the circle, and its parameters.
func (c Circle) Admitted() (condition string, params []any) {
	return admitted, []any{c.MayRead, c.MayRead, c.MayModerate}
}

// MayLookUp books a question for names, of which somebody who types asks a few a second.
// It fails for who is not signed in, has not confirmed an address, or asks too much.
func (a *Accounts) MayLookUp(by User) error {
	if !by.Signed() {
		return fault.SignIn("Sign in to write here.")
	}
	if by.Status != Active {
		return fault.Forbid("Confirm your address first: open the link in the mail we sent you.")
	}
	if _, ok := book(a.now(), bucketKey{a.limits.lookUp, strconv.FormatInt(by.ID, 10)}); !ok {
		return fault.Limit("There were too many questions for names. Please wait a moment.")
	}
	return nil
}

// Names returns people of a circle whose name, or the name that they show, begins with
// a text: limit of each at most.
func Names(ctx context.Context, d *db.DB, among Circle, begins string, limit int) ([]Named, error) {
	if begins == "" {
		return nil, nil
	}
	condition, params := among.Admitted()
	var all []Named
	for _, by := range []struct{ column, begins string }{{"a.name_key", nameKey(begins)}, {"a.display", capital(begins)}} {
		column := d.Bytewise(by.column)
		found, err := db.All(ctx, d, ScanNamed, "SELECT a.name, a.display FROM account a WHERE "+column+" >= ? AND "+column+" < ? AND "+condition+
			" ORDER BY "+column+" LIMIT ?", slices.Concat([]any{by.begins, db.Beyond(by.begins)}, params, []any{limit})...)
		if err != nil {
			return nil, fmt.Errorf("look for names: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// ScanNamed reads a name and the name shown.
func ScanNamed(r db.Row) (n Named, err error) {
	err = r.Scan(&n.Name, &n.Display)
	return n, err
}

// capital is how a name that is shown usually begins.
func capital(begins string) string {
	first, size := utf8.DecodeRuneInString(begins)
	return string(unicode.ToUpper(first)) + begins[size:]
}

// Begins reports whether the name, or a word of the name shown, begins with a text,
// whatever its case.
func (n Named) Begins(text string) bool {
	text = fold(text)
	return strings.HasPrefix(fold(n.Name), text) ||
		slices.ContainsFunc(append(strings.Fields(fold(n.Display)), fold(n.Display)), func(word string) bool { return strings.HasPrefix(word, text) })
}
